/*
 * The report for people: verdicts first, then findings by device with the
 * evidence line, why it matters, how to check it by hand and how to fix it,
 * then what could not be judged.
 */
#include <inttypes.h>

#include "base/safe.h"
#include "report/past.h"
#include "report/terminal_flaws.h"
#include "report/terminal_timeline.h"

/* Evidence places shown for one finding unless all are asked for. */
#define PLACES_SHOWN 3
#define ROWS_SHOWN 6
#define PAST_SPANS_SHOWN 4
#define DEVICES_SHOWN 30

struct painter {
	FILE *f;
	const struct casefile *c;
	const struct report_options *o;
};

static const char *
paint(const struct painter *p, const char *code)
{
	return p->o->colour ? code : "";
}

static const char *
verdict_colour(const struct painter *p, enum verdict v)
{
	static const char *const codes[] = {"\033[2m", "\033[32m", "\033[33m",
	    "\033[1;33m", "\033[1;35m", "\033[1;31m"};

	return paint(p, codes[v]);
}

static void
spaces(FILE *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		putc(' ', f);
}

static void
column(FILE *f, struct span s, size_t width)
{
	safe_write(f, span_head(s, width));
	spaces(f, s.n < width ? width - s.n + 2 : 2);
}

/* Text with hanging indent, broken at blanks to the width. */
static void
wrapped(const struct painter *p, size_t indent, struct span s)
{
	size_t width = p->o->width > indent + 20 ? p->o->width - indent : 0,
	       at = 0;
	struct span word;

	spaces(p->f, indent);
	while ((word = span_word(&s)).n > 0) {
		if (at > 0 && width > 0 && at + 1 + word.n > width) {
			putc('\n', p->f);
			spaces(p->f, indent);
			at = 0;
		}
		if (at > 0) {
			putc(' ', p->f);
			at++;
		}
		safe_write(p->f, word);
		at += word.n;
	}
	putc('\n', p->f);
}

static void
labelled(const struct painter *p, const char *label, struct span s)
{
	if (s.n == 0)
		return;
	fprintf(p->f, "    %s%s%s\n", paint(p, "\033[2m"), label,
	    paint(p, "\033[0m"));
	wrapped(p, 6, s);
}

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

static size_t
counted(const struct casefile *c, const struct device_result *r,
    enum check_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nfindings; i++)
		n += c->findings[r->findings[i]].check->kind == kind;
	return n;
}

static void
verdict_row(const struct painter *p, uint32_t at, size_t width)
{
	const struct casefile *c = p->c;
	const struct device *d = &c->fleet.v[at];
	const struct device_result *r = &c->results[at];
	char day[TIME_TEXT];

	fputs("  ", p->f);
	column(p->f, d->name, width);
	fputs(verdict_colour(p, r->verdict), p->f);
	column(p->f, span_str(verdict_name(r->verdict)), 11);
	fputs(paint(p, "\033[0m"), p->f);
	column(p->f, dash(d->platform), 7);
	column(p->f, dash(d->version), 14);
	fprintf(p->f, "%5zu %5zu %5zu %5zu",
	    counted(c, r, CHECK_COMPROMISE), counted(c, r, CHECK_INDICATOR),
	    counted(c, r, CHECK_VULNERABILITY),
	    counted(c, r, CHECK_HARDENING));
	if (r->first != TIME_NONE) {
		fprintf(p->f, "  %.10s", time_write(r->first, day));
		if (r->last / TIME_DAY != r->first / TIME_DAY)
			fprintf(p->f, " to %.10s", time_write(r->last, day));
	}
	putc('\n', p->f);
}

static int
worst_first(enum verdict v)
{
	return VERDICT_COMPROMISED - (int)v;
}

static void
verdict_table(const struct painter *p)
{
	const struct casefile *c = p->c;
	size_t width = widest(c);

	if (c->fleet.n == 0) {
		fputs("No device could be told from this evidence.\n", p->f);
		return;
	}
	fputs(paint(p, "\033[1m"), p->f);
	fputs("  ", p->f);
	column(p->f, SPAN("DEVICE"), width);
	column(p->f, SPAN("VERDICT"), 11);
	column(p->f, SPAN("SYSTEM"), 7);
	column(p->f, SPAN("RELEASE"), 14);
	fputs("SIGNS  IOCS FLAWS  GAPS  SEEN", p->f);
	fprintf(p->f, "%s\n", paint(p, "\033[0m"));
	for (int w = 0; w <= VERDICT_COMPROMISED; w++)
		for (size_t i = 0; i < c->fleet.n; i++) {
			uint32_t at = c->device_order[i];

			if (worst_first(c->results[at].verdict) == w)
				verdict_row(p, at, width);
		}
}

/* Rows by advisory, a line for each: AA25-239A H-05, M-40. */
static void
rows_of(const struct painter *p, struct span_list l)
{
	struct span last = {0};

	for (size_t i = 0; i < l.n; i++) {
		struct span row = l.v[i], advisory = span_until(&row, ':');
		bool next = i == 0 || !span_eq(advisory, last);

		if (next)
			fprintf(p->f, "%s    %s%s%s %.*s ", i > 0 ? "\n" : "",
			    paint(p, "\033[2m"), i > 0 ? "    " : "rows",
			    paint(p, "\033[0m"), SPAN_FMT(advisory));
		else
			fputs(", ", p->f);
		safe_write(p->f, row);
		last = advisory;
	}
	fputs(l.n > 0 ? "\n" : "", p->f);
}

static void
places(const struct painter *p, const struct finding *f)
{
	size_t n = p->o->all ? f->nplaces
	    : f->nplaces < PLACES_SHOWN ? f->nplaces
					: PLACES_SHOWN;

	for (size_t i = 0; i < n; i++) {
		/* Of what stands in the order of time, the end counts most. */
		size_t at = f->in_time && i + 1 == n ? f->nplaces - 1 : i;
		const struct finding_place *x = &f->places[at];

		fputs("    ", p->f);
		fputs(paint(p, "\033[36m"), p->f);
		safe_write(p->f, p->c->sources[x->source].path);
		if (x->line > 0)
			fprintf(p->f, ":%" PRIu64, x->line);
		else if (x->offset != UINT64_MAX)
			fprintf(p->f, " byte %" PRIu64, x->offset);
		fprintf(p->f, "%s\n", paint(p, "\033[0m"));
		if (x->text.n > 0) {
			fputs("      ", p->f);
			safe_write(p->f, x->text);
			putc('\n', p->f);
		}
	}
	if (f->count > n)
		fprintf(p->f, "    and %" PRIu64 " more\n", f->count - n);
}

static void
lines(const struct painter *p, const char *label, struct span_list l)
{
	if (l.n == 1)
		labelled(p, label, l.v[0]);
	else if (l.n > 0)
		fprintf(p->f, "    %s%s%s\n", paint(p, "\033[2m"), label,
		    paint(p, "\033[0m"));
	for (size_t i = 0; l.n > 1 && i < l.n; i++) {
		fputs("      ", p->f);
		safe_write(p->f, l.v[i]);
		putc('\n', p->f);
	}
}

static void
seen(const struct painter *p, const struct finding *f)
{
	char first[TIME_TEXT], last[TIME_TEXT];

	if (f->first == TIME_NONE)
		return;
	time_write(f->first, first);
	time_write(f->last, last);
	if (f->first == f->last)
		fprintf(p->f, "    seen %s\n", first);
	else
		fprintf(p->f, "    seen %s to %s, %" PRIu64 " times\n", first,
		    last, f->count);
}

static bool
is_short(const struct painter *p, const struct finding *f)
{
	if (finding_waived(f))
		return true;
	return !p->o->all &&
	    (f->check->kind == CHECK_HARDENING || f->severity <= SEV_LOW ||
		finding_weight(f) == VERDICT_UNKNOWN);
}

/* An earlier finding of the device that already said the same. */
static const struct finding *
told_before(const struct painter *p, const struct finding *f)
{
	const struct casefile *c = p->c;
	const struct device_result *r;

	if (f->device == DEVICE_NONE || f->reason.n > 0)
		return NULL;
	r = &c->results[f->device];
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *x = &c->findings[r->findings[i]];

		if (x == f)
			return NULL;
		if (x->reason.n == 0 && !is_short(p, x) &&
		    span_eq(x->check->why, f->check->why))
			return x;
	}
	return NULL;
}

static void
acceptance(const struct painter *p, const struct finding *f, size_t indent)
{
	const struct waiver *w = f->waiver;
	char made[TIME_TEXT];

	if (w == NULL)
		return;
	spaces(p->f, indent);
	if (w->expired)
		fputs(w->rejected ? "rejection" : "acceptance", p->f);
	else
		fputs(w->rejected ? "rejected" : "accepted", p->f);
	if (w->made != TIME_NONE)
		fprintf(p->f, " %s %.10s", w->expired ? "of" : "on",
		    time_write(w->made, made));
	fputs(w->expired	 ? " expired on "
	      : w->expires.n > 0 ? " until "
				 : ", with no end",
	    p->f);
	safe_write(p->f, w->expires);
	fputs(", by ", p->f);
	safe_write(p->f, w->owner);
	fputs(": ", p->f);
	safe_write(p->f, w->reason);
	putc('\n', p->f);
}

static void
finding_full(const struct painter *p, const struct finding *f)
{
	const struct finding *told;

	static const char *const colours[] = {
	    "\033[2m", "\033[0m", "\033[33m", "\033[35m", "\033[1;31m"};

	fprintf(p->f, "\n  %s%s%s %s", paint(p, colours[f->severity]),
	    severity_name(f->severity), paint(p, "\033[0m"),
	    paint(p, "\033[1m"));
	safe_write(p->f, f->title);
	fprintf(p->f, "%s\n    %s %s, %s confidence, rule ",
	    paint(p, "\033[0m"), f->id, f->mark,
	    confidence_name(f->confidence));
	safe_write(p->f, f->check->id);
	if (f->trust == TRUST_DEVICE)
		fputs(", by the device's own word", p->f);
	if (f->check->confirmed.n > 0 &&
	    !span_is(f->check->confirmed, "official")) {
		fputs(", fact ", p->f);
		safe_write(p->f, f->check->confirmed);
	}
	putc('\n', p->f);
	acceptance(p, f, 4);
	rows_of(p, f->rows);
	seen(p, f);
	if (f->past != NULL)
		past_write(
		    p->f, f->past, p->o->all ? 0 : PAST_SPANS_SHOWN, 4);
	places(p, f);
	told = told_before(p, f);
	if (told != NULL) {
		fprintf(p->f, "    %swhy, verify, fix%s as for %s\n",
		    paint(p, "\033[2m"), paint(p, "\033[0m"), told->id);
		return;
	}
	labelled(p, "why", f->reason.n > 0 ? f->reason : f->check->why);
	if (f->in_time && f->check->why.n > 0)
		labelled(p, "what", f->check->why);
	lines(p, "verify", f->verify);
	lines(p, "fix", f->fix);
}

/* Gaps are many and small: one line each. */
static void
finding_short(const struct painter *p, const struct finding *f)
{
	fprintf(p->f, "    %-8s ", severity_name(f->severity));
	safe_write(p->f, f->title);
	fprintf(p->f, " (%s", f->id);
	if (f->nplaces > 0 && f->places[0].line > 0) {
		fputs(", ", p->f);
		safe_write(p->f, p->c->sources[f->places[0].source].path);
		fprintf(p->f, ":%" PRIu64, f->places[0].line);
	}
	fputs(")\n", p->f);
	acceptance(p, f, 13);
}

static void
device_findings(const struct painter *p, uint32_t at)
{
	const struct casefile *c = p->c;
	const struct device_result *r = &c->results[at];
	bool headed = false;

	fprintf(p->f, "\n%s", paint(p, "\033[1;4m"));
	safe_write(p->f, c->fleet.v[at].name);
	fprintf(p->f, "%s: %s%s%s\n", paint(p, "\033[0m"),
	    verdict_colour(p, r->verdict), verdict_name(r->verdict),
	    paint(p, "\033[0m"));
	for (size_t i = 0; i < r->nfindings; i++)
		if (!is_short(p, &c->findings[r->findings[i]]))
			finding_full(p, &c->findings[r->findings[i]]);
	for (size_t i = 0; i < r->nfindings; i++) {
		if (!is_short(p, &c->findings[r->findings[i]]))
			continue;
		if (!headed)
			fputs("\n  gaps and minor sightings (--all or explain "
			      "for the rest)\n",
			    p->f);
		headed = true;
		finding_short(p, &c->findings[r->findings[i]]);
	}
}

static void
loose_findings(const struct painter *p)
{
	const struct casefile *c = p->c;
	bool headed = false;

	for (size_t i = 0; i < c->nfindings; i++) {
		if (c->findings[i].device != DEVICE_NONE)
			continue;
		if (!headed)
			fprintf(p->f, "\n%snot tied to a device%s\n",
			    paint(p, "\033[1;4m"), paint(p, "\033[0m"));
		headed = true;
		if (is_short(p, &c->findings[i]))
			finding_short(p, &c->findings[i]);
		else
			finding_full(p, &c->findings[i]);
	}
}

/* Each command once, however many rows it would settle. */
static size_t
needs_of(const struct casefile *c, uint32_t at, struct span out[ROWS_SHOWN])
{
	size_t n = 0;

	for (size_t r = 0; r < c->nrows; r++) {
		struct span room[CASE_NEEDS];
		struct span_list need;

		if (!c->rows[r]->essential ||
		    casefile_cell(c, at, r) != COVERAGE_UNKNOWN)
			continue;
		need = case_need(c, at, c->rows[r], room);
		for (size_t i = 0; i < need.n && n < ROWS_SHOWN; i++) {
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

static void
unknown_of(const struct painter *p, uint32_t at)
{
	struct span needs[ROWS_SHOWN];
	size_t n = needs_of(p->c, at, needs);

	fputs("  ", p->f);
	safe_write(p->f, p->c->fleet.v[at].name);
	fprintf(p->f, ": %zu rows open; collect ", rows_open(p->c, at));
	for (size_t i = 0; i < n; i++) {
		fputs(i > 0 ? "; " : "", p->f);
		safe_write(p->f, needs[i]);
	}
	putc('\n', p->f);
}

static void
not_judged(const struct painter *p)
{
	const struct casefile *c = p->c;
	size_t n = 0, limit = p->o->all ? SIZE_MAX : DEVICES_SHOWN;

	for (size_t i = 0; i < c->fleet.n; i++) {
		if (rows_open(c, c->device_order[i]) == 0)
			continue;
		if (n == 0)
			fprintf(p->f,
			    "\n%snot judged for lack of evidence%s\n",
			    paint(p, "\033[1m"), paint(p, "\033[0m"));
		if (n++ < limit)
			unknown_of(p, c->device_order[i]);
	}
	if (n > limit)
		fprintf(p->f, "  and %zu more devices (--all)\n", n - limit);
}

static void
source_trouble(const struct painter *p, const struct source *s)
{
	static const char *const states[] = {
	    "read, but", "unrecognised", "unreadable", "skipped"};

	fputs("  ", p->f);
	safe_write(p->f, s->path);
	fprintf(p->f, ": %s", states[s->state]);
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
	    paint(p, "\033[1m"), paint(p, "\033[0m"), n[SOURCE_READ],
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

static void
verified_images(const struct painter *p)
{
	const struct casefile *c = p->c;
	size_t n = 0, limit = p->o->all ? SIZE_MAX : DEVICES_SHOWN;

	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t at = c->device_order[i];

		if (c->results[at].trust != TRUST_IMAGE || n++ >= limit)
			continue;
		if (n == 1)
			fprintf(p->f,
			    "\n%simage verified off the box%s as a file only: "
			    "not what is in memory, nor the boot loader\n ",
			    paint(p, "\033[1m"), paint(p, "\033[0m"));
		putc(' ', p->f);
		safe_write(p->f, c->fleet.v[at].name);
	}
	if (n > limit)
		fprintf(p->f, " and %zu more (--all)", n - limit);
	if (n > 0)
		putc('\n', p->f);
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
			    paint(p, "\033[1m"), paint(p, "\033[0m"));
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

	verdict_table(&p);
	for (int w = 0; w <= VERDICT_COMPROMISED; w++)
		for (size_t i = 0; i < c->fleet.n; i++) {
			uint32_t at = c->device_order[i];

			if (worst_first(c->results[at].verdict) == w &&
			    c->results[at].nfindings > 0)
				device_findings(&p, at);
		}
	loose_findings(&p);
	terminal_flaws(f, c, o);
	verified_images(&p);
	terminal_timeline(f, c, o);
	stale_waivers(&p);
	not_judged(&p);
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
