/* RouterOS: accounts, AAA, logging, SNMP, time. */
#include "read/config/routeros.h"

#define WORD(i) path_word(x->tree, i)
#define ARG(c, key) routeros_arg(x, c, key)

/* ---- accounts ---- */

/* Absent: the export keeps it back.  Empty: there is none. */
static void
password(struct path_facts *x, uint32_t account)
{
	if (path_get(x->tree, account, "password") == PATH_NONE)
		return;
	facts_secret(x, ARG(account, "name"), NULL, ARG(account, "password"));
	if (ARG(account, "password").n == 0)
		record_put_str(&x->rec, F_WEAK, "empty");
}

/* An export never holds them; a script of commands may. */
static void
users(struct path_facts *x)
{
	EACH_ADDED(u, x, "user")
	{
		struct span group = ARG(u, "group");
		bool full = span_is(group, "full");
		struct record *r = facts_begin(x, K_USER, u);

		record_put(r, F_USER, ARG(u, "name"));
		record_put_number(
		    r, F_PRIVILEGE, full ? SPAN("15") : SPAN("1"));
		password(x, u);
		record_put(r, F_ROLE, group);
		record_put(r, F_SRC, ARG(u, "address"));
		facts_emit(x);
	}
	EACH_ADDED(k, x, "user ssh-keys")
	facts_ssh_key(x, k, ARG(k, "user"), ARG(k, "key"));
}

/* The accounts of people who dial in: /ppp secret */
static void
dial_in(struct path_facts *x)
{
	EACH_ADDED(u, x, "ppp secret")
	{
		struct record *r = facts_begin(x, K_USER, u);

		record_put(r, F_USER, ARG(u, "name"));
		record_put_number(r, F_PRIVILEGE, SPAN("0"));
		password(x, u);
		record_put_str(r, F_ROLE, "ppp");
		record_put(r, F_SERVICE, ARG(u, "service"));
		facts_emit(x);
	}
}

/* ---- AAA ---- */

static void
aaa(struct path_facts *x)
{
	uint32_t use = routeros_set(x, "user aaa", NULL, "use-radius");
	struct record *r;

	EACH_ADDED(s, x, "radius")
	{
		struct span port = ARG(s, "authentication-port");

		r = facts_begin(x, K_AAA_SERVER, s);
		record_put_str(r, F_PROTOCOL, "radius");
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE,
		    routeros_host(ARG(s, "address")));
		record_put_number(r, F_PORT, port.n ? port : SPAN("1812"));
		record_put(r, F_SERVICE, ARG(s, "service"));
		if (path_get(x->tree, s, "secret") != PATH_NONE)
			facts_secret(
			    x, (struct span){0}, NULL, ARG(s, "secret"));
		facts_emit(x);
	}
	if (span_is(WORD(use), "yes"))
		facts_default_method(
		    x, use, "authentication", "login", SPAN("local radius"));
}

/* ---- logging ---- */

/* "set 3 remote=192.0.2.9" changes the action that is there from the start;
 * by its number or name. */
static struct span
target_of(const struct path_facts *x, uint32_t action)
{
	struct span target = ARG(action, "target");

	if (target.n > 0)
		return target;
	if (routeros_means(x, action, "3") ||
	    routeros_means(x, action, "remote"))
		return SPAN("remote");
	if (routeros_means(x, action, "0") ||
	    routeros_means(x, action, "memory"))
		return SPAN("memory");
	if (routeros_means(x, action, "1") || routeros_means(x, action, "disk"))
		return SPAN("disk");
	return (struct span){0};
}

static struct span
name_of(const struct path_facts *x, uint32_t action)
{
	struct span name = ARG(action, "name");

	return name.n > 0 ? name : target_of(x, action);
}

/* What is sent to an action: the topics of the first line that names it. */
static uint32_t
line_to(const struct path_facts *x, struct span action)
{
	struct path_tree *t = x->tree;

	EACH_PATH(l, t, path_get(t, PATH_ROOT, "system logging"))
	if (!routeros_yes(x, l, "disabled") &&
	    span_eq(ARG(l, "action"), action))
		return l;
	return PATH_NONE;
}

static void
log_action(struct path_facts *x, uint32_t action, uint32_t *first)
{
	struct span target = target_of(x, action), port;
	struct span host = ARG(action, "remote");
	bool remote = span_is(target, "remote");
	uint32_t line;
	struct record *r;

	if (remote ? host.n == 0 || span_is(host, "0.0.0.0")
		   : !span_is(target, "disk"))
		return;
	line = line_to(x, name_of(x, action));
	r = facts_begin(x, K_LOGGING, action);
	port = ARG(action, "remote-port");
	record_put_str(r, F_TARGET, remote ? "host" : "buffered");
	record_put(r, F_NAME, name_of(x, action));
	record_put_str(r, F_STATE, line == PATH_NONE ? "disabled" : "enabled");
	record_put(r, F_LEVEL, ARG(line, "topics"));
	if (remote) {
		facts_server(x, F_SERVER_IP, F_SERVER_SCOPE, host);
		record_put_str(r, F_PROTOCOL,
		    span_is(ARG(action, "remote-protocol"), "tcp") ? "tcp"
								   : "udp");
		record_put_number(r, F_PORT, port.n ? port : SPAN("514"));
		record_put(r, F_VRF, ARG(action, "vrf"));
		if (*first == PATH_NONE)
			*first = line;
	}
	facts_emit(x);
}

/* The lines that are there from the start, to memory: 0 info, 1 error, 2
 * warning. */
static bool
buffered(const struct path_facts *x, uint32_t *node)
{
	static const char *const numbers[] = {"0", "1", "2"};
	unsigned off = 0;
	uint32_t v;

	for (unsigned i = 0; i < 3; i++) {
		v = routeros_set(x, "system logging", numbers[i], "disabled");
		if (span_is(WORD(v), "yes")) {
			*node = v;
			off++;
		}
	}
	return off < 3;
}

static void
logging(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t host = PATH_NONE, off = PATH_NONE;
	unsigned n = 0;

	EACH_PATH(a, t, path_get(t, PATH_ROOT, "system logging action"))
	{
		/* Each looks at all lines: a handful of actions is usual. */
		if (++n > LIMIT_SOURCE_LIST)
			break;
		log_action(x, a, &host);
	}
	facts_set_or(x, "logging-host", host, "");
	if (!buffered(x, &off))
		facts_set(x, "logging-buffered", off, false, "");
	else
		facts_set_or(x, "logging-buffered", PATH_NONE, "");
}

/* ---- SNMP ---- */

static void
snmp_user(struct path_facts *x, uint32_t c, struct span security)
{
	struct record *r = facts_begin(x, K_SNMP, c);

	r->raw = routeros_shows(x->arena, SPAN("snmp community"), r->raw);
	record_put_str(
	    r, F_LEVEL, span_is(security, "private") ? "priv" : "auth");
	record_put(r, F_ACL,
	    ARG(c, "addresses").n ? SPAN("snmp addresses") : (struct span){0});
	facts_emit(x);
}

static bool
is_open(struct span addresses)
{
	return addresses.n == 0 || span_has(addresses, "::/0") ||
	       span_has(addresses, "0.0.0.0/0");
}

static void
snmp_sources(struct path_facts *x, uint32_t c)
{
	struct span rest = ARG(c, "addresses"), part;
	struct record *r;
	unsigned n = 0;

	while (rest.n > 0 && n++ < LIMIT_SOURCE_LIST) {
		part = routeros_part(&rest);
		if (part.n == 0)
			continue;
		r = facts_begin(x, K_ACL_ENTRY, c);
		r->raw =
		    routeros_shows(x->arena, SPAN("snmp community"), r->raw);
		record_put_str(r, F_ACL, "snmp addresses");
		record_put_str(r, F_ACTION, "permit");
		record_put_str(r, F_PROTOCOL, "udp");
		facts_put_source(x, part);
		record_put_str(r, F_USED_BY, "snmp");
		facts_emit(x);
	}
}

static void
community(struct path_facts *x, uint32_t c)
{
	struct span name = ARG(c, "name"), security = ARG(c, "security");
	struct record *r;
	bool own = !routeros_adds(x, c); /* the one from the start */

	if (span_is(security, "private") || span_is(security, "authorized")) {
		snmp_user(x, c, security);
		snmp_sources(x, c);
		return;
	}
	if (name.n == 0 && own)
		name = SPAN("public");
	r = facts_begin(x, K_SNMP, c);
	r->raw = routeros_shows(x->arena, SPAN("snmp community"), r->raw);
	record_put_str(
	    r, F_MODE, routeros_yes(x, c, "write-access") ? "rw" : "ro");
	record_put_str(r, F_SECRET_TYPE, "community");
	record_put(r, F_SECRET, name);
	if (span_is(name, "public") || span_is(name, "private"))
		record_put_str(r, F_WEAK, "default");
	if (!is_open(ARG(c, "addresses")))
		record_put_str(r, F_ACL, "snmp addresses");
	facts_emit(x);
	snmp_sources(x, c);
}

/* What is not changed is there: "public", for everybody, to read. */
static void
snmp(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t on = routeros_set(x, "snmp", NULL, "enabled");
	bool changed = false;
	struct record *r;

	EACH_PATH(c, t, path_get(t, PATH_ROOT, "snmp community"))
	{
		changed |= !routeros_adds(x, c);
		if (!routeros_yes(x, c, "disabled"))
			community(x, c);
	}
	if (changed || !x->whole || !span_is(WORD(on), "yes"))
		return;
	r = facts_begin(x, K_SNMP, on);
	record_put_str(r, F_MODE, "ro");
	record_put_str(r, F_SECRET_TYPE, "community");
	record_put_str(r, F_SECRET, "public");
	record_put_str(r, F_WEAK, "default");
	facts_emit(x);
}

/* ---- time ---- */

static void
times(struct path_facts *x)
{
	static const char *const keys[] = {
	    "primary-ntp", "secondary-ntp", "server-dns-names", "servers"};
	struct path_tree *t = x->tree;
	struct span rest, part;

	EACH_ADDED(s, x, "system ntp client servers")
	facts_ntp(x, s, ARG(s, "address"), "server",
	    path_get(t, s, "auth-key") != PATH_NONE &&
		!span_is(ARG(s, "auth-key"), "none"));
	for (unsigned i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		uint32_t v =
		    routeros_set(x, "system ntp client", NULL, keys[i]);
		unsigned n = 0;

		for (rest = WORD(v); rest.n > 0 && n++ < LIMIT_SOURCE_LIST;) {
			part = routeros_part(&rest);
			if (part.n > 0 && !span_is(part, "0.0.0.0"))
				facts_ntp(x, v, part, "server", false);
		}
	}
}

void
routeros_system(struct path_facts *x)
{
	users(x);
	dial_in(x);
	aaa(x);
	logging(x);
	snmp(x);
	times(x);
}
