/*
 * The report for people: verdicts first, then findings by device with the
 * evidence line, why it matters, how to check it by hand and how to fix it,
 * then what could not be judged.
 */
#include <inttypes.h>

#include "base/safe.h"
#include "report/terminal_devices.h"
#include "report/terminal_findings.h"
#include "report/terminal_flaws.h"
#include "report/terminal_indicators.h"
#include "report/terminal_timeline.h"

/* Its first diagnostic says the state by its name. */
static bool
names_state(const struct source *s)
{
	return s->state == SOURCE_UNREADABLE && s->why.n == 0 &&
	       s->ndiags > 0 && s->diags[0].code == DIAG_UNREADABLE;
}

static void
source_trouble(const struct painter *p, const struct source *s)
{
	static const char *const states[] = {
	    " read, but", " unrecognised", " unreadable", " skipped"};

	fputs("  ", p->f);
	safe_write(p->f, s->path);
	fprintf(p->f, ":%s", names_state(s) ? "" : states[s->state]);
	if (s->why.n > 0) {
		fputs(", ", p->f);
		safe_write(p->f, s->why);
	}
	for (size_t i = 0; i < s->ndiags; i++) {
		const struct diag *d = &s->diags[i];

		fprintf(p->f, "%s%s", i > 0 || s->why.n > 0 ? "; " : " ",
		    diag_name(d->code));
		if (d->line > 0)
			fprintf(p->f, " at line %" PRIu64, d->line);
		if (d->detail.n > 0) {
			fputs(": ", p->f);
			safe_write(p->f, d->detail);
		}
	}
	putc('\n', p->f);
}

static bool
contradicts(const struct source *s)
{
	for (size_t i = 0; i < s->ndiags; i++)
		if (s->diags[i].code == DIAG_CONFLICT)
			return true;
	return false;
}

/* Sources that lost something are always named, and those that contradict
 * others; mere notes with --all. */
static void
sources(const struct painter *p)
{
	const struct casefile *c = p->c;
	size_t n[4] = {0}, records = 0;
	uint64_t bytes = 0;
	size_t listed = 0, limit = p->o->all ? SIZE_MAX : 20;

	for (size_t i = 0; i < c->nsources; i++) {
		n[c->sources[i].state]++;
		bytes += c->sources[i].bytes;
		records += c->sources[i].records;
	}
	fprintf(p->f,
	    "\n%ssources%s %zu read, %zu unrecognised, %zu unreadable, %zu "
	    "skipped; %" PRIu64 " bytes, %zu records\n",
	    term_code(p, "\033[1m"), term_code(p, "\033[0m"), n[SOURCE_READ],
	    n[SOURCE_UNRECOGNISED], n[SOURCE_UNREADABLE], n[SOURCE_SKIPPED],
	    bytes, records);
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];
		bool bad = s->state != SOURCE_READ || s->worst != DIAG_NOTE ||
			   contradicts(s);

		if (!bad && !(p->o->all && s->ndiags > 0))
			continue;
		if (listed++ < limit)
			source_trouble(p, s);
	}
	if (listed > limit)
		fprintf(p->f, "  and %zu more (--all, or the JSON report)\n",
		    listed - limit);
}

/* Waivers that are of no use any more. */
static void
stale_waivers(const struct painter *p)
{
	const struct waivers *all = &p->c->waivers;
	bool headed = false;

	for (size_t i = 0; i < all->n; i++) {
		const struct waiver *w = &all->v[i];

		if (w->met && !w->expired)
			continue;
		if (!headed)
			fprintf(p->f, "\n%swaivers to look at%s\n",
			    term_code(p, "\033[1m"), term_code(p, "\033[0m"));
		headed = true;
		fputs("  ", p->f);
		safe_write(p->f, w->finding);
		fputs(" of ", p->f);
		safe_write(p->f, w->owner);
		if (w->expired) {
			fputs(", expired on ", p->f);
			safe_write(p->f, w->expires);
		}
		fputs(w->met ? "\n" : ", fits no finding of this run\n", p->f);
	}
}

static int
terminal_write(FILE *f, const struct casefile *c,
    const struct report_options *o, struct err *e)
{
	struct painter p = {f, c, o};

	terminal_devices(&p);
	terminal_indicators(&p);
	terminal_findings(&p);
	terminal_flaws(f, c, o);
	terminal_images(&p);
	terminal_timeline(f, c, o);
	stale_waivers(&p);
	terminal_unjudged(&p);
	sources(&p);
	if (c->knowledge->feeds_lost > 0)
		fputs("\nThis run is incomplete: a feed of indicators could "
		      "not be read to its end.\n",
		    f);
	else if (!c->complete)
		fputs("\nThis run is incomplete: some evidence could not be "
		      "read; see above.\n",
		    f);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the report");
	return 0;
}

const struct report report_terminal = {
    .name = "terminal",
    .title = "Report for people, on a terminal or a pipe",
    .write = terminal_write,
};
