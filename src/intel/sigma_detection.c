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
	};
	unsigned cost = 0;

	for (size_t i = 0; i < t->npatterns; i++)
		cost += costs[t->patterns[i].op];
	return t->field == FIELD_ANY ? cost * 4 : cost;
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

/* Modifiers that say how a value is compared: one of them at most. */
static const struct {
	const char *name;
	enum pattern_op op;
} comparisons[] = {
    {"contains", PATTERN_CONTAINS},
    {"startswith", PATTERN_PREFIX},
    {"endswith", PATTERN_SUFFIX},
    {"re", PATTERN_REGEX},
    {"cidr", PATTERN_CIDR},
    {"holds", PATTERN_HOLDS},
    {"lt", PATTERN_LT},
    {"lte", PATTERN_LTE},
    {"gt", PATTERN_GT},
    {"gte", PATTERN_GTE},
    {"exists", PATTERN_PRESENT},
};

static bool
comparison_read(struct sigma *s, const struct yaml_node *key, size_t at,
    struct span word, struct modifiers *m)
{
	for (size_t i = 0; i < sizeof(comparisons) / sizeof(*comparisons);
	     i++) {
		if (!span_is(word, comparisons[i].name))
			continue;
		if (m->op != PATTERN_EQUAL)
			sigma_fail(s, key, at,
			    "%.*s cannot follow another comparison",
			    SPAN_FMT(word));
		m->op = comparisons[i].op;
		m->exists = m->op == PATTERN_PRESENT;
		return true;
	}
	return false;
}

static bool *
flag_of(struct span word, struct modifiers *m)
{
	if (m->op == PATTERN_REGEX) {
		if (span_is(word, "i"))
			return &m->re_i;
		if (span_is(word, "m"))
			return &m->re_m;
		if (span_is(word, "s"))
			return &m->re_s;
	}
	if (span_is(word, "all"))
		return &m->all;
	if (span_is(word, "cased"))
		return &m->cased;
	if (span_is(word, "neq"))
		return &m->neq;
	return NULL;
}

static void
modifier_read(struct sigma *s, const struct yaml_node *key, size_t at,
    struct span word, struct modifiers *m)
{
	bool *flag;

	if (comparison_read(s, key, at, word, m))
		return;
	flag = flag_of(word, m);
	if (flag != NULL)
		*flag = true;
	else
		sigma_fail(s, key, at,
		    "unknown modifier \"%.*s\"; there are contains, "
		    "startswith, endswith, all, re (then i, m, s), cidr, "
		    "holds, exists, lt, lte, gt, gte, cased, neq",
		    SPAN_FMT(word));
}

/* "field|modifier|modifier"; an empty field means keywords. */
static uint16_t
key_read(struct sigma *s, const struct yaml_node *key, struct modifiers *m)
{
	struct span rest = key->text;
	struct span name = span_until(&rest, '|');
	uint16_t field;

	*m = (struct modifiers){.op = PATTERN_EQUAL};
	if (name.n == 0 && key->text.n == 0) {
		sigma_fail(s, key, 0, "expected the name of a field");
		return FIELD_NEVER;
	}
	field = name.n == 0 ? FIELD_ANY : sigma_field(s, key, name);
	if (name.n == key->text.n)
		return field;
	for (bool more = true; more;) {
		size_t at = (size_t)(rest.p - key->text.p);

		more = span_find_byte(rest, '|') != SPAN_NONE;
		modifier_read(s, key, at, span_until(&rest, '|'), m);
	}
	m->implied = field == FIELD_ANY && m->op == PATTERN_EQUAL;
	if (field == FIELD_ANY && !m->implied && m->op >= PATTERN_CIDR)
		sigma_fail(s, key, 0, "this comparison needs a field");
	if (field == FIELD_ANY && m->exists)
		sigma_fail(s, key, 0, "exists needs a field");
	return field;
}

/* A test of all values in a list, or of a single value. */
static struct rule_node *
test_build(struct sigma *s, uint16_t field, const struct modifiers *m,
    const struct yaml_node *values)
{
	bool list = values->kind == YAML_LIST;
	size_t n = list ? values->n : 1;
	struct rule_node *node;
	struct rule_test *t;

	if (n == 0)
		return sigma_fail(s, values, 0, "expected at least one value");
	if (!sigma_room(s, values, n + 2))
		return NULL;
	t = arena_alloc(s->arena, sizeof(*t));
	t->field = field;
	t->all = m->all;
	t->patterns = arena_array(s->arena, n, sizeof(*t->patterns));
	for (; t->npatterns < n; t->npatterns++)
		if (!sigma_pattern(s, m, field,
			list ? values->items[t->npatterns] : values,
			&t->patterns[t->npatterns]))
			return NULL;
	node = sigma_node(s, RULE_TEST, 0);
	node->test = t;
	sigma_settle(node);
	if (m->neq) {
		struct rule_node *not = sigma_node(s, RULE_NOT, 1);

		not ->kids[0] = node;
		sigma_settle(not );
		node = not ;
	}
	return node;
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
		uint16_t field = key_read(s, map->keys[i], &m);

		if (s->bad)
			return NULL;
		and->kids[i] = test_build(s, field, &m, map->items[i]);
		if (and->kids[i] == NULL)
			return NULL;
	}
	sigma_settle(and);
	return and->nkids == 1 ? and->kids[0] : and;
}

static struct rule_node *
keyword_build(struct sigma *s, const struct yaml_node *word)
{
	struct modifiers m = {.op = PATTERN_EQUAL, .implied = true};

	return test_build(s, FIELD_ANY, &m, word);
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

static struct rule_node *
selection_build(struct sigma *s, const struct yaml_node *body)
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
selections_read(struct sigma *s, const struct yaml_node *detection)
{
	s->selections =
	    arena_array(s->arena, detection->n, sizeof(*s->selections));
	for (size_t i = 0; i < detection->n; i++) {
		const struct yaml_node *key = detection->keys[i];
		struct sigma one = *s;
		struct rule_node *node;

		if (span_is(key->text, "condition"))
			continue;
		if (span_is(key->text, "timeframe")) {
			sigma_fail(s, key, 0,
			    "a timeframe needs a correlation, which is not "
			    "read");
			continue;
		}
		/* A problem here shall hide neither those of the next one nor
		 * those of the condition. */
		one.bad = false;
		node = selection_build(&one, detection->items[i]);
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

void
sigma_detection(struct sigma *s, const struct yaml_node *doc)
{
	const struct yaml_node *detection = yaml_get(doc, "detection");
	const struct yaml_node *condition = yaml_get(detection, "condition");

	if (detection->kind != YAML_MAP) {
		sigma_fail(
		    s, detection, 0, "expected selections and a condition");
		return;
	}
	selections_read(s, detection);
	if (condition == NULL) {
		sigma_fail(s, detection, 0, "expected a condition");
		return;
	}
	s->rule->root = sigma_condition(s, condition);
	if (s->rule->root != NULL && !s->bad)
		s->rule->needs = needs_of(s->rule->root);
}
