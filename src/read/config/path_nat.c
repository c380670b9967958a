/*
 * Static translations of FortiOS (virtual IPs: "FortiOS CLI Reference",
 * firewall vip) and of Junos (security nat destination and static: "NAT User
 * Guide").
 */
#include "read/config/fortios.h"
#include "read/config/junos.h"
#include "read/config/path_nat.h"

#define WORD(i) path_word(x->tree, i)

struct span
translation_address(struct span s)
{
	s = span_head(s, span_find_byte(s, '/'));
	return span_trim(span_head(s, span_find_byte(s, '-')));
}

void
translation_ports(struct translation *t, struct span ports)
{
	struct span last = ports;

	t->first = facts_port_number(span_trim(span_until(&last, '-')));
	t->last = facts_port_number(span_trim(last));
}

void
translation_emit(
    struct path_facts *x, uint32_t node, const struct translation *t)
{
	struct addr a;
	struct record *r;

	if (!addr_read(t->inside, &a) ||
	    (t->interface.n == 0 && !addr_read(t->outside, &a)))
		return;
	r = facts_begin(x, K_TRANSLATION, node);
	record_put(r, F_PROTOCOL, t->protocol);
	if (t->interface.n == 0)
		record_put_ip(r, F_ADDRESS, t->outside);
	record_put(r, F_INTERFACE, t->interface);
	record_put_number(r, F_PORT, t->first);
	record_put_number(r, F_LAST, t->last);
	record_put_ip(r, F_SERVER_IP, t->inside);
	record_put_number(r, F_DST_PORT, t->inside_port);
	facts_emit(x);
}

void
fortios_translations(struct path_facts *x, uint32_t place)
{
	struct path_tree *tree = x->tree;

	EACH_PATH(v, tree, path_get(tree, place, "firewall vip"))
	{
		struct span ports = path_value(tree, v, "extport");
		struct translation t = {.outside = translation_address(
					    path_value(tree, v, "extip")),
		    .inside =
			translation_address(path_value(tree, v, "mappedip"))};

		if (span_is(t.outside, "0.0.0.0"))
			t.interface = path_value(tree, v, "extintf");
		if (path_value_is(tree, v, "portforward", "enable")) {
			t.protocol = path_value(tree, v, "protocol");
			if (t.protocol.n == 0)
				t.protocol = SPAN("tcp");
			t.inside_port = path_value(tree, v, "mappedport");
			t.inside_port = span_until(&t.inside_port, '-');
			t.first = span_until(&ports, '-');
			t.last = ports;
		}
		translation_emit(x, v, &t);
	}
}

/* "destination-port { 22; }", "destination-port { 22 to 30; }",
 * "destination-port { 22 { to 30; } }" */
static void
put_ports(const struct path_facts *x, uint32_t match, struct translation *t)
{
	struct path_tree *tree = x->tree;
	uint32_t first = path_value_node(tree, match, "destination-port"), to;

	if (first == PATH_NONE)
		return;
	t->first = WORD(first);
	to = path_get(tree, first, "to");
	if (to == PATH_NONE)
		to = path_get(
		    tree, path_get(tree, match, "destination-port"), "to");
	if (to != PATH_NONE)
		t->last = WORD(path_first(tree, to));
}

static void
junos_rule(struct path_facts *x, uint32_t pools, uint32_t rule)
{
	struct path_tree *tree = x->tree;
	uint32_t match = path_get(tree, rule, "match");
	struct span pool = path_value(tree, rule, "then destination-nat pool");
	struct translation t = {.outside = translation_address(path_value(
				    tree, match, "destination-address")),
	    .protocol = path_value(tree, match, "protocol")};
	uint32_t at;

	put_ports(x, match, &t);
	if (pool.n > 0) {
		at = path_get(
		    tree, path_find_active(tree, pools, pool), "address");
		t.inside = translation_address(WORD(path_first(tree, at)));
		t.inside_port = path_value(tree, path_first(tree, at), "port");
		if (t.inside_port.n == 0)
			t.inside_port = path_value(tree, at, "port");
	} else {
		at = path_get(tree, rule, "then static-nat prefix");
		t.inside = translation_address(WORD(path_first(tree, at)));
		t.inside_port =
		    path_value(tree, path_first(tree, at), "mapped-port");
		if (t.inside_port.n == 0)
			t.inside_port = path_value(tree, at, "mapped-port");
	}
	translation_emit(x, rule, &t);
}

void
junos_translations(struct path_facts *x)
{
	static const char *const lists[] = {"security nat destination rule-set",
	    "security nat static rule-set"};
	struct path_tree *tree = x->tree;
	uint32_t pools =
	    path_get(tree, PATH_ROOT, "security nat destination pool");

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(s, tree, path_get(tree, PATH_ROOT, lists[i]))
	EACH_PATH(r, tree, path_get(tree, s, "rule"))
	junos_rule(x, pools, r);
}
