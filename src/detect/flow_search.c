#include "detect/flow_search.h"

#include <stdio.h>

#include "read/flow/flow.h"

#define PORTS 65536

/* Where a part of a rule can hold, and where it cannot but hold. */
struct reach {
	uint64_t may[ENDPOINT_WORDS], must[ENDPOINT_WORDS];
};

struct looking {
	struct rule_scratch *scratch;
	unsigned protocol; /* ENDPOINT_TCP, ... */
};

/* Deeper ones are taken to hold anywhere. */
#define DEPTH 32

static void
reach_all(struct reach *r, bool may, bool must)
{
	memset(r->may, may ? 0xff : 0, sizeof(r->may));
	memset(r->must, must ? 0xff : 0, sizeof(r->must));
}

/* Does the test alone hold for the record? */
static bool
test_holds(const struct looking *l, const struct rule_test *t,
    const struct record *r)
{
	struct rule_node node = {
	    .op = RULE_TEST, .test = (struct rule_test *)(uintptr_t)t};
	struct rule rule = {.root = &node};

	return rule_match(&rule, r, l->scratch);
}

static void
reach_port(const struct looking *l, const struct rule_test *t, struct reach *r)
{
	reach_all(r, false, false);
	for (unsigned port = 0; port < PORTS; port++) {
		struct record rec;
		char text[8];

		record_init(&rec, K_FLOW, 1, 0, (struct span){0});
		snprintf(text, sizeof(text), "%u", port);
		record_put_number(&rec, F_DST_PORT, span_str(text));
		if (test_holds(l, t, &rec))
			r->may[port / 64] |= UINT64_C(1) << (port % 64);
	}
	memcpy(r->must, r->may, sizeof(r->must));
}

static void
reach_test(const struct looking *l, const struct rule_test *t, struct reach *r)
{
	static const char *const names[] = {"tcp", "udp"};
	struct record rec;
	bool holds;

	record_init(&rec, K_FLOW, 1, 0, (struct span){0});
	if (t->field == FIELD_ANY) {
		reach_all(r, true, false);
	} else if (t->field == F_DST_PORT) {
		reach_port(l, t, r);
	} else if (t->field == F_PROTOCOL &&
	    l->protocol != ENDPOINT_OTHER) {
		record_put_str(&rec, F_PROTOCOL, names[l->protocol]);
		holds = test_holds(l, t, &rec);
		reach_all(r, holds, holds);
	} else if (t->field < F_COUNT &&
	    flow_has_field((enum field_id)t->field)) {
		reach_all(r, true, false);
	} else {
		holds = test_holds(l, t, &rec);
		reach_all(r, holds, holds);
	}
}

static void
reach_node(const struct looking *l, const struct rule_node *n, unsigned depth,
    struct reach *r)
{
	struct reach kid;

	if (depth > DEPTH) {
		reach_all(r, true, false);
		return;
	}
	if (n->op == RULE_TEST) {
		reach_test(l, n->test, r);
		return;
	}
	if (n->op == RULE_NOT) {
		reach_node(l, n->kids[0], depth + 1, &kid);
		for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
			r->may[i] = ~kid.must[i];
			r->must[i] = ~kid.may[i];
		}
		return;
	}
	reach_all(r, n->op == RULE_AND, n->op == RULE_AND);
	for (size_t k = 0; k < n->nkids; k++) {
		reach_node(l, n->kids[k], depth + 1, &kid);
		for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
			r->may[i] = n->op == RULE_AND ? r->may[i] & kid.may[i]
						      : r->may[i] | kid.may[i];
			r->must[i] = n->op == RULE_AND
					 ? r->must[i] & kid.must[i]
					 : r->must[i] | kid.must[i];
		}
	}
}

/* A rule that holds at every port asks for none: it may hold for flows
 * without ports too. */
static void
endpoints_add(struct endpoints *out, unsigned protocol, const struct reach *r)
{
	bool all = true;

	for (unsigned i = 0; i < ENDPOINT_WORDS; i++) {
		out->ports[protocol][i] |= r->may[i];
		all = all && r->may[i] == UINT64_MAX;
	}
	out->all[protocol] = out->all[protocol] || all;
}

void
flow_search_build(const struct ruleset *rules, const struct addrset *addresses,
    struct rule_scratch *s, struct endpoints *out)
{
	const struct rule_list *list = &rules->by_kind[K_FLOW];

	memset(out, 0, sizeof(*out));
	out->addresses = addresses;
	out->v6 = addrset_has_family(addresses, 6);
	for (size_t i = 0; i < list->n; i++)
		for (unsigned p = 0; p < ENDPOINT_PROTOCOLS; p++) {
			struct looking l = {s, p};
			struct reach r;

			reach_node(&l, list->v[i]->root, 0, &r);
			endpoints_add(out, p, &r);
		}
}
