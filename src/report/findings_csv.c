/*
 * One row per finding, as CSV (RFC 4180: all fields quoted, CRLF), for
 * spreadsheets and scripts.
 *
 * A spreadsheet runs what begins like a formula, quoted or not: such a field
 * gets an apostrophe in front, which spreadsheets show as text.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "report/common.h"

static const char *const columns[] = {"finding", "fingerprint", "device",
    "vendor", "platform", "kind", "severity", "confidence", "trust", "rule",
    "title", "reason", "first_seen", "last_seen", "count", "techniques",
    "advisory", "cve", "places", "path", "line", "evidence", "fix", "verify",
    "decision", "decided_by", "decision_reason", "decision_expires"};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

struct csv {
	struct tool_out t;
	size_t at; /* column */
};

static void
field(struct csv *w, struct span s)
{
	FILE *f = w->t.j.f;

	s = tool_clean(&w->t, s);
	fputs(w->at++ > 0 ? ",\"" : "\"", f);
	if (csv_formula(s))
		putc('\'', f);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			putc('"', f);
		putc(s.p[i], f);
	}
	putc('"', f);
}

static void
word(struct csv *w, const char *s)
{
	field(w, s != NULL ? span_str(s) : (struct span){0});
}

static void
number(struct csv *w, uint64_t v)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, v);
	word(w, text);
}

static void
when(struct csv *w, int64_t t)
{
	char text[TIME_TEXT];

	word(w, time_write(t, text));
}

static void
list(struct csv *w, struct span_list l)
{
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	for (size_t i = 0; i < l.n; i++)
		buf_fmt(&b, "%s%.*s", i > 0 ? "; " : "", SPAN_FMT(l.v[i]));
	field(w, buf_span(&b));
	buf_release(&b);
}

static void
end_row(struct csv *w)
{
	fputs("\r\n", w->t.j.f);
	w->at = 0;
}

static void
evidence(struct csv *w, const struct finding *f)
{
	const struct finding_place *p = f->places;

	number(w, f->nplaces);
	if (f->nplaces == 0) {
		for (int i = 0; i < 3; i++)
			word(w, NULL);
		return;
	}
	field(w, w->t.c->sources[p->source].path);
	if (p->line > 0)
		number(w, p->line);
	else
		word(w, NULL);
	field(w, p->text);
}

static void
decision(struct csv *w, const struct waiver *v)
{
	static const struct waiver none;
	const char *what = v == NULL	 ? NULL
			   : v->expired	 ? "expired"
			   : v->rejected ? "rejected"
					 : "accepted";

	if (v == NULL)
		v = &none;
	word(w, what);
	field(w, v->owner);
	field(w, v->reason);
	field(w, v->expires);
}

static void
row(struct csv *w, const struct finding *f)
{
	static const struct device nobody;
	const struct casefile *c = w->t.c;
	const struct device *d =
	    f->device != DEVICE_NONE ? &c->fleet.v[f->device] : &nobody;

	word(w, f->id);
	word(w, f->mark);
	field(w, d->name);
	field(w, d->vendor);
	field(w, d->platform);
	word(w, check_kind_name(f->check->kind));
	word(w, severity_name(f->severity));
	word(w, confidence_name(f->confidence));
	word(w, trust_name(f->trust));
	field(w, f->check->id);
	field(w, f->title);
	field(w, f->reason);
	when(w, f->first);
	when(w, f->last);
	number(w, f->count);
	list(w, f->check->techniques);
	list(w, f->rows);
	list(w, f->check->cve);
	evidence(w, f);
	list(w, f->fix);
	list(w, f->verify);
	decision(w, f->waiver);
	end_row(w);
}

static int
findings_csv_write(FILE *f, const struct casefile *c,
    const struct report_options *o, struct err *e)
{
	struct csv w = {0};

	tool_init(&w.t, f, c, o);
	for (size_t i = 0; i < COLUMNS; i++)
		word(&w, columns[i]);
	end_row(&w);
	for (size_t i = 0; i < c->nfindings; i++)
		row(&w, &c->findings[i]);
	return tool_end(&w.t, e);
}

const struct report report_findings_csv = {
    .name = "findings-csv",
    .title = "one row per finding, for spreadsheets",
    .write = findings_csv_write,
};
