/* VyOS and EdgeOS: services, accounts, AAA, logging, SNMP, time. */
#include "read/config/vyos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- services ---- */

static const struct service {
	const char *path, *name, *port_word, *port;
} services[] = {
    {"service ssh", "ssh", "port", "22"},
    {"service telnet", "telnet", "port", "23"},
    {"service https", "https-server", "port", "443"},
    {"service gui", "https-server", "https-port", "443"},
    {"service gui http-port", "http-server", "", "80"},
    {"service https api", "rest-api", "", ""},
    {"service snmp community", "snmp-v1v2c", "", "161"},
    {"service tftp-server", "tftp-server", "port", "69"},
    {"service dns forwarding", "dns-server", "", "53"},
    {"service webproxy", "web-proxy", "default-port", "3128"},
    {"service upnp", "upnp", "", ""},
    {"service upnp2", "upnp", "", ""},
    {"service ubnt-discover", "ubnt-discover", "", "10001"},
    {"service unms connection", "unms", "", ""},
    {"service salt-minion", "salt-minion", "", ""},
    {"service console-server", "console-server", "", ""},
    {"vpn l2tp remote-access", "l2tp-server", "", "1701"},
    {"vpn pptp remote-access", "pptp-server", "", "1723"},
    {"vpn sstp", "sstp-server", "port", "443"},
    {"vpn openconnect", "ssl-vpn", "", "443"},
    {"system syslog host", "logging-host", "", ""},
    {"system syslog remote", "logging-host", "", ""},
};

/* Two paths may speak of one service; the one that the configuration has is
 * told, or the first.  NULL: told already. */
static const struct service *
stated(const struct path_facts *x, size_t i)
{
	const struct service *s = &services[i];

	for (size_t k = 0; k < i; k++)
		if (strcmp(services[k].name, s->name) == 0)
			return NULL;
	for (size_t k = i; k < sizeof(services) / sizeof(*services); k++)
		if (strcmp(services[k].name, s->name) == 0 &&
		    ROOT(services[k].path) != PATH_NONE)
			return &services[k];
	return s;
}

/* "listen-address" of VyOS, "access-control"; where it may be reached from is
 * told by "allow-client" and the firewall. */
static void
put_limits(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;

	record_put(&x->rec, F_VRF, path_value(t, node, "vrf"));
	record_put(&x->rec, F_VALUE,
	    facts_values(x, path_get(t, node, "listen-address")));
	if (path_get(t, node, "allow-client") != PATH_NONE)
		record_put_str(&x->rec, F_ACL, "allow-client");
}

static void
service(struct path_facts *x, const struct service *s)
{
	struct path_tree *t = x->tree;
	uint32_t node = ROOT(s->path);
	struct span port = s->port_word[0] != '\0'
			       ? path_value(t, node, s->port_word)
			       : (struct span){0};
	struct record *r = facts_setting(
	    x, s->name, node, path_get(t, node, "disable") == PATH_NONE, "");

	if (strcmp(s->path, "service gui http-port") == 0)
		port = WORD(path_first(t, node));
	record_put_number(r, F_PORT, port.n ? port : span_str(s->port));
	put_limits(x, node);
	facts_emit(x);
}

static uint32_t
ntp_node(const struct path_facts *x)
{
	uint32_t node = ROOT("service ntp server");

	return node != PATH_NONE ? node : ROOT("system ntp server");
}

void
vyos_services(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t node;

	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		if (stated(x, i) != NULL)
			service(x, stated(x, i));
	facts_set_or(x, "ntp", ntp_node(x), "");
	facts_port(x, "ssh-port",
	    path_value_node(t, PATH_ROOT, "service ssh port"), "22");
	node = ROOT("service ssh allow-root");
	if (node != PATH_NONE)
		facts_set(x, "ssh-root-login", node, true, "");
	node = ROOT("service ssh disable-password-authentication");
	if (node != PATH_NONE)
		facts_set(x, "ssh-password-login", node, false, "");
	node = path_value_node(t, PATH_ROOT, "service ssh protocol-version");
	if (node != PATH_NONE)
		facts_set(
		    x, "ssh-v2-only", node, span_is(WORD(node), "v2"), "");
	node = path_value_node(t, PATH_ROOT, "firewall ip-src-route");
	if (node != PATH_NONE)
		facts_set(
		    x, "source-route", node, span_is(WORD(node), "enable"), "");
}

/* ---- accounts ---- */

static void
keys(struct path_facts *x, uint32_t authentication, struct span user)
{
	struct path_tree *t = x->tree;

	EACH_PATH(k, t, path_get(t, authentication, "public-keys"))
	facts_ssh_key(x, k, user,
	    arena_fmt(x->arena, "%.*s %.*s", SPAN_FMT(path_value(t, k, "type")),
		SPAN_FMT(path_value(t, k, "key"))));
}

static void
users(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(u, t, ROOT("system login user"))
	{
		uint32_t auth = path_get(t, u, "authentication");
		uint32_t secret =
		    path_value_node(t, auth, "encrypted-password");
		uint32_t clear = path_value_node(t, auth, "plaintext-password");
		struct span level = path_value(t, u, "level");
		bool operator= span_is(level, "operator");
		struct record *r;

		if (secret == PATH_NONE)
			secret = clear;
		r = facts_begin(x, K_USER, secret == PATH_NONE ? u : secret);
		record_put(r, F_USER, WORD(u));
		record_put_number(
		    r, F_PRIVILEGE, operator? SPAN("1") : SPAN("15"));
		facts_secret(x, WORD(u),
		    span_is(WORD(secret), "*") || span_is(WORD(secret), "!")
			? "none"
			: NULL,
		    WORD(secret));
		record_put(r, F_ROLE, level.n ? level : SPAN("admin"));
		facts_emit(x);
		keys(x, auth, WORD(u));
	}
}

/* ---- AAA ---- */

/* "radius server A key X" of VyOS, "radius-server A secret X" before. */
static void
servers(struct path_facts *x, uint32_t list, const char *protocol,
    const char *secret, const char *port)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(s, t, list)
	{
		struct span own = path_value(t, s, "port");

		if (path_get(t, s, "disable") != PATH_NONE)
			continue;
		r = facts_begin(x, K_AAA_SERVER, s);
		record_put_str(r, F_PROTOCOL, protocol);
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(s));
		record_put_number(r, F_PORT, own.n ? own : span_str(port));
		facts_secret(
		    x, (struct span){0}, NULL, path_value(t, s, secret));
		facts_emit(x);
	}
}

static void
aaa(struct path_facts *x)
{
	servers(x, ROOT("system login radius server"), "radius", "key", "1812");
	servers(
	    x, ROOT("system login radius-server"), "radius", "secret", "1812");
	servers(x, ROOT("system login tacacs server"), "tacacs", "key", "49");
	servers(
	    x, ROOT("system login tacplus-server"), "tacacs", "secret", "49");
}

/* ---- logging ---- */

static struct span
level_of(const struct path_facts *x, uint32_t target)
{
	struct path_tree *t = x->tree;
	uint32_t facility = path_get(t, target, "facility all");

	if (facility == PATH_NONE)
		facility = path_first(t, path_get(t, target, "facility"));
	return path_value(t, facility, "level");
}

/* "192.0.2.9:1514"; an IPv6 address has more colons. */
static struct span
without_port(struct span server, struct span *port)
{
	size_t at = span_find_byte(server, ':');

	if (at == SPAN_NONE || at != span_rfind_byte(server, ':'))
		return server;
	*port = span_from(server, at + 1);
	return span_head(server, at);
}

static void
logging(struct path_facts *x)
{
	static const char *const hosts[] = {
	    "system syslog host", "system syslog remote"};
	static const char *const local[] = {"system syslog global",
	    "system syslog local", "system syslog file"};
	struct path_tree *t = x->tree;
	struct record *r;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(h, t, ROOT(hosts[i]))
		{
			struct span protocol = path_value(t, h, "protocol");
			struct span port = path_value(t, h, "port");

			if (protocol.n == 0)
				protocol = WORD(path_leaf(t,
				    path_get(t, h, "facility all protocol")));
			r = facts_begin(x, K_LOGGING, h);
			record_put_str(r, F_TARGET, "host");
			record_put_str(r, F_STATE, "enabled");
			facts_server(x, F_SERVER_IP, F_SERVER_SCOPE,
			    without_port(WORD(h), &port));
			record_put(r, F_PROTOCOL,
			    path_get(t, h, "tls") != PATH_NONE ? SPAN("tls")
			    : protocol.n		       ? protocol
							       : SPAN("udp"));
			record_put_number(
			    r, F_PORT, port.n ? port : SPAN("514"));
			record_put(r, F_VRF, path_value(t, h, "vrf"));
			record_put(r, F_LEVEL, level_of(x, h));
			facts_emit(x);
		}
	for (unsigned i = 0; i < 3; i++) {
		uint32_t node = ROOT(local[i]);

		if (node == PATH_NONE)
			continue;
		r = facts_begin(x, K_LOGGING, node);
		record_put_str(r, F_TARGET, "buffered");
		record_put_str(r, F_STATE, "enabled");
		record_put(r, F_LEVEL, level_of(x, node));
		facts_emit(x);
	}
}

/* ---- SNMP, time ---- */

static void
snmp(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(c, t, ROOT("service snmp community"))
	{
		struct span name = WORD(c);

		r = facts_begin(x, K_SNMP, c);
		record_put_str(r, F_MODE,
		    path_value_is(t, c, "authorization", "rw") ? "rw" : "ro");
		record_put_str(r, F_SECRET_TYPE, "community");
		record_put(r, F_SECRET, name);
		if (span_is(name, "public") || span_is(name, "private"))
			record_put_str(r, F_WEAK, "default");
		if (path_get(t, c, "client") != PATH_NONE ||
		    path_get(t, c, "network") != PATH_NONE)
			record_put_str(r, F_ACL, "snmp client");
		facts_emit(x);
	}
	EACH_PATH(u, t, ROOT("service snmp v3 user"))
	{
		bool priv = path_get(t, u, "privacy") != PATH_NONE;
		bool auth = path_get(t, u, "auth") != PATH_NONE;

		r = facts_begin(x, K_SNMP, u);
		record_put(r, F_USER, WORD(u));
		record_put(r, F_GROUP, path_value(t, u, "group"));
		record_put_str(r, F_LEVEL,
		    priv   ? "priv"
		    : auth ? "auth"
			   : "noauth");
		record_put_str(
		    r, F_MODE, path_value_is(t, u, "mode", "rw") ? "rw" : "ro");
		facts_emit(x);
	}
}

static void
times(struct path_facts *x)
{
	EACH_PATH(s, x->tree, ntp_node(x))
	facts_ntp(
	    x, s, WORD(s), "server", path_get(x->tree, s, "nts") != PATH_NONE);
}

void
vyos_system(struct path_facts *x)
{
	users(x);
	aaa(x);
	logging(x);
	snmp(x);
	times(x);
}
