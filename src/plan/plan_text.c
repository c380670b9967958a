#include <inttypes.h>

#include "base/safe.h"
#include "plan/plan_print.h"

struct printer {
	FILE *f;
	const struct plan *p;
	const struct plan_output *o;
};

static void
put_command(void *ctx, const struct plan_line *c, bool fill)
{
	struct printer *x = ctx;

	(void)fill;
	fputs(c->remark ? "        - " : "        ", x->f);
	safe_write(x->f, c->shown);
	putc('\n', x->f);
}

static void
put_list(struct printer *x, const char *before, struct span_list l)
{
	for (size_t i = 0; i < l.n; i++) {
		fputs(before, x->f);
		safe_write(x->f, l.v[i]);
		putc('\n', x->f);
	}
}

static void
put_news(struct printer *x, const struct plan_step *s)
{
	for (size_t i = 0; i < s->nnews; i++) {
		const struct check *c =
		    knowledge_check(x->p->c->knowledge, s->news[i].check);

		fputs("      brings: ", x->f);
		safe_write(x->f, c->title);
		if (s->news[i].entity.n > 0) {
			fputs(": ", x->f);
			safe_write(x->f, s->news[i].entity);
		}
		fprintf(x->f, " (%.*s)\n", SPAN_FMT(c->id));
	}
}

static void
put_answer(struct printer *x, const struct plan_step *s)
{
	struct buf b;

	if (!plan_step_judged(s))
		return;
	buf_init(&b, LIMIT_EVIDENCE_TEXT * 2);
	plan_answer_text(s, &b);
	fputs("      ", x->f);
	safe_write(x->f, buf_span(&b));
	putc('\n', x->f);
	buf_release(&b);
}

static void
put_title(struct printer *x, const struct plan_step *s)
{
	fprintf(x->f, "    [%s] ", s->finding->id);
	safe_write(x->f, s->finding->title);
	fprintf(x->f, " (%s, %.*s)\n", severity_name(s->finding->severity),
	    SPAN_FMT(s->finding->check->id));
}

static bool
same_lines(const struct plan_lines *a, const struct plan_lines *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!span_eq(a->v[i].shown, b->v[i].shown))
			return false;
	return true;
}

/* Do both ask for the same, so that it need be said once? */
static bool
same_step(const struct plan_step *a, const struct plan_step *b)
{
	return a->phase == b->phase && a->proof == b->proof && a->nnews == 0 &&
	       b->nnews == 0 && a->covered == b->covered &&
	       span_eq(
		   a->finding->check->caution, b->finding->check->caution) &&
	       same_lines(&a->commands, &b->commands) &&
	       span_list_eq(a->sentences, b->sentences);
}

static void
put_step(struct printer *x, const struct plan_step *s)
{
	commands_each(&s->commands, put_command, x);
	if (s->covered)
		fputs("        goes with what is taken away\n", x->f);
	put_list(x, "        - ", s->sentences);
	if (s->finding->check->caution.n > 0 && !s->covered) {
		fputs("      caution: ", x->f);
		safe_write(x->f, s->finding->check->caution);
		putc('\n', x->f);
	}
	put_answer(x, s);
	put_news(x, s);
	if (s->proof == PROOF_NONE)
		fputs("      not tried on a configuration\n", x->f);
	if (x->o->undo && s->undo.n > 0) {
		fputs("      to take it back:\n", x->f);
		commands_each(&s->undo, put_command, x);
	}
}

/* A device has at most LIMIT_PLAN_SAME steps looked through for this. */
static bool
said_before(const struct plan_device *d, size_t at)
{
	size_t from = at > LIMIT_PLAN_SAME ? at - LIMIT_PLAN_SAME : 0;

	for (size_t i = from; i < at; i++)
		if (same_step(&d->steps[i], &d->steps[at]))
			return true;
	return false;
}

static void
put_phase(struct printer *x, const struct plan_device *d, enum phase phase,
    const char *title)
{
	bool said = false;

	for (size_t i = 0; i < d->nsteps; i++) {
		const struct plan_step *s = &d->steps[i];

		if (s->phase != phase || !plan_step_proposed(s) ||
		    (i > 0 && said_before(d, i)))
			continue;
		if (!said)
			fprintf(x->f, "  %s\n", title);
		said = true;
		put_title(x, s);
		for (size_t k = i + 1;
		     k < d->nsteps && k <= i + LIMIT_PLAN_SAME; k++)
			if (same_step(s, &d->steps[k]))
				put_title(x, &d->steps[k]);
		put_step(x, s);
	}
}

static void
put_upgrade(struct printer *x, const struct plan_device *d)
{
	struct buf b;

	if (d->upgrade.flaws == 0)
		return;
	buf_init(&b, LIMIT_EVIDENCE_TEXT * 4);
	plan_upgrade_text(&d->upgrade, &b);
	fputs("  PATCH\n    ", x->f);
	safe_write(x->f, buf_span(&b));
	putc('\n', x->f);
	buf_release(&b);
}

static void
put_withdrawn(struct printer *x, const struct plan_device *d, bool patch,
    const char *title)
{
	bool said = false;

	for (size_t i = 0; i < d->nsteps; i++) {
		const struct plan_step *s = &d->steps[i];

		if (plan_step_proposed(s) || (s->phase == PHASE_PATCH) != patch)
			continue;
		if (!said)
			fprintf(x->f, "  %s\n", title);
		said = true;
		put_title(x, s);
		put_list(x, "        - ", s->sentences);
	}
}

static void
put_name(struct printer *x, const struct plan_device *d)
{
	const struct device *v = &x->p->c->fleet.v[d->device];

	putc('\n', x->f);
	safe_write(x->f, v->name);
	fprintf(x->f, "  %.*s %.*s  %s\n",
	    SPAN_FMT(v->platform.n > 0 ? v->platform : SPAN("unknown system")),
	    SPAN_FMT(v->version),
	    verdict_name(x->p->c->results[d->device].verdict));
}

static void
put_intruder(struct printer *x, const struct plan_device *d)
{
	if (!d->intruder)
		return;
	fputs("  FIRST: save what an intruder may wipe. Log the session on "
	      "your own host; do not\n  reload, and change nothing before "
	      "that.\n",
	    x->f);
	if (d->platform == NULL) {
		fputs("        - the running and the stored configuration, "
		      "logs, sessions, processes, files with\n          their "
		      "hashes, and the memory if the system can write it\n",
		    x->f);
		return;
	}
	put_list(x, "        ", d->platform->collect);
	fputs("  CONTAIN\n", x->f);
	put_list(x, "        - ", d->platform->contain);
}

static void
put_device(struct printer *x, const struct plan_device *d)
{
	const struct remedy_platform *p = d->platform;

	put_name(x, d);
	put_intruder(x, d);
	put_phase(x, d, PHASE_CONTAIN, "CONTAIN on the device itself");
	put_phase(x, d, PHASE_EVICT, "EVICT");
	if (d->intruder && p != NULL)
		put_list(x, "        - ", p->evict);
	put_upgrade(x, d);
	put_phase(x, d, PHASE_PATCH,
	    d->upgrade.release.n > 0 ? "  until the window for it:"
				     : "  what can be done meanwhile:");
	put_withdrawn(x, d, true,
	    "  not switched off by the known commands, narrowed at most:");
	put_phase(x, d, PHASE_HARDEN,
	    d->upgrade.flaws > 0
		? "HARDEN, in the same window, before the device restarts"
		: "HARDEN, in one window");
	put_withdrawn(x, d, false,
	    "LEFT TO DECIDE (the known commands do not close these)");
	if (p == NULL || d->nsteps == d->proofs[PROOF_HAND])
		return;
	fputs("  AROUND THE CHANGE\n", x->f);
	if (plan_guarded(d))
		put_list(x, "        ", p->before);
	else if (p->before.n > 0)
		fputs("        - no timed restart here: it would wipe what is "
		      "in memory. Keep a console open\n",
		    x->f);
	put_list(x, "        ", p->enter);
	fputs("        ... the commands above\n", x->f);
	put_list(x, "        ", p->leave);
	fputs("    and when a second session still gets in\n", x->f);
	if (plan_guarded(d))
		put_list(x, "        ", p->kept);
	put_list(x, "        ", p->after);
	if (p->rollback.n > 0) {
		fputs("    to take all of it back\n", x->f);
		put_list(x, "        ", p->rollback);
	}
}

/* ---- what trying came to ---- */

static void
put_checked(struct printer *x, const struct plan_device *d)
{
	put_name(x, d);
	for (unsigned proof = 0; proof < PROOFS; proof++)
		for (size_t i = 0; i < d->nsteps; i++) {
			const struct plan_step *s = &d->steps[i];

			if (s->proof != (enum plan_proof)proof)
				continue;
			fprintf(x->f, "  %-8s [%s] ", plan_proof_name(s->proof),
			    s->finding->id);
			safe_write(x->f, s->finding->title);
			fprintf(
			    x->f, " (%.*s)\n", SPAN_FMT(s->finding->check->id));
			put_answer(x, s);
			put_news(x, s);
		}
}

static void
put_counts(struct printer *x)
{
	const struct plan *p = x->p;

	fprintf(x->f,
	    "%zu devices. Steps with commands: %zu close their finding on a "
	    "copy of the configuration,\n%zu could not be tried, %zu close "
	    "nothing and are not proposed. %zu findings have no\ncommands. "
	    "New findings that steps would bring: %zu.\n",
	    p->n, p->proofs[PROOF_CLOSES], p->proofs[PROOF_NONE],
	    p->proofs[PROOF_STAYS], p->proofs[PROOF_HAND], p->news);
	if (!x->o->check && p->n > 0)
		fputs("What stands in <> is yours to fill in; --set NAME=TEXT "
		      "does it everywhere.\n",
		    x->f);
}

/* Of a kept case, what steps had to do without. */
static void
put_unread(struct printer *x)
{
	struct span_list l = x->p->unread;

	if (l.n == 0)
		return;
	fprintf(x->f,
	    "%zu configurations of the case could not be read again: they are "
	    "gone, or hold\nsomething else now. Their steps are as known for "
	    "the "
	    "platform: not filled in from\nthe device, and not tried.\n",
	    l.n);
	for (size_t i = 0; i < l.n && i < LIMIT_PLAN_UNREAD; i++) {
		fputs("  ", x->f);
		safe_write(x->f, l.v[i]);
		putc('\n', x->f);
	}
	if (l.n > LIMIT_PLAN_UNREAD)
		fprintf(x->f, "  and %zu more\n", l.n - LIMIT_PLAN_UNREAD);
}

int
plan_write_text(
    FILE *f, const struct plan *p, const struct plan_output *o, struct err *e)
{
	struct printer x = {f, p, o};

	put_counts(&x);
	put_unread(&x);
	for (size_t i = 0; i < p->n; i++)
		if (o->check)
			put_checked(&x, &p->devices[i]);
		else
			put_device(&x, &p->devices[i]);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the plan");
	return 0;
}
