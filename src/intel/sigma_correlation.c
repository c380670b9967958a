/*
 * A correlation rule (Sigma correlation rules specification 2.1), as far as it
 * can be read before the rules it refers to are known.
 */
#include "base/limits.h"
#include "intel/sigma_build.h"

static bool
type_read(struct sigma *s, const struct yaml_node *at, struct correlation *c)
{
	static const char *const words[] = {"event_count", "value_count",
	    "value_sum", "value_avg", "value_percentile", "value_median",
	    "temporal", "temporal_ordered"};

	for (int i = 0; i < (int)(sizeof(words) / sizeof(*words)); i++)
		if (span_is(yaml_text(at), words[i])) {
			c->type = (enum correlation_type)i;
			return true;
		}
	sigma_fail(s, at, 0,
	    "expected event_count, value_count, value_sum, value_avg, "
	    "value_percentile, value_median, temporal or temporal_ordered");
	return false;
}

static bool
is_temporal(const struct correlation *c)
{
	return c->type == CORRELATION_TEMPORAL ||
	       c->type == CORRELATION_TEMPORAL_ORDERED;
}

static void
refs_read(struct sigma *s, const struct yaml_node *list, struct correlation *c)
{
	size_t n = yaml_count(list);

	if (n == 0 || n > LIMIT_CORRELATION_REFS) {
		sigma_fail(s, list, 0, "expected 1 to %d names or ids of rules",
		    LIMIT_CORRELATION_REFS);
		return;
	}
	c->refs = arena_array(s->arena, n, sizeof(*c->refs));
	for (; c->nrefs < n; c->nrefs++) {
		const struct yaml_node *item = yaml_at(list, c->nrefs);

		if (item->kind != YAML_TEXT || item->text.n == 0)
			sigma_fail(s, item, 0, "expected a name or id");
		c->refs[c->nrefs] = (struct correlation_ref){
		    .name = arena_copy(s->arena, yaml_text(item)),
		    .line = item->line,
		    .column = item->column};
	}
}

static void
aliases_read(
    struct sigma *s, const struct yaml_node *map, struct correlation *c)
{
	size_t n = 0;

	if (map->kind != YAML_MAP) {
		sigma_fail(s, map, 0, "expected aliases");
		return;
	}
	for (size_t i = 0; i < map->n; i++)
		n += map->items[i]->kind == YAML_MAP ? map->items[i]->n : 0;
	c->aliases = arena_array(s->arena, n, sizeof(*c->aliases));
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_node *of = map->items[i];

		if (of->kind != YAML_MAP)
			sigma_fail(s, of, 0, "expected rules and fields");
		for (size_t k = 0; of->kind == YAML_MAP && k < of->n; k++)
			c->aliases[c->naliases++] = (struct correlation_alias){
			    arena_copy(s->arena, map->keys[i]->text),
			    arena_copy(s->arena, of->keys[k]->text),
			    arena_copy(s->arena, yaml_text(of->items[k]))};
	}
}

bool
sigma_bound(struct sigma *s, const struct yaml_node *at, struct span word,
    double number, struct correlation *c)
{
	static const struct {
		const char *word, *sign;
	} ops[] = {{"gt", ">"}, {"gte", ">="}, {"lt", "<"}, {"lte", "<="},
	    {"eq", "=="}, {"neq", "!="}};

	for (int i = 0; i < 6; i++) {
		if (!span_is(word, ops[i].word) &&
		    !span_is(word, ops[i].sign) &&
		    !(i == 4 && span_is(word, "=")))
			continue;
		if (c->nbounds == sizeof(c->bounds) / sizeof(*c->bounds))
			break;
		c->bounds[c->nbounds].op = i;
		c->bounds[c->nbounds++].number = number;
		return true;
	}
	sigma_fail(s, at, 0, "expected gt, gte, lt, lte, eq or neq");
	return false;
}

/* A group is seen by its events: a count of none never is. */
static void
bounds_check(struct sigma *s, const struct yaml_node *at, struct correlation *c)
{
	if (c->type != CORRELATION_EVENT_COUNT &&
	    c->type != CORRELATION_VALUE_COUNT && !is_temporal(c))
		return;
	for (size_t i = 0; i < c->nbounds; i++) {
		double n = c->bounds[i].number;
		int op = c->bounds[i].op;

		if ((op == BOUND_LT && n <= 1) ||
		    ((op == BOUND_LTE || op == BOUND_EQ) && n < 1))
			sigma_fail(s, at, 0,
			    "can never hold: only what happened at least once "
			    "is counted");
	}
}

static void
condition_item(struct sigma *s, const struct yaml_node *key,
    const struct yaml_node *value, struct correlation *c)
{
	double number;

	if (span_is(key->text, "field")) {
		if (yaml_count(value) != 1 ||
		    yaml_at(value, 0)->kind != YAML_TEXT)
			sigma_fail(s, value, 0, "expected one field");
		else
			c->field =
			    arena_copy(s->arena, yaml_text(yaml_at(value, 0)));
	} else if (!pattern_number(yaml_text(value), &number)) {
		sigma_fail(s, value, 0, "expected a number");
	} else if (span_is(key->text, "percentile")) {
		c->percentile = number;
		if (number < 0 || number > 100)
			sigma_fail(s, value, 0, "expected 0 to 100");
	} else {
		sigma_bound(s, key, key->text, number, c);
	}
}

/* A condition in words over the names of the rules (specification 2.1, extended
 * temporal conditions). */
static void
expression_read(
    struct sigma *s, const struct yaml_node *text, struct correlation *c)
{
	if (c->type != CORRELATION_TEMPORAL) {
		sigma_fail(s, text, 0, "expected a mapping, as in gte: 10");
		return;
	}
	s->selections = arena_array(s->arena, c->nrefs, sizeof(*s->selections));
	s->nselections = c->nrefs;
	for (size_t i = 0; i < c->nrefs; i++) {
		struct rule_node *n = sigma_node(s, RULE_TEST, 0);

		n->test = arena_alloc(s->arena, sizeof(*n->test));
		n->test->field = (uint16_t)i;
		s->selections[i] = (struct selection){c->refs[i].name, n};
	}
	c->expression = sigma_condition(s, text);
	if (s->legacy != NULL)
		sigma_fail(s, text, 0, "expected names, and, or, not");
}

static void
condition_read(struct sigma *s, const struct yaml_node *map,
    const struct yaml_node *condition, struct correlation *c)
{
	bool values = c->type >= CORRELATION_VALUE_COUNT &&
		      c->type <= CORRELATION_VALUE_MEDIAN;

	c->percentile = -1;
	if (condition != NULL && condition->kind == YAML_TEXT)
		expression_read(s, condition, c);
	else if (condition != NULL && condition->kind == YAML_MAP)
		for (size_t i = 0; i < condition->n; i++)
			condition_item(
			    s, condition->keys[i], condition->items[i], c);
	else if (condition != NULL || !is_temporal(c))
		sigma_fail(s, condition ? condition : map, 0,
		    "expected a condition, as in gte: 10");
	if (s->bad || c->expression != NULL)
		return;
	if (c->nbounds == 0 && !is_temporal(c))
		sigma_fail(
		    s, condition, 0, "expected gt, gte, lt, lte, eq or neq");
	if (values && c->field.n == 0)
		sigma_fail(s, condition, 0, "expected a field");
	if (c->type == CORRELATION_TEMPORAL_ORDERED && c->nbounds > 0)
		sigma_fail(s, condition, 0,
		    "an order needs all rules: expected no condition");
	bounds_check(s, condition, c);
}

static void
keys_read(struct sigma *s, const struct yaml_node *map, struct correlation *c)
{
	static const char *const known[] = {"type", "rules", "group-by",
	    "timespan", "condition", "aliases", "generate"};
	const struct yaml_node *by = yaml_get(map, "group-by");

	for (size_t i = 0; i < map->n; i++) {
		size_t k = 0;

		while (k < 7 && !span_is(map->keys[i]->text, known[k]))
			k++;
		if (k == 7)
			sigma_fail(s, map->keys[i], 0,
			    "unknown key in a correlation: %.*s",
			    SPAN_FMT(map->keys[i]->text));
	}
	if (yaml_count(by) > LIMIT_CORRELATION_KEYS)
		sigma_fail(
		    s, by, 0, "at most %d fields", LIMIT_CORRELATION_KEYS);
	else
		c->keys = sigma_texts(s, by);
}

static void
generate_read(
    struct sigma *s, const struct yaml_node *at, struct correlation *c)
{
	if (at != NULL && !yaml_bool(at, &c->generate))
		sigma_fail(s, at, 0, "expected true or false");
}

void
sigma_correlation(struct sigma *s, const struct yaml_node *doc)
{
	const struct yaml_node *map = yaml_get(doc, "correlation");
	const struct yaml_node *timespan = yaml_get(map, "timespan");
	struct correlation *c = arena_alloc(s->arena, sizeof(*c));

	sigma_about(s, doc);
	s->rule->correlation = c;
	s->rule->logsource = SPAN("correlation");
	if (map->kind != YAML_MAP) {
		sigma_fail(s, map, 0, "expected a correlation: a mapping");
		return;
	}
	keys_read(s, map, c);
	generate_read(s, yaml_get(map, "generate"), c);
	generate_read(s, yaml_get(doc, "generate"), c);
	if (yaml_get(map, "rules") == NULL)
		sigma_fail(s, map, 0, "expected rules");
	else
		refs_read(s, yaml_get(map, "rules"), c);
	if (yaml_get(map, "aliases") != NULL)
		aliases_read(s, yaml_get(map, "aliases"), c);
	if (timespan == NULL)
		sigma_fail(s, map, 0, "expected a timespan, as in 5m");
	else if (!sigma_timespan(yaml_text(timespan), &c->timespan))
		sigma_fail(s, timespan, 0,
		    "expected a number and s, m, h, d or w, as in 90m");
	if (type_read(
		s, yaml_get(map, "type") ? yaml_get(map, "type") : map, c) &&
	    !s->bad)
		condition_read(s, map, yaml_get(map, "condition"), c);
	if (!s->bad)
		sigma_novel_check(s, c);
	if (!s->bad)
		sigma_add(s, doc, s->rule);
}
