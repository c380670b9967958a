/* VyOS and EdgeOS: interfaces, mirrors, routes, neighbours. */
#include "read/config/vyos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- interfaces ---- */

static bool
is_management(struct span name)
{
	return span_starts_nocase(name, SPAN("mgmt")) ||
	       span_starts_nocase(name, SPAN("management"));
}

static const char *
role_of(const struct path_facts *x, const struct vyos_interface *i)
{
	static const char *const tunnels[] = {"tunnel", "wireguard", "openvpn",
	    "vti", "vxlan", "l2tpv3", "geneve", "sstpc", "ipv6-tunnel"};

	if (span_is(i->type, "loopback") || span_is(i->type, "dummy"))
		return "loopback";
	for (size_t k = 0; k < sizeof(tunnels) / sizeof(*tunnels); k++)
		if (span_is(i->type, tunnels[k]))
			return "tunnel";
	if (is_management(path_value(x->tree, i->node, "vrf")) ||
	    is_management(path_value(x->tree, i->node, "description")))
		return "management";
	return path_get(x->tree, i->node, "address") != PATH_NONE ? "routed"
								  : NULL;
}

static void
interface_record(struct path_facts *x, const struct vyos_interface *i,
    uint32_t node, struct span address)
{
	struct path_tree *t = x->tree;
	struct record *r = facts_begin(x, K_INTERFACE, node);
	struct span in = path_value(t, i->node, "firewall local name");

	record_put(r, F_INTERFACE, i->name);
	facts_put_address(x, address);
	record_put(r, F_ACL_IN,
	    in.n ? in : path_value(t, i->node, "firewall in name"));
	record_put(r, F_ACL_OUT, path_value(t, i->node, "firewall out name"));
	record_put(r, F_VRF, path_value(t, i->node, "vrf"));
	record_put_str(r, F_ROLE, role_of(x, i));
	record_put_bool(
	    r, F_SHUTDOWN, path_get(t, i->node, "disable") != PATH_NONE);
	record_put(r, F_DESCRIPTION, path_value(t, i->node, "description"));
	facts_emit(x);
}

/* mirror { ingress eth9; egress eth9 } of VyOS, "mirror eth9" before. */
static void
mirror(struct path_facts *x, const struct vyos_interface *i)
{
	static const char *const words[] = {
	    "mirror ingress", "mirror egress", "mirror", "redirect"};
	struct path_tree *t = x->tree;
	struct span before = {0};
	struct record *r;

	for (unsigned k = 0; k < 4; k++) {
		uint32_t to = path_value_node(t, i->node, words[k]);

		if (to == PATH_NONE || span_eq(WORD(to), before) ||
		    (k == 2 && (span_is(WORD(to), "ingress") ||
				   span_is(WORD(to), "egress"))))
			continue;
		r = facts_begin(x, K_MIRROR, to);
		record_put(r, F_SESSION, i->name);
		record_put(r, F_INTERFACE, i->name);
		record_put_str(r, F_MODE, "span");
		record_put(r, F_VALUE, WORD(to));
		facts_emit(x);
		before = WORD(to);
	}
}

static void
interface(struct path_facts *x, const struct vyos_interface *i, void *state)
{
	unsigned n = 0;

	(void)state;
	EACH_PATH(a, x->tree, path_get(x->tree, i->node, "address"))
	{
		interface_record(x, i, a, WORD(a));
		n++;
	}
	if (n == 0)
		interface_record(x, i, i->node, (struct span){0});
	mirror(x, i);
}

/* ---- routes ---- */

static void
hops(struct path_facts *x, uint32_t route, struct span vrf)
{
	static const char *const words[] = {"next-hop", "interface",
	    "next-hop-interface", "dhcp-interface", "blackhole"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < 5; i++) {
		uint32_t hop = path_get(t, route, words[i]);
		uint32_t to = path_first(t, hop);

		if (hop != PATH_NONE && i == 4)
			facts_route(x, hop, WORD(route), (struct span){0},
			    SPAN("blackhole"), vrf);
		else if (to != PATH_NONE)
			EACH_PATH(h, t, hop)
		facts_route(x, h, WORD(route), WORD(h), (struct span){0}, vrf);
	}
}

static void
static_routes(struct path_facts *x, uint32_t list, struct span vrf)
{
	static const char *const words[] = {
	    "route", "route6", "interface-route", "interface-route6"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < 4; i++)
		EACH_PATH(r, t, path_get(t, list, words[i]))
	hops(x, r, vrf);
}

static void
routes(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t gateway =
	    path_value_node(t, PATH_ROOT, "system gateway-address");
	struct span name = {0};

	if (gateway != PATH_NONE)
		facts_route(x, gateway, SPAN("0.0.0.0/0"), WORD(gateway),
		    (struct span){0}, (struct span){0});
	EACH_VRF(v, &name, x)
	{
		uint32_t list = path_get(t, v, "protocols static");

		static_routes(x, list, name);
		EACH_PATH(n, t, path_get(t, list, "table"))
		static_routes(x, n, name.n ? name : WORD(n));
	}
}

/* ---- neighbours ---- */

static bool
signed_by(const struct path_facts *x, uint32_t peer)
{
	return path_get(x->tree, peer, "password") != PATH_NONE;
}

static void
neighbor(struct path_facts *x, uint32_t bgp, uint32_t n, struct span vrf)
{
	struct path_tree *t = x->tree;
	struct span as = path_value(t, n, "remote-as");
	struct span name = path_value(t, n, "peer-group");
	uint32_t group =
	    path_find_active(t, path_get(t, bgp, "peer-group"), name);

	if (as.n == 0)
		as = path_value(t, group, "remote-as");
	facts_neighbor(
	    x, n, WORD(n), as, signed_by(x, n) || signed_by(x, group), vrf);
}

static void
neighbors_of(struct path_facts *x, uint32_t bgp, struct span vrf)
{
	EACH_PATH(n, x->tree, path_get(x->tree, bgp, "neighbor"))
	neighbor(x, bgp, n, vrf);
}

/* "bgp 64500 { neighbor ... }" before release 1.4, then without a number. */
static void
neighbors(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct span name = {0};
	uint64_t as;

	EACH_VRF(v, &name, x)
	{
		uint32_t bgp = path_get(t, v, "protocols bgp");

		neighbors_of(x, bgp, name);
		EACH_PATH(n, t, bgp)
		if (span_u64(WORD(n), &as))
			neighbors_of(x, n, name);
	}
}

/* Interfaces that stand below the protocol, as since release 1.4; before it
 * networks say where OSPF runs. */
static void
adjacencies(struct path_facts *x)
{
	static const char *const lists[][2] = {{"protocols ospf", "ospf"},
	    {"protocols ospfv3", "ospf"}, {"protocols isis", "isis"}};
	struct path_tree *t = x->tree;
	struct span name = {0};

	EACH_VRF(v, &name, x)
	for (unsigned k = 0; k < 3; k++) {
		uint32_t top = path_get(t, v, lists[k][0]);
		bool all = path_get(t, top, "area-password") != PATH_NONE ||
			   path_get(t, top, "domain-password") != PATH_NONE;

		EACH_PATH(i, t, path_get(t, top, "interface"))
		{
			if (path_get(t, i, "passive") != PATH_NONE ||
			    span_is(WORD(i), "lo"))
				continue;
			facts_adjacency(x, i, lists[k][1], WORD(i),
			    all ||
				path_get(t, i, "authentication") != PATH_NONE ||
				path_get(t, i, "password") != PATH_NONE,
			    name);
		}
	}
}

void
vyos_net(struct path_facts *x)
{
	vyos_each_interface(x, interface, NULL);
	routes(x);
	neighbors(x);
	adjacencies(x);
}
