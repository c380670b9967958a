/*
 * Devices on the terminal: their verdicts, and what is missing for them.
 */
#include "report/terminal_devices.h"

#include "base/map.h"
#include "base/safe.h"

/* Commands to collect that are named. */
#define NEEDS_SHOWN 6

/* Devices named that lack the same, unless all are asked for. */
#define LACK_NAMES 6

static struct span
dash(struct span s)
{
	return s.n > 0 ? s : SPAN("-");
}

static size_t
widest(const struct casefile *c)
{
	size_t w = 6;

	for (size_t i = 0; i < c->fleet.n; i++)
		if (c->fleet.v[i].name.n > w)
			w = c->fleet.v[i].name.n;
	return w < 32 ? w : 32;
}

static void
verdict_row(const struct painter *p, uint32_t at, size_t width)
{
	const struct casefile *c = p->c;
	const struct device *d = &c->fleet.v[at];
	const struct device_result *r = &c->results[at];
	char day[TIME_TEXT];

	fputs("  ", p->f);
	term_column(p->f, d->name, width);
	fputs(term_verdict(p, r->verdict), p->f);
	term_column(p->f, span_str(verdict_name(r->verdict)), 11);
	fputs(term_code(p, "\033[0m"), p->f);
	term_column(p->f, dash(d->platform), 7);
	term_column(p->f, dash(d->version), 14);
	fprintf(p->f, "%5zu %5zu %5zu %5zu",
	    device_findings_of(c, r, CHECK_COMPROMISE),
	    device_findings_of(c, r, CHECK_INDICATOR),
	    device_findings_of(c, r, CHECK_VULNERABILITY),
	    device_findings_of(c, r, CHECK_HARDENING));
	if (r->first != TIME_NONE) {
		fprintf(p->f, "  %.10s", time_write(r->first, day));
		if (r->last / TIME_DAY != r->first / TIME_DAY)
			fprintf(p->f, " to %.10s", time_write(r->last, day));
	}
	putc('\n', p->f);
}

/* Of a large fleet, devices of which nothing was found are many and say
 * little; those with mere gaps say it once some hundred are told. */
static void
verdict_rows(const struct painter *p, enum verdict v, size_t width)
{
	const struct casefile *c = p->c;
	size_t quiet = 0, weak = 0;

	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t at = c->device_order[i];

		if (c->results[at].verdict != v)
			continue;
		if (p->o->all || v > VERDICT_WEAK ||
		    (c->results[at].nfindings > 0 ? weak++ < TERM_WEAK
						  : quiet++ < TERM_DEVICES))
			verdict_row(p, at, width);
	}
	if (weak > TERM_WEAK)
		fprintf(p->f, "  and %zu more: %s (--all, --html or --json)\n",
		    weak - TERM_WEAK, verdict_name(v));
	if (quiet > TERM_DEVICES)
		fprintf(p->f, "  and %zu more: %s, nothing was found (--all)\n",
		    quiet - TERM_DEVICES, verdict_name(v));
}

void
terminal_devices(const struct painter *p)
{
	const struct casefile *c = p->c;
	size_t width = widest(c);

	if (c->fleet.n == 0) {
		fputs("No device could be told from this evidence.\n", p->f);
		return;
	}
	fputs(term_code(p, "\033[1m"), p->f);
	fputs("  ", p->f);
	term_column(p->f, SPAN("DEVICE"), width);
	term_column(p->f, SPAN("VERDICT"), 11);
	term_column(p->f, SPAN("SYSTEM"), 7);
	term_column(p->f, SPAN("RELEASE"), 14);
	fputs("SIGNS  IOCS FLAWS  GAPS  SEEN", p->f);
	fprintf(p->f, "%s\n", term_code(p, "\033[0m"));
	for (int v = VERDICT_COMPROMISED; v >= 0; v--)
		verdict_rows(p, (enum verdict)v, width);
}

/* Each command once, however many rows it would settle. */
static size_t
needs_of(const struct casefile *c, uint32_t at, struct span out[NEEDS_SHOWN])
{
	size_t n = 0;

	for (size_t r = 0; r < c->nrows; r++) {
		struct span room[CASE_NEEDS];
		struct span_list need;

		if (!c->rows[r]->essential ||
		    casefile_cell(c, at, r) != COVERAGE_UNKNOWN)
			continue;
		need = case_need(c, at, c->rows[r], room);
		for (size_t i = 0; i < need.n && n < NEEDS_SHOWN; i++) {
			size_t k = 0;

			while (k < n && !span_eq(out[k], need.v[i]))
				k++;
			if (k == n)
				out[n++] = need.v[i];
		}
	}
	return n;
}

static size_t
rows_open(const struct casefile *c, uint32_t at)
{
	size_t n = 0;

	for (size_t r = 0; r < c->nrows; r++)
		n += c->rows[r]->essential &&
		     casefile_cell(c, at, r) == COVERAGE_UNKNOWN;
	return n;
}

/* Devices for which the same is missing. */
struct lack {
	struct span text;
	uint32_t *devices;
	size_t n, cap;
};

struct lacks {
	struct arena arena;
	struct map index; /* text -> lack */
	struct lack *v;
	size_t n, cap;
};

static struct span
lack_text(struct arena *a, const struct casefile *c, uint32_t at)
{
	struct span needs[NEEDS_SHOWN], parts[2 * NEEDS_SHOWN + 1];
	size_t n = needs_of(c, at, needs), k = 0;

	parts[k++] = arena_fmt(a, "%zu rows open", rows_open(c, at));
	for (size_t i = 0; i < n; i++) {
		parts[k++] = i > 0 ? SPAN("; ") : SPAN("; collect ");
		parts[k++] = needs[i];
	}
	return arena_join(a, parts, k);
}

static void
lack_add(struct lacks *l, const struct casefile *c, uint32_t device)
{
	struct span text = lack_text(&l->arena, c, device);
	uint32_t at = map_add(&l->index, text, (uint32_t)l->n);
	struct lack *x;

	if (at == l->n) {
		l->v =
		    arena_grow(&l->arena, l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = (struct lack){.text = text};
	}
	x = &l->v[at];
	x->devices = arena_grow(
	    &l->arena, x->devices, x->n, &x->cap, sizeof(*x->devices));
	x->devices[x->n++] = device;
}

static void
lack_write(const struct painter *p, const struct lack *x)
{
	size_t n = p->o->all || x->n <= LACK_NAMES ? x->n : LACK_NAMES;

	for (size_t i = 0; i < n; i++) {
		fputs(i > 0 ? ", " : "  ", p->f);
		safe_write(p->f, p->c->fleet.v[x->devices[i]].name);
	}
	if (x->n > n)
		fprintf(p->f, " and %zu more", x->n - n);
	fputs(": ", p->f);
	safe_write(p->f, x->text);
	putc('\n', p->f);
}

void
terminal_unjudged(const struct painter *p)
{
	const struct casefile *c = p->c;
	struct lacks l = {0};
	size_t n;

	arena_init(&l.arena);
	map_init(&l.index, &l.arena);
	for (size_t i = 0; i < c->fleet.n; i++)
		if (rows_open(c, c->device_order[i]) > 0)
			lack_add(&l, c, c->device_order[i]);
	n = p->o->all || l.n <= TERM_DEVICES ? l.n : TERM_DEVICES;
	if (l.n > 0)
		fprintf(p->f, "\n%snot judged for lack of evidence%s\n",
		    term_code(p, "\033[1m"), term_code(p, "\033[0m"));
	for (size_t i = 0; i < n; i++)
		lack_write(p, &l.v[i]);
	if (l.n > n) {
		size_t left = 0;

		for (size_t i = n; i < l.n; i++)
			left += l.v[i].n;
		fprintf(p->f, "  and %zu more devices (--all)\n", left);
	}
	arena_release(&l.arena);
}

void
terminal_images(const struct painter *p)
{
	const struct casefile *c = p->c;
	size_t n = 0, limit = p->o->all ? SIZE_MAX : TERM_DEVICES;

	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t at = c->device_order[i];

		if (c->results[at].trust != TRUST_IMAGE || n++ >= limit)
			continue;
		if (n == 1)
			fprintf(p->f,
			    "\n%simage verified off the box%s as a file only: "
			    "not what is in memory, nor the boot loader\n ",
			    term_code(p, "\033[1m"), term_code(p, "\033[0m"));
		putc(' ', p->f);
		safe_write(p->f, c->fleet.v[at].name);
	}
	if (n > limit)
		fprintf(p->f, " and %zu more (--all)", n - limit);
	if (n > 0)
		putc('\n', p->f);
}
