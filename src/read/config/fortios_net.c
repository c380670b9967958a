/* FortiOS: interfaces, routes, neighbours, tunnels, mirrors. */
#include "read/config/fortios.h"

#define WORD(i) path_word(x->tree, i)

static const char *
role_of(const struct path_facts *x, uint32_t node)
{
	struct span type = path_value(x->tree, node, "type");
	struct span name = WORD(node);

	if (span_is(type, "loopback"))
		return "loopback";
	if (span_is(type, "tunnel"))
		return "tunnel";
	if (path_value_is(x->tree, node, "dedicated-to", "management") ||
	    span_starts(name, SPAN("mgmt")))
		return "management";
	return path_get(x->tree, node, "ip") != PATH_NONE ? "routed" : NULL;
}

static void
interface(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t ip = path_get(t, node, "ip");
	struct span addr = path_value(t, node, "ip");
	struct record *r = facts_begin(
	    x, K_INTERFACE, ip == PATH_NONE ? node : path_first(t, ip));
	struct prefix p;

	record_put(r, F_INTERFACE, WORD(node));
	if (!span_starts(addr, SPAN("0.0.0.0")) && fortios_prefix(x, ip, &p)) {
		record_put_ip(
		    r, F_ADDRESS, span_head(addr, span_find_byte(addr, '/')));
		facts_put_prefix(x, F_PREFIX, &p);
	}
	record_put(r, F_VRF, path_value(t, node, "vdom"));
	record_put_str(r, F_ROLE,
	    facts_role(role_of(x, node), path_value(t, node, "alias")));
	record_put_bool(
	    r, F_SHUTDOWN, path_value_is(t, node, "status", "down"));
	record_put(r, F_DESCRIPTION, path_value(t, node, "description"));
	if (record_get(r, F_DESCRIPTION) == NULL)
		record_put(r, F_DESCRIPTION, path_value(t, node, "alias"));
	facts_emit(x);
}

static struct span
place_name(const struct path_facts *x, uint32_t place)
{
	return place == PATH_ROOT ? (struct span){0} : WORD(place);
}

static void
routes(struct path_facts *x, uint32_t place)
{
	struct path_tree *t = x->tree;
	struct prefix p;

	EACH_PATH(r, t, path_get(t, place, "router static"))
	{
		uint32_t dst = path_get(t, r, "dst");
		uint32_t hop = path_value_node(t, r, "gateway");

		if (dst == PATH_NONE)
			p = (struct prefix){.addr = {.family = 4}};
		else if (!fortios_prefix(x, dst, &p))
			continue;
		facts_route(x,
		    dst != PATH_NONE   ? path_first(t, dst)
		    : hop != PATH_NONE ? hop
				       : r,
		    prefix_text(x->arena, &p), WORD(hop),
		    path_value(t, r, "device"), place_name(x, place));
	}
}

static void
neighbors(struct path_facts *x, uint32_t place)
{
	struct path_tree *t = x->tree;

	EACH_PATH(n, t, path_get(t, place, "router bgp neighbor"))
	facts_neighbor(x, n, WORD(n), path_value(t, n, "remote-as"),
	    path_get(t, n, "password") != PATH_NONE ||
		path_get(t, n, "auth-options") != PATH_NONE,
	    place_name(x, place));
}

static bool
authenticates(const struct path_tree *t, uint32_t node)
{
	return path_get(t, node, "authentication") != PATH_NONE &&
	       !path_value_is(t, node, "authentication", "none");
}

/* Is OSPF authenticated on the interface, or in some area? */
static bool
ospf_protected(const struct path_facts *x, uint32_t ospf, struct span interface)
{
	struct path_tree *t = x->tree;

	EACH_PATH(i, t, path_get(t, ospf, "ospf-interface"))
	if (span_eq(path_value(t, i, "interface"), interface) &&
	    authenticates(t, i))
		return true;
	EACH_PATH(a, t, path_get(t, ospf, "area"))
	if (authenticates(t, a))
		return true;
	return false;
}

/* OSPF runs where an interface's address is in one of its networks. */
static void
adjacencies(struct path_facts *x, uint32_t place)
{
	struct path_tree *t = x->tree;
	uint32_t ospf = path_get(t, place, "router ospf");
	uint32_t silent = path_get(t, ospf, "passive-interface");
	struct ios_scope nets;
	struct prefix p;
	struct addr a;

	scope_init(&nets, x->arena);
	EACH_PATH(n, t, path_get(t, ospf, "network"))
	if (fortios_prefix(x, path_get(t, n, "prefix"), &p))
		scope_add(&nets, &p);
	EACH_PATH(i, t, path_get(t, place, "system interface"))
	{
		struct span text = path_value(t, i, "ip");
		const char *scope;

		text = span_head(text, span_find_byte(text, '/'));
		if (ospf == PATH_NONE || !addr_read(text, &a) ||
		    path_find(t, silent, WORD(i)) != PATH_NONE)
			continue;
		p = prefix_of(a, 32);
		scope = scope_of(&nets, &p);
		if (scope != NULL && strcmp(scope, "own") == 0)
			facts_adjacency(x, i, "ospf", WORD(i),
			    ospf_protected(x, ospf, WORD(i)),
			    place_name(x, place));
	}
}

static void
tunnels(struct path_facts *x, uint32_t place)
{
	static const struct {
		const char *path, *mode;
		bool protected;
	} lists[] = {{"system gre-tunnel", "gre", false},
	    {"system ipip-tunnel", "ipip", false},
	    {"system sit-tunnel", "ipv6ip", false},
	    {"system vxlan", "vxlan", false},
	    {"vpn ipsec phase1-interface", "ipsec", true},
	    {"vpn ipsec phase1", "ipsec", true}};
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		EACH_PATH(g, t, path_get(t, place, lists[i].path))
		{
			uint32_t far = path_value_node(t, g, "remote-gw");
			struct span near = path_value(t, g, "local-gw");

			if (far == PATH_NONE)
				far = path_value_node(t, g, "remote-ip");
			if (far == PATH_NONE)
				far = path_value_node(t, g, "destination");
			facts_tunnel(x, far != PATH_NONE ? far : g, WORD(g),
			    path_value(t, g, "interface"), lists[i].mode, near,
			    WORD(far), lists[i].protected);
		}
}

static void
mirrors(struct path_facts *x, uint32_t place)
{
	static const char *const lists[] = {
	    "system switch-interface", "system virtual-switch"};
	struct path_tree *t = x->tree;
	struct record *r;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(s, t, path_get(t, place, lists[i]))
		{
			uint32_t on = path_value_node(t, s, "span");

			if (!span_is(WORD(on), "enable"))
				continue;
			r = facts_begin(x, K_MIRROR, on);
			record_put(r, F_SESSION, WORD(s));
			record_put_str(r, F_MODE, "span");
			record_put(
			    r, F_VALUE, path_value(t, s, "span-dest-port"));
			facts_emit(x);
		}
	EACH_PATH(m, t, path_get(t, place, "switch-controller traffic-sniffer"))
	{
		struct span far = WORD(path_first(t, m));
		struct addr a;

		if (!span_is(WORD(m), "erspan-ip") || !addr_read(far, &a))
			continue;
		r = facts_begin(x, K_MIRROR, path_first(t, m));
		record_put_str(r, F_SESSION, "traffic-sniffer");
		record_put_str(r, F_MODE, "erspan-source");
		record_put_ip(r, F_DST_IP, far);
		record_put_str(r, F_DST_SCOPE, scope_of_text(&x->scope, far));
		facts_emit(x);
	}
	EACH_PATH(s, t, path_get(t, place, "firewall sniffer"))
	{
		r = facts_begin(x, K_CAPTURE, s);
		record_put(r, F_NAME, WORD(s));
		record_put(r, F_INTERFACE, path_value(t, s, "interface"));
		facts_emit(x);
	}
}

void
fortios_net(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_VDOM(v, x)
	{
		EACH_PATH(i, t, path_get(t, v, "system interface"))
		interface(x, i);
		routes(x, v);
		neighbors(x, v);
		adjacencies(x, v);
		tunnels(x, v);
		mirrors(x, v);
		fortios_translations(x, v);
	}
}
