/* SR OS: interfaces, routes, neighbours, tunnels. */
#include "read/config/nokia_sros.h"

#define WORD(i) path_word(x->tree, i)
#define TOP sros_top(x->tree)

/* ---- interfaces ---- */

/* A and the prefix length that stands beside it, as "A/n"; an address that
 * has its length already as it is. */
static struct span
with_length(struct path_facts *x, uint32_t address, uint32_t lengths)
{
	struct span a = WORD(address);
	struct span n = path_value(x->tree, lengths, "prefix-length");

	if (n.n == 0 || span_find_byte(a, '/') != SPAN_NONE)
		return a;
	return arena_fmt(x->arena, "%.*s/%.*s", SPAN_FMT(a), SPAN_FMT(n));
}

typedef void address_taker(
    struct path_facts *x, uint32_t node, struct span address, void *arg);

/* Each address of an interface, in both languages. */
static unsigned
each_address(
    struct path_facts *x, uint32_t interface, address_taker *f, void *arg)
{
	static const char *const lists[] = {
	    "ipv4 secondary", "ipv6 address", "secondary", "address"};
	struct path_tree *t = x->tree;
	uint32_t primary = path_get(t, interface, "ipv4 primary");
	uint32_t at = path_value_node(t, primary, "address");
	unsigned n = 0;

	if (at != PATH_NONE) {
		f(x, at, with_length(x, at, primary), arg);
		n++;
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		EACH_PATH(a, t, path_get(t, interface, lists[i]))
		{
			f(x, a, with_length(x, a, a), arg);
			n++;
		}
	return n;
}

static void
take_own(struct path_facts *x, uint32_t node, struct span address, void *arg)
{
	(void)node;
	(void)arg;
	facts_own(x, address);
}

static void
own_below(struct path_facts *x, uint32_t router, struct span vrf)
{
	(void)vrf;
	EACH_PATH(i, x->tree, path_get(x->tree, router, "interface"))
	each_address(x, i, take_own, NULL);
}

/* Of the boot options: "address 192.0.2.4/24 active". */
static uint32_t
boot_addresses(const struct path_facts *x)
{
	return sros_get(x->tree, PATH_ROOT, "bof address|address");
}

void
sros_own_addresses(struct path_facts *x)
{
	sros_each_router(x, own_below);
	EACH_PATH(a, x->tree, boot_addresses(x))
	facts_own(x, WORD(a));
}

struct interface {
	uint32_t node;
	struct span vrf;
	const char *role;
};

/* "ingress filter ip 10", as the filters themselves are named. */
static struct span
filter_of(struct path_facts *x, uint32_t interface, const char *way)
{
	uint32_t filter = path_get(x->tree, interface, way);
	struct span ip = path_value(x->tree, filter, "ip");
	struct span ipv6 = path_value(x->tree, filter, "ipv6");

	if (ip.n > 0)
		return arena_fmt(x->arena, "ip-filter %.*s", SPAN_FMT(ip));
	if (ipv6.n > 0)
		return arena_fmt(x->arena, "ipv6-filter %.*s", SPAN_FMT(ipv6));
	return ip;
}

static void
take_address(
    struct path_facts *x, uint32_t node, struct span address, void *arg)
{
	const struct interface *i = arg;
	struct path_tree *t = x->tree;
	struct record *r = facts_begin(x, K_INTERFACE, node);

	record_put(r, F_INTERFACE, WORD(i->node));
	facts_put_address(x, address);
	record_put(r, F_ACL_IN, filter_of(x, i->node, "ingress filter"));
	record_put(r, F_ACL_OUT, filter_of(x, i->node, "egress filter"));
	record_put(r, F_VRF, i->vrf);
	record_put_str(
	    r, F_ROLE, i->role == NULL && address.n > 0 ? "routed" : i->role);
	record_put_bool(
	    r, F_SHUTDOWN, sros_admin(t, i->node, NULL) == SROS_OFF);
	record_put(r, F_DESCRIPTION, path_value(t, i->node, "description"));
	facts_emit(x);
}

static const char *
role_of(const struct path_facts *x, uint32_t interface, struct span vrf)
{
	struct span name = WORD(interface);

	if (span_is(name, "system") ||
	    path_get(x->tree, interface, "loopback") != PATH_NONE)
		return "loopback";
	if (span_is(name, "management") || span_is(vrf, "management"))
		return "management";
	return NULL;
}

static void
interfaces_below(struct path_facts *x, uint32_t router, struct span vrf)
{
	struct path_tree *t = x->tree;

	EACH_PATH(i, t, path_get(t, router, "interface"))
	{
		struct interface f = {i, vrf, role_of(x, i, vrf)};

		if (each_address(x, i, take_address, &f) == 0)
			take_address(x, i, (struct span){0}, &f);
	}
}

static void
boot_interface(struct path_facts *x)
{
	EACH_PATH(a, x->tree, boot_addresses(x))
	{
		struct record *r = facts_begin(x, K_INTERFACE, a);

		record_put_str(r, F_INTERFACE, "management");
		facts_put_address(x, WORD(a));
		record_put_str(r, F_ROLE, "management");
		facts_emit(x);
	}
}

/* ---- routes ---- */

static bool
is_address(struct span s)
{
	struct addr a;

	return addr_read(s, &a);
}

static void
route(struct path_facts *x, uint32_t node, struct span vrf)
{
	struct path_tree *t = x->tree;
	struct span prefix = WORD(node);
	/* route 192.0.2.0/24 route-type unicast { ... } */
	uint32_t type = path_value_node(t, node, "route-type");
	uint32_t in = path_first(t, type) != PATH_NONE ? type : node;
	bool some = false;

	EACH_PATH(h, t, sros_get(t, in, "next-hop|indirect"))
	{
		facts_route(x, h, prefix, WORD(h), (struct span){0}, vrf);
		some = true;
	}
	if (!some && sros_get(t, in, "black-hole|blackhole") != PATH_NONE)
		facts_route(
		    x, node, prefix, (struct span){0}, SPAN("black-hole"), vrf);
}

static void
routes_below(struct path_facts *x, uint32_t router, struct span vrf)
{
	static const char *const lists[] = {
	    "static-route-entry", "static-routes route", "static-route"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < 3; i++)
		EACH_PATH(r, t, path_get(t, router, lists[i]))
	route(x, r, vrf);
}

static void
boot_routes(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(r, t, sros_get(t, PATH_ROOT, "bof static-route|static-route"))
	if (is_address(path_value(t, r, "next-hop")))
		facts_route(x, r, WORD(r), path_value(t, r, "next-hop"),
		    (struct span){0}, SPAN("management"));
}

/* ---- neighbours ---- */

static bool
has_key(const struct path_tree *t, uint32_t node)
{
	return sros_get(t, node,
		   "authentication-key|auth-keychain|"
		   "authentication-keychain|tcp-ao") != PATH_NONE;
}

struct peers {
	uint32_t bgp;
	struct span vrf, own_as;
};

static void
neighbor(
    struct path_facts *x, const struct peers *p, uint32_t node, uint32_t group)
{
	struct path_tree *t = x->tree;
	struct span as = path_value(t, node, "peer-as");

	if (as.n == 0)
		as = path_value(t, group, "peer-as");
	if (as.n == 0)
		as = path_value(t, p->bgp, "peer-as");
	if (as.n == 0 && path_value_is(t, group, "type", "internal"))
		as = p->own_as;
	facts_neighbor(x, node, WORD(node), as,
	    has_key(t, node) || has_key(t, group) || has_key(t, p->bgp),
	    p->vrf);
}

static void
neighbors_below(struct path_facts *x, uint32_t router, struct span vrf)
{
	struct path_tree *t = x->tree;
	struct peers p = {path_get(t, router, "bgp"), vrf,
	    path_value(t, router, "autonomous-system")};
	uint32_t groups = path_get(t, p.bgp, "group");

	if (p.own_as.n == 0)
		p.own_as = sros_value(t, TOP, "router Base autonomous-system");
	EACH_PATH(n, t, path_get(t, p.bgp, "neighbor"))
	neighbor(
	    x, &p, n, path_find_active(t, groups, path_value(t, n, "group")));
	EACH_PATH(g, t, groups)
	EACH_PATH(n, t, path_get(t, g, "neighbor"))
	neighbor(x, &p, n, g);
}

/* ---- interior neighbours ---- */

static bool
any_of(const struct path_tree *t, uint32_t node, const char *const *words)
{
	for (; *words != NULL; words++)
		if (path_get(t, node, *words) != PATH_NONE)
			return true;
	return false;
}

static bool
igp_key(const struct path_tree *t, uint32_t node)
{
	static const char *const keys[] = {"authentication-key",
	    "message-digest-key", "authentication-keychain", "auth-keychain",
	    "hello-authentication-key", "hello-authentication",
	    "hello-authentication-keychain", NULL};

	return any_of(t, node, keys);
}

static void
igp_interfaces(struct path_facts *x, uint32_t list, const char *protocol,
    bool protected, struct span vrf)
{
	struct path_tree *t = x->tree;

	EACH_PATH(i, t, list)
	{
		bool key = protected || igp_key(t, i);

		if (span_is(WORD(i), "system") ||
		    sros_flag(t, i, "passive", NULL) == SROS_ON ||
		    sros_admin(t, i, NULL) == SROS_OFF)
			continue;
		EACH_PATH(l, t, path_get(t, i, "level"))
		key |= igp_key(t, l);
		facts_adjacency(x, i, protocol, WORD(i), key, vrf);
	}
}

static void
igp_instance(
    struct path_facts *x, uint32_t node, const char *protocol, struct span vrf)
{
	struct path_tree *t = x->tree;

	if (sros_admin(t, node, NULL) == SROS_OFF)
		return;
	igp_interfaces(x, path_get(t, node, "interface"), protocol, false, vrf);
	EACH_PATH(a, t, path_get(t, node, "area"))
	igp_interfaces(x, path_get(t, a, "interface"), protocol, false, vrf);
}

/* "ospf { area }", and "ospf 0 { area }" with the number of an instance. */
static void
adjacencies_below(struct path_facts *x, uint32_t router, struct span vrf)
{
	static const char *const words[][2] = {
	    {"ospf", "ospf"}, {"ospf3", "ospf"}, {"isis", "isis"}};
	struct path_tree *t = x->tree;
	uint64_t number;

	for (unsigned i = 0; i < 3; i++) {
		uint32_t node = path_get(t, router, words[i][0]);

		igp_instance(x, node, words[i][1], vrf);
		EACH_PATH(n, t, node)
		if (span_u64(WORD(n), &number))
			igp_instance(x, n, words[i][1], vrf);
	}
}

/* ---- tunnels ---- */

static void
sdps(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, sros_get(t, TOP, "service sdp"))
	{
		uint32_t far =
		    sros_value_node(t, s, "far-end ip-address|far-end");
		bool gre = path_get(t, s, "gre") != PATH_NONE ||
			   path_value_is(t, s, "delivery-type", "gre");

		if (gre && far != PATH_NONE)
			facts_tunnel(x, far, WORD(s), (struct span){0}, "gre",
			    sros_value(t, s, "local-end"), WORD(far), false);
	}
}

/* "local-gateway-address A peer B delivery-service 10" is one line. */
static void
tunnel(struct path_facts *x, uint32_t node, struct span interface, bool ipsec)
{
	struct path_tree *t = x->tree;
	uint32_t src = sros_value_node(t, node,
	    "local-ip-address|source|local-gateway-address|"
	    "tunnel-endpoint local-gateway-address");
	uint32_t dst = sros_value_node(t, node,
	    "remote-ip-address|remote-ip|tunnel-endpoint remote-ip-address|"
	    "tunnel-endpoint remote-gateway-address");
	const char *mode = "ipip";

	if (dst == PATH_NONE)
		dst = path_value_node(t, src, "peer");
	if (ipsec)
		mode = "ipsec";
	else if (path_get(t, node, "gre-header") != PATH_NONE)
		mode = "gre";
	facts_tunnel(x, dst != PATH_NONE ? dst : node, WORD(node), interface,
	    mode, WORD(src), WORD(dst),
	    ipsec ||
		path_get(t, node, "ipsec-transport-mode-profile") != PATH_NONE);
}

static void
tunnels_of(struct path_facts *x, uint32_t place, struct span interface)
{
	struct path_tree *t = x->tree;

	EACH_PATH(n, t, path_get(t, place, "ip-tunnel"))
	tunnel(x, n, interface, false);
	EACH_PATH(n, t, path_get(t, place, "ipsec-tunnel"))
	tunnel(x, n, interface, true);
}

static void
tunnels_below(struct path_facts *x, uint32_t router, struct span vrf)
{
	struct path_tree *t = x->tree;

	(void)vrf;
	EACH_PATH(i, t, path_get(t, router, "interface"))
	{
		tunnels_of(x, i, WORD(i));
		tunnels_of(x, path_get(t, i, "ipsec"), WORD(i));
		EACH_PATH(s, t, path_get(t, i, "sap"))
		tunnels_of(x, s, WORD(i));
	}
}

void
sros_net(struct path_facts *x)
{
	sros_each_router(x, interfaces_below);
	boot_interface(x);
	sros_each_router(x, routes_below);
	boot_routes(x);
	sros_each_router(x, neighbors_below);
	sros_each_router(x, adjacencies_below);
	sdps(x);
	sros_each_router(x, tunnels_below);
}
