/* FortiOS: services, accounts, AAA, logging, time, SNMP, automation. */
#include "read/config/fortios.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- services ---- */

/* The first interface that lets a service in. */
static uint32_t
allowed(const struct path_facts *x, const char *service)
{
	struct path_tree *t = x->tree;

	EACH_VDOM(v, x)
	EACH_PATH(i, t, path_get(t, v, "system interface"))
	EACH_PATH(a, t, path_get(t, i, "allowaccess"))
	if (span_is(WORD(a), service))
		return a;
	return PATH_NONE;
}

static const char *
port_or(struct path_facts *x, const char *words, const char *by_default)
{
	struct span port = path_value(x->tree, PATH_ROOT, words);

	return port.n ? arena_str(x->arena, port) : by_default;
}

static uint32_t
enabled(const struct path_facts *x, uint32_t node)
{
	return path_value_is(x->tree, node, "status", "enable")
		   ? path_value_node(x->tree, node, "status")
		   : PATH_NONE;
}

static uint32_t
log_host(const struct path_facts *x)
{
	static const char *const words[] = {"log syslogd setting",
	    "log syslogd2 setting", "log syslogd3 setting",
	    "log syslogd4 setting", "log fortianalyzer setting"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		uint32_t n = enabled(x, ROOT(words[i]));

		if (n != PATH_NONE)
			return n;
	}
	return PATH_NONE;
}

/* Is every administrator bound to addresses? */
static bool
is_bound(const struct path_facts *x)
{
	struct path_tree *t = x->tree;
	bool any = false;

	EACH_PATH(u, t, ROOT("system admin"))
	{
		bool bound = false;

		EACH_PATH(k, t, u)
		bound |= span_starts(WORD(k), SPAN("trusthost"));
		if (!bound)
			return false;
		any = true;
	}
	return any;
}

static void
services(struct path_facts *x)
{
	struct span bound = is_bound(x) ? SPAN("trusthost") : SPAN("");
	struct path_tree *t = x->tree;
	uint32_t telnet =
	    path_value_node(t, PATH_ROOT, "system global admin-telnet");
	uint32_t ntp = path_value_node(t, PATH_ROOT, "system ntp ntpsync");
	uint32_t vpn = path_value_node(t, PATH_ROOT, "vpn ssl settings status");

	facts_set_or(x, "ssh", allowed(x, "ssh"),
	    port_or(x, "system global admin-ssh-port", "22"));
	if (span_is(WORD(telnet), "disable"))
		facts_set(x, "telnet", telnet, false, "23");
	else
		facts_set_or(x, "telnet", allowed(x, "telnet"),
		    port_or(x, "system global admin-telnet-port", "23"));
	facts_guard(x, "http-server", allowed(x, "http"), true,
	    port_or(x, "system global admin-port", "80"), bound);
	facts_guard(x, "https-server", allowed(x, "https"), true,
	    port_or(x, "system global admin-sport", "443"), bound);
	facts_port(x, "ssh-port",
	    path_value_node(t, PATH_ROOT, "system global admin-ssh-port"),
	    "22");
	facts_set_or(x, "snmp-v1v2c",
	    path_first(t, ROOT("system snmp community")), "161");
	facts_set_or(x, "logging-host", log_host(x), "");
	if (ntp != PATH_NONE)
		facts_set(x, "ntp", ntp, span_is(WORD(ntp), "enable"), "");
	else
		facts_set_or(x, "ntp", PATH_NONE, "");
	if (vpn != PATH_NONE)
		facts_set(x, "ssl-vpn", vpn, span_is(WORD(vpn), "enable"),
		    port_or(x, "vpn ssl settings port", "443"));
	else
		facts_set_or(x, "ssl-vpn",
		    path_value_node(
			t, PATH_ROOT, "vpn ssl settings source-interface"),
		    port_or(x, "vpn ssl settings port", "443"));
}

/* ---- accounts ---- */

static bool
is_numbered(struct span word, const char *stem)
{
	uint64_t n;

	return span_starts(word, span_str(stem)) &&
	       span_u64(span_from(word, strlen(stem)), &n);
}

/* Where an administrator may log in from. */
static void
trusted(struct path_facts *x, uint32_t admin)
{
	struct path_tree *t = x->tree;
	struct span name =
	    arena_fmt(x->arena, "trusthost %.*s", SPAN_FMT(WORD(admin)));
	struct record *r;
	struct prefix p;
	unsigned n = 0;

	EACH_PATH(k, t, admin)
	{
		if (!is_numbered(WORD(k), "trusthost") ||
		    !fortios_prefix(x, k, &p))
			continue;
		r = facts_begin(x, K_ACL_ENTRY, k);
		record_put(r, F_ACL, name);
		record_put_str(r, F_ACTION, "permit");
		facts_put_source(x, prefix_text(x->arena, &p));
		record_put_str(r, F_USED_BY, "vty http");
		facts_emit(x);
		n++;
	}
	if (n == 0)
		return;
	r = facts_begin(x, K_ACL, admin);
	record_put(r, F_ACL, name);
	record_put_number(r, F_ENTRIES, arena_fmt(x->arena, "%u", n));
	record_put_str(r, F_USED_BY, "vty http");
	facts_emit(x);
}

static void
admins(struct path_facts *x, uint32_t place)
{
	struct path_tree *t = x->tree;

	EACH_PATH(u, t, path_get(t, place, "system admin"))
	{
		uint32_t secret = path_get(t, u, "password");
		struct span profile = path_value(t, u, "accprofile");
		bool super = span_is(profile, "super_admin") || profile.n == 0;
		struct record *r = facts_begin(
		    x, K_USER, secret == PATH_NONE ? u : path_first(t, secret));

		record_put(r, F_USER, WORD(u));
		record_put_number(
		    r, F_PRIVILEGE, super ? SPAN("15") : SPAN("1"));
		fortios_secret(x, WORD(u), secret);
		record_put(r, F_ROLE, profile);
		facts_emit(x);
		EACH_PATH(k, t, u)
		if (is_numbered(WORD(k), "ssh-public-key"))
			facts_ssh_key(x, k, WORD(u), WORD(path_first(t, k)));
		trusted(x, u);
	}
}

/* ---- AAA ---- */

static void
server(struct path_facts *x, uint32_t node, const char *protocol,
    const char *secret, const char *port)
{
	struct path_tree *t = x->tree;
	static const char *const words[] = {
	    "server", "secondary-server", "tertiary-server"};
	struct span own = path_value(t, node, "port");
	struct record *r;

	if (own.n == 0)
		own = path_value(t, node, "radius-port");
	for (unsigned i = 0; i < 3; i++) {
		uint32_t at = path_value_node(t, node, words[i]);

		if (at == PATH_NONE)
			continue;
		r = facts_begin(x, K_AAA_SERVER, at);
		record_put_str(r, F_PROTOCOL, protocol);
		record_put(r, F_GROUP, WORD(node));
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(at));
		record_put_number(r, F_PORT, own.n ? own : span_str(port));
		fortios_secret(x, (struct span){0}, path_get(t, node, secret));
		facts_emit(x);
	}
}

static void
aaa(struct path_facts *x, uint32_t place)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, path_get(t, place, "user tacacs+"))
	server(x, s, "tacacs", "key", "49");
	EACH_PATH(s, t, path_get(t, place, "user radius"))
	server(x, s, "radius", "secret", "1812");
	EACH_PATH(g, t, path_get(t, place, "user group"))
	{
		uint32_t member = path_get(t, g, "member");
		struct record *r;

		if (member == PATH_NONE)
			continue;
		r = facts_begin(x, K_AAA_METHOD, path_first(t, member));
		record_put_str(r, F_SERVICE, "authentication");
		record_put_str(r, F_NAME, "group");
		record_put(r, F_LIST, WORD(g));
		record_put(r, F_METHODS, facts_values(x, member));
		facts_emit(x);
	}
}

/* ---- logging, time, SNMP ---- */

static void
log_target(struct path_facts *x, uint32_t setting)
{
	struct path_tree *t = x->tree;
	uint32_t at = path_value_node(t, setting, "server");
	struct span mode = path_value(t, setting, "mode");
	struct record *r;

	if (enabled(x, setting) == PATH_NONE || at == PATH_NONE)
		return;
	r = facts_begin(x, K_LOGGING, at);
	record_put_str(r, F_TARGET, "host");
	record_put_str(r, F_STATE, "enabled");
	facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(at));
	record_put_str(r, F_PROTOCOL,
	    path_value_is(t, setting, "enc-algorithm", "high") ? "tls"
	    : span_is(mode, "reliable")			       ? "tcp"
							       : "udp");
	record_put_number(r, F_PORT, path_value(t, setting, "port"));
	facts_emit(x);
}

static void
logging(struct path_facts *x)
{
	EACH_PATH(k, x->tree, ROOT("log"))
	if (span_starts(WORD(k), SPAN("syslogd")) ||
	    span_starts(WORD(k), SPAN("fortianalyzer")))
		log_target(x, path_get(x->tree, k, "setting"));
}

static void
times(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, ROOT("system ntp ntpserver"))
	{
		uint32_t at = path_value_node(t, s, "server");

		if (at != PATH_NONE)
			facts_ntp(x, at, WORD(at), "server",
			    path_value_is(t, s, "authentication", "enable"));
	}
}

static void
snmp(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(c, t, ROOT("system snmp community"))
	{
		struct span name = path_value(t, c, "name");

		r = facts_begin(x, K_SNMP, path_value_node(t, c, "name"));
		r->raw = facts_hidden(x, r->raw);
		record_put_str(r, F_MODE, "ro");
		record_put_str(r, F_SECRET_TYPE, "community");
		record_put(r, F_SECRET, name);
		record_put(r, F_NAME, WORD(c));
		if (path_first(t, path_get(t, c, "hosts")) != PATH_NONE)
			record_put_str(r, F_ACL, "snmp hosts");
		if (span_is(name, "public") || span_is(name, "private"))
			record_put_str(r, F_WEAK, "default");
		facts_emit(x);
	}
	EACH_PATH(u, t, ROOT("system snmp user"))
	{
		struct span level = path_value(t, u, "security-level");

		r = facts_begin(x, K_SNMP, u);
		record_put(r, F_USER, WORD(u));
		record_put_str(r, F_LEVEL,
		    span_is(level, "auth-priv")	     ? "priv"
		    : span_is(level, "auth-no-priv") ? "auth"
						     : "noauth");
		facts_emit(x);
	}
}

/* ---- automation ---- */

static void
scripts(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;

	EACH_PATH(a, t, ROOT("system automation-action"))
	{
		struct span body = path_value(t, a, "script");

		if (body.n == 0)
			body = path_value(t, a, "uri");
		r = facts_begin(x, K_SCRIPT, a);
		record_put(r, F_NAME, WORD(a));
		record_put(r, F_TRIGGER, path_value(t, a, "action-type"));
		record_put(r, F_BODY, body);
		facts_emit(x);
	}
	EACH_PATH(s, t, ROOT("system automation-stitch"))
	{
		r = facts_begin(x, K_SCRIPT, s);
		record_put(r, F_NAME, WORD(s));
		record_put(r, F_TRIGGER, path_value(t, s, "trigger"));
		record_put(r, F_STATE,
		    path_value_is(t, s, "status", "disable") ? SPAN("disabled")
							     : SPAN("enabled"));
		record_put(
		    r, F_BODY, facts_values(x, path_get(t, s, "action")));
		facts_emit(x);
	}
	EACH_PATH(s, t, ROOT("system auto-script"))
	{
		r = facts_begin(x, K_SCRIPT, s);
		record_put(r, F_NAME, WORD(s));
		record_put_str(r, F_TRIGGER, "interval");
		record_put(r, F_BODY, path_value(t, s, "script"));
		facts_emit(x);
	}
}

/* The value of a statement that is on, or PATH_NONE. */
static uint32_t
enabled_value(const struct path_facts *x, const char *words)
{
	uint32_t v = path_value_node(x->tree, PATH_ROOT, words);

	return v != PATH_NONE && span_is(WORD(v), "enable") ? v : PATH_NONE;
}

void
fortios_system(struct path_facts *x)
{
	services(x);
	EACH_VDOM(v, x)
	{
		admins(x, v);
		aaa(x, v);
	}
	logging(x);
	times(x);
	snmp(x);
	scripts(x);
	facts_banner(
	    x, enabled_value(x, "system global pre-login-banner"), "login");
	facts_banner(
	    x, enabled_value(x, "system global post-login-banner"), "motd");
}
