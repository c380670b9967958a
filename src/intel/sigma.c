#include "intel/sigma.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "intel/sigma_build.h"

void
sigma_report(
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
	sigma_report(s, at->line, column, text);
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
	map_init(&rs->refs, &rs->arena);
	map_init(&rs->placeholders, &rs->arena);
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

/* A name that is taken gives way to the id. */
static void
id_choose(struct sigma *s, struct rule *r)
{
	if (!s->native && r->uuid.n > 0 &&
	    map_get(&s->rs->ids, r->check.id) != MAP_NONE)
		r->check.id = r->uuid;
}

bool
sigma_add(struct sigma *s, const struct yaml_node *doc, struct rule *r)
{
	struct ruleset *rs = s->rs;
	uint32_t first, n = (uint32_t)rs->n;

	if (rs->n >= LIMIT_RULES) {
		sigma_fail(s, doc, 0, "more than %d rules", LIMIT_RULES);
		return false;
	}
	id_choose(s, r);
	first = map_add(&rs->ids, r->check.id, n);
	if (first != n) {
		const struct rule *other = rs->rules[first];

		sigma_fail(s, doc, 0, "the rule %.*s stands already in %.*s:%u",
		    SPAN_FMT(r->check.id), SPAN_FMT(other->path), other->line);
		return false;
	}
	map_add(&rs->refs, r->check.id, n);
	if (r->name.n > 0)
		map_add(&rs->refs, r->name, n);
	if (r->uuid.n > 0)
		map_add(&rs->refs, r->uuid, n);
	if (r->waits_for.n > 0)
		r->kinds = 0;
	r->index = n;
	rs->rules = arena_grow(
	    &rs->arena, rs->rules, rs->n, &rs->cap, sizeof(*rs->rules));
	rs->rules[rs->n++] = r;
	return true;
}

/* A rule that makes no findings is asked only for the sake of others. */
static bool
asked(const struct rule *r, unsigned kind)
{
	return (r->kinds >> kind & 1) && (r->feeds || (!r->off && !r->silent));
}

void
ruleset_seal(struct ruleset *rs)
{
	for (unsigned k = 0; k < K_COUNT; k++) {
		struct rule_list *list = &rs->by_kind[k];
		size_t n = 0;

		for (size_t i = 0; i < rs->n; i++)
			n += asked(rs->rules[i], k);
		list->n = 0;
		list->v = arena_array(&rs->arena, n, sizeof(*list->v));
		for (size_t i = 0; i < rs->n; i++)
			if (asked(rs->rules[i], k))
				list->v[list->n++] = rs->rules[i];
		rule_index_build(&rs->index[k], list, &rs->arena);
	}
}

const struct rule *
ruleset_find(const struct ruleset *rs, struct span id)
{
	uint32_t i = map_get(&rs->ids, id);

	if (i == MAP_NONE)
		i = map_get(&rs->refs, id);
	return i == MAP_NONE ? NULL : rs->rules[i];
}
