/* Junos: services, accounts, AAA, logging, time, SNMP, scripts. */
#include "read/config/junos.h"

#define WORD(i) path_word(x->tree, i)

void
junos_services(struct path_facts *x)
{
	static const struct {
		const char *path, *name, *port;
	} table[] = {
	    {"system services ssh", "ssh", "22"},
	    {"system services telnet", "telnet", "23"},
	    {"system services ftp", "ftp-server", "21"},
	    {"system services finger", "finger", "79"},
	    {"system services tftp-server", "tftp-server", "69"},
	    {"system services netconf", "netconf", "830"},
	    {"system services rest", "restconf", ""},
	    {"system services extension-service request-response grpc", "grpc",
		""},
	    {"system services web-management http", "http-server", "80"},
	    {"system services web-management https", "https-server", "443"},
	    {"snmp community", "snmp-v1v2c", "161"},
	    {"system syslog host", "logging-host", ""},
	    {"system ntp server", "ntp", ""},
	    {"system accounting events interactive-commands",
		"aaa-accounting-commands", ""},
	    {"system accounting events login", "aaa-accounting-exec", ""},
	};
	struct path_tree *t = x->tree;
	uint32_t node;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		node = path_get(t, PATH_ROOT, table[i].path);
		struct span port = span_starts(span_str(table[i].path),
				       SPAN("system services"))
				       ? path_value(t, node, "port")
				       : (struct span){0};

		facts_set_or(x, table[i].name, node,
		    port.n ? arena_str(x->arena, port) : table[i].port);
	}
	facts_port(x, "ssh-port",
	    path_value_node(t, PATH_ROOT, "system services ssh port"), "22");
	node = path_get(t, PATH_ROOT, "system services ssh protocol-version");
	if (node != PATH_NONE)
		facts_set(x, "ssh-v2-only", node,
		    path_find(t, node, SPAN("v1")) == PATH_NONE, "");
	node = path_value_node(t, PATH_ROOT, "system services ssh root-login");
	if (node != PATH_NONE)
		facts_set(x, "ssh-root-login", node,
		    span_is(WORD(node), "allow"), "");
	else if (path_get(t, PATH_ROOT, "system services ssh") != PATH_NONE)
		facts_set_or(x, "ssh-root-login", PATH_NONE, "");
}

/* ---- accounts ---- */

static void
user_keys(struct path_facts *x, uint32_t authentication, struct span user)
{
	static const char *const types[] = {
	    "ssh-rsa", "ssh-dsa", "ssh-ecdsa", "ssh-ed25519", NULL};

	for (const char *const *k = types; *k != NULL; k++)
		EACH_PATH(key, x->tree, path_get(x->tree, authentication, *k))
	facts_ssh_key(x, key, user, WORD(key));
}

static void
user(struct path_facts *x, uint32_t node, uint32_t authentication,
    struct span name, struct span class)
{
	struct path_tree *t = x->tree;
	uint32_t secret =
	    path_value_node(t, authentication, "encrypted-password");
	struct record *r;
	bool super;

	if (secret == PATH_NONE)
		secret = path_value_node(
		    t, authentication, "plain-text-password-value");
	super = span_is(class, "super-user") || span_is(class, "superuser");
	r = facts_begin(x, K_USER, secret == PATH_NONE ? node : secret);
	record_put(r, F_USER, name);
	record_put_number(r, F_PRIVILEGE, super ? SPAN("15") : SPAN("1"));
	facts_secret(x, name, NULL, WORD(secret));
	record_put(r, F_ROLE, class);
	facts_emit(x);
	user_keys(x, authentication, name);
}

static void
users(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t root = path_get(t, PATH_ROOT, "system root-authentication");

	if (root != PATH_NONE)
		user(x, root, root, SPAN("root"), SPAN("super-user"));
	EACH_PATH(u, t, path_get(t, PATH_ROOT, "system login user"))
	user(x, u, path_get(t, u, "authentication"), WORD(u),
	    path_value(t, u, "class"));
}

/* ---- AAA ---- */

static void
servers_below(struct path_facts *x, uint32_t list, const char *protocol,
    const char *port_word, const char *port)
{
	struct path_tree *t = x->tree;
	struct record *r;
	struct span own;

	EACH_PATH(s, t, list)
	{
		own = path_value(t, s, port_word);
		r = facts_begin(x, K_AAA_SERVER, s);
		record_put_str(r, F_PROTOCOL, protocol);
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(s));
		record_put_number(r, F_PORT, own.n ? own : span_str(port));
		record_put(r, F_VRF, path_value(t, s, "routing-instance"));
		facts_secret(
		    x, (struct span){0}, NULL, path_value(t, s, "secret"));
		facts_emit(x);
	}
}

static void
aaa(struct path_facts *x)
{
	static const struct {
		const char *path, *protocol, *word, *port;
	} lists[] = {
	    {"system tacplus-server", "tacacs", "port", "49"},
	    {"system radius-server", "radius", "port", "1812"},
	    {"access radius-server", "radius", "port", "1812"},
	    {"system accounting destination tacplus server", "tacacs", "port",
		"49"},
	    {"system accounting destination radius server", "radius",
		"accounting-port", "1813"},
	};
	struct path_tree *t = x->tree;
	uint32_t node;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		servers_below(x, path_get(t, PATH_ROOT, lists[i].path),
		    lists[i].protocol, lists[i].word, lists[i].port);
	node = path_get(t, PATH_ROOT, "system authentication-order");
	facts_default_method(x, path_first(t, node), "authentication", "login",
	    facts_values(x, node));
	node = path_get(t, PATH_ROOT, "system accounting destination");
	facts_default_method(x,
	    path_value_node(t, PATH_ROOT, "system accounting events"),
	    "accounting", "events", facts_values(x, node));
}

/* ---- logging, SNMP, time ---- */

static struct record *
log_target(struct path_facts *x, uint32_t node, const char *target)
{
	struct record *r = facts_begin(x, K_LOGGING, node);
	struct path_tree *t = x->tree;
	uint32_t any = path_value_node(t, node, "any");

	if (any == PATH_NONE)
		any = path_value_node(t, node, "interactive-commands");
	record_put_str(r, F_TARGET, target);
	record_put_str(r, F_STATE, "enabled");
	record_put(r, F_LEVEL, WORD(any));
	return r;
}

static void
logging(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;
	struct span transport;

	EACH_PATH(h, t, path_get(t, PATH_ROOT, "system syslog host"))
	{
		r = log_target(x, h, "host");
		transport = path_value(t, h, "transport");
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(h));
		record_put(
		    r, F_PROTOCOL, transport.n ? transport : SPAN("udp"));
		record_put_number(r, F_PORT, path_value(t, h, "port"));
		record_put(r, F_VRF, path_value(t, h, "routing-instance"));
		facts_emit(x);
	}
	EACH_PATH(f, t, path_get(t, PATH_ROOT, "system syslog file"))
	{
		r = log_target(x, f, "buffered");
		record_put(r, F_NAME, WORD(f));
		facts_emit(x);
	}
}

static void
snmp(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct record *r;
	struct span name;

	EACH_PATH(c, t, path_get(t, PATH_ROOT, "snmp community"))
	{
		name = WORD(c);
		r = facts_begin(x, K_SNMP, c);
		record_put_str(r, F_MODE,
		    path_value_is(t, c, "authorization", "read-write") ? "rw"
								       : "ro");
		record_put_str(r, F_SECRET_TYPE, "community");
		record_put(r, F_SECRET, name);
		if (span_is(name, "public") || span_is(name, "private"))
			record_put_str(r, F_WEAK, "default");
		record_put(r, F_ACL, path_value(t, c, "client-list-name"));
		facts_emit(x);
	}
	EACH_PATH(u, t, path_get(t, PATH_ROOT, "snmp v3 usm local-engine user"))
	{
		bool priv = false, auth = false;

		EACH_PATH(k, t, u)
		{
			priv |= span_starts(WORD(k), SPAN("privacy-")) &&
				!span_is(WORD(k), "privacy-none");
			auth |= span_starts(WORD(k), SPAN("authentication-")) &&
				!span_is(WORD(k), "authentication-none");
		}
		r = facts_begin(x, K_SNMP, u);
		record_put(r, F_USER, WORD(u));
		record_put_str(r, F_LEVEL,
		    priv   ? "priv"
		    : auth ? "auth"
			   : "noauth");
		facts_emit(x);
	}
}

static void
times(struct path_facts *x)
{
	static const char *const modes[] = {"server", "peer"};
	struct path_tree *t = x->tree;
	uint32_t ntp = path_get(t, PATH_ROOT, "system ntp");

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(s, t, path_get(t, ntp, modes[i]))
	facts_ntp(x, s, WORD(s), modes[i], path_get(t, s, "key") != PATH_NONE);
}

/* ---- scripts and event policies ---- */

static void
script(struct path_facts *x, uint32_t node, const char *kind)
{
	struct record *r = facts_begin(x, K_SCRIPT, node);

	record_put(r, F_NAME, WORD(node));
	record_put_str(r, F_TRIGGER, kind);
	facts_emit(x);
}

/* What a policy does: the paths below "then", one a line. */
static struct span
actions(struct path_facts *x, uint32_t policy)
{
	struct path_tree *t = x->tree;
	uint32_t then = path_get(t, policy, "then");
	struct span body = {0};

	EACH_PATH(a, t, then)
	{
		uint32_t list = path_get(t, a, "commands");

		if (list == PATH_NONE)
			list = a;
		EACH_PATH(c, t, list)
		body = body.n > 8192
			   ? body
			   : arena_fmt(x->arena, "%.*s%s%.*s", SPAN_FMT(body),
				 body.n ? "\n" : "", SPAN_FMT(WORD(c)));
	}
	return body;
}

static void
scripts(struct path_facts *x)
{
	static const struct {
		const char *path, *kind;
	} files[] = {{"event-options event-script file", "event"},
	    {"system scripts op file", "op"},
	    {"system scripts commit file", "commit"},
	    {"system scripts snmp file", "snmp"},
	    {"system extensions extension-service application file",
		"extension-service"}};
	struct path_tree *t = x->tree;
	struct record *r;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		EACH_PATH(f, t, path_get(t, PATH_ROOT, files[i].path))
	script(x, f, files[i].kind);
	EACH_PATH(p, t, path_get(t, PATH_ROOT, "event-options policy"))
	{
		r = facts_begin(x, K_SCRIPT, p);
		record_put(r, F_NAME, WORD(p));
		record_put(
		    r, F_TRIGGER, facts_values(x, path_get(t, p, "events")));
		record_put(r, F_BODY, actions(x, p));
		facts_emit(x);
	}
}

void
junos_system(struct path_facts *x)
{
	users(x);
	aaa(x);
	logging(x);
	snmp(x);
	times(x);
	scripts(x);
	facts_banner(x,
	    path_value_node(x->tree, PATH_ROOT, "system login message"),
	    "login");
	facts_banner(x,
	    path_value_node(x->tree, PATH_ROOT, "system login announcement"),
	    "motd");
}
