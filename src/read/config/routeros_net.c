/* RouterOS: interfaces, routes, neighbours, mirrors and captures. */
#include "read/config/routeros.h"

#define WORD(i) path_word(x->tree, i)
#define ARG(c, key) routeros_arg(x, c, key)

/* ---- interfaces ---- */

/* Interfaces that lists named for management hold, that are tunnels, and
 * those that are switched off: name to role. */
enum role { ROLE_MANAGEMENT = 1, ROLE_TUNNEL, ROLE_LOOPBACK };

struct interfaces {
	struct map roles;
	struct map off;	  /* switched off */
	struct map vrfs;  /* name to the node of its VRF */
	struct map notes; /* name to the node of its comment */
};

static void
roles_of_lists(struct path_facts *x, struct interfaces *f)
{
	EACH_ADDED(m, x, "interface list member")
	{
		struct span list = ARG(m, "list");

		if (span_find_nocase(list, SPAN("mgmt")) != SPAN_NONE ||
		    span_find_nocase(list, SPAN("management")) != SPAN_NONE)
			map_put(
			    &f->roles, ARG(m, "interface"), ROLE_MANAGEMENT);
	}
}

/* What the menus below "/interface" say of each. */
static void
look_at_kinds(struct path_facts *x, struct interfaces *f)
{
	static const char *const tunnels[] = {"gre", "gre6", "ipip", "ipipv6",
	    "eoip", "eoipv6", "6to4", "l2tp-client", "pptp-client",
	    "sstp-client", "ovpn-client", "wireguard", "vxlan", "l2tp-ether",
	    NULL};
	struct path_tree *t = x->tree;

	EACH_PATH(kind, t, path_get(t, PATH_ROOT, "interface"))
	EACH_PATH(c, t, kind)
	{
		struct span name = ARG(c, "name");
		uint32_t note = path_value_node(t, c, "comment");

		if (name.n == 0)
			name = path_value(t, c, "find default-name");
		if (name.n == 0)
			continue;
		for (const char *const *k = tunnels; *k != NULL; k++)
			if (span_is(WORD(kind), *k))
				map_put(&f->roles, name, ROLE_TUNNEL);
		if (span_is(WORD(kind), "bridge") &&
		    span_starts_nocase(name, SPAN("lo")) &&
		    !span_starts_nocase(name, SPAN("local")))
			map_put(&f->roles, name, ROLE_LOOPBACK);
		if (routeros_yes(x, c, "disabled"))
			map_put(&f->off, name, 1);
		if (note != PATH_NONE)
			map_put(&f->notes, name, note);
	}
	map_put(&f->roles, SPAN("lo"), ROLE_LOOPBACK);
}

/* v7: /ip vrf add name=V interfaces=ether1,ether2; v6: /ip route vrf */
static void
look_at_vrfs(struct path_facts *x, struct interfaces *f)
{
	static const char *const menus[] = {"ip vrf", "ip route vrf"};
	static const char *const names[] = {"name", "routing-mark"};

	for (unsigned i = 0; i < 2; i++)
		EACH_ADDED(v, x, menus[i])
		{
			uint32_t name = path_value_node(x->tree, v, names[i]);
			struct span rest = ARG(v, "interfaces");

			while (name != PATH_NONE && rest.n > 0)
				map_put(&f->vrfs, routeros_part(&rest), name);
		}
}

static void
address(struct path_facts *x, struct interfaces *f, uint32_t c)
{
	static const char *const roles[] = {
	    "routed", "management", "tunnel", "loopback"};
	struct span name = ARG(c, "interface");
	uint32_t role = map_get(&f->roles, name);
	uint32_t note = map_get(&f->notes, name);
	struct record *r;

	if (name.n == 0)
		return;
	r = facts_begin(x, K_INTERFACE, c);
	record_put(r, F_INTERFACE, name);
	facts_put_address(x, ARG(c, "address"));
	/* MAP_NONE and PATH_NONE are one. */
	record_put(r, F_VRF, WORD(map_get(&f->vrfs, name)));
	record_put_str(r, F_ROLE, roles[role == MAP_NONE ? 0 : role]);
	record_put_bool(r, F_SHUTDOWN, map_get(&f->off, name) != MAP_NONE);
	record_put(r, F_DESCRIPTION,
	    ARG(c, "comment").n ? ARG(c, "comment") : WORD(note));
	facts_emit(x);
}

static void
interfaces(struct path_facts *x)
{
	struct interfaces f;

	map_init(&f.roles, x->arena);
	map_init(&f.off, x->arena);
	map_init(&f.vrfs, x->arena);
	map_init(&f.notes, x->arena);
	look_at_kinds(x, &f);
	roles_of_lists(x, &f);
	look_at_vrfs(x, &f);
	EACH_ADDED(a, x, "ip address")
	address(x, &f, a);
	EACH_ADDED(a, x, "ipv6 address")
	address(x, &f, a);
}

/* ---- routes ---- */

/* gateway=192.0.2.1%ether1@main, gateway=ether1, several with commas */
static void
route(struct path_facts *x, uint32_t c, const char *any)
{
	struct span prefix = ARG(c, "dst-address"), rest = ARG(c, "gateway");
	struct span table = ARG(c, "routing-table"), gateway;
	unsigned n = 0;

	if (prefix.n == 0)
		prefix = span_str(any);
	if (table.n == 0)
		table = ARG(c, "routing-mark");
	if (span_is(table, "main"))
		table = (struct span){0};
	do {
		gateway = routeros_host(routeros_part(&rest));
		facts_route(x, c, prefix, gateway, (struct span){0}, table);
	} while (rest.n > 0 && ++n < LIMIT_SOURCE_LIST);
}

static void
routes(struct path_facts *x)
{
	EACH_ADDED(r, x, "ip route")
	route(x, r, "0.0.0.0/0");
	EACH_ADDED(r, x, "ipv6 route")
	route(x, r, "::/0");
}

/* ---- neighbours ---- */

static bool
has_key(const struct path_facts *x, uint32_t c)
{
	return ARG(c, "tcp-md5-key").n > 0;
}

/* Templates of release 7 whose sessions take their key. */
static void
keyed_templates(struct path_facts *x, struct map *keyed)
{
	map_init(keyed, x->arena);
	EACH_ADDED(c, x, "routing bgp template")
	if (has_key(x, c))
		map_put(keyed, ARG(c, "name"), 1);
}

static void
neighbors(struct path_facts *x)
{
	struct map keyed;

	EACH_ADDED(c, x, "routing bgp peer")
	facts_neighbor(x, c, ARG(c, "remote-address"), ARG(c, "remote-as"),
	    has_key(x, c), (struct span){0});
	keyed_templates(x, &keyed);
	EACH_ADDED(c, x, "routing bgp connection")
	{
		struct span rest = ARG(c, "templates");
		bool key = has_key(x, c);

		while (!key && rest.n > 0)
			key = map_get(&keyed, routeros_part(&rest)) != MAP_NONE;
		facts_neighbor(x, c, routeros_host(ARG(c, "remote.address")),
		    ARG(c, "remote.as"), key, ARG(c, "vrf"));
	}
}

/* ---- mirrors and captures ---- */

static void
mirror(struct path_facts *x, uint32_t c, struct span session, const char *mode,
    struct span far, struct span value)
{
	struct record *r = facts_begin(x, K_MIRROR, c);
	struct span rest = far, host = span_until(&rest, ':');
	struct addr a;

	record_put(r, F_SESSION, session);
	record_put_str(r, F_MODE, mode);
	if (addr_read(far, &a)) /* an IPv6 address */
		host = far;
	record_put_ip(r, F_DST_IP, host);
	if (addr_read(host, &a))
		record_put_str(r, F_DST_SCOPE, scope_of_text(&x->scope, host));
	record_put(r, F_VALUE, value);
	facts_emit(x);
}

/* The switch chip copies; the CPU sends copies to a far host in TZSP. */
static void
mirrors(struct path_facts *x)
{
	static const char *const lists[] = {"ip firewall mangle",
	    "ip firewall raw", "ipv6 firewall mangle", "ipv6 firewall raw"};
	static const char *const chips[] = {"interface ethernet switch",
	    "interface ethernet switch port", "interface ethernet switch rule",
	    "interface ethernet switch host"};
	static const char *const targets[] = {"mirror-target", "mirror-ports",
	    "mirror-source", "mirror", "mirror-egress-target",
	    "mirror-ingress-target"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < 4; i++)
		EACH_ADDED(c, x, lists[i])
	if (span_is(ARG(c, "action"), "sniff-tzsp"))
		mirror(x, c, span_str(lists[i]), "tzsp", ARG(c, "sniff-target"),
		    ARG(c, "src-address"));
	for (unsigned i = 0; i < 4; i++)
		EACH_PATH(c, t, path_get(t, PATH_ROOT, chips[i]))
	for (unsigned k = 0; k < 6; k++) {
		struct span to = ARG(c, targets[k]);

		if (to.n == 0 || span_is(to, "none") || span_is(to, "no") ||
		    routeros_yes(x, c, "disabled"))
			continue;
		mirror(x, c, span_str(chips[i]), "span", (struct span){0}, to);
		break;
	}
}

static void
captures(struct path_facts *x)
{
	static const char *const menu = "tool sniffer";
	uint32_t stream = routeros_set(x, menu, NULL, "streaming-enabled");
	uint32_t far = routeros_set(x, menu, NULL, "streaming-server");
	uint32_t file = routeros_set(x, menu, NULL, "file-name");
	uint32_t on = routeros_set(x, menu, NULL, "filter-interface");
	struct record *r;

	if (span_is(WORD(stream), "yes") && far != PATH_NONE)
		mirror(
		    x, far, SPAN("tool sniffer"), "tzsp", WORD(far), WORD(on));
	if (file == PATH_NONE && on == PATH_NONE &&
	    !span_is(WORD(stream), "yes"))
		return;
	r = facts_begin(x, K_CAPTURE,
	    file != PATH_NONE ? file
	    : on != PATH_NONE ? on
			      : stream);
	record_put(r, F_NAME, WORD(file).n ? WORD(file) : SPAN("sniffer"));
	record_put(r, F_INTERFACE, WORD(on));
	facts_emit(x);
}

/* One command may name several interfaces; "all" and lists of them stay
 * as they are. */
static void
adjacency(struct path_facts *x, uint32_t c, const char *protocol)
{
	struct path_tree *t = x->tree;
	struct span names = routeros_arg(x, c, "interfaces"), part;
	struct span auth = routeros_arg(x, c, "auth");
	unsigned n = 0;

	if (names.n == 0)
		names = routeros_arg(x, c, "interface");
	if (auth.n == 0)
		auth = routeros_arg(x, c, "authentication");
	if (routeros_yes(x, c, "passive") ||
	    (path_get(t, c, "passive") != PATH_NONE &&
		routeros_arg(x, c, "passive").n == 0))
		return;
	while (names.n > 0 && n++ < LIMIT_SOURCE_LIST) {
		part = routeros_part(&names);
		if (part.n > 0)
			facts_adjacency(x, c, protocol, part,
			    auth.n > 0 && !span_is(auth, "none"),
			    (struct span){0});
	}
}

/* interface-template since release 7, interface before it. */
static void
adjacencies(struct path_facts *x)
{
	static const char *const menus[][2] = {
	    {"routing ospf interface-template", "ospf"},
	    {"routing ospf interface", "ospf"},
	    {"routing ospf-v3 interface", "ospf"},
	    {"routing isis interface-template", "isis"}};

	for (unsigned i = 0; i < 4; i++)
		EACH_ADDED(c, x, menus[i][0])
	adjacency(x, c, menus[i][1]);
}

void
routeros_net(struct path_facts *x)
{
	interfaces(x);
	routes(x);
	neighbors(x);
	adjacencies(x);
	mirrors(x);
	captures(x);
}
