/*
 * One line of JSON per finding, with the fields of the Elastic Common Schema
 * 8.17: signs are alerts, weaknesses and flaws states.  Field names and types
 * are those of the schema; what it has no field for stands in labels, whose
 * values are keywords.
 */
#include "report/common.h"

static int64_t
risk(enum severity s)
{
	/* The scores of Elastic's own rules; information has none. */
	static const int64_t of[] = {[SEV_INFO] = 1,
	    [SEV_LOW] = 21,
	    [SEV_MEDIUM] = 47,
	    [SEV_HIGH] = 73,
	    [SEV_CRITICAL] = 99};

	return of[s];
}

static void
one(struct tool_out *t, const char *key, const char *word)
{
	json_out_list(&t->j, key);
	json_out_str(&t->j, NULL, word);
	json_out_end_list(&t->j);
}

static void
event(struct tool_out *t, const struct finding *f)
{
	static const struct {
		const char *kind, *category, *type;
	} of[] = {[CHECK_COMPROMISE] = {"alert", "intrusion_detection", "info"},
	    [CHECK_INDICATOR] = {"alert", "threat", "indicator"},
	    [CHECK_VULNERABILITY] = {"state", "vulnerability", "info"},
	    [CHECK_HARDENING] = {"state", "configuration", "info"}};
	const enum check_kind k = f->check->kind;

	json_out_object(&t->j, "event");
	json_out_str(&t->j, "kind", of[k].kind);
	one(t, "category", of[k].category);
	one(t, "type", of[k].type);
	json_out_str(&t->j, "id", f->mark);
	json_out_str(&t->j, "module", "tidemark");
	json_out_str(&t->j, "dataset", "tidemark.finding");
	json_out_number(&t->j, "severity", risk(f->severity));
	json_out_number(&t->j, "risk_score", risk(f->severity));
	tool_time(t, "start", f->first);
	tool_time(t, "end", f->last);
	tool_time(t, "created", t->o->started);
	tool_text(t, "reason", f->reason);
	json_out_end_object(&t->j);
}

static void
device(struct tool_out *t, const struct finding *f)
{
	const struct device *d;

	if (f->device == DEVICE_NONE)
		return;
	d = &t->c->fleet.v[f->device];
	json_out_object(&t->j, "host");
	tool_text(t, "name", d->name);
	tool_text(t, "hostname", d->name);
	if (d->platform.n > 0) {
		json_out_object(&t->j, "os");
		tool_text(t, "name", d->platform);
		tool_text(t, "version", d->version);
		json_out_end_object(&t->j);
	}
	json_out_end_object(&t->j);
}

static void
threat(struct tool_out *t, const struct finding *f)
{
	const struct span_list l = f->check->techniques;

	if (l.n == 0)
		return;
	json_out_object(&t->j, "threat");
	json_out_str(&t->j, "framework", "MITRE ATT&CK");
	json_out_object(&t->j, "technique");
	tool_texts(t, "id", l);
	json_out_end_object(&t->j);
	json_out_end_object(&t->j);
}

static void
evidence(struct tool_out *t, const struct finding *f)
{
	const struct finding_place *p = f->places;

	if (f->nplaces == 0)
		return;
	json_out_object(&t->j, "log");
	json_out_object(&t->j, "file");
	tool_text(t, "path", t->c->sources[p->source].path);
	json_out_end_object(&t->j);
	if (p->line > 0 && p->line <= INT32_MAX) {
		json_out_object(&t->j, "origin");
		json_out_object(&t->j, "file");
		json_out_number(&t->j, "line", (int64_t)p->line);
		json_out_end_object(&t->j);
		json_out_end_object(&t->j);
	}
	json_out_end_object(&t->j);
}

static void
labels(struct tool_out *t, const struct finding *f)
{
	const char *trust = trust_name(f->trust);

	json_out_object(&t->j, "labels");
	json_out_str(&t->j, "kind", check_kind_name(f->check->kind));
	json_out_str(&t->j, "severity", severity_name(f->severity));
	json_out_str(&t->j, "confidence", confidence_name(f->confidence));
	if (trust != NULL)
		json_out_str(&t->j, "trust", trust);
	if (finding_waived(f))
		json_out_str(&t->j, "decision",
		    f->waiver->rejected ? "rejected" : "accepted");
	if (f->nplaces > 0)
		tool_text(t, "evidence", f->places[0].text);
	json_out_end_object(&t->j);
}

static void
line(struct tool_out *t, const struct finding *f)
{
	struct json_out *j = &t->j;

	json_out_object(j, NULL);
	tool_time(t, "@timestamp", finding_time(f, t->o));
	json_out_object(j, "ecs");
	json_out_str(j, "version", "8.17.0");
	json_out_end_object(j);
	tool_text(t, "message", f->title);
	event(t, f);
	json_out_object(j, "rule");
	tool_text(t, "id", f->check->id);
	tool_text(t, "name", f->check->title);
	tool_text(t, "description", f->check->why);
	json_out_end_object(j);
	json_out_object(j, "observer");
	json_out_str(j, "product", "tidemark");
	json_out_str(j, "version", t->o->version);
	json_out_end_object(j);
	device(t, f);
	threat(t, f);
	if (f->check->cve.n > 0) {
		json_out_object(j, "vulnerability");
		tool_texts(t, "id", f->check->cve);
		json_out_end_object(j);
	}
	evidence(t, f);
	labels(t, f);
	json_out_end_object(j);
}

static int
ecs_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	return tool_lines(f, c, o, line, e);
}

const struct report report_ecs = {
    .name = "ecs",
    .title = "lines with the fields of the Elastic Common Schema",
    .write = ecs_write,
};
