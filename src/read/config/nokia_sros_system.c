/* SR OS: services, accounts, AAA, logging, SNMP, time. */
#include "read/config/nokia_sros.h"

#define WORD(i) path_word(x->tree, i)
#define TOP sros_top(x->tree)

/* ---- services ---- */

struct service {
	const char *name, *port;
};

/* A setting that is stated, or its default; management filters guard it. */
static void
put_service(struct path_facts *x, const struct service *s,
    enum sros_state state, uint32_t at, struct span port)
{
	struct record *r = facts_setting(x, s->name,
	    state == SROS_UNSAID ? PATH_NONE : at, state == SROS_ON, "");

	record_put_number(r, F_PORT, port.n ? port : span_str(s->port));
	if (s->port[0] != '\0')
		record_put(r, F_ACL, sros_guard(x));
	facts_emit(x);
}

static void
put_switch(struct path_facts *x, const char *below, const char *word,
    const struct service *s)
{
	uint32_t at = PATH_NONE;
	enum sros_state state =
	    sros_flag(x->tree, sros_get(x->tree, TOP, below), word, &at);

	put_service(x, s, state, at, (struct span){0});
}

static void
put_admin(struct path_facts *x, const char *below, const char *port,
    const struct service *s)
{
	uint32_t node = sros_get(x->tree, TOP, below), at = PATH_NONE;
	enum sros_state state = sros_admin(x->tree, node, &at);

	put_service(x, s, state, at, sros_value(x->tree, node, port));
}

static void
ssh(struct path_facts *x)
{
	static const struct service s = {"ssh", "22"};
	struct path_tree *t = x->tree;
	uint32_t node = sros_get(t, TOP, "system security ssh"), at = PATH_NONE;
	uint32_t state = path_value_node(t, node, "server-admin-state");
	uint32_t version = path_value_node(t, node, "version");
	enum sros_state down = sros_flag(t, node, "server-shutdown", &at);

	if (state != PATH_NONE)
		put_service(x, &s,
		    span_is(WORD(state), "enable") ? SROS_ON : SROS_OFF, state,
		    (struct span){0});
	else
		put_service(x, &s,
		    down == SROS_ON    ? SROS_OFF
		    : down == SROS_OFF ? SROS_ON
				       : SROS_UNSAID,
		    at, (struct span){0});
	/* "version 1-2" */
	if (version != PATH_NONE)
		facts_set(
		    x, "ssh-v2-only", version, span_is(WORD(version), "2"), "");
}

/* The first statement of a kind switches a setting; nothing else does. */
static void
put_first(
    struct path_facts *x, const char *name, uint32_t node, const char *port)
{
	const struct service s = {name, port};

	put_service(x, &s, node == PATH_NONE ? SROS_UNSAID : SROS_ON, node,
	    (struct span){0});
}

static uint32_t
accounting(const struct path_facts *x)
{
	return sros_get(x->tree, TOP,
	    "system security tacplus accounting|"
	    "system security radius accounting|"
	    "system security aaa remote-servers tacplus accounting|"
	    "system security aaa remote-servers radius accounting");
}

/* idle-timeout N, in minutes; "disable" and "none" are never */
static void
timeout(struct path_facts *x)
{
	uint32_t at =
	    sros_value_node(x->tree, TOP, "system login-control idle-timeout");
	struct record *r;

	if (at == PATH_NONE)
		return;
	r = facts_begin(x, K_SETTING, at);
	record_put_str(r, F_NAME, "exec-timeout");
	record_put_str(r, F_STATE,
	    span_is(WORD(at), "disable") || span_is(WORD(at), "none")
		? "disabled"
		: "enabled");
	record_put_str(r, F_ORIGIN, "configured");
	record_put(r, F_VALUE, WORD(at));
	facts_emit(x);
}

void
sros_services(struct path_facts *x)
{
	static const struct service telnet = {"telnet", "23"};
	static const struct service telnet6 = {"telnet-ipv6", "23"};
	static const struct service ftp = {"ftp-server", "21"};
	static const struct service netconf = {"netconf", "830"};
	static const struct service grpc = {"grpc", "57400"};
	static const struct service snmp = {"snmp", "161"};
	static const struct service ntp = {"ntp", ""};
	struct path_tree *t = x->tree;
	uint32_t clear;

	ssh(x);
	put_switch(x, "system security", "telnet-server", &telnet);
	put_switch(x, "system security", "telnet6-server", &telnet6);
	put_switch(x, "system security", "ftp-server", &ftp);
	put_admin(x,
	    "system management-interface netconf listen|"
	    "system management-interface netconf|system netconf",
	    "port", &netconf);
	put_admin(x, "system grpc", "listening-port", &grpc);
	clear = sros_get(t, TOP, "system grpc allow-unsecure-connection");
	if (clear != PATH_NONE)
		facts_set(x, "grpc-clear", clear, true, "");
	put_admin(x, "system management-interface snmp|system snmp",
	    "general-port", &snmp);
	put_first(x, "snmp-v1v2c",
	    path_first(t, sros_get(t, TOP, "system security snmp community")),
	    "161");
	put_first(x, "logging-host",
	    path_first(t, sros_get(t, TOP, "log syslog")), "");
	put_admin(x, "system time ntp", "", &ntp);
	put_first(x, "aaa-accounting-commands", accounting(x), "");
	put_first(x, "aaa-accounting-exec", accounting(x), "");
	timeout(x);
}

/* ---- secrets ---- */

/*
 * "SECRET hash2" of the MD-CLI, "SECRET" hash2 of the classic CLI: the node
 * holds the secret.  hash and hash2 can be turned back by any other device of
 * the kind, so they stand for a type of their own.
 */
static void
put_secret(struct path_facts *x, struct span user, uint32_t node)
{
	static const char *const labels[] = {"hash2", "hash", "custom"};
	struct span text = WORD(node), tail = text;
	size_t blank = span_rfind_byte(text, ' ');
	const char *type = NULL;

	if (node != PATH_NONE && blank != SPAN_NONE)
		tail = span_from(text, blank + 1);
	for (unsigned i = 0; i < 3 && type == NULL; i++) {
		if (blank != SPAN_NONE && span_is(tail, labels[i])) {
			type = labels[i];
			text = span_head(text, blank);
		} else if (path_get(x->tree, node, labels[i]) != PATH_NONE) {
			type = labels[i];
		}
	}
	facts_secret(x, user, type, text);
}

/* ---- accounts ---- */

static const char *
privilege_of(struct path_facts *x, uint32_t user, struct span *role)
{
	struct path_tree *t = x->tree;
	bool admin = false;

	*role = (struct span){0};
	EACH_PATH(m, t, path_get(t, user, "console member"))
	{
		if (role->n == 0 || span_is(WORD(m), "administrative"))
			*role = WORD(m);
		admin |= span_is(WORD(m), "administrative");
	}
	return admin ? "15" : role->n ? "1" : NULL;
}

static void
user_keys(struct path_facts *x, uint32_t user)
{
	static const char *const types[] = {"rsa", "ecdsa"};
	static const char *const names[] = {"rsa-key", "ecdsa-key"};
	struct path_tree *t = x->tree;
	uint32_t keys = path_get(t, user, "public-keys");

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(
		    k, t, path_get(t, path_get(t, keys, types[i]), names[i]))
		{
			uint32_t value = path_value_node(t, k, "key-value");

			if (value == PATH_NONE)
				continue;
			facts_ssh_key(x, value, WORD(user),
			    arena_fmt(x->arena, "%s %.*s",
				i == 0 ? "ssh-rsa" : "ecdsa-sha2",
				SPAN_FMT(WORD(value))));
		}
}

/* snmp authentication sha KEY privacy aes-128-cfb-key KEY, and by lines */
static void
snmp_user(struct path_facts *x, uint32_t user)
{
	struct path_tree *t = x->tree;
	uint32_t snmp = path_get(t, user, "snmp");
	uint32_t auth = path_get(t, snmp, "authentication");
	struct span line = path_line(t, path_leaf(t, auth));
	struct record *r;
	bool priv;

	if (snmp == PATH_NONE)
		return;
	priv = path_get(t, auth, "privacy") != PATH_NONE ||
	       (span_has(line, " privacy ") && !span_has(line, "privacy none"));
	r = facts_begin(x, K_SNMP, user);
	record_put(r, F_USER, WORD(user));
	record_put(r, F_GROUP, path_value(t, snmp, "group"));
	record_put_str(r, F_LEVEL,
	    priv ? "priv"
	    : auth != PATH_NONE && !span_has(line, "authentication none")
		? "auth"
		: "noauth");
	facts_emit(x);
}

static void
user(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	uint32_t secret = path_value_node(t, node, "password");
	struct span role;
	const char *privilege = privilege_of(x, node, &role);
	struct record *r =
	    facts_begin(x, K_USER, secret == PATH_NONE ? node : secret);

	record_put(r, F_USER, WORD(node));
	if (privilege != NULL)
		record_put_number(r, F_PRIVILEGE, span_str(privilege));
	put_secret(x, WORD(node), secret);
	record_put(r, F_ROLE, role);
	facts_emit(x);
	user_keys(x, node);
	snmp_user(x, node);
}

static void
users(struct path_facts *x)
{
	static const char *const lists[] = {"system security user",
	    "system security user-params local-user user"};
	struct path_tree *t = x->tree;

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(u, t, path_get(t, TOP, lists[i]))
	user(x, u);
}

/* ---- AAA ---- */

static void
servers(
    struct path_facts *x, uint32_t list, const char *protocol, const char *port)
{
	struct path_tree *t = x->tree;
	struct record *r;
	struct words w;

	EACH_PATH(s, t, path_get(t, list, "server"))
	{
		uint32_t address = path_value_node(t, s, "address");
		/* In a line they follow one another. */
		uint32_t secret = sros_value_node(t, s, "secret");
		struct span own;

		if (secret == PATH_NONE)
			secret = path_value_node(t, address, "secret");
		own = sros_value(t, s, "port|auth-port");
		words_read(&w, path_line(t, s));
		if (own.n == 0)
			own = words_at(&w, words_find(&w, 4, "port") + 1);
		if (own.n == 0)
			own = path_value(t, list, "port");
		r = facts_begin(
		    x, K_AAA_SERVER, address == PATH_NONE ? s : address);
		record_put_str(r, F_PROTOCOL, protocol);
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(address));
		record_put_number(r, F_PORT, own.n ? own : span_str(port));
		put_secret(x, (struct span){0}, secret);
		facts_emit(x);
	}
}

/* authentication-order tacplus radius local [exit-on-reject]: one word below
 * the other; in the MD-CLI a list. */
static struct span
order(struct path_facts *x, uint32_t node)
{
	struct path_tree *t = x->tree;
	struct span text = {0};

	if (path_get(t, node, "order") != PATH_NONE)
		return facts_values(x, path_get(t, node, "order"));
	for (uint32_t c = path_first(t, node); c != PATH_NONE;
	     c = path_first(t, c)) {
		if (span_is(WORD(c), "exit-on-reject") ||
		    path_at(t, c)->depth > 16)
			break;
		text = arena_fmt(x->arena, "%.*s%s%.*s", SPAN_FMT(text),
		    text.n ? " " : "", SPAN_FMT(WORD(c)));
	}
	return text;
}

static void
aaa(struct path_facts *x)
{
	static const struct {
		const char *path, *protocol, *word, *port;
	} lists[] = {
	    {"system security tacplus", "tacacs", "tacplus", "49"},
	    {"system security radius", "radius", "radius", "1812"},
	    {"system security aaa remote-servers tacplus", "tacacs", "tacplus",
		"49"},
	    {"system security aaa remote-servers radius", "radius", "radius",
		"1812"},
	};
	struct path_tree *t = x->tree;
	uint32_t node;

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		uint32_t list = path_get(t, TOP, lists[i].path);

		servers(x, list, lists[i].protocol, lists[i].port);
		facts_default_method(x, path_get(t, list, "accounting"),
		    "accounting", "commands", span_str(lists[i].word));
		facts_default_method(x, path_get(t, list, "authorization"),
		    "authorization", "commands", span_str(lists[i].word));
	}
	node = sros_get(t, TOP,
	    "system security password authentication-order|"
	    "system security user-params authentication-order");
	facts_default_method(
	    x, path_leaf(t, node), "authentication", "login", order(x, node));
}

/* ---- logging ---- */

/* The servers that a log sends to. */
static void
find_used(struct path_facts *x, struct map *used)
{
	struct path_tree *t = x->tree;

	EACH_PATH(l, t, sros_get(t, TOP, "log log-id"))
	EACH_PATH(s, t, sros_get(t, l, "to syslog|destination syslog"))
	map_put(used, WORD(s), 1);
}

static void
syslogs(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	struct map used;

	map_init(&used, x->arena);
	find_used(x, &used);
	EACH_PATH(s, t, sros_get(t, TOP, "log syslog"))
	{
		uint32_t at = path_value_node(t, s, "address");
		struct span port = path_value(t, s, "port");
		struct record *r =
		    facts_begin(x, K_LOGGING, at == PATH_NONE ? s : at);

		record_put_str(r, F_TARGET, "host");
		record_put_str(r, F_STATE,
		    map_get(&used, WORD(s)) != MAP_NONE ? "enabled"
							: "disabled");
		record_put(r, F_LEVEL, sros_value(t, s, "level|severity"));
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, WORD(at));
		record_put_str(r, F_PROTOCOL,
		    path_get(t, s, "tls-client-profile") != PATH_NONE ? "tls"
								      : "udp");
		record_put_number(r, F_PORT, port);
		facts_emit(x);
	}
}

/* Where else a log goes. */
static void
logs(struct path_facts *x)
{
	static const struct {
		const char *word, *target;
	} ends[] = {{"memory", "buffered"}, {"file", "buffered"},
	    {"file-id", "buffered"}, {"session", "monitor"}, {"cli", "monitor"},
	    {"console", "console"}, {"snmp", "trap"}, {"netconf", "monitor"}};
	struct path_tree *t = x->tree;

	EACH_PATH(l, t, sros_get(t, TOP, "log log-id"))
	EACH_PATH(e, t, sros_get(t, l, "to|destination"))
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct record *r;

		if (!span_is(WORD(e), ends[i].word))
			continue;
		r = facts_begin(x, K_LOGGING, e);
		record_put(r, F_NAME, WORD(l));
		record_put_str(r, F_TARGET, ends[i].target);
		record_put_str(r, F_STATE,
		    sros_admin(t, l, NULL) == SROS_OFF ? "disabled"
						       : "enabled");
		facts_emit(x);
	}
}

/* ---- SNMP, time ---- */

static void
communities(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(c, t, sros_get(t, TOP, "system security snmp community"))
	{
		struct span name = WORD(c), first = name, list;
		struct span line = path_line(t, c);
		struct record *r = facts_begin(x, K_SNMP, c);

		list = sros_value(t, c, "source-access-list|src-access-list");
		if (span_ends(name, SPAN(" hash2")) ||
		    span_ends(name, SPAN(" hash")))
			first = span_word(&name);
		record_put_str(r, F_MODE,
		    span_has(line, " rwa") || span_has(line, " rw ") ||
			    span_starts(sros_value(t, c, "access-permissions"),
				SPAN("rw"))
			? "rw"
			: "ro");
		record_put_str(r, F_SECRET_TYPE, "community");
		record_put(r, F_SECRET, first);
		if (span_is(first, "public") || span_is(first, "private"))
			record_put_str(r, F_WEAK, "default");
		record_put(r, F_ACL, list.n ? list : sros_guard(x));
		facts_emit(x);
	}
}

static void
times(struct path_facts *x)
{
	static const char *const modes[] = {"server", "peer"};
	struct path_tree *t = x->tree;
	uint32_t ntp = path_get(t, TOP, "system time ntp");

	for (unsigned i = 0; i < 2; i++)
		EACH_PATH(s, t, path_get(t, ntp, modes[i]))
		{
			/* "server router Base 192.0.2.1 key-id 1" */
			bool far = span_is(WORD(s), "router") ||
				   span_is(WORD(s), "service-name");
			uint32_t at = far ? path_first(t, path_first(t, s)) : s;

			facts_ntp(x, at, WORD(at), modes[i],
			    span_has(path_line(t, at), " key-id ") ||
				path_get(t, at, "key-id") != PATH_NONE ||
				path_get(t,
				    path_value_node(t, at, "router-instance"),
				    "key-id") != PATH_NONE);
		}
}

/* ---- the remote lines ---- */

static void
terminal(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t security = path_get(t, TOP, "system security"), at;
	uint32_t control = path_get(t, TOP, "system login-control");
	uint32_t down = path_get(t, security, "ssh server-shutdown");
	bool ssh =
	    down == PATH_NONE &&
	    !path_value_is(t, security, "ssh server-admin-state", "disable");
	bool telnet = sros_flag(t, security, "telnet-server", &at) == SROS_ON;
	struct record *r;

	if (!x->whole)
		return;
	r = facts_begin(x, K_LINE, control != PATH_NONE ? control : security);
	record_put_str(r, F_LINE_TYPE, "vty");
	record_put(r, F_ACL_IN, sros_guard(x));
	record_put_str(r, F_TRANSPORT_IN,
	    ssh && telnet ? "ssh telnet"
	    : ssh	  ? "ssh"
	    : telnet	  ? "telnet"
			  : "none");
	record_put(r, F_VALUE, path_value(t, control, "idle-timeout"));
	facts_emit(x);
}

void
sros_system(struct path_facts *x)
{
	users(x);
	aaa(x);
	terminal(x);
	syslogs(x);
	logs(x);
	communities(x);
	times(x);
}
