/*
 * The findings as SARIF 2.1.0 (OASIS, with errata 01), for code hosts and
 * editors: findings in configurations show at their lines.  A finding keeps
 * tidemark's fingerprint; what somebody accepted or rejected is a suppression.
 *
 * A run holds LIMIT_SARIF_RESULTS results at most, what GitHub takes of one;
 * more findings make more runs, each with its own automationDetails.id.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "report/common.h"

/* ---- texts ---- */

/* Brackets would be links, braces places of arguments (sections 3.11.5 and
 * 3.11.6). */
static void
message(struct tool_out *t, const char *key, struct span a, struct span b)
{
	struct span parts[] = {a, b};
	struct buf text;

	buf_init(&text, LIMIT_YAML_BYTES);
	for (size_t i = 0; i < 2; i++) {
		struct span s = tool_clean(t, parts[i]);

		if (i > 0 && s.n > 0)
			buf_puts(&text, ". ");
		for (size_t k = 0; k < s.n; k++) {
			char c = s.p[k];

			if (c == '[' || c == ']' || c == '\\')
				buf_byte(&text, '\\');
			else if (c == '{' || c == '}')
				buf_byte(&text, c);
			buf_byte(&text, c);
		}
	}
	json_out_object(&t->j, key);
	json_out_text(&t->j, "text", buf_span(&text));
	json_out_end_object(&t->j);
	buf_release(&text);
}

static const char *
level(enum severity s)
{
	switch (s) {
	case SEV_CRITICAL:
	case SEV_HIGH:
		return "error";
	case SEV_MEDIUM:
		return "warning";
	default:
		return "note";
	}
}

/* On the scale of CVSS, as code hosts sort alerts: the middle of the range
 * that CVSS 3.1 calls by the same word (section 5). */
static const char *
score(enum severity s)
{
	switch (s) {
	case SEV_CRITICAL:
		return "9.5";
	case SEV_HIGH:
		return "8.0";
	case SEV_MEDIUM:
		return "5.5";
	case SEV_LOW:
		return "2.0";
	default:
		return "0.0";
	}
}

/* ---- rules ---- */

#define TAGS_MOST 20 /* that GitHub takes of a rule */

static void
tags(struct tool_out *t, const struct check *k)
{
	const struct span_list lists[] = {k->techniques, k->cve, k->advisory};
	size_t n = 2;

	json_out_list(&t->j, "tags");
	json_out_str(&t->j, NULL, "security");
	json_out_str(&t->j, NULL, check_kind_name(k->kind));
	for (size_t i = 0; i < 3; i++)
		for (size_t m = 0; m < lists[i].n && n < TAGS_MOST; m++, n++)
			json_out_text(
			    &t->j, NULL, tool_clean(t, lists[i].v[m]));
	json_out_end_list(&t->j);
}

static void
rule(struct tool_out *t, const struct check *k)
{
	struct json_out *j = &t->j;

	json_out_object(j, NULL);
	json_out_text(j, "id", tool_clean(t, k->id));
	message(t, "shortDescription", k->title, (struct span){0});
	message(t, "fullDescription", k->why.n > 0 ? k->why : k->title,
	    (struct span){0});
	message(t, "help", k->why.n > 0 ? k->why : k->title, k->caution);
	json_out_object(j, "defaultConfiguration");
	json_out_str(j, "level", level(k->severity));
	json_out_end_object(j);
	json_out_object(j, "properties");
	tags(t, k);
	json_out_str(j, "precision", confidence_name(k->confidence));
	json_out_str(j, "security-severity", score(k->severity));
	tool_text(t, "source", k->source);
	tool_text(t, "confirmed", k->confirmed);
	json_out_end_object(j);
	json_out_end_object(j);
}

/* The rules of findings [from, to) in order of first use; at holds the place
 * of each finding's. */
static void
rules(struct tool_out *t, size_t from, size_t to, uint32_t *at)
{
	struct arena a;
	struct map known;
	uint32_t n = 0;

	arena_init(&a);
	map_init(&known, &a);
	json_out_list(&t->j, "rules");
	for (size_t i = from; i < to; i++) {
		const struct check *k = t->c->findings[i].check;

		at[i - from] = map_add(&known, k->id, n);
		if (at[i - from] == n) {
			rule(t, k);
			n++;
		}
	}
	json_out_end_list(&t->j);
	arena_release(&a);
}

/* ---- results ---- */

/* A path as a URI reference (RFC 3986, section 4.2): relative ones stay so. */
static void
uri(struct tool_out *t, struct span path)
{
	struct buf b;

	buf_init(&b, LIMIT_YAML_BYTES);
	if (span_starts(path, SPAN("/")))
		buf_puts(&b, "file://");
	while (span_starts(path, SPAN("./")))
		path = span_from(path, 2);
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if (ascii_alnum(c) || c == '/' || c == '-' || c == '.' ||
		    c == '_' || c == '~')
			buf_byte(&b, (char)c);
		else
			buf_fmt(&b, "%%%02X", c);
	}
	json_out_object(&t->j, "artifactLocation");
	json_out_text(&t->j, "uri", buf_span(&b));
	json_out_end_object(&t->j);
	buf_release(&b);
}

static void
device(struct tool_out *t, struct span name)
{
	if (name.n == 0)
		return;
	json_out_list(&t->j, "logicalLocations");
	json_out_object(&t->j, NULL);
	tool_text(t, "name", name);
	json_out_str(&t->j, "kind", "device");
	json_out_end_object(&t->j);
	json_out_end_list(&t->j);
}

/* Of what has no line, the file's first: without a region code hosts show
 * nothing. */
static void
region(struct tool_out *t, const struct finding_place *p)
{
	bool bytes = p->line == 0 && p->offset != UINT64_MAX;

	json_out_object(&t->j, "region");
	if (bytes) {
		json_out_number(&t->j, "byteOffset", (int64_t)p->offset);
		json_out_number(&t->j, "byteLength", 0);
	} else {
		json_out_number(
		    &t->j, "startLine", p->line > 0 ? (int64_t)p->line : 1);
	}
	if (p->text.n > 0) {
		json_out_object(&t->j, "snippet");
		tool_text(t, "text", p->text);
		json_out_end_object(&t->j);
	}
	json_out_end_object(&t->j);
}

/* The i-th place; the first is the result's own. */
static void
location(struct tool_out *t, const struct finding *f, size_t i)
{
	const struct finding_place *p = &f->places[i];

	json_out_object(&t->j, NULL);
	if (i > 0) {
		json_out_number(&t->j, "id", (int64_t)i);
		message(t, "message",
		    p->text.n > 0 ? p->text : SPAN("more evidence"),
		    (struct span){0});
	}
	json_out_object(&t->j, "physicalLocation");
	uri(t, t->c->sources[p->source].path);
	region(t, p);
	json_out_end_object(&t->j);
	device(t, finding_device(t->c, f));
	json_out_end_object(&t->j);
}

static void
locations(struct tool_out *t, const struct finding *f)
{
	if (f->nplaces > 0) {
		json_out_list(&t->j, "locations");
		location(t, f, 0);
		json_out_end_list(&t->j);
	} else if (f->device != DEVICE_NONE) {
		json_out_list(&t->j, "locations");
		json_out_object(&t->j, NULL);
		device(t, finding_device(t->c, f));
		json_out_end_object(&t->j);
		json_out_end_list(&t->j);
	}
	if (f->nplaces < 2)
		return;
	json_out_list(&t->j, "relatedLocations");
	for (size_t i = 1; i < f->nplaces; i++)
		location(t, f, i);
	json_out_end_list(&t->j);
}

/* An empty list says that nothing is suppressed (section 3.27.23). */
static void
suppressions(struct tool_out *t, const struct finding *f)
{
	json_out_list(&t->j, "suppressions");
	if (finding_waived(f)) {
		json_out_object(&t->j, NULL);
		json_out_str(&t->j, "kind", "external");
		json_out_str(&t->j, "status", "accepted");
		tool_text(t, "justification", f->waiver->reason);
		json_out_object(&t->j, "properties");
		tool_text(t, "owner", f->waiver->owner);
		tool_text(t, "expires", f->waiver->expires);
		json_out_str(&t->j, "decision",
		    f->waiver->rejected ? "rejected" : "accepted");
		json_out_end_object(&t->j);
		json_out_end_object(&t->j);
	}
	json_out_end_list(&t->j);
}

static void
properties(struct tool_out *t, const struct finding *f)
{
	const char *trust = trust_name(f->trust);

	json_out_object(&t->j, "properties");
	json_out_str(&t->j, "kind", check_kind_name(f->check->kind));
	tool_text(t, "device", finding_device(t->c, f));
	json_out_str(&t->j, "severity", severity_name(f->severity));
	json_out_str(&t->j, "confidence", confidence_name(f->confidence));
	if (trust != NULL)
		json_out_str(&t->j, "trust", trust);
	tool_time(t, "firstSeen", f->first);
	tool_time(t, "lastSeen", f->last);
	tool_texts(t, "advisory", f->rows);
	tool_texts(t, "fix", f->fix);
	tool_texts(t, "verify", f->verify);
	json_out_end_object(&t->j);
}

static void
result(struct tool_out *t, const struct finding *f, uint32_t at)
{
	struct json_out *j = &t->j;

	json_out_object(j, NULL);
	json_out_text(j, "ruleId", tool_clean(t, f->check->id));
	json_out_number(j, "ruleIndex", at);
	json_out_str(j, "level", level(f->severity));
	message(t, "message", f->title, f->reason);
	locations(t, f);
	json_out_object(j, "fingerprints");
	json_out_str(j, "tidemark/v1", f->mark);
	json_out_end_object(j);
	/* The only one by which GitHub knows an alert again. */
	json_out_object(j, "partialFingerprints");
	json_out_str(j, "primaryLocationLineHash", f->mark);
	json_out_end_object(j);
	json_out_number(j, "occurrenceCount",
	    f->count > INT32_MAX ? INT32_MAX
	    : f->count > 0	 ? (int64_t)f->count
				 : 1);
	suppressions(t, f);
	properties(t, f);
	json_out_end_object(j);
}

static void
run(struct tool_out *t, size_t from, size_t to, uint32_t *at)
{
	struct json_out *j = &t->j;
	char id[64];

	snprintf(
	    id, sizeof(id), "tidemark/%zu/", from / LIMIT_SARIF_RESULTS + 1);
	json_out_object(j, NULL);
	json_out_object(j, "tool");
	json_out_object(j, "driver");
	json_out_str(j, "name", "tidemark");
	json_out_str(j, "version", t->o->version);
	rules(t, from, to, at);
	json_out_end_object(j);
	json_out_end_object(j);
	json_out_object(j, "automationDetails");
	json_out_str(j, "id", id);
	json_out_end_object(j);
	json_out_list(j, "invocations");
	json_out_object(j, NULL);
	json_out_bool(j, "executionSuccessful", t->c->complete);
	tool_time(t, "startTimeUtc", t->o->started);
	json_out_end_object(j);
	json_out_end_list(j);
	json_out_str(j, "columnKind", "utf16CodeUnits");
	json_out_list(j, "results");
	for (size_t i = from; i < to; i++)
		result(t, &t->c->findings[i], at[i - from]);
	json_out_end_list(j);
	json_out_end_object(j);
}

static int
sarif_write(FILE *f, const struct casefile *c, const struct report_options *o,
    struct err *e)
{
	struct tool_out t;
	struct arena a;
	uint32_t *at;
	size_t from = 0;

	arena_init(&a);
	at = arena_array(&a, LIMIT_SARIF_RESULTS, sizeof(*at));
	tool_init(&t, f, c, o);
	t.j.pretty = true;
	json_out_object(&t.j, NULL);
	json_out_str(
	    &t.j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_out_str(&t.j, "version", "2.1.0");
	json_out_list(&t.j, "runs");
	do {
		size_t to = c->nfindings - from > LIMIT_SARIF_RESULTS
				? from + LIMIT_SARIF_RESULTS
				: c->nfindings;

		run(&t, from, to, at);
		from = to;
	} while (from < c->nfindings);
	json_out_end_list(&t.j);
	json_out_end_object(&t.j);
	arena_release(&a);
	return tool_end(&t, e);
}

const struct report report_sarif = {
    .name = "sarif",
    .title = "SARIF 2.1.0, for code hosts and editors",
    .write = sarif_write,
};
