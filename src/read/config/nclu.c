#include "read/config/nclu.h"

#include "read/config/path_facts.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

static struct guess
nclu_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	unsigned adds = 0, others = 0;

	while (span_line(&rest, &line)) {
		line = span_trim(line);
		if (span_starts(line, SPAN("net add ")) ||
		    span_is(line, "net del all") || span_is(line, "net commit"))
			adds++;
		else if (line.n > 0 && line.p[0] != '#' &&
			 !span_starts(line, SPAN("net ")))
			others++;
	}
	if (adds < 2 || others > adds)
		return (struct guess){0, NULL};
	return (struct guess){adds > 4 ? 95 : 80, "net add"};
}

/* ---- interfaces ---- */

static const char *const types[] = {
    "interface", "loopback", "bond", "bridge", "vlan", "vrf", "vxlan"};

static const char *const families[] = {"ip address", "ipv6 address"};

static const char *
role_of(const struct path_facts *x, uint32_t node, struct span type)
{
	struct span vrf = path_value(x->tree, node, "vrf");

	if (span_is(type, "loopback"))
		return "loopback";
	if (span_is(type, "vxlan"))
		return "tunnel";
	if (span_starts(vrf, SPAN("mgmt")) || span_is(WORD(node), "eth0"))
		return "management";
	return path_get(x->tree, node, "ip address") != PATH_NONE ? "routed"
								  : NULL;
}

/* alias several words */
static struct span
alias_of(const struct path_facts *x, uint32_t node)
{
	uint32_t alias = path_get(x->tree, node, "alias");

	if (alias == PATH_NONE)
		return (struct span){0};
	return span_trim(
	    span_from(path_text(x->tree, path_leaf(x->tree, alias)),
		path_text(x->tree, alias).n));
}

static void
interface_record(struct path_facts *x, uint32_t node, struct span type,
    uint32_t at, struct span address)
{
	struct path_tree *t = x->tree;
	struct record *r = facts_begin(x, K_INTERFACE, at);

	/* "net add vlan 10" is the interface vlan10. */
	record_put(r, F_INTERFACE,
	    span_is(type, "vlan")
		? arena_fmt(x->arena, "vlan%.*s", SPAN_FMT(WORD(node)))
		: WORD(node));
	facts_put_address(x, address);
	record_put(r, F_VRF, path_value(t, node, "vrf"));
	record_put_str(r, F_ROLE, role_of(x, node, type));
	record_put_bool(
	    r, F_SHUTDOWN, path_get(t, node, "link down") != PATH_NONE);
	record_put(r, F_DESCRIPTION, alias_of(x, node));
	facts_emit(x);
}

static void
interface(struct path_facts *x, uint32_t node, struct span type)
{
	struct path_tree *t = x->tree;
	unsigned n = 0;
	uint32_t far = path_value_node(t, node, "vxlan remoteip");

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(a, t, path_get(t, node, families[i]))
		{
			interface_record(x, node, type, a, WORD(a));
			n++;
		}
	if (n == 0)
		interface_record(x, node, type, node, (struct span){0});
	if (far != PATH_NONE)
		facts_tunnel(x, far, (struct span){0}, WORD(node), "vxlan",
		    path_value(t, node, "vxlan local-tunnelip"), WORD(far),
		    false);
}

static void
own_addresses(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		EACH_PATH(n, t, ROOT(types[i]))
	for (unsigned k = 0; k < 2; k++)
		EACH_PATH(a, t, path_get(t, n, families[k]))
	facts_own(x, WORD(a));
}

static void
interfaces(struct path_facts *x)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		EACH_PATH(n, x->tree, ROOT(types[i]))
	interface(x, n, span_str(types[i]));
}

/* ---- routing ---- */

static void
routes(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(p, t, ROOT("routing route"))
	EACH_PATH(hop, t, p)
	facts_route(x, hop, WORD(p), WORD(hop), (struct span){0},
	    path_value(t, hop, "vrf"));
}

/* bgp neighbor P [interface] remote-as N | peer-group G | password X */
static void
neighbors(struct path_facts *x, uint32_t bgp, struct span vrf)
{
	struct path_tree *t = x->tree;
	uint32_t list = path_get(t, bgp, "neighbor");

	EACH_PATH(n, t, list)
	{
		uint32_t group =
		    path_find_active(t, list, path_value(t, n, "peer-group"));
		struct span as = path_value(t, n, "remote-as");

		if (as.n == 0)
			as = path_value(t, group, "remote-as");
		facts_neighbor(x, n, WORD(n), as,
		    path_get(t, n, "password") != PATH_NONE ||
			path_get(t, group, "password") != PATH_NONE,
		    vrf);
	}
}

/* ---- services ---- */

static void
snmp(struct path_facts *x)
{
	static const char *const lists[] = {"snmp-server readonly-community",
	    "snmp-server readonly-community-v6"};
	struct path_tree *t = x->tree;
	struct record *r;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(c, t, ROOT(lists[i]))
		{
			struct span from = path_value(t, c, "access");

			r = facts_begin(x, K_SNMP, c);
			record_put_str(r, F_MODE, "ro");
			record_put_str(r, F_SECRET_TYPE, "community");
			record_put(r, F_SECRET, WORD(c));
			if (span_is(WORD(c), "public") ||
			    span_is(WORD(c), "private"))
				record_put_str(r, F_WEAK, "default");
			if (from.n > 0 && !span_is(from, "any"))
				record_put_str(r, F_ACL, "snmp access");
			facts_emit(x);
		}
	EACH_PATH(u, t, ROOT("snmp-server username"))
	{
		bool priv = path_get(t, u, "auth-md5") != PATH_NONE ||
			    path_get(t, u, "auth-sha") != PATH_NONE;
		uint32_t key = path_value_node(t, u, "auth-md5");
		bool hidden;

		if (key == PATH_NONE)
			key = path_value_node(t, u, "auth-sha");
		hidden = path_get(t, key, "encrypt-des") != PATH_NONE ||
			 path_get(t, key, "encrypt-aes") != PATH_NONE;
		r = facts_begin(x, K_SNMP, u);
		record_put(r, F_USER, WORD(u));
		record_put_str(r, F_LEVEL,
		    hidden ? "priv"
		    : priv ? "auth"
			   : "noauth");
		facts_emit(x);
	}
}

/* syslog host ipv4 A port udp 514 */
static void
logging(struct path_facts *x)
{
	static const char *const lists[] = {
	    "syslog host ipv4", "syslog host ipv6"};
	struct path_tree *t = x->tree;
	struct record *r;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(h, t, ROOT(lists[i]))
		{
			uint32_t protocol = path_value_node(t, h, "port");

			r = facts_begin(x, K_LOGGING, h);
			record_put_str(r, F_TARGET, "host");
			record_put_str(r, F_STATE, "enabled");
			facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(h));
			record_put(r, F_PROTOCOL,
			    protocol != PATH_NONE ? WORD(protocol)
						  : SPAN("udp"));
			record_put_number(
			    r, F_PORT, WORD(path_first(t, protocol)));
			facts_emit(x);
		}
}

static void
aaa(struct path_facts *x)
{
	static const struct {
		const char *list, *protocol, *secret, *port;
	} table[] = {{"tacacs server", "tacacs", "tacacs key", "49"},
	    {"dot1x radius server-ip", "radius", "dot1x radius shared-secret",
		"1812"}};
	struct record *r;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(s, x->tree, ROOT(table[i].list))
		{
			r = facts_begin(x, K_AAA_SERVER, s);
			record_put_str(r, F_PROTOCOL, table[i].protocol);
			facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(s));
			record_put_number(r, F_PORT, span_str(table[i].port));
			facts_secret(x, (struct span){0}, NULL,
			    path_value(x->tree, PATH_ROOT, table[i].secret));
			facts_emit(x);
		}
}

/* port-mirror session N ingress|egress span|erspan src-port P dst-port P */
static void
mirrors(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(s, t, ROOT("port-mirror session"))
	EACH_PATH(way, t, s)
	EACH_PATH(kind, t, way)
	{
		bool far = span_is(WORD(kind), "erspan");
		uint32_t at = kind;

		/* The words of one line stand below each other. */
		r = facts_begin(x, K_MIRROR, kind);
		record_put(r, F_SESSION, WORD(s));
		record_put_str(r, F_MODE, far ? "erspan-source" : "span");
		for (at = path_first(t, at); at != PATH_NONE;
		     at = path_first(t, path_first(t, at)))
			if (span_is(WORD(at), "dst-ip")) {
				struct span ip = WORD(path_first(t, at));

				record_put_ip(r, F_DST_IP, ip);
				record_put_str(r, F_DST_SCOPE,
				    scope_of_text(&x->scope, ip));
			} else if (span_is(WORD(at), "dst-port")) {
				record_put(r, F_VALUE, WORD(path_first(t, at)));
			} else if (span_is(WORD(at), "src-port")) {
				record_put(
				    r, F_INTERFACE, WORD(path_first(t, at)));
			}
		facts_emit(x);
	}
}

/* ---- reading ---- */

static void
device(struct path_facts *x)
{
	uint32_t host = path_value_node(x->tree, PATH_ROOT, "hostname");
	struct record *r = facts_begin(x, K_DEVICE, host);

	record_put(r, F_HOSTNAME, WORD(host));
	facts_identity(x, "nvidia", "cumulus-linux", (struct span){0});
	facts_emit(x);
}

static void
nclu_read(const struct read_in *in, struct emit *out)
{
	struct path_facts *x = facts_new(in, out);
	struct path_tree *t = x->tree;

	path_read_set(t, out);
	x->whole = ROOT("hostname") != PATH_NONE;
	own_addresses(x);
	device(x);
	facts_config(x);
	facts_set_or(
	    x, "snmp-v1v2c", ROOT("snmp-server readonly-community"), "161");
	facts_set_or(x, "logging-host", ROOT("syslog host"), "");
	facts_set_or(x, "ntp", ROOT("time ntp server"), "");
	interfaces(x);
	routes(x);
	neighbors(x, ROOT("bgp"), (struct span){0});
	EACH_PATH(v, t, ROOT("bgp vrf"))
	neighbors(x, v, WORD(v));
	snmp(x);
	logging(x);
	aaa(x);
	mirrors(x);
	EACH_PATH(s, t, ROOT("time ntp server"))
	facts_ntp(x, s, WORD(s), "server", false);
}

const struct reader reader_nclu_config = {
    .name = "nclu-config",
    .title = "Cumulus Linux NCLU commands",
    .evidence = "config",
    .shape = READER_WHOLE,
    .guess = nclu_guess,
    .read = nclu_read,
};
