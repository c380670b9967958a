/*
 * The report as Markdown, for tickets and wikis: verdicts, findings by device,
 * what could not be judged.  CommonMark 0.31 with the tables of GitHub's
 * flavour.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "case/met.h"
#include "report/markdown_put.h"
#include "report/past.h"
#include "report/report.h"

#define PLACES_SHOWN 3
#define PAST_SPANS_SHOWN 4
#define COMMIT_SHOWN 12

struct writer {
	FILE *f;
	const struct casefile *c;
	const struct report_options *o;
	struct buf clean;
	const struct finding *told; /* said the same why last */
	bool unknown;		    /* something was not judged */
};

static void
put(struct writer *w, struct span s)
{
	markdown_put(w->f, &w->clean, s);
}

static void
labelled(struct writer *w, const char *label, struct span s)
{
	if (s.n == 0)
		return;
	fprintf(w->f, "\n**%s.** ", label);
	put(w, s);
	putc('\n', w->f);
}

static void
lines(struct writer *w, const char *label, struct span_list l)
{
	if (l.n == 0)
		return;
	fprintf(w->f, "\n**%s.**\n", label);
	markdown_code(w->f, l.v, l.n);
}

static void
days(struct writer *w, int64_t first, int64_t last)
{
	char text[TIME_TEXT];

	if (first == TIME_NONE)
		return;
	fprintf(w->f, "%.10s", time_write(first, text));
	if (last / TIME_DAY != first / TIME_DAY)
		fprintf(w->f, " to %.10s", time_write(last, text));
}

static void
verdict_row(struct writer *w, uint32_t at)
{
	const struct casefile *c = w->c;
	const struct device *d = &c->fleet.v[at];
	const struct device_result *r = &c->results[at];

	fputs("| ", w->f);
	put(w, d->name);
	fprintf(w->f, " | %s | ", verdict_name(r->verdict));
	put(w, d->platform);
	fputs(" | ", w->f);
	put(w, d->version);
	fprintf(w->f, " | %zu | %zu | %zu | %zu | ",
	    device_findings_of(c, r, CHECK_COMPROMISE),
	    device_findings_of(c, r, CHECK_INDICATOR),
	    device_findings_of(c, r, CHECK_VULNERABILITY),
	    device_findings_of(c, r, CHECK_HARDENING));
	days(w, r->first, r->last);
	fputs(" |\n", w->f);
}

/* Devices from the worst on. */
static void
each_device(struct writer *w, void (*fn)(struct writer *w, uint32_t at))
{
	const struct casefile *c = w->c;

	for (int v = VERDICT_COMPROMISED; v >= 0; v--)
		for (size_t i = 0; i < c->fleet.n; i++)
			if ((int)c->results[c->device_order[i]].verdict == v)
				fn(w, c->device_order[i]);
}

static void
verdicts(struct writer *w)
{
	if (w->c->fleet.n == 0) {
		fputs("\nNo device could be told from this evidence.\n", w->f);
		return;
	}
	fputs("\n## Verdicts\n\n"
	      "| Device | Verdict | System | Release | Signs | IOCs | Flaws | "
	      "Gaps | Seen |\n"
	      "| --- | --- | --- | --- | ---: | ---: | ---: | ---: | --- |\n",
	    w->f);
	each_device(w, verdict_row);
}

/* ---- indicators ---- */

/* Rows of the table, and names in a cell, unless all are asked for. */
#define INDICATORS_SHOWN 30
#define DEVICES_SHOWN 4

static void
indicator_devices(struct writer *w, const struct met_indicator *m)
{
	size_t n = w->o->all || m->ndevices < DEVICES_SHOWN ? m->ndevices
							    : DEVICES_SHOWN;

	for (size_t i = 0; i < n; i++) {
		fputs(i > 0 ? ", " : "", w->f);
		put(w, w->c->fleet.v[m->devices[i]].name);
	}
	if (m->ndevices > n)
		fprintf(w->f, " and %zu more", m->ndevices - n);
	if (m->loose)
		fputs(n > 0 ? ", and no device told" : "no device told", w->f);
}

static void
indicator_row(struct writer *w, const struct met_indicator *m)
{
	char text[TIME_TEXT];

	fputs("| ", w->f);
	put(w, m->check->title);
	fprintf(w->f, " | %s | ", severity_name(m->worst->severity));
	put(w, m->worst->entity);
	fprintf(w->f, " (%s) | %" PRIu64 " | ", m->worst->id, m->count);
	if (m->first != TIME_NONE)
		fputs(time_write(m->first, text), w->f);
	fputs(" | ", w->f);
	if (m->first != TIME_NONE)
		fputs(time_write(m->last, text), w->f);
	fputs(" | ", w->f);
	indicator_devices(w, m);
	fputs(" |\n", w->f);
}

/* Were we touched, where, when first, when last. */
static void
indicators(struct writer *w)
{
	struct arena arena;
	struct met_indicators met;
	size_t n;

	arena_init(&arena);
	met = case_indicators_met(w->c, &arena);
	n = w->o->all || met.n < INDICATORS_SHOWN ? met.n : INDICATORS_SHOWN;
	fprintf(w->f, "\n## Indicators met: %zu of %zu\n", met.n,
	    case_indicators_sought(w->c));
	if (n > 0)
		fputs("\n| Indicator | Severity | At worst | Times | First | "
		      "Last | Where |\n"
		      "| --- | --- | --- | ---: | --- | --- | --- |\n",
		    w->f);
	for (size_t i = 0; i < n; i++)
		indicator_row(w, &met.v[i]);
	if (met.n > n)
		fprintf(w->f, "\nand %zu more (the JSON report has them)\n",
		    met.n - n);
	arena_release(&arena);
}

/* ---- findings ---- */

static void
where(struct writer *w, const struct finding_place *p)
{
	put(w, w->c->sources[p->source].path);
	if (p->line > 0)
		fprintf(w->f, ":%" PRIu64, p->line);
	else if (p->offset != UINT64_MAX)
		fprintf(w->f, " byte %" PRIu64, p->offset);
}

static void
places(struct writer *w, const struct finding *f)
{
	size_t n =
	    w->o->all || f->nplaces < PLACES_SHOWN ? f->nplaces : PLACES_SHOWN;

	for (size_t i = 0; i < n; i++) {
		/* Of what stands in the order of time, the end counts most. */
		size_t at = f->in_time && i + 1 == n ? f->nplaces - 1 : i;
		const struct finding_place *p = &f->places[at];

		fputs("\nAt ", w->f);
		where(w, p);
		putc('\n', w->f);
		if (p->text.n > 0)
			markdown_code(w->f, &p->text, 1);
	}
	if (f->count > n)
		fprintf(w->f, "\nand %" PRIu64 " more\n", f->count - n);
}

static void
acceptance(struct writer *w, const struct finding *f, const char *lead)
{
	const struct waiver *v = f->waiver;
	char said[WAIVER_TEXT];

	if (v == NULL)
		return;
	fputs(lead, w->f);
	(void)waiver_text(v, said);
	said[0] = v->rejected ? 'R' : 'A';
	fputs(said, w->f);
	put(w, v->expires);
	fputs(", by ", w->f);
	put(w, f->waiver->owner);
	fputs(": ", w->f);
	put(w, f->waiver->reason);
	putc('\n', w->f);
}

static void
finding_head(struct writer *w, const struct finding *f)
{
	char first[TIME_TEXT], last[TIME_TEXT];

	fprintf(w->f, "%s `%s`, %s confidence, rule ", f->id, f->mark,
	    confidence_name(f->confidence));
	put(w, f->check->id);
	if (f->trust == TRUST_DEVICE)
		fputs(", by the device's own word", w->f);
	if (f->check->confirmed.n > 0 &&
	    !span_is(f->check->confirmed, "official")) {
		fputs(", fact ", w->f);
		put(w, f->check->confirmed);
	}
	for (size_t i = 0; i < f->rows.n; i++) {
		fputs(i == 0 ? ", rows " : ", ", w->f);
		put(w, f->rows.v[i]);
	}
	if (f->first != TIME_NONE) {
		fprintf(w->f, "; seen %s", time_write(f->first, first));
		if (f->last != f->first)
			fprintf(w->f, " to %s, %" PRIu64 " times",
			    time_write(f->last, last), f->count);
	}
	putc('\n', w->f);
}

static void
commit_put(struct writer *w, const char *word, const struct past_commit *c)
{
	char time[TIME_TEXT];

	fprintf(w->f, "%s %s, commit %.*s, ", word,
	    c->time == TIME_NONE ? "no date" : time_write(c->time, time),
	    SPAN_FMT(span_head(c->commit, COMMIT_SHOWN)));
	put(w, c->author);
}

/* Since when, by the commits of a repository. */
static void
past(struct writer *w, const struct finding_past *p)
{
	size_t skipped =
	    p->nspans > PAST_SPANS_SHOWN ? p->nspans - PAST_SPANS_SHOWN : 0;

	putc('\n', w->f);
	for (size_t i = skipped; i < p->nspans; i++) {
		const struct past_span *s = &p->spans[i];
		struct buf length;

		commit_put(w, p->moment ? "- in" : "- from", &s->first);
		if (s->gone.commit.n > 0) {
			commit_put(w, "; gone", &s->gone);
			buf_init(&length, 200);
			past_length(&length, s);
			fprintf(
			    w->f, "; stood %.*s", SPAN_FMT(buf_span(&length)));
			buf_release(&length);
		}
		putc('\n', w->f);
	}
	if (p->all > p->nspans - skipped)
		fprintf(w->f, "- and %" PRIu64 " more times before that\n",
		    p->all - (p->nspans - skipped));
}

static void
finding_full(struct writer *w, const struct finding *f)
{
	fprintf(w->f, "\n### %s: ", severity_name(f->severity));
	put(w, f->title);
	fputs("\n\n", w->f);
	finding_head(w, f);
	acceptance(w, f, "\n");
	if (f->past != NULL)
		past(w, f->past);
	places(w, f);
	if (f->reason.n == 0 && w->told != NULL &&
	    w->told->device == f->device &&
	    span_eq(w->told->check->why, f->check->why)) {
		bool same = span_list_eq(w->told->verify, f->verify);

		fprintf(w->f, "\nWhy%s and fix as for %s.\n",
		    same ? ", verify" : "", w->told->id);
		if (!same)
			lines(w, "Verify", f->verify);
		return;
	}
	w->told = f->reason.n == 0 ? f : NULL;
	labelled(w, "Why", f->reason.n > 0 ? f->reason : f->check->why);
	lines(w, "Verify", f->verify);
	lines(w, "Fix", f->fix);
}

static void
finding_short(struct writer *w, const struct finding *f)
{
	fprintf(w->f, "- %s: ", severity_name(f->severity));
	put(w, f->title);
	fprintf(w->f, " (%s", f->id);
	if (f->nplaces > 0 && f->places[0].line > 0) {
		fputs(", ", w->f);
		where(w, &f->places[0]);
	}
	fputs(")\n", w->f);
	/* Still within the item of the list. */
	acceptance(w, f, "  ");
}

static bool
is_short(const struct writer *w, const struct finding *f)
{
	return finding_waived(f) ||
	       (!w->o->all && (f->check->kind == CHECK_HARDENING ||
				  f->severity <= SEV_LOW ||
				  finding_weight(f) == VERDICT_UNKNOWN));
}

/* Findings of a list, the full ones first. */
static void
finding_list(struct writer *w, const uint32_t *v, size_t n)
{
	bool headed = false;

	for (size_t i = 0; i < n; i++)
		if (!is_short(w, &w->c->findings[v[i]]))
			finding_full(w, &w->c->findings[v[i]]);
	for (size_t i = 0; i < n; i++) {
		if (!is_short(w, &w->c->findings[v[i]]))
			continue;
		if (!headed)
			fputs("\n### Gaps and minor sightings\n\n", w->f);
		headed = true;
		finding_short(w, &w->c->findings[v[i]]);
	}
}

static void
device_findings(struct writer *w, uint32_t at)
{
	const struct device_result *r = &w->c->results[at];

	if (r->nfindings == 0)
		return;
	fputs("\n## ", w->f);
	put(w, w->c->fleet.v[at].name);
	fprintf(w->f, ": %s\n", verdict_name(r->verdict));
	finding_list(w, r->findings, r->nfindings);
}

static void
loose_findings(struct writer *w)
{
	const struct casefile *c = w->c;
	struct arena a;
	uint32_t *v;
	size_t n = 0;

	arena_init(&a);
	v = arena_array(&a, c->nfindings, sizeof(*v));
	for (size_t i = 0; i < c->nfindings; i++)
		if (c->findings[i].device == DEVICE_NONE)
			v[n++] = (uint32_t)i;
	if (n > 0)
		fputs("\n## Not tied to a device\n", w->f);
	finding_list(w, v, n);
	arena_release(&a);
}

/* ---- flaws ---- */

struct flaw_rows {
	struct writer *w;
	size_t shown, untold;
};

/* Where nobody knows whether it is publicly exposed, both count. */
static void
deadline(struct writer *w, const struct deadline *d)
{
	put(w, d->publicly == VULN_NO ? d->hidden : d->exposed);
	if (d->publicly != VULN_UNSAID || span_eq(d->exposed, d->hidden))
		return;
	fputs(" if publicly exposed; else ", w->f);
	put(w, d->hidden);
}

static void
flaw_row(void *ctx, const struct flaw *f)
{
	struct flaw_rows *x = ctx;
	struct writer *w = x->w;

	x->untold += f->answer->verdict == VULN_CANNOT_TELL;
	if (f->answer->verdict != VULN_EXPOSED)
		return;
	if (x->shown++ == 0)
		fputs("\n## Flaws\n\n"
		      "| Device | Flaw | Release | Who gets at it | Deadline | "
		      "Remedy |\n| --- | --- | --- | --- | --- | --- |\n",
		    w->f);
	fputs("| ", w->f);
	put(w, w->c->fleet.v[f->device].name);
	fputs(" | ", w->f);
	put(w, f->v->check.id);
	fputs(": ", w->f);
	put(w, f->v->check.title);
	fputs(" | ", w->f);
	if (f->answer->release.order != NULL)
		put(w, version_write(&f->answer->release));
	fprintf(w->f, " | %s | ", opening_name(f->opening));
	deadline(w, &f->deadline);
	fputs(" | ", w->f);
	put(w, f->upgrade);
	fputs(" |\n", w->f);
}

/* Those that devices are exposed to; the others are in the CSV report. */
static void
flaws(struct writer *w)
{
	struct flaw_rows x = {.w = w};

	for (size_t i = 0; i < w->c->fleet.n; i++)
		case_flaws(w->c, w->c->device_order[i], flaw_row, &x);
	if (x.untold > 0)
		fprintf(w->f,
		    "%s%zu more answers, each of a flaw on a device, cannot be "
		    "told from this evidence.\n",
		    x.shown > 0 ? "\n" : "\n## Flaws\n\n", x.untold);
}

/* ---- what is not known ---- */

/* What settles the essential rows of a device, each set of commands once. */
static void
device_unknown(struct writer *w, uint32_t at)
{
	const struct casefile *c = w->c;
	struct span_list told[16];
	/* Where needs may stand, and one more for what is not kept. */
	struct span rooms[17][CASE_NEEDS];
	size_t open = 0, n = 0;

	for (size_t r = 0; r < c->nrows; r++) {
		struct span_list need;
		size_t k = 0;

		if (!c->rows[r]->essential ||
		    casefile_cell(c, at, r) != COVERAGE_UNKNOWN)
			continue;
		open++;
		need = case_need(c, at, c->rows[r], rooms[n]);
		while (k < n && !span_list_eq(told[k], need))
			k++;
		if (k == n && n < sizeof(told) / sizeof(*told) && need.n > 0)
			told[n++] = need;
	}
	if (open == 0)
		return;
	if (!w->unknown)
		fputs("\n## Not judged for lack of evidence\n\n", w->f);
	w->unknown = true;
	fputs("- ", w->f);
	put(w, c->fleet.v[at].name);
	fprintf(w->f, ": %zu rows open", open);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < told[i].n; k++) {
			fputs(i + k == 0 ? "; collect " : "; ", w->f);
			put(w, told[i].v[k]);
		}
	putc('\n', w->f);
}

static void
sources(struct writer *w)
{
	const struct casefile *c = w->c;
	char why[SOURCE_WHY];
	size_t n[SOURCE_SKIPPED + 1] = {0};

	for (size_t i = 0; i < c->nsources; i++)
		n[c->sources[i].state]++;
	fprintf(w->f,
	    "\n## Sources\n\n%zu read, %zu unrecognised, %zu "
	    "unreadable, %zu skipped\n\n",
	    n[SOURCE_READ], n[SOURCE_UNRECOGNISED], n[SOURCE_UNREADABLE],
	    n[SOURCE_SKIPPED]);
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];

		if (s->state == SOURCE_READ && s->worst == DIAG_NOTE)
			continue;
		fputs("- ", w->f);
		put(w, s->path);
		fprintf(w->f, ": %s, ",
		    s->state == SOURCE_READ ? "read, but"
					    : source_state_name(s->state));
		put(w, source_why(s, why));
		putc('\n', w->f);
	}
}

static int
markdown_write(FILE *f, const struct casefile *c,
    const struct report_options *o, struct err *e)
{
	struct writer w = {.f = f, .c = c, .o = o};
	char started[TIME_TEXT];
	size_t worst = 0;

	buf_init(&w.clean, LIMIT_BUF_BYTES);
	for (size_t i = 0; i < c->fleet.n; i++)
		worst += c->results[i].verdict == casefile_worst(c);
	fputs("# tidemark report", f);
	if (c->fleet.n > 0)
		fprintf(f, ": %zu of %zu devices %s", worst, c->fleet.n,
		    verdict_name(casefile_worst(c)));
	fprintf(f, "\n\n%s, tidemark %s, knowledge %s, %zu sources\n",
	    time_write(o->started, started), o->version,
	    c->knowledge->fingerprint, c->nsources);
	if (!c->complete)
		fputs("\n**This run is incomplete: some evidence could not be "
		      "read; see Sources.**\n",
		    f);
	verdicts(&w);
	indicators(&w);
	each_device(&w, device_findings);
	loose_findings(&w);
	flaws(&w);
	each_device(&w, device_unknown);
	sources(&w);
	buf_release(&w.clean);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the Markdown report");
	return 0;
}

const struct report report_markdown = {
    .name = "markdown",
    .title = "Markdown, for tickets and wikis",
    .write = markdown_write,
};
