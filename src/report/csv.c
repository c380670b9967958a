/*
 * A table for spreadsheets: one row for each device and flaw (RFC 4180).  What
 * a spreadsheet would take for a formula gets an apostrophe before it: names of
 * devices and evidence are whatever an intruder wrote.
 */
#include <inttypes.h>

#include "base/safe.h"
#include "report/common.h"

struct table {
	FILE *f;
	const struct casefile *c;
	bool begun; /* a cell stands before, in this row */
};

static void
quoted_part(FILE *f, struct span s)
{
	struct span rest = s;

	while (rest.n > 0) {
		size_t q = span_find_byte(rest, '"');

		safe_write(f, span_head(rest, q));
		if (q == SPAN_NONE)
			return;
		fputs("\"\"", f);
		rest = span_from(rest, q + 1);
	}
}

static void
cell_begin(struct table *t)
{
	fputs(t->begun ? ",\"" : "\"", t->f);
	t->begun = true;
}

static void
cell(struct table *t, struct span s)
{
	cell_begin(t);
	if (csv_formula(s))
		fputc('\'', t->f);
	quoted_part(t->f, s);
	fputc('"', t->f);
}

static void
number(struct table *t, bool has, const char *fmt, double v)
{
	char text[32] = "";

	if (has)
		snprintf(text, sizeof(text), fmt, v);
	cell(t, span_str(text));
}

static void
list(struct table *t, struct span_list l)
{
	cell_begin(t);
	for (size_t i = 0; i < l.n; i++) {
		fputs(i > 0 ? "; " : "", t->f);
		quoted_part(t->f, l.v[i]);
	}
	fputc('"', t->f);
}

/* path:line, and so on. */
static void
places(struct table *t, const struct flaw *f)
{
	cell_begin(t);
	for (size_t i = 0; i < f->nplaces; i++) {
		const struct finding_place *p = &f->places[i];
		struct span path = t->c->sources[p->source].path;

		fputs(i > 0 ? "; " : csv_formula(path) ? "'" : "", t->f);
		quoted_part(t->f, path);
		if (p->line > 0)
			fprintf(t->f, ":%" PRIu64, p->line);
	}
	fputc('"', t->f);
}

static void
deadline(struct table *t, const struct deadline *d)
{
	cell_begin(t);
	if (d->publicly == VULN_UNSAID && !span_eq(d->exposed, d->hidden))
		fprintf(t->f, "%.*s if publicly exposed; else %.*s",
		    SPAN_FMT(d->exposed), SPAN_FMT(d->hidden));
	else
		quoted_part(
		    t->f, d->publicly == VULN_NO ? d->hidden : d->exposed);
	fputc('"', t->f);
}

static struct span
said(enum vuln_said s)
{
	return s == VULN_UNSAID ? SPAN("")
	       : s == VULN_YES	? SPAN("yes")
				: SPAN("no");
}

static void
row(void *ctx, const struct flaw *f)
{
	struct table *t = ctx;
	const struct device *d = &t->c->fleet.v[f->device];
	const struct vuln_answer *a = f->answer;
	const struct vuln_score *s = &f->v->score;
	bool open =
	    a->verdict == VULN_EXPOSED || a->verdict == VULN_CANNOT_TELL;

	t->begun = false;
	cell(t, d->name);
	cell(t, d->platform);
	cell(t, d->model);
	cell(t, d->version);
	cell(t, f->v->check.id);
	cell(t, span_str(vuln_verdict_name(a->verdict)));
	cell(t, span_str(confidence_name(a->confidence)));
	cell(t, span_str(severity_name(f->v->check.severity)));
	cell(t, f->v->check.title);
	cell(t, f->reason);
	places(t, f);
	list(t, f->need);
	cell(t, f->upgrade);
	cell(t, open ? span_str(opening_name(f->opening)) : SPAN(""));
	cell(t, open ? f->opening_why : SPAN(""));
	deadline(t, &f->deadline);
	cell(t, s->kev_added);
	cell(t, s->kev_due);
	cell(t, said(s->ransomware));
	number(t, s->has_cvss, "%.1f", s->cvss);
	number(t, s->has_epss, "%.5f", s->epss);
	cell(t, said(s->automatable));
	cell(t, vuln_impact_name(s->impact));
	cell(t, f->finding != NULL ? span_str(f->finding->id) : SPAN(""));
	fputs("\r\n", t->f);
}

static int
csv_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	struct table t = {f, c, false};

	(void)o;
	fputs("device,platform,model,release,cve,answer,confidence,severity,"
	      "title,reason,evidence,need,remedy,reach,reach_why,deadline,"
	      "kev_added,kev_due,ransomware,cvss,epss,automatable,impact,finding\r\n",
	    f);
	for (size_t i = 0; i < c->fleet.n; i++)
		case_flaws(c, c->device_order[i], row, &t);
	if (fflush(f) != 0 || ferror(f))
		return err_sys(e, "cannot write the CSV report");
	return 0;
}

const struct report report_csv = {
    .name = "csv",
    .title = "Table of devices and known exploited flaws",
    .write = csv_write,
};
