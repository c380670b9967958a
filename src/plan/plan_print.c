#include "plan/plan_print.h"

/* The commands from i that stand in one block. */
static size_t
block_end(const struct plan_lines *l, size_t i, bool *fill)
{
	size_t end = i + 1;

	*fill = l->v[i].open;
	for (; end < l->n && plan_indent(l->v[end].shown) > 0; end++)
		*fill |= l->v[end].open;
	return end;
}

static bool
is_end(struct span s)
{
	s = span_trim(s);
	return span_is(s, "end") || span_is(s, "next");
}

void
commands_each(const struct plan_lines *l, command_put_fn *put, void *ctx)
{
	struct span open[LIMIT_TREE_DEPTH];
	bool filled = false;
	size_t end;

	memset(open, 0, sizeof(open));
	for (size_t at = 0; at < l->n; at = end) {
		bool fill;

		end = block_end(l, at, &fill);
		for (size_t i = at; i < end; i++) {
			struct span s = l->v[i].shown;
			size_t depth = plan_indent(s);
			bool mode = i + 1 < end &&
				    plan_indent(l->v[i + 1].shown) > depth;

			if (depth >= LIMIT_TREE_DEPTH)
				continue;
			if (mode && fill == filled && span_eq(open[depth], s))
				continue;
			put(ctx, &l->v[i], fill);
			open[depth] = mode ? s : (struct span){0};
			/* A block with an end of its own is open no longer. */
			if (depth > 0 && is_end(s))
				open[depth - 1] = (struct span){0};
			for (size_t k = depth + 1; k < LIMIT_TREE_DEPTH; k++)
				open[k] = (struct span){0};
		}
		filled = fill;
	}
}

bool
plan_guarded(const struct plan_device *d)
{
	return d->platform != NULL && !(d->platform->restarts && d->intruder);
}

void
plan_answer_text(const struct plan_step *s, struct buf *out)
{
	if (!plan_step_judged(s))
		return;
	buf_fmt(out,
	    "now: %s; with these commands: ", vuln_verdict_name(VULN_EXPOSED));
	if (s->after != VULN_FEATURE_OFF) {
		buf_fmt(out, "still %s", vuln_verdict_name(s->after));
		return;
	}
	buf_puts(out, "affected, feature off (");
	if (s->off_by.n > 0)
		buf_put(out, s->off_by);
	else
		buf_puts(out, "nothing turns it on");
	buf_puts(out, ")");
}

void
plan_upgrade_text(const struct plan_upgrade *u, struct buf *out)
{
	const char *flaws = u->flaws == 1 ? "flaw" : "flaws";

	if (u->flaws == 0)
		return;
	if (u->release.n == 0) {
		buf_fmt(out,
		    "no one release is known that mends any of the %zu %s "
		    "that the device is exposed to: see each, and the "
		    "workarounds below",
		    u->flaws, flaws);
		return;
	}
	buf_fmt(out, "upgrade to %.*s or later%s: ", SPAN_FMT(u->release),
	    u->same_line ? "" : " (another line than the device runs)");
	if (u->left == 0)
		buf_fmt(out, "mends %s%zu %s that the device is exposed to",
		    u->flaws == 1 ? "the " : "all ", u->flaws, flaws);
	else
		buf_fmt(out,
		    "mends %zu of %zu flaws that the device is exposed to; "
		    "the rest has no release that is known to mend it",
		    u->flaws - u->left, u->flaws);
}
