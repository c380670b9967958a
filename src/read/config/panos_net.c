/* PAN-OS: interfaces, routes, neighbours, tunnels. */
#include "read/config/panos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- interfaces ---- */

static void
interface_record(struct path_facts *x, uint32_t node, uint32_t owner,
    struct span name, const char *role, struct span address)
{
	struct path_tree *t = x->tree;
	struct record *r = facts_begin(x, K_INTERFACE, node);

	record_put(r, F_INTERFACE, name);
	facts_put_address(x, address);
	record_put(
	    r, F_ACL_IN, path_value(t, owner, "interface-management-profile"));
	record_put(r, F_VRF, facts_vrf_of(x, name));
	record_put_str(
	    r, F_ROLE, facts_role(role, path_value(t, owner, "comment")));
	record_put_bool(
	    r, F_SHUTDOWN, path_value_is(t, owner, "link-state", "down"));
	record_put(r, F_DESCRIPTION, path_value(t, owner, "comment"));
	facts_emit(x);
}

/* owner holds "ip"; its name is that of the interface. */
static void
addresses(
    struct path_facts *x, uint32_t owner, struct span name, const char *role)
{
	struct path_tree *t = x->tree;
	unsigned n = 0;

	EACH_PATH(a, t, path_get(t, owner, "ip"))
	{
		interface_record(x, a, owner, name, role, WORD(a));
		n++;
	}
	EACH_PATH(a, t, path_get(t, owner, "ipv6 address"))
	{
		interface_record(x, a, owner, name, role, WORD(a));
		n++;
	}
	if (n == 0)
		interface_record(x, owner, owner, name, role, (struct span){0});
}

static const char *
role_of(struct span kind)
{
	if (span_is(kind, "loopback"))
		return "loopback";
	return span_is(kind, "tunnel") ? "tunnel" : "routed";
}

static void
management(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t at =
	    path_value_node(t, PATH_ROOT, "deviceconfig system ip-address");
	struct span mask =
	    path_value(t, PATH_ROOT, "deviceconfig system netmask");
	struct record *r;
	struct prefix p;

	if (at == PATH_NONE || !prefix_of_words(WORD(at), mask, &p))
		return;
	r = facts_begin(x, K_INTERFACE, at);
	record_put_str(r, F_INTERFACE, "management");
	record_put_ip(r, F_ADDRESS, WORD(at));
	facts_put_prefix(x, F_PREFIX, &p);
	record_put_str(r, F_ROLE, "management");
	facts_emit(x);
}

static void
interfaces(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	management(x);
	EACH_PATH(kind, t, ROOT("network interface"))
	{
		const char *role = role_of(WORD(kind));

		if (path_get(t, kind, "ip") != PATH_NONE)
			addresses(x, kind, WORD(kind), role);
		EACH_PATH(u, t, path_get(t, kind, "units"))
		addresses(x, u, WORD(u), role);
		EACH_PATH(i, t, kind)
		{
			uint32_t l3 = path_get(t, i, "layer3");

			if (l3 == PATH_NONE)
				continue;
			addresses(x, l3, WORD(i), role);
			EACH_PATH(u, t, path_get(t, l3, "units"))
			addresses(x, u, WORD(u), role);
		}
	}
}

/* ---- routing ---- */

static void
routes(struct path_facts *x, uint32_t router)
{
	static const char *const tables[] = {
	    "routing-table ip static-route", "routing-table ipv6 static-route"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(r, t, path_get(t, router, tables[i]))
		{
			uint32_t dst = path_value_node(t, r, "destination");
			uint32_t hop =
			    path_first(t, path_value_node(t, r, "nexthop"));

			facts_route(x, dst, WORD(dst), WORD(hop),
			    path_value(t, r, "interface"), WORD(router));
		}
}

static void
neighbors(struct path_facts *x, uint32_t router)
{
	struct path_tree *t = x->tree;

	EACH_PATH(g, t, path_get(t, router, "protocol bgp peer-group"))
	EACH_PATH(p, t, path_get(t, g, "peer"))
	{
		uint32_t at = path_value_node(t, p, "peer-address ip");

		facts_neighbor(x, at, WORD(at), path_value(t, p, "peer-as"),
		    path_get(t, p, "connection-options authentication") !=
			PATH_NONE,
		    WORD(router));
	}
}

static void
adjacencies(struct path_facts *x, uint32_t router)
{
	struct path_tree *t = x->tree;

	EACH_PATH(a, t, path_get(t, router, "protocol ospf area"))
	EACH_PATH(i, t, path_get(t, a, "interface"))
	if (!path_value_is(t, i, "passive", "yes") &&
	    !path_value_is(t, i, "enable", "no"))
		facts_adjacency(x, i, "ospf", WORD(i),
		    path_get(t, i, "authentication") != PATH_NONE,
		    WORD(router));
}

/* ---- tunnels ---- */

static struct span
bound_interface(const struct path_facts *x, struct span gateway)
{
	struct path_tree *t = x->tree;

	EACH_PATH(v, t, ROOT("network tunnel ipsec"))
	{
		uint32_t g = path_get(t, v, "auto-key ike-gateway");

		if (g != PATH_NONE && path_find(t, g, gateway) != PATH_NONE)
			return path_value(t, v, "tunnel-interface");
	}
	return (struct span){0};
}

static struct span
local_of(const struct path_facts *x, uint32_t tunnel)
{
	struct span ip = path_value(x->tree, tunnel, "local-address ip");

	return ip.n ? ip
		    : path_value(x->tree, tunnel, "local-address interface");
}

static void
tunnels(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(g, t, ROOT("network ike gateway"))
	{
		uint32_t far = path_value_node(t, g, "peer-address ip");

		if (far == PATH_NONE)
			far = path_value_node(t, g, "peer-address fqdn");
		facts_tunnel(x, far != PATH_NONE ? far : g, WORD(g),
		    bound_interface(x, WORD(g)), "ipsec", local_of(x, g),
		    WORD(far), true);
	}
	EACH_PATH(g, t, ROOT("network tunnel gre"))
	{
		uint32_t far = path_value_node(t, g, "peer-address ip");

		if (far == PATH_NONE)
			far = path_value_node(t, g, "peer-address");
		facts_tunnel(x, far != PATH_NONE ? far : g, WORD(g),
		    path_value(t, g, "tunnel-interface"), "gre", local_of(x, g),
		    WORD(far), false);
	}
}

/* Decrypted traffic copied to a port. */
static void
mirrors(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(i, t, ROOT("network interface ethernet"))
	{
		uint32_t node = path_get(t, i, "decrypt-mirror");

		if (node == PATH_NONE)
			continue;
		r = facts_begin(x, K_MIRROR, node);
		record_put(r, F_SESSION, WORD(i));
		record_put_str(r, F_MODE, "span");
		record_put(r, F_VALUE, WORD(i));
		facts_emit(x);
	}
}

void
panos_net(struct path_facts *x)
{
	static const char *const kinds[] = {
	    "network virtual-router", "network logical-router"};
	struct path_tree *t = x->tree;

	EACH_PATH(v, t, ROOT(kinds[0]))
	facts_vrf(x, path_get(t, v, "interface"), v);
	interfaces(x);
	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(v, t, ROOT(kinds[i]))
		{
			routes(x, v);
			neighbors(x, v);
			adjacencies(x, v);
		}
	tunnels(x);
	mirrors(x);
}
