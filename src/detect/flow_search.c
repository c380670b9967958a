#include "detect/flow_search.h"

#include <stdlib.h>

#define PORTS 65536

/* Where a part of a rule can hold, and where it cannot but hold. */
struct reach {
	uint64_t may[ENDPOINT_WORDS], must[ENDPOINT_WORDS];
};

/* What a slow test said at which ports: the same for every class. */
struct tried {
	const struct rule_test *test; /* NULL: none */
	uint64_t known[ENDPOINT_WORDS], holds[ENDPOINT_WORDS];
};

struct looking {
	struct rule_scratch *scratch;
	unsigned class;	     /* ENDPOINT_TCP, ... */
	flow_field_fn *has;  /* NULL: nothing is known but the port */
	struct tried *tried; /* room for the last test; NULL: none */
};

/* Deeper ones are taken to hold anywhere. */
#define DEPTH 32

static void
reach_all(struct reach *r, bool may, bool must)
{
	memset(r->may, may ? 0xff : 0, sizeof(r->may));
	memset(r->must, must ? 0xff : 0, sizeof(r->must));
}

/* A rule of one test. */
struct alone {
	struct rule_node node;
	struct rule rule;
};

static void
test_alone(const struct rule_test *t, struct alone *out)
{
	*out = (struct alone){.node = {.op = RULE_TEST,
				  .test = (struct rule_test *)(uintptr_t)t}};
	out->rule.root = &out->node;
}

/* A list of plain numbers needs no look at other ports. */
static bool
test_lists(const struct rule_test *t)
{
	for (size_t i = 0; i < t->npatterns; i++)
		if (t->patterns[i].op != PATTERN_EQUAL ||
		    !t->patterns[i].numeric)
			return false;
	return t->npatterns > 0 && !t->all;
}

static bool
port_holds(const struct looking *l, const struct alone *t, unsigned port)
{
	struct record rec;
	char text[8];
	size_t at = sizeof(text);
	unsigned n = port;

	do
		text[--at] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	record_init(&rec, K_FLOW, 1, 0, (struct span){0});
	record_put_number(
	    &rec, F_DST_PORT, span_of(text + at, sizeof(text) - at));
	return rule_match(&t->rule, &rec, l->scratch);
}

static void
port_test(const struct looking *l, const struct alone *t, unsigned port,
    struct reach *r)
{
	if (port_holds(l, t, port))
		r->may[port / 64] |= UINT64_C(1) << (port % 64);
}

/* Bounds of numbers alone. */
static bool
test_bounds(const struct rule_test *t)
{
	for (size_t i = 0; i < t->npatterns; i++)
		if (t->patterns[i].op != PATTERN_LT &&
		    t->patterns[i].op != PATTERN_LTE &&
		    t->patterns[i].op != PATTERN_GT &&
		    t->patterns[i].op != PATTERN_GTE)
			return false;
	return t->npatterns == 1;
}

/* What is below or above a bound is so together: found by halving. */
static void
reach_bound(const struct looking *l, const struct alone *t, struct reach *r)
{
	unsigned from = 0, to = PORTS - 1;
	bool low, high;

	port_test(l, t, from, r);
	port_test(l, t, to, r);
	low = (r->may[0] & 1) != 0;
	high = (r->may[ENDPOINT_WORDS - 1] >> 63) != 0;
	if (low == high) {
		reach_all(r, low, low);
		return;
	}
	while (to - from > 1) {
		unsigned middle = (from + to) / 2;

		port_test(l, t, middle, r);
		if (((r->may[middle / 64] >> (middle % 64) & 1) != 0) == low)
			from = middle;
		else
			to = middle;
	}
	for (unsigned port = 0; port < PORTS; port++)
		if (port <= from ? low : high)
			r->may[port / 64] |= UINT64_C(1) << (port % 64);
}

/* Port by port, of those that are asked for. */
static void
reach_tried(const struct looking *l, const struct alone *t,
    const uint64_t *only, struct reach *r)
{
	struct tried *x = l->tried;

	if (x != NULL && x->test != t->node.test) {
		memset(x, 0, sizeof(*x));
		x->test = t->node.test;
	}
	for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
		uint64_t left = x != NULL ? only[i] & ~x->known[i] : only[i];

		for (unsigned k = 0; k < 64; k++)
			if ((left >> k & 1) != 0)
				port_test(l, t, 64 * i + k, r);
		if (x == NULL)
			continue;
		x->known[i] |= left;
		x->holds[i] |= r->may[i];
		r->may[i] = x->holds[i] & only[i];
	}
}

/* only: ports that are asked for. */
static void
reach_port(const struct looking *l, const struct rule_test *t,
    const uint64_t *only, struct reach *r)
{
	struct alone alone;

	test_alone(t, &alone);
	reach_all(r, false, false);
	if (test_lists(t)) {
		for (size_t i = 0; i < t->npatterns; i++) {
			double n = t->patterns[i].number;

			if (n >= 0 && n < PORTS)
				port_test(l, &alone, (unsigned)n, r);
		}
	} else if (test_bounds(t)) {
		reach_bound(l, &alone, r);
	} else {
		reach_tried(l, &alone, only, r);
	}
	memcpy(r->must, r->may, sizeof(r->must));
}

/* What is known of every flow of the class: its protocol, and the fields that
 * it never has. */
static bool
test_known(const struct looking *l, const struct rule_test *t, bool *holds)
{
	static const char *const names[ENDPOINT_CLASSES] = {
	    "tcp", "tcp", "udp", NULL};
	struct alone alone;
	struct record rec;

	record_init(&rec, K_FLOW, 1, 0, (struct span){0});
	if (t->field == FIELD_ANY || l->has == NULL)
		return false;
	if (t->field == F_PROTOCOL && names[l->class] != NULL)
		record_put_str(&rec, F_PROTOCOL, names[l->class]);
	else if (t->field < F_COUNT &&
		 l->has(l->class, (enum field_id)t->field))
		return false;
	test_alone(t, &alone);
	*holds = rule_match(&alone.rule, &rec, l->scratch);
	return true;
}

static void
reach_test(const struct looking *l, const struct rule_test *t,
    const uint64_t *only, struct reach *r)
{
	bool holds;

	if (t->field == F_DST_PORT)
		reach_port(l, t, only, r);
	else if (test_known(l, t, &holds))
		reach_all(r, holds, holds);
	else
		reach_all(r, true, false);
}

/* Tests that have to be tried port by port come last, when few are left. */
static bool
node_slow(const struct rule_node *n)
{
	return n->op == RULE_TEST && n->test->field == F_DST_PORT &&
	       !test_lists(n->test) && !test_bounds(n->test);
}

static bool
none_left(const uint64_t *ports)
{
	uint64_t any = 0;

	for (unsigned i = 0; i < ENDPOINT_WORDS; i++)
		any |= ports[i];
	return any == 0;
}

static void reach_node(const struct looking *l, const struct rule_node *n,
    unsigned depth, const uint64_t *only, struct reach *r);

static void
reach_and(const struct looking *l, const struct rule_node *n, unsigned depth,
    const uint64_t *only, struct reach *r)
{
	memcpy(r->may, only, sizeof(r->may));
	memcpy(r->must, only, sizeof(r->must));
	for (unsigned slow = 0; slow < 2; slow++)
		for (size_t k = 0; k < n->nkids && !none_left(r->may); k++) {
			struct reach kid;

			if (node_slow(n->kids[k]) != (slow == 1))
				continue;
			reach_node(l, n->kids[k], depth + 1, r->may, &kid);
			for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
				r->may[i] &= kid.may[i];
				r->must[i] &= kid.must[i];
			}
		}
	if (none_left(r->may))
		reach_all(r, false, false);
}

/* only: the other ports are of no interest; what is said of them is that the
 * node does not hold there, or anything. */
static void
reach_node(const struct looking *l, const struct rule_node *n, unsigned depth,
    const uint64_t *only, struct reach *r)
{
	struct reach kid;

	if (depth > DEPTH) {
		reach_all(r, true, false);
	} else if (n->op == RULE_TEST) {
		reach_test(l, n->test, only, r);
	} else if (n->op == RULE_AND) {
		reach_and(l, n, depth, only, r);
	} else if (n->op == RULE_NOT) {
		reach_node(l, n->kids[0], depth + 1, only, &kid);
		for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
			r->may[i] = ~kid.must[i];
			r->must[i] = ~kid.may[i];
		}
	} else {
		reach_all(r, false, false);
		for (size_t k = 0; k < n->nkids; k++) {
			reach_node(l, n->kids[k], depth + 1, only, &kid);
			for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
				r->may[i] |= kid.may[i];
				r->must[i] |= kid.must[i];
			}
		}
	}
}

/* A rule that holds at every port asks for none: it may hold for flows
 * without ports too. */
static void
endpoints_add(struct endpoints *out, unsigned class, const struct reach *r)
{
	bool all = true;

	for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
		out->ports[class][i] |= r->may[i];
		all = all && r->may[i] == UINT64_MAX;
	}
	out->all[class] = out->all[class] || all;
}

/* Does the node hold only where a flow has one of some addresses? */
static const struct rule_test *
node_addresses(const struct rule_node *n)
{
	const struct rule_test *t = n->test;

	if (n->op == RULE_AND) {
		for (size_t k = 0; k < n->nkids; k++) {
			t = node_addresses(n->kids[k]);
			if (t != NULL)
				return t;
		}
		return NULL;
	}
	if (n->op != RULE_TEST || t->npatterns == 0 ||
	    (t->field != F_SRC_IP && t->field != F_DST_IP))
		return NULL;
	for (size_t i = 0; i < t->npatterns; i++)
		if (t->patterns[i].op != PATTERN_EQUAL ||
		    t->patterns[i].prefix.addr.family == 0)
			return NULL;
	return t;
}

/* True: where the rule can match, the addresses alone tell. */
static bool
addresses_add(struct endpoints *out, const struct rule *r)
{
	const struct rule_test *t = node_addresses(r->root);

	if (t == NULL)
		return false;
	for (size_t i = 0; i < t->npatterns; i++)
		addrset_add(out->named, &t->patterns[i].prefix, 0);
	return true;
}

void
flow_search_build(const struct ruleset *rules, const struct addrset *addresses,
    flow_field_fn *has, struct rule_scratch *s, struct endpoints *out)
{
	const struct rule_list *list = &rules->by_kind[K_FLOW];
	struct tried *tried = calloc(1, sizeof(*tried));

	memset(out, 0, sizeof(*out));
	out->addresses = addresses;
	out->named = addrset_new();
	for (size_t i = 0; i < list->n; i++) {
		if (addresses_add(out, list->v[i]))
			continue;
		for (unsigned c = 0; c < ENDPOINT_CLASSES; c++) {
			struct looking l = {s, c, has, tried};
			struct reach every, r;

			reach_all(&every, true, true);
			reach_node(&l, list->v[i]->root, 0, every.may, &r);
			endpoints_add(out, c, &r);
		}
	}
	free(tried);
	addrset_seal(out->named);
	out->v6 = addrset_has_family(addresses, 6) ||
		  addrset_has_family(out->named, 6);
}

/* A rule that holds at more ports names none. */
#define NAMED_PORTS 4096

static size_t
ports_count(const uint64_t *ports)
{
	size_t n = 0;

	for (unsigned i = 0; i < ENDPOINT_WORDS; i++)
		for (uint64_t v = ports[i]; v != 0; v &= v - 1)
			n++;
	return n;
}

void
flow_search_services(
    const struct ruleset *rules, struct rule_scratch *s, uint64_t *ports)
{
	const struct rule_list *list = &rules->by_kind[K_FLOW_PATTERN];
	struct looking l = {s, ENDPOINT_TCP, NULL, NULL};

	memset(ports, 0, ENDPOINT_WORDS * sizeof(*ports));
	for (size_t i = 0; i < list->n; i++) {
		struct reach every, r;

		reach_all(&every, true, true);
		reach_node(&l, list->v[i]->root, 0, every.may, &r);
		if (ports_count(r.may) > NAMED_PORTS)
			continue;
		for (unsigned w = 0; w < ENDPOINT_WORDS; w++)
			ports[w] |= r.may[w];
	}
}

static bool
test_by_port(const struct rule_test *t)
{
	if (t->field != F_DST_PORT || t->part != PART_NONE)
		return false;
	for (size_t i = 0; i < t->npatterns; i++)
		if (t->patterns[i].op == PATTERN_ABSENT ||
		    t->patterns[i].op == PATTERN_PRESENT ||
		    t->patterns[i].op == PATTERN_FIELD)
			return false;
	return t->npatterns > 0;
}

static bool
node_by_port(const struct rule_node *n, unsigned depth)
{
	size_t by = 0;

	if (n->op == RULE_TEST)
		return test_by_port(n->test);
	if (n->op == RULE_NOT || depth > DEPTH)
		return false;
	for (size_t k = 0; k < n->nkids; k++)
		by += node_by_port(n->kids[k], depth + 1);
	return n->op == RULE_AND ? by > 0 : by > 0 && by == n->nkids;
}

bool
flow_search_by_port(const struct rule *r)
{
	return r->root != NULL && node_by_port(r->root, 0) &&
	       (r->prefilter.n == 0 || node_addresses(r->root) == NULL);
}

/* Where the answer is not known: both may be. */
static void
node_at_port(const struct looking *l, const struct rule_node *n, unsigned depth,
    uint16_t port, bool *may, bool *must)
{
	bool kid_may, kid_must;

	*may = true;
	*must = false;
	if (depth > DEPTH)
		return;
	if (n->op == RULE_TEST) {
		if (n->test->field == F_DST_PORT &&
		    n->test->part == PART_NONE) {
			struct alone alone;

			test_alone(n->test, &alone);
			*may = *must = port_holds(l, &alone, port);
		}
	} else if (n->op == RULE_NOT) {
		node_at_port(
		    l, n->kids[0], depth + 1, port, &kid_may, &kid_must);
		*may = !kid_must;
		*must = !kid_may;
	} else {
		bool and = n->op == RULE_AND;

		*may = *must = and;
		for (size_t k = 0; k < n->nkids; k++) {
			node_at_port(l, n->kids[k], depth + 1, port, &kid_may,
			    &kid_must);
			*may = and? *may && kid_may : *may || kid_may;
			*must = and? *must && kid_must : *must || kid_must;
		}
	}
}

bool
flow_search_asks(const struct rule *const *rules, size_t n,
    struct rule_scratch *s, uint16_t port)
{
	struct looking l = {s, ENDPOINT_TCP, NULL, NULL};
	bool may = false, must;

	for (size_t i = 0; i < n && !may; i++)
		node_at_port(&l, rules[i]->root, 0, port, &may, &must);
	return may;
}
