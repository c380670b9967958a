/* NetScaler: addresses, routes, tunnels, access lists. */
#include "read/config/netscaler.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- addresses ---- */

static void
interfaces(struct path_facts *x)
{
	uint32_t config = ROOT("set ns config");
	uint32_t own = netscaler_option(x, config, "-ipaddress");
	struct record *r;

	if (own != PATH_NONE) {
		facts_interface(x, own, SPAN("NSIP"),
		    facts_masked(
			x, WORD(own), netscaler_value(x, config, "-netmask")),
		    "management");
		facts_emit(x);
	}
	EACH_PATH(a, x->tree, ROOT("add ns ip"))
	{
		struct span type = netscaler_value(x, a, "-type");

		if (type.n == 0)
			type = SPAN("SNIP");
		r = facts_interface(x, a, type,
		    facts_masked(x, WORD(a), WORD(netscaler_next(x, a))),
		    "routed");
		record_put(r, F_VRF, netscaler_value(x, a, "-td"));
		record_put_bool(r, F_SHUTDOWN,
		    span_is_nocase(
			netscaler_value(x, a, "-state"), "DISABLED"));
		facts_emit(x);
	}
	EACH_PATH(a, x->tree, ROOT("add ns ip6"))
	{
		struct span type = netscaler_value(x, a, "-type");

		facts_interface(
		    x, a, type.n ? type : SPAN("SNIP"), WORD(a), "routed");
		facts_emit(x);
	}
	EACH_PATH(i, x->tree, ROOT("set interface"))
	{
		r = facts_interface(x, i, WORD(i), (struct span){0}, NULL);
		record_put(r, F_DESCRIPTION, netscaler_value(x, i, "-ifalias"));
		facts_emit(x);
	}
}

static void
routes(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(net, t, ROOT("add route"))
	EACH_PATH(mask, t, net)
	EACH_PATH(hop, t, mask)
	if (WORD(hop).p[0] != '-')
		facts_route(x, hop, facts_masked(x, WORD(net), WORD(mask)),
		    WORD(hop), (struct span){0},
		    netscaler_value(x, hop, "-td"));
	EACH_PATH(net, t, ROOT("add route6"))
	facts_route(x, net, WORD(net), WORD(netscaler_next(x, net)),
	    (struct span){0}, (struct span){0});
}

/* add iptunnel NAME REMOTE MASK LOCAL -protocol GRE */
static void
tunnels(struct path_facts *x)
{
	EACH_PATH(g, x->tree, ROOT("add iptunnel"))
	{
		uint32_t far = netscaler_next(x, g);
		uint32_t near = netscaler_next(x, netscaler_next(x, far));
		struct span mode = netscaler_value(x, g, "-protocol");
		bool safe =
		    netscaler_option(x, g, "-ipsecprofilename") != PATH_NONE ||
		    span_starts_nocase(mode, SPAN("IPSEC"));

		facts_tunnel(x, far == PATH_NONE ? g : far, WORD(g),
		    (struct span){0},
		    span_is_nocase(mode, "GRE")	    ? "gre"
		    : span_is_nocase(mode, "VXLAN") ? "vxlan"
		    : safe			    ? "ipsec"
						    : "ipip",
		    WORD(near), WORD(far), safe);
	}
}

/* ---- access lists ---- */

/* "-srcIP = 10.0.0.0-10.0.0.255": the last word; a range that is a prefix as
 * one. */
static struct span
range(struct path_facts *x, uint32_t acl, const char *option)
{
	uint32_t value = netscaler_option(x, acl, option);
	struct span first, last;
	struct addr a, b;
	uint32_t low, high;
	unsigned bits = 32;

	while (path_next(x->tree, value) != PATH_NONE)
		value = path_next(x->tree, value);
	last = WORD(value);
	first = span_until(&last, '-');
	if (last.n == 0 || !addr_read(first, &a) || !addr_read(last, &b) ||
	    a.family != 4 || b.family != 4)
		return WORD(value);
	low = addr_v4(&a);
	high = addr_v4(&b);
	if (((high - low) & (high - low + 1)) != 0 ||
	    (low & (high - low)) != 0 || high < low)
		return WORD(value);
	for (uint32_t n = high - low; n > 0; n >>= 1)
		bits--;
	return arena_fmt(x->arena, "%.*s/%u", SPAN_FMT(first), bits);
}

/* Does the entry guard the appliance's own address? */
static const char *
used_by(struct path_facts *x, uint32_t acl, struct span port)
{
	struct span own =
	    netscaler_value(x, ROOT("set ns config"), "-ipaddress");

	if (own.n == 0 || !span_eq(range(x, acl, "-destip"), own))
		return "interface";
	if (span_is(port, "22"))
		return "vty";
	if (span_is(port, "80") || span_is(port, "443"))
		return "http";
	return port.n == 0 ? "vty http" : "other";
}

bool
netscaler_guarded(struct path_facts *x, const char *use)
{
	EACH_PATH(a, x->tree, ROOT("add ns acl"))
	if (span_is_nocase(WORD(netscaler_next(x, a)), "DENY") &&
	    span_has(span_str(used_by(x, a, range(x, a, "-destport"))), use))
		return true;
	return false;
}

static void
access_lists(struct path_facts *x, const char *words, const char *name)
{
	uint32_t list = ROOT(words);
	unsigned n = 0;
	bool management = false;

	EACH_PATH(a, x->tree, list)
	{
		struct span src = range(x, a, "-srcip");
		struct span protocol = netscaler_value(x, a, "-protocol");
		struct span port = range(x, a, "-destport");
		char *p = arena_str(x->arena, span_head(protocol, 16));
		struct facts_entry e = {.list = span_str(name),
		    .name = WORD(a),
		    .sequence = netscaler_value(x, a, "-priority"),
		    .deny = span_is_nocase(WORD(netscaler_next(x, a)), "DENY"),
		    .src = src.n ? src : SPAN("any"),
		    .dst = range(x, a, "-destip"),
		    .port = port,
		    .protocol = p,
		    .used_by = used_by(x, a, port)};

		for (; *p != '\0'; p++)
			*p = (char)ascii_lower((unsigned char)*p);
		facts_entry(x, a, &e);
		management |= strcmp(e.used_by, "interface") != 0;
		n++;
	}
	facts_list(x, list, span_str(name), n,
	    management ? "interface vty http" : "interface");
}

void
netscaler_net(struct path_facts *x)
{
	interfaces(x);
	routes(x);
	tunnels(x);
	access_lists(x, "add ns acl", "ns acl");
	access_lists(x, "add ns simpleacl", "ns simpleacl");
}
