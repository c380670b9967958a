/*
 * tidemark intel test CASES...: what rules say of events that are written by
 * hand.  Each document of a file is a case:
 *
 *   name: contains is a substring
 *   section: of the specification, for people
 *   detection: |                  or rules: | whole rules, several documents
 *     s: {message|contains: foo}
 *     condition: s
 *   logsource: {...}              default {product: tidemark, category: syslog}
 *   rule: id                      which one is asked; default: the first
 *   yes: [{message: a foo b}]     events that it matches
 *   no: [{message: bar}]          and those that it does not
 *   placeholders: {name: [value]}
 *   error: text                   the rules do not load, and this is said
 *   at: '3:5'                     line and column of it
 *   idle: true                    the rule loads, and nothing can feed it
 *   events: [{message: x, time: 2025-01-01T00:00:00Z}, ...]
 *   episodes: {id: [[1, 2]]}      of a correlation, events by number
 *
 * An event has record fields, and: kind, raw (the line), time, device, source
 * (a number, of a correlation's events).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "cli/intel.h"
#include "detect/correlate.h"
#include "detect/event_table.h"
#include "detect/rule.h"
#include "intel/data.h"

struct testing {
	struct arena arena; /* until the next case */
	struct ruleset rules;
	struct rule_scratch scratch;
	const char *path;
	struct span name;
	uint32_t line; /* of the case */
	/* The first problem. */
	struct span problem;
	uint32_t at_line, at_column;
	size_t nproblems;
	size_t passed, failed;
};

static void
say(struct testing *t, const char *what, struct span detail)
{
	t->failed++;
	printf("not ok  %s:%u: %.*s: %s%s%.*s\n", t->path, t->line,
	    SPAN_FMT(t->name), what, detail.n > 0 ? ": " : "",
	    SPAN_FMT(detail));
}

static void
check(struct testing *t, bool ok, const char *what, struct span detail)
{
	if (ok)
		t->passed++;
	else
		say(t, what, detail);
}

static void
on_problem(void *ctx, const struct sigma_problem *p)
{
	struct testing *t = ctx;

	if (t->nproblems++ > 0)
		return;
	t->problem = arena_copy(&t->arena, p->text);
	t->at_line = p->line;
	t->at_column = p->column;
}

/* ---- rules ---- */

static struct span
flow_text(struct arena *a, const struct yaml_node *map)
{
	struct span out = SPAN("{");

	for (size_t i = 0; i < map->n; i++) {
		out = arena_fmt(a, "%.*s%s%.*s: [", SPAN_FMT(out),
		    i > 0 ? ", " : "", SPAN_FMT(map->keys[i]->text));
		for (size_t k = 0; k < yaml_count(map->items[i]); k++)
			out = arena_fmt(a, "%.*s%s'%.*s'", SPAN_FMT(out),
			    k > 0 ? ", " : "",
			    SPAN_FMT(yaml_text(yaml_at(map->items[i], k))));
		out = arena_fmt(a, "%.*s]", SPAN_FMT(out));
	}
	return arena_fmt(a, "%.*s}", SPAN_FMT(out));
}

/* A detection becomes a rule: lines 1 to 4 stand before it. */
static struct span
rules_text(struct testing *t, const struct yaml_node *doc)
{
	struct span rest = yaml_text(yaml_get(doc, "detection")), line;
	struct span source = yaml_text(yaml_get(doc, "logsource"));
	struct span out;

	if (yaml_get(doc, "rules") != NULL)
		return yaml_text(yaml_get(doc, "rules"));
	if (source.n == 0)
		source = SPAN("{product: tidemark, category: syslog}");
	out = arena_fmt(&t->arena,
	    "title: t\nid: t\nlogsource: %.*s\ndetection:\n", SPAN_FMT(source));
	while (span_line(&rest, &line))
		out = arena_fmt(
		    &t->arena, "%.*s  %.*s\n", SPAN_FMT(out), SPAN_FMT(line));
	return out;
}

static void
rules_load(struct testing *t, const struct yaml_node *doc, struct span table)
{
	struct ruleset *rs = &t->rules;
	const struct yaml_node *values = yaml_get(doc, "placeholders");

	t->nproblems = 0;
	ruleset_init(rs);
	ruleset_logsources(rs, table, SPAN("logsources.yaml"), on_problem, t);
	if (values != NULL && values->kind == YAML_MAP)
		ruleset_placeholders(rs, flow_text(&t->arena, values),
		    SPAN("placeholders"), on_problem, t);
	ruleset_read(rs, rules_text(t, doc), SPAN("case"), on_problem, t);
	ruleset_link(rs, on_problem, t);
	ruleset_seal(rs);
}

/* ---- events ---- */

static void
field_put(struct testing *t, struct record *r, enum field_id f,
    const struct yaml_node *value)
{
	struct span text = yaml_text(value);
	struct prefix p;
	bool b;

	switch (field_type(f)) {
	case FT_NUMBER:
		record_put_number(r, f, text);
		break;
	case FT_IP:
		record_put_ip(r, f, text);
		break;
	case FT_PREFIX:
		if (prefix_read(text, &p))
			record_put_prefix(r, f, &p, text);
		break;
	case FT_BOOL:
		if (yaml_bool(value, &b))
			record_put_bool(r, f, b);
		break;
	default:
		record_put(r, f, arena_copy(&t->arena, text));
	}
}

struct extra {
	struct span device;
	uint64_t source;
};

static void
event_item(struct testing *t, struct record *r, struct extra *x,
    const struct yaml_node *key, const struct yaml_node *value)
{
	int f = field_find(key->text);
	bool zoned;

	if (f >= 0) {
		for (size_t i = 0; i < yaml_count(value); i++)
			field_put(t, r, (enum field_id)f, yaml_at(value, i));
	} else if (span_is(key->text, "raw")) {
		r->raw = yaml_text(value);
	} else if (span_is(key->text, "time")) {
		if (time_read_iso(yaml_text(value), &r->time, &zoned) == 0)
			say(t, "no time", yaml_text(value));
	} else if (span_is(key->text, "device")) {
		x->device = yaml_text(value);
	} else if (span_is(key->text, "source")) {
		span_u64(yaml_text(value), &x->source);
	} else if (!span_is(key->text, "kind")) {
		say(t, "no field of records", key->text);
	}
}

static void
event_read(struct testing *t, const struct yaml_node *map, uint64_t number,
    struct record *r, struct extra *x)
{
	int kind = kind_find(yaml_text(yaml_get(map, "kind")));
	const struct rule *first = t->rules.n > 0 ? t->rules.rules[0] : NULL;

	for (unsigned k = K_COUNT; kind < 0 && first != NULL && k-- > 0;)
		if (first->kinds == UINT64_C(1) << k)
			kind = (int)k;
	record_init(r, kind < 0 ? K_SYSLOG : (enum record_kind)kind, number, 0,
	    (struct span){0});
	*x = (struct extra){0};
	for (size_t i = 0; map->kind == YAML_MAP && i < map->n; i++)
		event_item(t, r, x, map->keys[i], map->items[i]);
}

static const struct rule *
rule_asked(struct testing *t, const struct yaml_node *doc)
{
	const struct yaml_node *id = yaml_get(doc, "rule");

	if (id != NULL)
		return ruleset_find(&t->rules, yaml_text(id));
	return t->rules.n > 0 ? t->rules.rules[0] : NULL;
}

/* Also: what search before parsing wants must stand in the line. */
static bool
literals_stand(
    struct testing *t, const struct rule *rule, const struct record *r)
{
	struct literal_needs needs;

	if (r->raw.n == 0 || rule->correlation != NULL ||
	    !rule_literals(rule, &needs, &t->arena))
		return true;
	for (size_t i = 0; i < needs.n; i++) {
		bool any = false;

		for (size_t k = 0; k < needs.v[i].n; k++)
			any |= span_find_nocase(r->raw, needs.v[i].v[k]) !=
			       SPAN_NONE;
		if (!any)
			return false;
	}
	return true;
}

static void
verdicts(struct testing *t, const struct yaml_node *doc,
    const struct yaml_node *events, bool want)
{
	const struct rule *rule = rule_asked(t, doc);

	for (size_t i = 0; i < yaml_count(events); i++) {
		const struct yaml_node *map = yaml_at(events, i);
		struct record r;
		struct extra x;
		bool got;

		event_read(t, map, i + 1, &r, &x);
		if (rule == NULL || rule->root == NULL) {
			say(t, "no such rule", (struct span){0});
			return;
		}
		got = (rule->kinds >> r.kind & 1) &&
		      rule_match(rule, &r, &t->scratch);
		t->line = map->line;
		check(t, got == want,
		    want ? "should match" : "should not match",
		    arena_fmt(&t->arena, "event %zu", i + 1));
		if (got && want)
			check(t, literals_stand(t, rule, &r),
			    "a literal of the rule is not in the line",
			    (struct span){0});
	}
}

/* ---- correlations ---- */

struct episodes {
	struct testing *t;
	const struct event *events;
	struct span told; /* "id 1,2 3,4;" in order */
	const struct rule *last;
};

static void
on_episode(void *ctx, const struct episode *e)
{
	struct episodes *x = ctx;
	struct arena *a = &x->t->arena;

	if (e->rule != x->last)
		x->told = arena_fmt(a, "%.*s%s%.*s:", SPAN_FMT(x->told),
		    x->last != NULL ? " " : "", SPAN_FMT(e->rule->check.id));
	x->last = e->rule;
	for (size_t i = 0; i < e->n; i++)
		x->told = arena_fmt(a, "%.*s%s%llu", SPAN_FMT(x->told),
		    i > 0 ? "," : " ",
		    (unsigned long long)x->events[e->events[i]].line);
}

static size_t
events_of(struct testing *t, const struct record *r, const struct extra *x,
    struct event *out)
{
	size_t n = 0;

	for (size_t i = 0; i < t->rules.n; i++) {
		const struct rule *rule = t->rules.rules[i];
		struct event *e = &out[n];

		if (!rule->feeds || !(rule->kinds >> r->kind & 1) ||
		    r->time == TIME_NONE || !rule_match(rule, r, &t->scratch))
			continue;
		*e = (struct event){.rule = rule->index,
		    .source = (uint32_t)x->source,
		    .time = r->time,
		    .device = x->device,
		    .line = r->line};
		e->values =
		    arena_array(&t->arena, rule->ngives, sizeof(*e->values));
		for (size_t k = 0; k < rule->ngives; k++)
			e->values[k] =
			    event_value(r, &rule->gives[k], &t->arena);
		n++;
	}
	return n;
}

/* "id: 1,2 3; id2: 4" as the case says it. */
static struct span
episodes_wanted(struct testing *t, const struct yaml_node *map)
{
	struct arena *a = &t->arena;
	struct span out = {0};

	for (size_t i = 0; map->kind == YAML_MAP && i < map->n; i++) {
		const struct yaml_node *list = map->items[i];

		if (yaml_count(list) == 0)
			continue;
		out = arena_fmt(a, "%.*s%s%.*s:", SPAN_FMT(out),
		    out.n > 0 ? " " : "", SPAN_FMT(map->keys[i]->text));
		for (size_t k = 0; k < yaml_count(list); k++)
			for (size_t m = 0; m < yaml_count(yaml_at(list, k));
			     m++)
				out = arena_fmt(a, "%.*s%s%.*s", SPAN_FMT(out),
				    m > 0 ? "," : " ",
				    SPAN_FMT(yaml_text(
					yaml_at(yaml_at(list, k), m))));
	}
	return out;
}

static void
correlations(struct testing *t, const struct yaml_node *doc)
{
	const struct yaml_node *list = yaml_get(doc, "events");
	const struct yaml_node *want = yaml_get(doc, "episodes");
	struct episodes x = {.t = t};
	struct event *events;
	struct span wanted;
	size_t n = 0;

	if (want == NULL)
		return;
	events = arena_array(
	    &t->arena, yaml_count(list) * (t->rules.n + 1), sizeof(*events));
	for (size_t i = 0; i < yaml_count(list); i++) {
		struct record r;
		struct extra more;

		event_read(t, yaml_at(list, i), i + 1, &r, &more);
		n += events_of(t, &r, &more, events + n);
	}
	qsort(events, n, sizeof(*events), event_order);
	x.events = events;
	correlate(&t->rules, events, n, on_episode, &x);
	wanted = episodes_wanted(t, want);
	check(t, span_eq(wanted, x.told), "episodes",
	    arena_fmt(&t->arena, "wanted \"%.*s\", got \"%.*s\"",
		SPAN_FMT(wanted), SPAN_FMT(x.told)));
}

/* ---- cases ---- */

static void
problem_check(struct testing *t, const struct yaml_node *doc)
{
	struct span error = yaml_text(yaml_get(doc, "error"));
	struct span at = yaml_text(yaml_get(doc, "at"));
	struct span got =
	    arena_fmt(&t->arena, "%u:%u", t->at_line, t->at_column);

	if (error.n == 0) {
		check(t, t->nproblems == 0, "does not load", t->problem);
		return;
	}
	if (t->nproblems == 0) {
		say(t, "loads, but should not", (struct span){0});
		return;
	}
	check(t, span_find(t->problem, error) != SPAN_NONE, "another problem",
	    t->problem);
	if (at.n > 0)
		check(t, span_eq(at, got), "the problem is elsewhere", got);
}

static void
case_run(struct testing *t, const struct yaml_node *doc, struct span table)
{
	bool idle = false;

	t->line = doc->line;
	t->name = yaml_text(yaml_get(doc, "name"));
	if (doc->kind != YAML_MAP || t->name.n == 0) {
		say(t, "expected a case with a name", (struct span){0});
		return;
	}
	rules_load(t, doc, table);
	problem_check(t, doc);
	if (yaml_bool(yaml_get(doc, "idle"), &idle)) {
		const struct rule *r = rule_asked(t, doc);

		check(t,
		    r != NULL && idle == (r->unsupplied || r->waits_for.n > 0),
		    "idle", (struct span){0});
	}
	verdicts(t, doc, yaml_get(doc, "yes"), true);
	verdicts(t, doc, yaml_get(doc, "no"), false);
	correlations(t, doc);
	ruleset_release(&t->rules);
	arena_reset(&t->arena);
}

static int
file_run(struct testing *t, struct span table)
{
	struct yaml_docs docs = {0};
	struct yaml_error e;
	struct arena tree;
	struct buf text;
	char room[4096];
	size_t n;
	FILE *f = fopen(t->path, "r");

	if (f == NULL)
		return complain(EXIT_FAILED, "cannot read %s", t->path);
	buf_init(&text, LIMIT_YAML_BYTES);
	while ((n = fread(room, 1, sizeof(room), f)) > 0)
		buf_put(&text, span_of(room, n));
	fclose(f);
	arena_init(&tree);
	if (yaml_read(&tree, buf_span(&text), &docs, &e) < 0) {
		t->failed++;
		printf("not ok  %s:%u:%u: %s\n", t->path, e.line, e.column,
		    e.text);
	}
	for (size_t i = 0; i < docs.n; i++)
		case_run(t, docs.v[i], table);
	arena_release(&tree);
	buf_release(&text);
	return 0;
}

int
intel_test(int argc, char **argv)
{
	struct testing t = {0};
	struct arena data;
	struct span table = {0};
	struct err e;
	int status = 0;

	if (argc < 2)
		return usage_error(&command_intel, "expected test CASES...");
	if (rule_scratch_init(&t.scratch, &e) != 0)
		return complain(EXIT_FAILED, "%s", e.text);
	arena_init(&data);
	arena_init(&t.arena);
	(void)data_find(&data, SPAN("logsources.yaml"), &table);
	for (int i = 1; i < argc && status == 0; i++) {
		t.path = argv[i];
		status = file_run(&t, table);
	}
	printf("%zu passed, %zu failed\n", t.passed, t.failed);
	rule_scratch_release(&t.scratch);
	arena_release(&t.arena);
	arena_release(&data);
	if (status != 0)
		return status;
	return t.failed > 0 ? EXIT_THRESHOLD : EXIT_QUIET;
}
