/* PAN-OS: services, GlobalProtect, accounts, AAA, logging, time, SNMP. */
#include "read/config/panos.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- services ---- */

/* deviceconfig system service disable-X yes|no, and the management profiles of
 * interfaces. */
static void
service(struct path_facts *x, const char *name, const char *setting,
    const char *port)
{
	struct path_tree *t = x->tree;
	char words[64];
	uint32_t node, found = PATH_NONE, place = ROOT("deviceconfig system");
	bool guarded;

	memcpy(words, "disable-", 8);
	memcpy(words + 8, name, strlen(name) + 1);
	node = path_value_node(t, ROOT("deviceconfig system service"), words);
	EACH_PATH(p, t, ROOT("network profiles interface-management-profile"))
	if (path_value_is(t, p, name, "yes") && found == PATH_NONE) {
		found = path_value_node(t, p, name);
		place = p;
	}
	if (node != PATH_NONE && span_is(WORD(node), "no")) {
		found = node;
		place = ROOT("deviceconfig system");
	}
	guarded =
	    path_first(t, path_get(t, place, "permitted-ip")) != PATH_NONE;
	facts_guard(x, setting, found != PATH_NONE ? found : node,
	    found != PATH_NONE, port,
	    guarded ? SPAN("permitted-ip") : SPAN(""));
}

static uint32_t
globalprotect_node(const struct path_facts *x)
{
	static const char *const words[] = {
	    "global-protect global-protect-portal",
	    "global-protect global-protect-gateway"};
	struct path_tree *t = x->tree;
	uint32_t node;

	EACH_PLACE(p, x)
	for (unsigned i = 0; i < 2; i++) {
		node = path_value_node(t, p, words[i]);
		if (node != PATH_NONE)
			return node;
	}
	return path_first(t, ROOT("network tunnel global-protect-gateway"));
}

/* What Panorama pushes does not stand in the firewall's own configuration, so
 * silence says nothing on a firewall that it manages. */
static void
globalprotect(struct path_facts *x)
{
	bool whole = x->whole;

	x->whole &= ROOT("deviceconfig system panorama-server") == PATH_NONE &&
		    ROOT("deviceconfig system panorama") == PATH_NONE;
	facts_set_or(x, "globalprotect", globalprotect_node(x), "443");
	x->whole = whole;
}

static uint32_t
first_syslog(const struct path_facts *x)
{
	EACH_PLACE(p, x)
	{
		uint32_t s = path_value_node(x->tree, p, "log-settings syslog");

		if (s != PATH_NONE)
			return s;
	}
	return PATH_NONE;
}

static void
services(struct path_facts *x)
{
	uint32_t snmp = ROOT("deviceconfig system snmp-setting access-setting "
			     "version v2c snmp-community-string");

	service(x, "ssh", "ssh", "22");
	service(x, "telnet", "telnet", "23");
	service(x, "http", "http-server", "80");
	service(x, "https", "https-server", "443");
	facts_port(x, "ssh-port", PATH_NONE, "22");
	globalprotect(x);
	facts_set_or(x, "snmp-v1v2c", path_first(x->tree, snmp), "161");
	facts_set_or(x, "logging-host", first_syslog(x), "");
	facts_set_or(x, "ntp", ROOT("deviceconfig system ntp-servers"), "");
}

/* ---- accounts ---- */

static void
users_below(struct path_facts *x, uint32_t list)
{
	struct path_tree *t = x->tree;

	EACH_PATH(u, t, list)
	{
		uint32_t hash = path_value_node(t, u, "phash");
		uint32_t role = path_value_node(t, u, "permissions role-based");
		uint32_t key = path_value_node(t, u, "public-key");
		struct record *r =
		    facts_begin(x, K_USER, hash == PATH_NONE ? u : hash);
		bool super = span_is(WORD(role), "superuser");

		record_put(r, F_USER, WORD(u));
		record_put_number(
		    r, F_PRIVILEGE, super ? SPAN("15") : SPAN("1"));
		facts_secret(x, WORD(u), "phash", WORD(hash));
		record_put(r, F_ROLE, WORD(role));
		facts_emit(x);
		if (key == PATH_NONE)
			continue;
		r = facts_begin(x, K_SSH_KEY, key);
		record_put(r, F_USER, WORD(u));
		record_put_str(r, F_KEY_TYPE, "public-key");
		facts_emit(x);
	}
}

/* ---- AAA ---- */

static void
server_profile(struct path_facts *x, uint32_t profile, const char *protocol,
    const char *default_port)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, path_get(t, profile, "server"))
	{
		static const char *const words[] = {"address", "ip-address"};
		uint32_t at = path_value_node(t, s, words[0]);
		struct span port = path_value(t, s, "port");
		struct record *r;

		if (at == PATH_NONE)
			at = path_value_node(t, s, words[1]);
		r = facts_begin(x, K_AAA_SERVER, at == PATH_NONE ? s : at);
		record_put_str(r, F_PROTOCOL, protocol);
		record_put(r, F_NAME, WORD(s));
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(at));
		record_put_number(
		    r, F_PORT, port.n ? port : span_str(default_port));
		record_put(r, F_GROUP, WORD(profile));
		facts_secret(x, (struct span){0}, "encrypted",
		    path_value(t, s, "secret"));
		facts_emit(x);
	}
}

static void
methods_below(struct path_facts *x, uint32_t place)
{
	struct path_tree *t = x->tree;

	EACH_PATH(p, t, path_get(t, place, "authentication-profile"))
	{
		uint32_t m = path_value_node(t, p, "method");
		struct record *r;

		if (m == PATH_NONE)
			continue;
		r = facts_begin(x, K_AAA_METHOD, m);
		record_put_str(r, F_SERVICE, "authentication");
		record_put_str(r, F_NAME, "login");
		record_put(r, F_LIST, WORD(p));
		record_put(r, F_METHODS, WORD(m));
		record_put(r, F_GROUP, path_value(t, m, "server-profile"));
		facts_emit(x);
	}
}

static void
aaa(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PLACE(p, x)
	{
		EACH_PATH(s, t, path_get(t, p, "server-profile tacplus"))
		server_profile(x, s, "tacacs", "49");
		EACH_PATH(s, t, path_get(t, p, "server-profile radius"))
		server_profile(x, s, "radius", "1812");
		methods_below(x, p);
	}
}

/* ---- logging, time, SNMP ---- */

static void
logging(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PLACE(p, x)
	EACH_PATH(profile, t, path_get(t, p, "log-settings syslog"))
	EACH_PATH(s, t, path_get(t, profile, "server"))
	{
		uint32_t at = path_value_node(t, s, "server");
		struct span transport = path_value(t, s, "transport");
		struct record *r =
		    facts_begin(x, K_LOGGING, at == PATH_NONE ? s : at);

		record_put_str(r, F_TARGET, "host");
		record_put_str(r, F_STATE, "enabled");
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(at));
		if (span_is_nocase(transport, "ssl"))
			transport = SPAN("tls");
		else if (span_is_nocase(transport, "tcp"))
			transport = SPAN("tcp");
		else
			transport = SPAN("udp");
		record_put(r, F_PROTOCOL, transport);
		record_put_number(r, F_PORT, path_value(t, s, "port"));
		facts_emit(x);
	}
}

static void
times(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, ROOT("deviceconfig system ntp-servers"))
	{
		uint32_t at = path_value_node(t, s, "ntp-server-address");
		struct span how = path_value(t, s, "authentication-type");

		if (at != PATH_NONE)
			facts_ntp(x, at, WORD(at), "server",
			    how.n > 0 && !span_is(how, "none"));
	}
}

static void
snmp(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t version =
	    ROOT("deviceconfig system snmp-setting access-setting version");
	struct span name = path_value(t, version, "v2c snmp-community-string");
	struct record *r;

	if (name.n > 0) {
		r = facts_begin(x, K_SNMP,
		    path_value_node(t, version, "v2c snmp-community-string"));
		record_put_str(r, F_MODE, "ro");
		record_put_str(r, F_SECRET_TYPE, "community");
		record_put(r, F_SECRET, name);
		if (span_is(name, "public") || span_is(name, "private"))
			record_put_str(r, F_WEAK, "default");
		facts_emit(x);
	}
	EACH_PATH(u, t, path_get(t, version, "v3 users"))
	{
		r = facts_begin(x, K_SNMP, u);
		record_put(r, F_USER, WORD(u));
		record_put_str(r, F_LEVEL, "priv");
		facts_emit(x);
	}
}

void
panos_system(struct path_facts *x)
{
	services(x);
	users_below(x, ROOT("mgt-config users"));
	aaa(x);
	logging(x);
	times(x);
	snmp(x);
	facts_banner(x,
	    path_value_node(
		x->tree, PATH_ROOT, "deviceconfig system login-banner"),
	    "login");
	facts_banner(x,
	    path_value_node(x->tree, PATH_ROOT,
		"deviceconfig setting motd-and-banner motd-enable"),
	    "motd");
}
