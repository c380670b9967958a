#include "intel/sigma.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "intel/sigma_build.h"

static void
problem_report(
    const struct sigma *s, uint32_t line, uint32_t column, const char *text)
{
	struct sigma_problem p = {s->path, line, column, span_str(text)};

	if (s->problem != NULL)
		s->problem(s->ctx, &p);
}

void *
sigma_fail(struct sigma *s, const struct yaml_node *at, size_t offset,
    const char *fmt, ...)
{
	uint32_t column = at->column;
	char text[512];
	va_list ap;

	if (at->kind == YAML_TEXT && at->flow &&
	    span_find_byte(at->text, '\n') == SPAN_NONE && offset <= at->text.n)
		column += (uint32_t)offset + (offset > 0 && !at->plain);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->bad = true;
	problem_report(s, at->line, column, text);
	return NULL;
}

bool
sigma_room(struct sigma *s, const struct yaml_node *at, size_t n)
{
	if (n <= LIMIT_RULE_NODES - s->used) {
		s->used += n;
		return true;
	}
	sigma_fail(
	    s, at, 0, "the rule has more than %d items", LIMIT_RULE_NODES);
	return false;
}

int
ruleset_init(struct ruleset *rs)
{
	*rs = (struct ruleset){0};
	arena_init(&rs->arena);
	map_init(&rs->ids, &rs->arena);
	return 0;
}

void
ruleset_release(struct ruleset *rs)
{
	if (rs == NULL)
		return;
	for (size_t i = 0; i < rs->nregexes; i++)
		pcre2_code_free(rs->regexes[i]);
	arena_release(&rs->arena);
	*rs = (struct ruleset){0};
}

static void
rule_add(struct sigma *s, const struct yaml_node *doc)
{
	struct ruleset *rs = s->rs;
	struct rule *r = s->rule;
	uint32_t first;

	if (rs->n >= LIMIT_RULES) {
		sigma_fail(s, doc, 0, "more than %d rules", LIMIT_RULES);
		return;
	}
	first = map_add(&rs->ids, r->check.id, (uint32_t)rs->n);
	if (first != rs->n) {
		const struct rule *other = rs->rules[first];

		sigma_fail(s, doc, 0, "the rule %.*s stands already in %.*s:%u",
		    SPAN_FMT(r->check.id), SPAN_FMT(other->path), other->line);
		return;
	}
	r->index = (uint32_t)rs->n;
	rs->rules = arena_grow(
	    &rs->arena, rs->rules, rs->n, &rs->cap, sizeof(*rs->rules));
	rs->rules[rs->n++] = r;
}

static bool
document_read(struct sigma *s, const struct yaml_node *doc)
{
	s->rule = arena_alloc(s->arena, sizeof(*s->rule));
	s->rule->path = s->path;
	s->rule->line = doc->line;
	s->rule->external = F_NONE;
	if (doc->kind != YAML_MAP)
		sigma_fail(s, doc, 0, "expected a rule: a mapping");
	else if (yaml_get(doc, "detection") == NULL)
		sigma_fail(s, doc, 0,
		    "expected a rule with a detection (correlations, filters "
		    "and collections are not read)");
	if (s->bad)
		return false;
	sigma_logsource(s, doc);
	sigma_about(s, doc);
	sigma_detection(s, doc);
	if (!s->bad)
		rule_add(s, doc);
	return !s->bad;
}

int
ruleset_read(struct ruleset *rs, struct span yaml, struct span path,
    sigma_problem_fn *problem, void *ctx)
{
	struct sigma s = {.rs = rs,
	    .arena = &rs->arena,
	    .path = arena_copy(&rs->arena, path),
	    .problem = problem,
	    .ctx = ctx};
	struct yaml_docs docs = {0};
	struct yaml_error e;
	struct arena tree;
	int added = 0;

	arena_init(&tree);
	if (yaml_read(&tree, yaml, &docs, &e) < 0)
		problem_report(&s, e.line, e.column, e.text);
	for (size_t i = 0; i < docs.n; i++) {
		struct sigma one = s;

		added += document_read(&one, docs.v[i]);
	}
	arena_release(&tree);
	return added;
}

void
ruleset_seal(struct ruleset *rs)
{
	for (unsigned k = 0; k < K_COUNT; k++) {
		struct rule_list *list = &rs->by_kind[k];
		size_t n = 0;

		for (size_t i = 0; i < rs->n; i++)
			n += rs->rules[i]->kinds >> k & 1;
		list->v = arena_array(&rs->arena, n, sizeof(*list->v));
		for (size_t i = 0; i < rs->n; i++)
			if (rs->rules[i]->kinds >> k & 1)
				list->v[list->n++] = rs->rules[i];
	}
}

const struct rule *
ruleset_find(const struct ruleset *rs, struct span id)
{
	uint32_t i = map_get(&rs->ids, id);

	return i == MAP_NONE ? NULL : rs->rules[i];
}
