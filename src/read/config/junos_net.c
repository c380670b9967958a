/* Junos: interfaces, routes, neighbours, tunnels, mirrors and captures. */
#include "read/config/junos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- interfaces ---- */

static bool
starts_any(struct span s, const char *const *list)
{
	for (; *list != NULL; list++)
		if (span_starts(s, span_str(*list)))
			return true;
	return false;
}

static const char *
role_of(struct span name, bool addressed)
{
	static const char *const management[] = {
	    "fxp", "em", "me0", "vme", "mgmt", "re0:", "re1:", NULL};
	static const char *const tunnels[] = {
	    "gr-", "ip-", "st0", "fti", "gre", "ipip", NULL};

	if (span_starts(name, SPAN("lo0")))
		return "loopback";
	if (starts_any(name, tunnels))
		return "tunnel";
	if (starts_any(name, management))
		return "management";
	return addressed ? "routed" : NULL;
}

struct unit {
	struct span name, description;
	bool shutdown;
	unsigned addresses;
};

static void
interface_record(struct path_facts *x, uint32_t node, const struct unit *u,
    uint32_t family, struct span address)
{
	struct path_tree *t = x->tree;
	struct record *r = facts_begin(x, K_INTERFACE, node);

	record_put(r, F_INTERFACE, u->name);
	facts_put_address(x, address);
	record_put(r, F_ACL_IN, path_value(t, family, "filter input"));
	if (record_get(r, F_ACL_IN) == NULL)
		record_put(r, F_ACL_IN,
		    facts_values(x, path_get(t, family, "filter input-list")));
	record_put(r, F_ACL_OUT, path_value(t, family, "filter output"));
	record_put(r, F_VRF, facts_vrf_of(x, u->name));
	record_put_str(r, F_ROLE,
	    facts_role(role_of(u->name, address.n > 0), u->description));
	record_put_bool(r, F_SHUTDOWN, u->shutdown);
	record_put(r, F_DESCRIPTION, u->description);
	facts_emit(x);
}

static void
unit(struct path_facts *x, uint32_t interface, uint32_t node)
{
	static const char *const families[] = {"family inet", "family inet6"};
	struct path_tree *t = x->tree;
	struct unit u = {.description = path_value(t, node, "description")};

	u.name = arena_fmt(x->arena, "%.*s.%.*s", SPAN_FMT(WORD(interface)),
	    SPAN_FMT(WORD(node)));
	if (u.description.n == 0)
		u.description = path_value(t, interface, "description");
	u.shutdown = path_get(t, node, "disable") != PATH_NONE ||
		     path_get(t, interface, "disable") != PATH_NONE;
	for (unsigned k = 0; k < 2; k++) {
		uint32_t f = path_get(t, node, families[k]);

		EACH_PATH(a, t, path_get(t, f, "address"))
		{
			interface_record(x, a, &u, f, WORD(a));
			u.addresses++;
		}
	}
	if (u.addresses == 0)
		interface_record(x, node, &u, path_get(t, node, families[0]),
		    (struct span){0});
}

/* interfaces gr-0/0/0 unit 0 tunnel { source; destination } */
static void
unit_tunnel(struct path_facts *x, uint32_t interface, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t tunnel = path_get(t, node, "tunnel"), far;
	struct span name = WORD(interface);
	const char *mode = "gre";

	if (tunnel == PATH_NONE)
		return;
	if (path_get(t, tunnel, "encapsulation") != PATH_NONE)
		tunnel = path_value_node(t, tunnel, "encapsulation");
	if (span_starts(name, SPAN("ip-")) || span_is(WORD(tunnel), "ipip"))
		mode = "ipip";
	else if (span_is(WORD(tunnel), "udp"))
		mode = "udp";
	else if (span_is(WORD(tunnel), "vxlan-gpe"))
		mode = "vxlan";
	far = path_value_node(t, tunnel, "destination");
	if (span_is(WORD(far), "address"))
		far = path_first(t, far);
	facts_tunnel(x, far != PATH_NONE ? far : tunnel, (struct span){0},
	    arena_fmt(
		x->arena, "%.*s.%.*s", SPAN_FMT(name), SPAN_FMT(WORD(node))),
	    mode, WORD(path_leaf(t, path_get(t, tunnel, "source"))), WORD(far),
	    false);
}

static void
interfaces(struct path_facts *x, uint32_t top)
{
	struct path_tree *t = x->tree;

	EACH_PATH(i, t, path_get(t, top, "interfaces"))
	EACH_PATH(u, t, path_get(t, i, "unit"))
	{
		unit(x, i, u);
		unit_tunnel(x, i, u);
	}
}

/* ---- IPsec ---- */

static struct span
bound_interface(const struct path_facts *x, struct span gateway)
{
	struct path_tree *t = x->tree;

	EACH_PATH(v, t, ROOT("security ipsec vpn"))
	if (span_eq(path_value(t, v, "ike gateway"), gateway))
		return path_value(t, v, "bind-interface");
	return (struct span){0};
}

static void
gateways(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(g, t, ROOT("security ike gateway"))
	{
		uint32_t far = path_value_node(t, g, "address");

		facts_tunnel(x, far != PATH_NONE ? far : g, WORD(g),
		    bound_interface(x, WORD(g)), "ipsec",
		    path_value(t, g, "local-address"), WORD(far), true);
	}
	EACH_PATH(s, t, ROOT("services ipsec-vpn rule"))
	EACH_PATH(term, t, path_get(t, s, "term"))
	{
		uint32_t far = path_value_node(t, term, "then remote-gateway");

		if (far != PATH_NONE)
			facts_tunnel(x, far, WORD(s), (struct span){0}, "ipsec",
			    (struct span){0}, WORD(far), true);
	}
}

/* ---- routes and neighbours ---- */

static void
routes_below(struct path_facts *x, uint32_t list, struct span vrf)
{
	struct path_tree *t = x->tree;

	EACH_PATH(r, t, list)
	{
		uint32_t hop = path_value_node(t, r, "next-hop");

		if (hop == PATH_NONE)
			hop = path_value_node(t, r, "qualified-next-hop");
		facts_route(x, hop == PATH_NONE ? r : hop, WORD(r), WORD(hop),
		    (struct span){0}, vrf);
	}
}

static void
routes(struct path_facts *x, uint32_t top, struct span vrf)
{
	struct path_tree *t = x->tree;

	routes_below(x, path_get(t, top, "routing-options static route"), vrf);
	EACH_PATH(rib, t, path_get(t, top, "routing-options rib"))
	routes_below(x, path_get(t, rib, "static route"), vrf);
}

static bool
has_key(const struct path_tree *t, uint32_t node)
{
	return path_get(t, node, "authentication-key") != PATH_NONE ||
	       path_get(t, node, "authentication-key-chain") != PATH_NONE ||
	       path_get(t, node, "authentication-algorithm") != PATH_NONE ||
	       path_get(t, node, "ipsec-sa") != PATH_NONE;
}

/* The peer's system: stated for it or its group; that of an internal group is
 * the local one, which the neighbour, the group or the protocol may replace. */
static struct span
peer_as(const struct path_facts *x, uint32_t n, uint32_t g, uint32_t bgp)
{
	struct path_tree *t = x->tree;
	uint32_t scope[] = {n, g, bgp};
	struct span as = path_value(t, n, "peer-as");

	if (as.n == 0)
		as = path_value(t, g, "peer-as");
	if (as.n > 0 || !path_value_is(t, g, "type", "internal"))
		return as;
	for (unsigned i = 0; i < 3 && as.n == 0; i++)
		as = path_value(t, scope[i], "local-as");
	return as.n > 0 ? as
			: path_value(t, PATH_ROOT,
			      "routing-options autonomous-system");
}

static void
neighbors(struct path_facts *x, uint32_t top, struct span vrf)
{
	struct path_tree *t = x->tree;
	uint32_t bgp = path_get(t, top, "protocols bgp");
	bool all = has_key(t, bgp), group;

	EACH_PATH(g, t, path_get(t, bgp, "group"))
	{
		group = all || has_key(t, g);
		EACH_PATH(n, t, path_get(t, g, "neighbor"))
		{
			facts_neighbor(x, n, WORD(n), peer_as(x, n, g, bgp),
			    group || has_key(t, n), vrf);
		}
	}
}

/* Junos makes ge-0/0/0 out of nothing: an interface without a unit is unit
 * 0. */
static struct span
unit_name(struct path_facts *x, struct span name)
{
	return span_find_byte(name, '.') != SPAN_NONE
		   ? name
		   : arena_fmt(x->arena, "%.*s.0", SPAN_FMT(name));
}

static void
adjacency(struct path_facts *x, uint32_t i, const char *protocol,
    bool protected, struct span vrf)
{
	struct path_tree *t = x->tree;

	if (path_get(t, i, "passive") != PATH_NONE ||
	    path_get(t, i, "disable") != PATH_NONE ||
	    span_starts(WORD(i), SPAN("lo0")))
		return;
	EACH_PATH(l, t, path_get(t, i, "level"))
	protected |= path_get(t, l, "hello-authentication-key") != PATH_NONE ||
		     path_get(t, l, "hello-authentication-type") != PATH_NONE;
	facts_adjacency(x, i, protocol, unit_name(x, WORD(i)),
	    protected || path_get(t, i, "authentication") != PATH_NONE ||
		path_get(t, i, "ipsec-sa") != PATH_NONE ||
		path_get(t, i, "hello-authentication-key") != PATH_NONE,
	    vrf);
}

static void
adjacencies(struct path_facts *x, uint32_t top, struct span vrf)
{
	static const char *const ospf[] = {
	    "protocols ospf area", "protocols ospf3 area"};
	struct path_tree *t = x->tree;
	uint32_t isis = path_get(t, top, "protocols isis");
	bool protected = path_get(t, isis, "authentication-key") != PATH_NONE;

	for (unsigned k = 0; k < 2; k++)
		EACH_PATH(a, t, path_get(t, top, ospf[k]))
	EACH_PATH(i, t, path_get(t, a, "interface"))
	adjacency(x, i, "ospf",
	    path_get(t, a, "authentication-type") != PATH_NONE, vrf);
	EACH_PATH(l, t, path_get(t, isis, "level"))
	protected |= path_get(t, l, "authentication-key") != PATH_NONE;
	EACH_PATH(i, t, path_get(t, isis, "interface"))
	adjacency(x, i, "isis", protected, vrf);
}

/* ---- mirrors and captures ---- */

static void
mirror(struct path_facts *x, uint32_t node, struct span name)
{
	struct path_tree *t = x->tree;
	struct span far = path_value(t, node, "output ip-address");
	struct record *r = facts_begin(x, K_MIRROR, node);
	struct addr a;

	if (far.n == 0)
		far = path_value(t, node, "output routing-instance ip-address");
	record_put(r, F_SESSION, name);
	record_put_str(r, F_MODE, far.n ? "erspan-source" : "span");
	record_put(r, F_VALUE, path_value(t, node, "output interface"));
	if (addr_read(far, &a)) {
		record_put_ip(r, F_DST_IP, far);
		record_put_str(r, F_DST_SCOPE, scope_of_text(&x->scope, far));
	}
	facts_emit(x);
}

static void
mirrors(struct path_facts *x)
{
	static const char *const lists[] = {"forwarding-options analyzer",
	    "ethernet-switching-options analyzer",
	    "forwarding-options port-mirroring instance"};
	struct path_tree *t = x->tree;
	uint32_t node = ROOT("forwarding-options port-mirroring");
	struct record *r;

	for (unsigned i = 0; i < 3; i++)
		EACH_PATH(m, t, ROOT(lists[i]))
	mirror(x, m, WORD(m));
	if (path_get(t, node, "input") != PATH_NONE ||
	    path_get(t, node, "family") != PATH_NONE)
		mirror(x, node, SPAN("port-mirroring"));
	node = ROOT("forwarding-options packet-capture");
	if (node == PATH_NONE || path_get(t, node, "disable") != PATH_NONE)
		return;
	r = facts_begin(x, K_CAPTURE, node);
	record_put_str(r, F_NAME, "packet-capture");
	record_put(r, F_VALUE, path_value(t, node, "file filename"));
	facts_emit(x);
}

/* The router itself, a logical system or a tenant. */
static void
place(struct path_facts *x, uint32_t top)
{
	struct path_tree *t = x->tree;
	uint32_t instances = path_get(t, top, "routing-instances");

	EACH_PATH(v, t, instances)
	facts_vrf(x, path_get(t, v, "interface"), v);
	interfaces(x, top);
	routes(x, top, (struct span){0});
	neighbors(x, top, (struct span){0});
	adjacencies(x, top, (struct span){0});
	EACH_PATH(v, t, instances)
	{
		routes(x, v, WORD(v));
		neighbors(x, v, WORD(v));
		adjacencies(x, v, WORD(v));
	}
}

void
junos_net(struct path_facts *x)
{
	static const char *const lists[] = {"logical-systems", "tenants"};
	struct path_tree *t = x->tree;

	place(x, PATH_ROOT);
	gateways(x);
	mirrors(x);
	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(l, t, ROOT(lists[i]))
		{
			x->context = WORD(l);
			place(x, l);
		}
	x->context = (struct span){0};
}
