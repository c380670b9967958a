/*
 * Known exploited flaws on the terminal: a line for each device, with what to
 * collect where a test cannot tell.  Exposed ones stand among the findings.
 */
#include "report/terminal_flaws.h"

#include "base/safe.h"

#define DEVICES_SHOWN 30
#define COMMANDS_SHOWN 3

struct needs {
	struct span v[COMMANDS_SHOWN];
	size_t n;
	bool more;
};

static void
need_add(struct needs *needs, struct span command)
{
	for (size_t i = 0; i < needs->n; i++)
		if (span_eq(needs->v[i], command))
			return;
	if (needs->n < COMMANDS_SHOWN)
		needs->v[needs->n++] = command;
	else
		needs->more = true;
}

static void
need_of(void *ctx, const struct flaw *f)
{
	if (f->answer->verdict == VULN_CANNOT_TELL)
		for (size_t i = 0; i < f->need.n; i++)
			need_add(ctx, f->need.v[i]);
}

struct counts {
	size_t n[VULN_EXPOSED + 1];
};

static struct counts
count(const struct device_flaws *f)
{
	struct counts c = {{0}};

	for (uint32_t i = 0; i < f->n; i++)
		c.n[f->verdicts[i]]++;
	return c;
}

static void
line(FILE *f, const struct casefile *c, uint32_t at, size_t width)
{
	struct span name = c->fleet.v[at].name;
	struct counts n = count(&c->flaws[at]);
	struct needs needs = {0};

	fputs("  ", f);
	safe_write(f, span_head(name, width));
	fprintf(f, "%*s%8zu %5zu %6zu %8zu",
	    name.n < width ? (int)(width - name.n) : 0, "", n.n[VULN_EXPOSED],
	    n.n[VULN_FEATURE_OFF], n.n[VULN_NOT_AFFECTED],
	    n.n[VULN_CANNOT_TELL]);
	if (n.n[VULN_CANNOT_TELL] > 0)
		case_flaws(c, at, need_of, &needs);
	for (size_t i = 0; i < needs.n; i++) {
		fputs(i > 0 ? "; " : "  ", f);
		safe_write(f, needs.v[i]);
	}
	fputs(needs.more ? "; ...\n" : "\n", f);
}

/* There is something to do about it. */
static bool
worth_a_line(const struct device_flaws *f)
{
	struct counts n = count(f);

	return n.n[VULN_EXPOSED] + n.n[VULN_CANNOT_TELL] > 0;
}

static size_t
widest(const struct casefile *c)
{
	size_t w = 6;

	for (size_t i = 0; i < c->fleet.n; i++)
		if (worth_a_line(&c->flaws[i]) && c->fleet.v[i].name.n > w)
			w = c->fleet.v[i].name.n;
	return w < 32 ? w : 32;
}

void
terminal_flaws(
    FILE *f, const struct casefile *c, const struct report_options *o)
{
	size_t shown = 0, limit = o->all ? SIZE_MAX : DEVICES_SHOWN,
	       width = widest(c);

	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t at = c->device_order[i];

		if (!worth_a_line(&c->flaws[at]))
			continue;
		if (shown == 0)
			fprintf(f,
			    "\n%sknown exploited flaws%s\n  %-*s EXPOSED   OFF "
			    " CLEAR  UNKNOWN  COLLECT\n",
			    o->colour ? "\033[1m" : "",
			    o->colour ? "\033[0m" : "", (int)width, "DEVICE");
		if (shown++ < limit)
			line(f, c, at, width);
	}
	if (shown > limit)
		fprintf(f, "  and %zu more devices (--all, --csv or --json)\n",
		    shown - limit);
}
