/* SonicOS: management, SSL VPN, accounts, AAA, logging, time, SNMP. */
#include "read/config/sonicos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- services ---- */

/* The first interface that lets a service in. */
static uint32_t
allowed(const struct path_facts *x, const char *service)
{
	struct path_tree *t = x->tree;

	EACH_INTERFACE(i, x)
	{
		uint32_t m = path_find_active(
		    t, path_get(t, i, "management"), span_str(service));

		if (m != PATH_NONE)
			return m;
		/* "management http https ssh" */
		for (m = path_value_node(t, i, "management"); m != PATH_NONE;
		     m = path_first(t, m))
			if (span_is(WORD(m), service))
				return m;
	}
	return PATH_NONE;
}

static const char *
port_or(struct path_facts *x, const char *words, const char *by_default)
{
	struct span port = path_value(x->tree, PATH_ROOT, words);
	uint64_t number;

	return span_u64(port, &number) ? arena_str(x->arena, port) : by_default;
}

/* A service that interfaces let in, with the rules that say from where. */
static void
service(struct path_facts *x, const char *setting, const char *name,
    const char *port, const char *use)
{
	uint32_t on = allowed(x, name);

	if (on == PATH_NONE)
		facts_set_or(x, setting, PATH_NONE, port);
	else
		facts_guard(x, setting, on, true, port,
		    sonicos_guarded(x, use) ? SPAN("access-rule")
					    : (struct span){0});
}

static void
management(struct path_facts *x)
{
	uint32_t port =
	    path_value_node(x->tree, PATH_ROOT, "administration ssh port");
	uint32_t api = ROOT("administration sonicos-api");
	uint32_t off = path_get(x->tree, api, "no enable");
	uint32_t on = path_get(x->tree, api, "enable");

	service(x, "ssh", "ssh", port_or(x, "administration ssh port", "22"),
	    "vty");
	facts_port(x, "ssh-port", port, "22");
	service(x, "http-server", "http",
	    port_or(x, "administration http-port", "80"), "http");
	service(x, "https-server", "https",
	    port_or(x, "administration https-port", "443"), "http");
	facts_set_or(x, "telnet", allowed(x, "telnet"), "23");
	if (off != PATH_NONE)
		facts_set(x, "rest-api", off, false, "443");
	else
		facts_set_or(x, "rest-api", on, "443");
}

/* Zones other than those inside let management in. */
static void
exposed(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_INTERFACE(i, x)
	{
		uint32_t list = path_get(t, i, "management");
		struct span zone = sonicos_zone(x, i), services = {0};
		uint32_t first = PATH_NONE;

		if (!span_is(zone, "WAN") && !span_is(zone, "DMZ"))
			continue;
		EACH_PATH(m, t, list)
		for (uint32_t s = m; s != PATH_NONE; s = path_first(t, s)) {
			if (span_is(WORD(s), "ping") || services.n > 100)
				continue;
			first = first == PATH_NONE ? s : first;
			services = arena_fmt(x->arena, "%.*s%.*s ",
			    SPAN_FMT(services), SPAN_FMT(WORD(s)));
		}
		if (first != PATH_NONE)
			facts_exposed(x, first, sonicos_interface_name(x, i),
			    span_trim(services));
	}
}

/* The server answers on the zones that have access to it. */
static uint32_t
ssl_vpn(const struct path_facts *x)
{
	static const char *const words[] = {"ssl-vpn server access",
	    "ssl-vpn server zone", "ssl-vpn server enable-on-zone"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (path_value_node(t, PATH_ROOT, words[i]) != PATH_NONE)
			return path_value_node(t, PATH_ROOT, words[i]);
	EACH_PATH(z, t, ROOT("zone"))
	{
		uint32_t on = path_get(t, z, "sslvpn-access");

		if (on == PATH_NONE)
			on = path_get(t, z, "ssl-vpn-access");
		if (on != PATH_NONE)
			return on;
	}
	return PATH_NONE;
}

/* ---- accounts ---- */

/* "password encrypted X", "password X"; what is encrypted is also written
 * "4,..." */
static void
put_secret(struct path_facts *x, struct span user, uint32_t password)
{
	uint32_t first = path_first(x->tree, password);
	struct span text = WORD(first);
	bool kept = span_is(text, "encrypted");

	if (kept)
		text = WORD(path_first(x->tree, first));
	kept |= text.n > 2 && ascii_digit((unsigned char)text.p[0]) &&
		text.p[1] == ',';
	if (text.n > 0)
		facts_secret(x, user, kept ? "encrypted" : "0", text);
}

static bool
is_admin_group(struct span group)
{
	return span_is_nocase(group, "SonicWall Administrators") ||
	       span_is_nocase(group, "SonicWALL Administrators");
}

static void
local_user(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t password = path_get(t, node, "password");
	uint32_t groups = path_get(t, node, "member-of");
	struct record *r =
	    facts_begin(x, K_USER, password == PATH_NONE ? node : password);
	struct span role = WORD(path_first(t, groups));
	bool admin = false;

	EACH_PATH(g, t, groups)
	if (is_admin_group(WORD(g)) || is_admin_group(WORD(path_first(t, g)))) {
		admin = true;
		role = SPAN("SonicWall Administrators");
	}
	if (span_is(role, "name"))
		role = WORD(path_first(t, path_first(t, groups)));
	admin |= is_admin_group(role);
	record_put(r, F_USER, WORD(node));
	record_put_number(r, F_PRIVILEGE, admin ? SPAN("15") : SPAN("1"));
	put_secret(x, WORD(node), password);
	record_put(r, F_ROLE, role);
	facts_emit(x);
}

static void
users(struct path_facts *x)
{
	static const char *const lists[] = {
	    "user local user", "user local-users user"};
	struct path_tree *t = x->tree;
	uint32_t admin = ROOT("administration admin");
	struct span name = path_value(t, admin, "name");
	uint32_t password = path_get(t, admin, "password");
	struct record *r;

	if (admin != PATH_NONE) {
		r = facts_begin(
		    x, K_USER, password == PATH_NONE ? admin : password);
		name = name.n ? name : SPAN("admin");
		record_put(r, F_USER, name);
		record_put_number(r, F_PRIVILEGE, SPAN("15"));
		put_secret(x, name, password);
		record_put_str(r, F_ROLE, "administrator");
		facts_emit(x);
	}
	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(u, t, ROOT(lists[i]))
	local_user(x, u);
}

/* ---- AAA ---- */

static void
server(
    struct path_facts *x, uint32_t node, const char *protocol, const char *port)
{
	struct path_tree *t = x->tree;
	uint32_t at = path_value_node(t, node, "host");
	struct span own = path_value(t, node, "port");
	uint32_t secret = path_get(t, node, "shared-secret");

	if (secret == PATH_NONE)
		secret = path_get(t, node, "secret");
	if (secret == PATH_NONE)
		secret = path_get(t, node, "bind-password");
	if (at == PATH_NONE)
		at = path_value_node(t, node, "ip");
	facts_aaa_server(x, at == PATH_NONE ? node : at, protocol,
	    (struct span){0}, at == PATH_NONE ? WORD(node) : WORD(at),
	    own.n ? own : span_str(port));
	put_secret(x, (struct span){0}, secret);
	facts_emit(x);
}

static void
aaa(struct path_facts *x)
{
	static const struct {
		const char *words, *protocol, *port;
	} lists[] = {{"user radius server", "radius", "1812"},
	    {"radius server", "radius", "1812"},
	    {"user ldap server", "ldap", "389"}, {"ldap server", "ldap", "389"},
	    {"user tacacs server", "tacacs", "49"},
	    {"tacacs server", "tacacs", "49"}};
	struct path_tree *t = x->tree;
	uint32_t method =
	    path_value_node(t, PATH_ROOT, "user authentication-method");

	if (method == PATH_NONE)
		method =
		    path_value_node(t, PATH_ROOT, "user authentication method");
	for (unsigned i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		EACH_PATH(s, t, ROOT(lists[i].words))
	server(x, s, lists[i].protocol, lists[i].port);
	if (method != PATH_NONE)
		facts_method(x, method, SPAN("user authentication"),
		    WORD(method), (struct span){0});
}

/* ---- logging, time, SNMP ---- */

static void
logging(struct path_facts *x)
{
	static const char *const lists[] = {
	    "log syslog server", "log syslog syslog-server", "syslog server"};
	struct path_tree *t = x->tree;
	uint32_t first = PATH_NONE;

	for (unsigned i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		EACH_PATH(s, t, ROOT(lists[i]))
		{
			struct span port = path_value(t, s, "port");
			struct span name = WORD(s);

			if (span_is(name, "name") || span_is(name, "host"))
				name = WORD(path_first(t, s));
			first = first == PATH_NONE ? s : first;
			facts_log_host(x, s, sonicos_object(x, name), "udp",
			    port.n ? port : SPAN("514"));
		}
	facts_set_or(x, "logging-host", first, "");
}

static void
times(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t list = ROOT("time ntp-server");
	uint32_t off = ROOT("time no use-ntp");

	if (list == PATH_NONE)
		list = ROOT("ntp server");
	if (off != PATH_NONE)
		facts_set(x, "ntp", off, false, "");
	else
		facts_set_or(x, "ntp",
		    path_first(t, list) != PATH_NONE ? path_first(t, list)
						     : ROOT("time use-ntp"),
		    "");
	EACH_PATH(s, t, list)
	facts_ntp(x, s, WORD(s), "server",
	    path_get(t, s, "auth-type") != PATH_NONE &&
		!path_value_is(t, s, "auth-type", "none"));
}

static void
snmp(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t on = ROOT("snmp enable");
	uint32_t name =
	    path_value_node(t, PATH_ROOT, "snmp get-community-name");
	bool v3 = ROOT("snmp mandatory-v3") != PATH_NONE ||
		  ROOT("snmp mandatory-snmpv3") != PATH_NONE;

	if (name == PATH_NONE)
		name = path_value_node(t, PATH_ROOT, "snmp community");
	facts_set_or(x, "snmp-v1v2c",
	    !v3 && (on != PATH_NONE || allowed(x, "snmp") != PATH_NONE)
		? name
		: PATH_NONE,
	    "161");
	if (name != PATH_NONE && !v3) {
		facts_community(x, name, "ro", WORD(name));
		facts_emit(x);
	}
	EACH_PATH(u, t, ROOT("snmp user"))
	{
		struct span level = path_value(t, u, "security-level");
		struct record *r = facts_begin(x, K_SNMP, u);

		record_put(r, F_USER, WORD(u));
		record_put_str(r, F_LEVEL,
		    span_has(level, "priv") ? "priv"
		    : span_has(level, "auth") && !span_has(level, "none") &&
			    !span_has(level, "no-auth")
			? "auth"
			: "noauth");
		facts_emit(x);
	}
}

void
sonicos_system(struct path_facts *x)
{
	management(x);
	exposed(x);
	facts_set_or(x, "ssl-vpn", ssl_vpn(x),
	    port_or(x, "ssl-vpn server port", "4433"));
	users(x);
	aaa(x);
	logging(x);
	times(x);
	snmp(x);
}
