/*
 * Selections: maps (all items), lists of maps (any), lists of plain values
 * (keywords, any).
 */
#include <stdlib.h>

#include "base/err.h"
#include "intel/sigma_build.h"

struct rule_node *
sigma_node(struct sigma *s, enum rule_op op, size_t nkids)
{
	struct rule_node *n = arena_alloc(s->arena, sizeof(*n));

	n->op = op;
	n->order = (uint32_t)s->rule->nnodes++;
	n->nkids = nkids;
	n->kids = arena_array(s->arena, nkids, sizeof(struct rule_node *));
	return n;
}

/* Rough work, in units of a comparison of short texts. */
static unsigned
test_cost(const struct rule_test *t)
{
	static const unsigned costs[] = {
	    [PATTERN_PRESENT] = 1,
	    [PATTERN_ABSENT] = 1,
	    [PATTERN_EQUAL] = 2,
	    [PATTERN_PREFIX] = 2,
	    [PATTERN_SUFFIX] = 2,
	    [PATTERN_CONTAINS] = 4,
	    [PATTERN_GLOB] = 10,
	    [PATTERN_REGEX] = 20,
	    [PATTERN_CIDR] = 3,
	    [PATTERN_HOLDS] = 3,
	    [PATTERN_LT] = 2,
	    [PATTERN_LTE] = 2,
	    [PATTERN_GT] = 2,
	    [PATTERN_GTE] = 2,
	    [PATTERN_SAME] = 2,
	    [PATTERN_FIELD] = 6,
	};
	unsigned cost = 0;

	for (size_t i = 0; i < t->npatterns; i++)
		cost += costs[t->patterns[i].op];
	return t->field == FIELD_ANY || t->field == FIELD_PAIR ? cost * 4
							       : cost;
}

static int
by_cost(const void *a, const void *b)
{
	const struct rule_node *x = *(struct rule_node *const *)a;
	const struct rule_node *y = *(struct rule_node *const *)b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

void
sigma_settle(struct rule_node *n)
{
	uint64_t cost = n->test != NULL ? test_cost(n->test) : 0;

	for (size_t i = 0; i < n->nkids; i++)
		cost += n->kids[i]->cost;
	n->cost = cost < UINT32_MAX ? (uint32_t)cost : UINT32_MAX;
	if (n->nkids > 1)
		qsort(n->kids, n->nkids, sizeof(struct rule_node *), by_cost);
}

/* A test of patterns; all: every one must match. */
static struct rule_node *
test_node(struct sigma *s, const struct modifiers *m, const struct patterns *p,
    bool all)
{
	struct rule_node *node = sigma_node(s, RULE_TEST, 0);
	struct rule_test *t = arena_alloc(s->arena, sizeof(*t));

	t->field = m->field;
	t->key = m->name;
	t->part = m->part;
	t->all = all;
	t->patterns = p->v;
	t->npatterns = p->n;
	node->test = t;
	sigma_settle(node);
	return node;
}

/* "all" over values of which some became several: all of any. */
static struct rule_node *
all_of_any(struct sigma *s, const struct modifiers *m,
    const struct patterns *parts, size_t n)
{
	struct rule_node *and = sigma_node(s, RULE_AND, n);

	for (size_t i = 0; i < n; i++)
		and->kids[i] = test_node(s, m, &parts[i], false);
	sigma_settle(and);
	return and;
}

static struct rule_node *
values_build(struct sigma *s, const struct modifiers *m,
    const struct yaml_node *values, size_t n)
{
	struct patterns all = {0};
	struct patterns *parts = arena_array(s->arena, n, sizeof(*parts));
	bool single = true;

	for (size_t i = 0; i < n; i++) {
		const struct yaml_node *value =
		    values->kind == YAML_LIST ? values->items[i] : values;

		if (!sigma_patterns(s, m, value, m->all ? &parts[i] : &all))
			return NULL;
		single &= parts[i].n <= 1;
	}
	if (!m->all || n == 1)
		return test_node(s, m, m->all ? &parts[0] : &all, false);
	if (!single)
		return all_of_any(s, m, parts, n);
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n == 0)
			continue;
		all.v = arena_grow(
		    s->arena, all.v, all.n, &all.cap, sizeof(*all.v));
		all.v[all.n++] = parts[i].v[0];
	}
	return test_node(s, m, &all, true);
}

/* A test of all values in a list, or of a single value. */
static struct rule_node *
test_build(
    struct sigma *s, const struct modifiers *m, const struct yaml_node *values)
{
	size_t n = values->kind == YAML_LIST ? values->n : 1;
	struct rule_node *node, *not ;

	if (n == 0)
		return sigma_fail(s, values, 0, "expected at least one value");
	if (!sigma_room(s, values, n + 2))
		return NULL;
	node = values_build(s, m, values, n);
	if (node == NULL || !m->neq)
		return node;
	not = sigma_node(s, RULE_NOT, 1);
	not ->kids[0] = node;
	sigma_settle(not );
	return not ;
}

static struct rule_node *
map_build(struct sigma *s, const struct yaml_node *map)
{
	struct rule_node *and;
	struct modifiers m;

	if (map->n == 0)
		return sigma_fail(s, map, 0, "expected at least one field");
	if (!sigma_room(s, map, 1 + map->n))
		return NULL;
	and = sigma_node(s, RULE_AND, map->n);
	for (size_t i = 0; i < map->n; i++) {
		struct span name;

		if (!sigma_key(s, map->keys[i], &m, &name))
			return NULL;
		if (m.field == FIELD_PAIR)
			m.name = arena_copy(s->arena, name);
		and->kids[i] = test_build(s, &m, map->items[i]);
		if (and->kids[i] == NULL)
			return NULL;
	}
	sigma_settle(and);
	return and->nkids == 1 ? and->kids[0] : and;
}

static struct rule_node *
keyword_build(struct sigma *s, const struct yaml_node *word)
{
	struct modifiers m = {
	    .field = FIELD_ANY, .op = PATTERN_EQUAL, .implied = true};

	return test_build(s, &m, word);
}

/* A list of words only is one test; anything else is any of its items. */
static struct rule_node *
list_build(struct sigma *s, const struct yaml_node *list)
{
	struct rule_node * or ;
	size_t words = 0;

	for (size_t i = 0; i < list->n; i++)
		words += list->items[i]->kind == YAML_TEXT;
	if (words == list->n)
		return keyword_build(s, list);
	if (!sigma_room(s, list, 1 + list->n))
		return NULL;
	or = sigma_node(s, RULE_OR, list->n);
	for (size_t i = 0; i < list->n; i++) {
		const struct yaml_node *item = list->items[i];

		or->kids[i] = item->kind == YAML_MAP ? map_build(s, item)
						     : keyword_build(s, item);
		if (or->kids[i] == NULL)
			return NULL;
	}
	sigma_settle(or);
	return or ;
}

struct rule_node *
sigma_selection(struct sigma *s, const struct yaml_node *body)
{
	switch (body->kind) {
	case YAML_MAP:
		return map_build(s, body);
	case YAML_LIST:
		return list_build(s, body);
	default:
		return keyword_build(s, body);
	}
}

static void
selections_read(
    struct sigma *s, const struct yaml_node *detection, const char *but)
{
	s->selections =
	    arena_array(s->arena, detection->n, sizeof(*s->selections));
	s->nselections = 0;
	for (size_t i = 0; i < detection->n; i++) {
		const struct yaml_node *key = detection->keys[i];
		struct sigma one = *s;
		struct rule_node *node;

		if (span_is(key->text, "condition") || span_is(key->text, but))
			continue;
		if (span_is(key->text, "timeframe")) {
			s->timeframe = detection->items[i];
			continue;
		}
		/* A problem here shall hide neither those of the next one nor
		 * those of the condition. */
		one.bad = false;
		node = sigma_selection(&one, detection->items[i]);
		if (node == NULL)
			node = sigma_node(s, RULE_OR, 0);
		s->bad |= one.bad;
		s->used = one.used;
		s->capmissing = one.capmissing;
		s->selections[s->nselections++] =
		    (struct selection){key->text, node};
	}
}

/* Fields without which the tree cannot hold. */
static struct field_set
needs_of(const struct rule_node *n)
{
	struct field_set set = {0};
	size_t absent = 0;

	if (n->op == RULE_TEST && n->test->field < F_COUNT) {
		for (size_t i = 0; i < n->test->npatterns; i++)
			absent += n->test->patterns[i].op == PATTERN_ABSENT;
		if (absent == 0)
			field_set_add(&set, n->test->field);
		return set;
	}
	if (n->op != RULE_AND && n->op != RULE_OR)
		return set;
	for (size_t i = 0; i < n->nkids; i++) {
		struct field_set kid = needs_of(n->kids[i]);

		for (size_t w = 0; w < FIELD_WORDS; w++)
			set.bits[w] = i == 0 ? kid.bits[w]
				      : n->op == RULE_AND
					  ? set.bits[w] | kid.bits[w]
					  : set.bits[w] & kid.bits[w];
	}
	return set;
}

struct rule_node *
sigma_body(struct sigma *s, const struct yaml_node *body, const char *but)
{
	const struct yaml_node *condition = yaml_get(body, "condition");

	if (body->kind != YAML_MAP)
		return sigma_fail(
		    s, body, 0, "expected selections and a condition");
	selections_read(s, body, but);
	if (condition == NULL)
		return sigma_fail(s, body, 0, "expected a condition");
	return sigma_condition(s, condition);
}

/* The rule holds only where its logsource says. */
static struct rule_node *
where_build(struct sigma *s, struct rule_node *root)
{
	const struct logsource *source = s->rule->source;
	struct rule_node *where, *and;
	struct sigma one = *s;

	if (source == NULL || source->where == NULL || s->bad)
		return root;
	one.where = true;
	where = sigma_selection(&one, source->where);
	s->bad |= one.bad;
	s->used = one.used;
	if (where == NULL)
		return root;
	and = sigma_node(s, RULE_AND, 2);
	and->kids[0] = where;
	and->kids[1] = root;
	sigma_settle(and);
	return and;
}

/* What is known of a tree before any record is seen: an item over a field that
 * no record has never holds. */
enum truth { TRUTH_NEVER, TRUTH_ALWAYS, TRUTH_OPEN };

static enum truth
truth_of(const struct rule_node *n)
{
	enum truth decided = n->op == RULE_AND ? TRUTH_NEVER : TRUTH_ALWAYS;
	size_t open = 0;

	if (n->op == RULE_TEST)
		return n->test->field == FIELD_NEVER ? TRUTH_NEVER : TRUTH_OPEN;
	for (size_t i = 0; i < n->nkids; i++) {
		enum truth t = truth_of(n->kids[i]);

		if (n->op == RULE_NOT)
			return t == TRUTH_OPEN	  ? t
			       : t == TRUTH_NEVER ? TRUTH_ALWAYS
						  : TRUTH_NEVER;
		if (t == decided)
			return t;
		open += t == TRUTH_OPEN;
	}
	if (open > 0)
		return TRUTH_OPEN;
	return n->op == RULE_AND ? TRUTH_ALWAYS : TRUTH_NEVER;
}

/* The tree without what is known: of "or" the parts that never hold, of "and"
 * those that always do. */
static struct rule_node *
folded(struct sigma *s, struct rule_node *n)
{
	struct rule_node *out;

	if (n->op != RULE_AND && n->op != RULE_OR)
		return n;
	out = sigma_node(s, n->op, n->nkids);
	out->nkids = 0;
	for (size_t i = 0; i < n->nkids; i++)
		if (truth_of(n->kids[i]) == TRUTH_OPEN)
			out->kids[out->nkids++] = folded(s, n->kids[i]);
	sigma_settle(out);
	return out->nkids == 1 ? out->kids[0] : out;
}

void
sigma_root(struct sigma *s, struct rule *r, struct rule_node *root)
{
	r->root = where_build(s, root);
	if (truth_of(r->root) == TRUTH_OPEN)
		r->root = folded(s, r->root);
	else if (truth_of(r->root) == TRUTH_NEVER && !s->native)
		r->unsupplied = true;
	if (r->unsupplied)
		r->kinds = 0;
	r->needs = needs_of(r->root);
}

void
sigma_detection(struct sigma *s, const struct yaml_node *doc)
{
	const struct yaml_node *detection = yaml_get(doc, "detection");
	struct rule_node *root = sigma_body(s, detection, "condition");

	if (s->timeframe != NULL && s->legacy == NULL && !s->bad)
		sigma_fail(s, s->timeframe, 0,
		    "a timeframe counts with an aggregation only");
	if (root != NULL && !s->bad)
		sigma_root(s, s->rule, root);
}
