/*
 * Indicators on the terminal: were we touched, where, when first, when last.
 */
#include "report/terminal_indicators.h"

#include <inttypes.h>

#include "base/safe.h"
#include "case/met.h"

/* Unless all are asked for. */
#define INDICATORS_SHOWN 30
#define WHERE_SHOWN 4

static void
when(const struct painter *p, const struct met_indicator *m)
{
	char text[TIME_TEXT];

	if (m->count == 1)
		fputs("once", p->f);
	else
		fprintf(p->f, "%" PRIu64 " times", m->count);
	if (m->first == TIME_NONE) {
		fputs(", no time known", p->f);
		return;
	}
	fprintf(p->f, ", %s", time_write(m->first, text));
	if (m->last != m->first)
		fprintf(p->f, " to %s", time_write(m->last, text));
}

static void
where(const struct painter *p, const struct met_indicator *m)
{
	size_t n = m->ndevices;

	if (!p->o->all && n > WHERE_SHOWN)
		n = WHERE_SHOWN;
	for (size_t i = 0; i < n; i++) {
		fputs(i > 0 ? ", " : "      on ", p->f);
		safe_write(p->f, p->c->fleet.v[m->devices[i]].name);
	}
	if (m->ndevices > n)
		fprintf(p->f, " and %zu more", m->ndevices - n);
	if (m->ndevices == 0)
		fputs("      in evidence that is not tied to a device", p->f);
	else if (m->loose)
		fputs(", and in evidence that is not tied to a device", p->f);
	putc('\n', p->f);
}

static void
indicator(const struct painter *p, const struct met_indicator *m)
{
	fprintf(p->f, "  %-8s ", severity_name(m->worst->severity));
	safe_write(p->f, m->check->title);
	fputs("\n      ", p->f);
	when(p, m);
	if (m->worst->entity.n > 0) {
		fputs(m->nfindings > 1 ? "; at worst: " : "; ", p->f);
		safe_write(p->f, m->worst->entity);
	}
	fprintf(p->f, " (%s)\n", m->worst->id);
	where(p, m);
}

void
terminal_indicators(const struct painter *p)
{
	struct arena arena;
	struct met_indicators met;
	size_t n, sought = case_indicators_sought(p->c);

	arena_init(&arena);
	met = case_indicators_met(p->c, &arena);
	n = p->o->all || met.n < INDICATORS_SHOWN ? met.n : INDICATORS_SHOWN;
	if (met.n > 0 || sought > 0)
		fprintf(p->f, "\n%sindicators met%s %zu of %zu\n",
		    term_code(p, "\033[1m"), term_code(p, "\033[0m"), met.n,
		    sought);
	for (size_t i = 0; i < n; i++)
		indicator(p, &met.v[i]);
	if (met.n > n)
		fprintf(p->f, "  and %zu more (--all, or the JSON report)\n",
		    met.n - n);
	arena_release(&arena);
}
