/* BIG-IP: interfaces, self addresses, routes, neighbours, tunnels, mirrors. */
#include "read/config/f5.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- interfaces ---- */

/* Does this entry of allow-service let management in? */
static bool
is_management(struct span service)
{
	static const char *const words[] = {"all", "default", "tcp:443",
	    "tcp:https", "tcp:22", "tcp:ssh", "tcp:8443", "tcp:pcsync-https",
	    "any:any"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (span_is(service, words[i]))
			return true;
	return false;
}

/* "default" stands for "net self-allow defaults", which can be emptied. */
static bool
lets_in(const struct path_facts *x, uint32_t service)
{
	uint32_t defaults = ROOT("net self-allow defaults");

	if (!is_management(WORD(service)))
		return false;
	if (!span_is(WORD(service), "default") || defaults == PATH_NONE)
		return true;
	EACH_PATH(d, x->tree, defaults)
	if (is_management(WORD(d)))
		return true;
	return false;
}

static void
self(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t services = path_get(t, node, "allow-service");
	uint32_t at = path_value_node(t, node, "address");
	struct span domain;
	struct span address = f5_address(x, WORD(at), &domain);
	struct record *r = facts_interface(
	    x, at == PATH_NONE ? node : at, WORD(node), address, "routed");

	record_put(r, F_VRF, domain);
	record_put(r, F_SERVICE, facts_values(x, services));
	record_put(r, F_VALUE, f5_name(path_value(t, node, "vlan")));
	record_put(r, F_DESCRIPTION, path_value(t, node, "description"));
	facts_emit(x);
	EACH_PATH(s, t, services)
	if (lets_in(x, s)) {
		facts_exposed(x, s, WORD(node), facts_values(x, services));
		return;
	}
}

static void
interfaces(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(a, t, ROOT("sys management-ip"))
	{
		r = facts_interface(x, a, SPAN("mgmt"), WORD(a), "management");
		record_put(r, F_DESCRIPTION, path_value(t, a, "description"));
		facts_emit(x);
	}
	EACH_PATH(i, t, ROOT("net interface"))
	{
		r = facts_interface(x, i, WORD(i), (struct span){0}, NULL);
		record_put_bool(
		    r, F_SHUTDOWN, path_get(t, i, "disabled") != PATH_NONE);
		record_put(r, F_DESCRIPTION, path_value(t, i, "description"));
		facts_emit(x);
	}
	EACH_PATH(v, t, ROOT("net vlan"))
	{
		r = facts_interface(x, v, WORD(v), (struct span){0}, NULL);
		record_put(
		    r, F_VALUE, facts_values(x, path_get(t, v, "interfaces")));
		facts_emit(x);
	}
	EACH_PATH(s, t, ROOT("net self"))
	self(x, s);
}

/* ---- routes ---- */

static void
routes(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct span domain;

	EACH_PATH(r, t, ROOT("net route"))
	{
		uint32_t dst = path_value_node(t, r, "network");
		struct span net = f5_address(x, WORD(dst), &domain);
		struct span hop = path_value(t, r, "gw"), unused;

		if (span_is(net, "default-inet6"))
			net = SPAN("::/0");
		facts_route(x, dst, net, f5_address(x, hop, &unused),
		    path_value(t, r, "interface"), domain);
	}
	EACH_PATH(r, t, ROOT("sys management-route"))
	{
		uint32_t dst = path_value_node(t, r, "network");

		facts_route(x, dst == PATH_NONE ? r : dst,
		    dst == PATH_NONE ? f5_name(WORD(r)) : WORD(dst),
		    path_value(t, r, "gateway"), (struct span){0},
		    SPAN("management"));
	}
}

static void
neighbors(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct span domain;

	EACH_PATH(b, t, ROOT("net routing bgp"))
	EACH_PATH(n, t, path_get(t, b, "neighbor"))
	facts_neighbor(x, n, f5_address(x, WORD(n), &domain),
	    path_value(t, n, "remote-as"),
	    path_get(t, n, "password") != PATH_NONE, domain);
}

void
f5_imish(struct path_facts *x, struct span text, uint64_t number)
{
	struct span rest = text, line, address;
	struct map safe;
	struct addr a;

	map_init(&safe, x->arena);
	while (span_line(&rest, &line)) {
		line = span_trim(line);
		if (!span_starts(line, SPAN("neighbor ")))
			continue;
		span_word(&line);
		address = span_word(&line);
		if (span_is(span_word(&line), "password"))
			map_add(&safe, address, 1);
	}
	for (rest = text; span_line(&rest, &line); number++) {
		struct span s = span_trim(line), word, as;

		if (!span_starts(s, SPAN("neighbor ")))
			continue;
		word = s;
		span_word(&word);
		address = span_word(&word);
		if (!span_is(span_word(&word), "remote-as") ||
		    !addr_read(address, &a))
			continue;
		as = span_word(&word);
		record_init(&x->rec, K_NEIGHBOR, number,
		    (uint64_t)(s.p - x->tree->bytes.p), s);
		record_put_ip(&x->rec, F_ADDRESS, address);
		record_put(&x->rec, F_REMOTE_AS, as);
		record_put_bool(
		    &x->rec, F_PROTECTED, map_get(&safe, address) != MAP_NONE);
		facts_emit(x);
	}
}

/* ---- tunnels ---- */

static struct span
known(struct span address)
{
	return span_is(address, "any") || span_is(address, "any6")
		   ? (struct span){0}
		   : address;
}

static void
tunnels(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct span domain, mode;

	EACH_PATH(g, t, ROOT("net tunnels tunnel"))
	{
		uint32_t far = path_value_node(t, g, "remote-address");

		/* Those of explicit proxies lead nowhere. */
		mode = f5_name(path_value(t, g, "profile"));
		if (span_is(mode, "tcp-forward"))
			continue;
		facts_tunnel(x, far != PATH_NONE ? far : g, WORD(g),
		    (struct span){0}, arena_str(x->arena, mode),
		    known(f5_address(
			x, path_value(t, g, "local-address"), &domain)),
		    known(f5_address(x, WORD(far), &domain)),
		    span_is(mode, "ipsec"));
	}
	EACH_PATH(p, t, ROOT("net ipsec ike-peer"))
	{
		uint32_t far = path_value_node(t, p, "remote-address");

		if (far != PATH_NONE)
			facts_tunnel(x, far, WORD(p), (struct span){0}, "ipsec",
			    (struct span){0},
			    known(f5_address(x, WORD(far), &domain)), true);
	}
}

/* ---- mirrors ---- */

static void
mirrors(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(m, t, ROOT("net port-mirror"))
	{
		r = facts_begin(x, K_MIRROR, m);
		record_put(r, F_SESSION, WORD(m));
		record_put_str(r, F_MODE, "span");
		record_put(
		    r, F_VALUE, facts_values(x, path_get(t, m, "interfaces")));
		facts_emit(x);
	}
	/* A clone pool gets a copy of all that a virtual server carries. */
	EACH_PATH(v, t, ROOT("ltm virtual"))
	EACH_PATH(p, t, path_get(t, v, "clone-pools"))
	{
		r = facts_begin(x, K_MIRROR, p);
		record_put(r, F_SESSION, WORD(v));
		record_put_str(r, F_MODE, "clone-pool");
		record_put(r, F_VALUE, WORD(p));
		facts_emit(x);
	}
}

void
f5_net(struct path_facts *x)
{
	interfaces(x);
	routes(x);
	neighbors(x);
	tunnels(x);
	mirrors(x);
}
