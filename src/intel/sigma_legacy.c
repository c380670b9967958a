/*
 * An aggregation of Sigma 1 behind a condition ("selection | count() by host >
 * 6", "a | near b and c"), as a correlation over rules that only it sees.
 *
 *   aggregation = function "(" [ field ] ")" [ "by" field { "," field } ]
 *                 operator number
 *               | "near" name { "and" name }
 *   function    = "count" | "sum" | "avg"
 */
#include "base/limits.h"
#include "intel/sigma_build.h"

struct legacy {
	struct correlation *c;
	struct rule_node **roots; /* one for each rule it sees */
	size_t n;
};

struct line {
	struct sigma *s;
	const struct yaml_node *node;
	size_t offset; /* of rest in the node's text */
	struct span rest;
};

static struct span
take(struct line *l)
{
	struct span word, before = l->rest;
	size_t n = 0;

	while (l->rest.n > 0 && ascii_space((unsigned char)l->rest.p[0]))
		l->rest = span_from(l->rest, 1);
	while (n < l->rest.n && !ascii_space((unsigned char)l->rest.p[n]) &&
	       l->rest.p[n] != '(' && l->rest.p[n] != ')' &&
	       l->rest.p[n] != ',')
		n++;
	if (n == 0 && l->rest.n > 0)
		n = 1;
	word = span_head(l->rest, n);
	l->rest = span_from(l->rest, n);
	l->offset += before.n - l->rest.n;
	return word;
}

static bool
fail(struct line *l, const char *what)
{
	sigma_fail(l->s, l->node, l->offset, "%s in an aggregation", what);
	return false;
}

static void
field_add(struct line *l, struct span name)
{
	struct correlation *c = l->s->legacy->c;
	struct span *v = arena_array(l->s->arena, c->keys.n + 1, sizeof(*v));

	if (c->keys.n > 0)
		memcpy(v, c->keys.v, c->keys.n * sizeof(*v));
	v[c->keys.n++] = arena_copy(l->s->arena, name);
	c->keys.v = v;
}

static bool
count_type(struct correlation *c, struct span function)
{
	if (span_is_nocase(function, "count"))
		c->type = c->field.n > 0 ? CORRELATION_VALUE_COUNT
					 : CORRELATION_EVENT_COUNT;
	else if (span_is_nocase(function, "sum"))
		c->type = CORRELATION_VALUE_SUM;
	else if (span_is_nocase(function, "avg"))
		c->type = CORRELATION_VALUE_AVG;
	else
		return false;
	return c->type == CORRELATION_EVENT_COUNT || c->field.n > 0;
}

static bool
count_read(struct line *l, struct span function)
{
	struct correlation *c = l->s->legacy->c;
	struct span word = take(l);
	double number;

	if (!span_is(word, "("))
		return fail(l, "expected near, count, sum or avg");
	word = take(l);
	if (!span_is(word, ")")) {
		c->field = arena_copy(l->s->arena, word);
		if (!span_is(take(l), ")"))
			return fail(l, "expected a parenthesis");
	}
	if (!count_type(c, function))
		return fail(l, "expected count(), count(field), sum(field) or "
			       "avg(field)");
	word = take(l);
	if (span_is_nocase(word, "by"))
		do {
			if (c->keys.n == LIMIT_CORRELATION_KEYS)
				return fail(l, "too many fields");
			field_add(l, take(l));
			word = take(l);
		} while (span_is(word, ","));
	if (!pattern_number(take(l), &number))
		return fail(l, "expected an operator and a number");
	if (!sigma_bound(l->s, l->node, word, number, c))
		return false;
	return take(l).n == 0 || fail(l, "expected the end");
}

static struct rule_node *
selection_of(struct sigma *s, struct span name)
{
	for (size_t i = 0; i < s->nselections; i++)
		if (span_eq(s->selections[i].name, name))
			return s->selections[i].node;
	return NULL;
}

static bool
near_read(struct line *l)
{
	struct legacy *x = l->s->legacy;
	struct span word;

	x->c->type = CORRELATION_TEMPORAL;
	do {
		struct rule_node *node = selection_of(l->s, take(l));

		if (node == NULL || x->n == LIMIT_CORRELATION_REFS)
			return fail(l, "expected the name of a selection");
		x->roots[x->n++] = node;
		word = take(l);
	} while (span_is_nocase(word, "and"));
	return word.n == 0 || fail(l, "expected and, or the end,");
}

bool
sigma_legacy(struct sigma *s, const struct yaml_node *at, size_t offset,
    struct span text, struct rule_node *left)
{
	struct line l = {s, at, offset, text};
	struct legacy *x = arena_alloc(s->arena, sizeof(*x));
	struct span word;

	if (s->legacy != NULL)
		return fail(&l, "one condition at most");
	x->c = arena_alloc(s->arena, sizeof(*x->c));
	x->c->percentile = -1;
	x->roots = arena_array(
	    s->arena, LIMIT_CORRELATION_REFS, sizeof(struct rule_node *));
	x->roots[x->n++] = left;
	s->legacy = x;
	if (s->timeframe != NULL &&
	    !sigma_timespan(yaml_text(s->timeframe), &x->c->timespan)) {
		sigma_fail(s, s->timeframe, 0,
		    "expected a number and s, m, h or d, as in 90m");
		return false;
	}
	word = take(&l);
	return span_is_nocase(word, "near") ? near_read(&l)
					    : count_read(&l, word);
}

bool
sigma_legacy_add(struct sigma *s, const struct yaml_node *doc)
{
	struct legacy *x = s->legacy;
	struct correlation *c = x->c;
	struct rule *whole = s->rule;

	c->refs = arena_array(s->arena, x->n, sizeof(*c->refs));
	for (; c->nrefs < x->n; c->nrefs++) {
		struct rule *r = arena_alloc(s->arena, sizeof(*r));

		*r = *whole;
		r->silent = true;
		r->name = r->uuid = (struct span){0};
		r->check.id = arena_fmt(s->arena, "%.*s#%zu",
		    SPAN_FMT(whole->check.id), c->nrefs + 1);
		s->rule = r;
		sigma_root(s, r, x->roots[c->nrefs]);
		if (s->bad || !sigma_add(s, doc, r))
			return false;
		c->refs[c->nrefs] = (struct correlation_ref){
		    .name = r->check.id, .line = whole->line, .column = 1};
	}
	whole->kinds = 0;
	whole->root = NULL;
	whole->correlation = c;
	s->rule = whole;
	return sigma_add(s, doc, whole);
}
