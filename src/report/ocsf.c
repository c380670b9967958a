/*
 * One line of JSON per finding, as an event of the Open Cybersecurity Schema
 * Framework 1.3: signs are detection findings (class 2004), flaws with a CVE
 * vulnerability findings (2002), weaknesses compliance findings (2003).
 */
#include "report/common.h"

enum {
	CATEGORY = 2,
	CREATE = 1,
	VULNERABILITY = 2002,
	COMPLIANCE = 2003,
	DETECTION = 2004
};

static int64_t
class_of(const struct finding *f)
{
	if (f->check->kind == CHECK_HARDENING)
		return COMPLIANCE;
	if (f->check->kind == CHECK_VULNERABILITY && f->check->cve.n > 0)
		return VULNERABILITY;
	return DETECTION;
}

/* Milliseconds since 1970. */
static void
when(struct tool_out *t, const char *key, int64_t at)
{
	if (at != TIME_NONE)
		json_out_number(&t->j, key, at / 1000);
}

static void
metadata(struct tool_out *t, const struct finding *f)
{
	struct json_out *j = &t->j;

	json_out_object(j, "metadata");
	json_out_str(j, "version", "1.3.0");
	json_out_str(j, "uid", f->mark);
	json_out_object(j, "product");
	json_out_str(j, "name", "tidemark");
	json_out_str(j, "vendor_name", "tidemark");
	json_out_str(j, "version", t->o->version);
	json_out_end_object(j);
	json_out_end_object(j);
}

static void
attacks(struct tool_out *t, const struct finding *f)
{
	const struct span_list l = f->check->techniques;

	if (l.n == 0)
		return;
	json_out_list(&t->j, "attacks");
	for (size_t i = 0; i < l.n; i++) {
		const struct technique *x = technique_today(t->c, l.v[i]);

		if (x == NULL)
			continue;
		json_out_object(&t->j, NULL);
		json_out_str(&t->j, "version", ATTACK_VERSION);
		json_out_object(&t->j, "technique");
		tool_text(t, "uid", x->id);
		tool_text(t, "name", x->name);
		json_out_end_object(&t->j);
		json_out_end_object(&t->j);
	}
	json_out_end_list(&t->j);
}

static void
finding_info(struct tool_out *t, const struct finding *f)
{
	struct json_out *j = &t->j;

	json_out_object(j, "finding_info");
	json_out_str(j, "uid", f->mark);
	tool_text(t, "title", f->title);
	tool_text(t, "desc", f->check->why);
	when(t, "created_time", t->o->started);
	when(t, "first_seen_time", f->first);
	when(t, "last_seen_time", f->last);
	json_out_object(j, "analytic");
	json_out_number(j, "type_id", 1); /* a rule */
	tool_text(t, "uid", f->check->id);
	tool_text(t, "name", f->check->title);
	json_out_end_object(j);
	attacks(t, f);
	json_out_end_object(j);
}

static void
resources(struct tool_out *t, const struct finding *f)
{
	if (f->device == DEVICE_NONE)
		return;
	json_out_list(&t->j, "resources");
	json_out_object(&t->j, NULL);
	tool_text(t, "name", finding_device(t->c, f));
	json_out_str(&t->j, "type", "network device");
	json_out_end_object(&t->j);
	json_out_end_list(&t->j);
}

#define EVIDENCES 20

static void
evidences(struct tool_out *t, const struct finding *f)
{
	if (f->nplaces == 0)
		return;
	json_out_list(&t->j, "evidences");
	for (size_t i = 0; i < f->nplaces && i < EVIDENCES; i++) {
		const struct finding_place *p = &f->places[i];

		json_out_object(&t->j, NULL);
		json_out_object(&t->j, "data");
		tool_text(t, "path", t->c->sources[p->source].path);
		if (p->line > 0)
			json_out_number(&t->j, "line", (int64_t)p->line);
		tool_text(t, "text", p->text);
		json_out_end_object(&t->j);
		json_out_end_object(&t->j);
	}
	json_out_end_list(&t->j);
}

static void
vulnerabilities(struct tool_out *t, const struct finding *f)
{
	json_out_list(&t->j, "vulnerabilities");
	for (size_t i = 0; i < f->check->cve.n; i++) {
		json_out_object(&t->j, NULL);
		json_out_object(&t->j, "cve");
		tool_text(t, "uid", f->check->cve.v[i]);
		json_out_end_object(&t->j);
		tool_text(t, "title", f->check->title);
		json_out_str(&t->j, "severity", severity_name(f->severity));
		json_out_end_object(&t->j);
	}
	json_out_end_list(&t->j);
}

static void
compliance(struct tool_out *t, const struct finding *f)
{
	json_out_object(&t->j, "compliance");
	tool_text(t, "control", f->check->id);
	tool_texts(t, "requirements", f->rows);
	json_out_number(&t->j, "status_id", 3); /* fail */
	json_out_end_object(&t->j);
}

static void
line(struct tool_out *t, const struct finding *f)
{
	const int64_t class = class_of(f);
	struct json_out *j = &t->j;

	json_out_object(j, NULL);
	json_out_number(j, "class_uid", class);
	json_out_number(j, "category_uid", CATEGORY);
	json_out_number(j, "activity_id", CREATE);
	json_out_number(j, "type_uid", class * 100 + CREATE);
	json_out_number(j, "severity_id", (int64_t)f->severity + 1);
	json_out_number(j, "confidence_id", (int64_t)f->confidence + 1);
	/* New, or suppressed. */
	json_out_number(j, "status_id", finding_waived(f) ? 3 : 1);
	when(t, "time", finding_time(f, t->o));
	json_out_number(
	    j, "count", f->count > INT32_MAX ? INT32_MAX : (int64_t)f->count);
	tool_text(t, "message", f->title);
	if (finding_waived(f))
		tool_text(t, "comment", f->waiver->reason);
	metadata(t, f);
	finding_info(t, f);
	resources(t, f);
	if (class == VULNERABILITY)
		vulnerabilities(t, f);
	else if (class == COMPLIANCE)
		compliance(t, f);
	if (class == DETECTION)
		evidences(t, f);
	json_out_end_object(j);
}

static int
ocsf_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	return tool_lines(f, c, o, line, e);
}

const struct report report_ocsf = {
    .name = "ocsf",
    .title = "OCSF findings, a line each",
    .write = ocsf_write,
};
