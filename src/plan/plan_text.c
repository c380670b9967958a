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
	fputs("        ", x->f);
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
		    x->p->c->knowledge->checks[s->news[i].check];

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
put_title(struct printer *x, const struct plan_step *s)
{
	fprintf(x->f, "    [%s] ", s->finding->id);
	safe_write(x->f, s->finding->title);
	fprintf(x->f, " (%s, %.*s)\n", severity_name(s->finding->severity),
	    SPAN_FMT(s->finding->check->id));
}

static void
put_step(struct printer *x, const struct plan_step *s)
{
	put_title(x, s);
	commands_each(&s->commands, put_command, x);
	put_list(x, "        - ", s->sentences);
	if (s->finding->check->caution.n > 0) {
		fputs("      caution: ", x->f);
		safe_write(x->f, s->finding->check->caution);
		putc('\n', x->f);
	}
	put_news(x, s);
	if (s->proof == PROOF_NONE)
		fputs("      not tried on a configuration\n", x->f);
	if (x->o->undo && s->undo.n > 0) {
		fputs("      to take it back:\n", x->f);
		commands_each(&s->undo, put_command, x);
	}
}

static void
put_phase(
    struct printer *x, const struct plan_device *d, enum phase phase,
    const char *title)
{
	bool said = false;

	for (size_t i = 0; i < d->nsteps; i++) {
		if (d->steps[i].phase != phase ||
		    !plan_step_proposed(&d->steps[i]))
			continue;
		if (!said)
			fprintf(x->f, "  %s\n", title);
		said = true;
		put_step(x, &d->steps[i]);
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
	fputs("\n    until then, or where that takes long:\n", x->f);
	buf_release(&b);
}

static void
put_withdrawn(struct printer *x, const struct plan_device *d)
{
	if (d->proofs[PROOF_STAYS] == 0)
		return;
	fputs("  LEFT TO DECIDE (the known commands do not close these)\n",
	    x->f);
	for (size_t i = 0; i < d->nsteps; i++)
		if (!plan_step_proposed(&d->steps[i])) {
			put_title(x, &d->steps[i]);
			put_list(x, "        - ", d->steps[i].sentences);
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
	      "that.\n", x->f);
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
	put_phase(x, d, PHASE_CONTAIN, "CONTAIN: close the ways in");
	put_phase(x, d, PHASE_EVICT, "EVICT");
	if (d->intruder && p != NULL)
		put_list(x, "        - ", p->evict);
	put_upgrade(x, d);
	put_phase(x, d, PHASE_PATCH, "  workarounds and how to check");
	put_phase(x, d, PHASE_HARDEN, d->upgrade.flaws > 0
		? "HARDEN, in the same window, before the device restarts"
		: "HARDEN, in one window");
	put_withdrawn(x, d);
	if (p == NULL || d->nsteps == d->proofs[PROOF_HAND])
		return;
	if (p->before.n > 0) {
		fputs("  AROUND THE CHANGE: before it\n", x->f);
		put_list(x, "        ", p->before);
	}
	if (p->after.n > 0) {
		fputs("  and when a second session still gets in\n", x->f);
		put_list(x, "        ", p->after);
	}
	if (p->rollback.n > 0) {
		fputs("  to take all of it back\n", x->f);
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
			fprintf(x->f, "  %-8s [%s] ",
			    plan_proof_name(s->proof), s->finding->id);
			safe_write(x->f, s->finding->title);
			fprintf(x->f, " (%.*s)\n",
			    SPAN_FMT(s->finding->check->id));
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
		      "does it everywhere.\n", x->f);
}

int
plan_write_text(FILE *f, const struct plan *p, const struct plan_output *o,
    struct err *e)
{
	struct printer x = {f, p, o};

	put_counts(&x);
	for (size_t i = 0; i < p->n; i++)
		if (o->check)
			put_checked(&x, &p->devices[i]);
		else
			put_device(&x, &p->devices[i]);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the plan");
	return 0;
}
