/*
 * Findings on the terminal: the evidence line, why it matters, how to check it
 * by hand and how to fix it.
 */
#include "report/terminal_findings.h"

#include <inttypes.h>

#include "base/safe.h"
#include "report/past.h"

/* Evidence places shown for one finding unless all are asked for. */
#define PLACES_SHOWN 3
#define PAST_SPANS_SHOWN 4

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
			    term_code(p, "\033[2m"), i > 0 ? "    " : "rows",
			    term_code(p, "\033[0m"), SPAN_FMT(advisory));
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
	size_t n = p->o->all		       ? f->nplaces
		   : f->nplaces < PLACES_SHOWN ? f->nplaces
					       : PLACES_SHOWN;

	for (size_t i = 0; i < n; i++) {
		/* Of what stands in the order of time, the end counts most. */
		size_t at = f->in_time && i + 1 == n ? f->nplaces - 1 : i;
		const struct finding_place *x = &f->places[at];

		fputs("    ", p->f);
		fputs(term_code(p, "\033[36m"), p->f);
		safe_write(p->f, p->c->sources[x->source].path);
		if (x->line > 0)
			fprintf(p->f, ":%" PRIu64, x->line);
		else if (x->offset != UINT64_MAX)
			fprintf(p->f, " byte %" PRIu64, x->offset);
		fprintf(p->f, "%s\n", term_code(p, "\033[0m"));
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
	char said[WAIVER_TEXT];

	if (w == NULL)
		return;
	term_spaces(p->f, indent);
	fputs(waiver_text(w, said), p->f);
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

	fprintf(p->f, "\n  %s%s%s %s", term_code(p, colours[f->severity]),
	    severity_name(f->severity), term_code(p, "\033[0m"),
	    term_code(p, "\033[1m"));
	safe_write(p->f, f->title);
	fprintf(p->f, "%s\n    %s %s, %s confidence, rule ",
	    term_code(p, "\033[0m"), f->id, f->mark,
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
		past_write(p->f, f->past, p->o->all ? 0 : PAST_SPANS_SHOWN, 4);
	places(p, f);
	told = told_before(p, f);
	if (told != NULL) {
		bool same = span_list_eq(told->verify, f->verify);

		fprintf(p->f, "    %s%s%s as for %s\n", term_code(p, "\033[2m"),
		    same ? "why, verify, fix" : "why, fix",
		    term_code(p, "\033[0m"), told->id);
		if (!same)
			term_lines(p, "verify", f->verify);
		return;
	}
	term_labelled(p, "why", f->reason.n > 0 ? f->reason : f->check->why);
	if (f->in_time && f->check->why.n > 0)
		term_labelled(p, "what", f->check->why);
	term_lines(p, "verify", f->verify);
	term_lines(p, "fix", f->fix);
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

	fprintf(p->f, "\n%s", term_code(p, "\033[1;4m"));
	safe_write(p->f, c->fleet.v[at].name);
	fprintf(p->f, "%s: %s%s%s\n", term_code(p, "\033[0m"),
	    term_verdict(p, r->verdict), verdict_name(r->verdict),
	    term_code(p, "\033[0m"));
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
			    term_code(p, "\033[1;4m"), term_code(p, "\033[0m"));
		headed = true;
		if (is_short(p, &c->findings[i]))
			finding_short(p, &c->findings[i]);
		else
			finding_full(p, &c->findings[i]);
	}
}

/* Nothing of the device is told but in a line each. */
static bool
is_all_short(const struct painter *p, const struct device_result *r)
{
	for (size_t i = 0; i < r->nfindings; i++)
		if (!is_short(p, &p->c->findings[r->findings[i]]))
			return false;
	return true;
}

/* Of a large fleet, those that have mere gaps fill no screens. */
static void
verdict_findings(const struct painter *p, enum verdict v)
{
	const struct casefile *c = p->c;
	size_t devices = 0, findings = 0;

	for (size_t i = 0; i < c->fleet.n; i++) {
		uint32_t at = c->device_order[i];
		const struct device_result *r = &c->results[at];

		if (r->verdict != v || r->nfindings == 0)
			continue;
		if (p->o->all || !is_all_short(p, r) ||
		    devices++ < TERM_DEVICES)
			device_findings(p, at);
		else
			findings += r->nfindings;
	}
	if (findings > 0)
		fprintf(p->f,
		    "\n  and %zu more devices, %s, with %zu gaps and minor "
		    "sightings (--all, --findings-csv or --html)\n",
		    devices - TERM_DEVICES, verdict_name(v), findings);
}

void
terminal_findings(const struct painter *p)
{
	for (int v = VERDICT_COMPROMISED; v >= 0; v--)
		verdict_findings(p, (enum verdict)v);
	loose_findings(p);
}
