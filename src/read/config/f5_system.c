/* BIG-IP: services of management, modules, logging, time, SNMP, automation. */
#include "read/config/f5.h"

#define WORD(i) path_word(x->tree, i)
#define ROOT(words) path_get(x->tree, PATH_ROOT, words)

/* ---- services ---- */

/* "allow { ALL }", "allow { 10.0.0.0/255.0.0.0 }": entries of a list that
 * guards a service.  False when anybody may come. */
static bool
allow(struct path_facts *x, uint32_t list, const char *name,
    const char *used_by, const char *port)
{
	struct path_tree *t = x->tree;
	bool any = false;

	EACH_PATH(a, t, list)
	{
		struct span src = WORD(a), rest = src;
		struct span address = span_until(&rest, '/');
		struct facts_entry e = {.list = span_str(name),
		    .src = facts_masked(x, address, rest),
		    .port = span_str(port),
		    .protocol = strcmp(used_by, "snmp") == 0 ? "udp" : "tcp",
		    .used_by = used_by};

		if (span_is_nocase(src, "all")) {
			e.src = SPAN("any");
			any = true;
		} else if (span_is_nocase(src, "none")) {
			continue;
		} else if (e.src.n == 0) {
			e.src = src;
		}
		facts_entry(x, a, &e);
	}
	return list != PATH_NONE && !any;
}

static const char *
port_or(struct path_facts *x, const char *words, const char *by_default)
{
	struct span port = path_value(x->tree, PATH_ROOT, words);
	uint64_t number;

	return span_u64(port, &number) ? arena_str(x->arena, port) : by_default;
}

/* On unless a statement says otherwise; guarded by a list of addresses. */
static void
guarded(struct path_facts *x, const char *name, uint32_t node, bool on,
    const char *port, const char *list)
{
	facts_guard(x, name, node, on, port,
	    node == PATH_NONE ? (struct span){0} : span_str(list));
}

/* What keeps others out: the service's own list or the firewall of the
 * management address. */
static const char *
guard_of(
    const struct path_facts *x, bool safe, const char *list, const char *use)
{
	if (safe)
		return list;
	return f5_guarded(x, use) ? "management-ip-rules" : "";
}

static void
shell(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t sshd = ROOT("sys sshd"), list = path_get(t, sshd, "allow");
	uint32_t login = path_value_node(t, sshd, "login");
	const char *port = port_or(x, "sys sshd port", "22");
	bool on = !span_is(WORD(login), "disabled");
	bool safe = allow(x, list, "sys sshd allow", "vty", port);
	const char *guard = guard_of(x, safe, "sys sshd allow", "vty");
	struct record *r;

	guarded(x, "ssh", login != PATH_NONE ? login : sshd, on, port, guard);
	facts_port(x, "ssh-port", path_value_node(t, sshd, "port"), "22");
	if (!x->whole && sshd == PATH_NONE)
		return;
	r = facts_begin(x, K_LINE, sshd);
	record_put_str(r, F_LINE_TYPE, "vty");
	record_put_str(r, F_ACL_IN, guard);
	record_put_str(r, F_TRANSPORT_IN, on ? "ssh" : "none");
	record_put(r, F_VALUE, path_value(t, sshd, "inactivity-timeout"));
	facts_emit(x);
}

static void
web(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t httpd = ROOT("sys httpd"), list = path_get(t, httpd, "allow");
	const char *port = port_or(x, "sys httpd ssl-port", "443");
	bool safe = allow(x, list, "sys httpd allow", "http", port);
	const char *guard = guard_of(x, safe, "sys httpd allow", "http");
	uint32_t node = list != PATH_NONE ? list : httpd;

	guarded(x, "https-server", node, true, port, guard);
	/* iControl REST answers where the web interface does. */
	guarded(x, "rest-api", node, true, port, guard);
	facts_set_or(x, "http-server", PATH_NONE, "80");
	facts_set_or(x, "telnet", PATH_NONE, "23");
}

/* The access policy manager: portal and SSL VPN of the unit. */
static void
access_policies(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t level =
	    path_value_node(t, PATH_ROOT, "sys provision apm level");

	if (level != PATH_NONE)
		facts_set(x, "apm", level, !span_is(WORD(level), "none"), "");
	else
		facts_set_or(x, "apm", path_first(t, ROOT("apm profile")), "");
}

static void
root_login(struct path_facts *x)
{
	uint32_t off = path_value_node(
	    x->tree, PATH_ROOT, "sys db systemauth.disablerootlogin value");

	if (off != PATH_NONE)
		facts_set(
		    x, "ssh-root-login", off, !span_is(WORD(off), "true"), "");
}

/* ---- logging and time ---- */

static void
logging(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t servers = ROOT("sys syslog remote-servers");
	uint32_t first = path_first(t, servers);

	EACH_PATH(s, t, servers)
	{
		uint32_t host = path_value_node(t, s, "host");

		if (host != PATH_NONE)
			facts_log_host(x, host, WORD(host), "udp",
			    path_value(t, s, "remote-port"));
	}
	EACH_PATH(
	    d, t, ROOT("sys log-config destination remote-high-speed-log"))
	{
		uint32_t pool = path_value_node(t, d, "pool-name");
		struct span protocol = path_value(t, d, "protocol");

		if (first == PATH_NONE)
			first = pool;
		facts_log_host(x, pool, WORD(pool),
		    span_is(protocol, "udp") ? "udp" : "tcp", (struct span){0});
	}
	facts_set_or(x, "logging-host", first, "");
}

static void
times(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t servers = ROOT("sys ntp servers");
	struct span include = path_value(t, PATH_ROOT, "sys ntp include");

	facts_set_or(x, "ntp", path_first(t, servers), "");
	EACH_PATH(s, t, servers)
	facts_ntp(x, s, WORD(s), "server", span_has(include, " key "));
}

/* ---- SNMP ---- */

static void
snmp(struct path_facts *x)
{
	struct path_tree *t = x->tree;
	uint32_t snmp = ROOT("sys snmp"), list, first;
	bool safe;

	list = path_get(t, snmp, "allowed-addresses");
	first = path_first(t, path_get(t, snmp, "communities"));
	safe = allow(x, list, "sys snmp allowed-addresses", "snmp", "161");
	facts_set_or(x, "snmp-v1v2c", first, "161");
	EACH_PATH(c, t, path_get(t, snmp, "communities"))
	{
		uint32_t name = path_value_node(t, c, "community-name");
		struct span source = path_value(t, c, "source");
		struct record *r;

		if (name == PATH_NONE)
			continue;
		r = facts_community(x, name,
		    path_value_is(t, c, "access", "rw") ? "rw" : "ro",
		    WORD(name));
		if (source.n > 0 && !span_is(source, "default"))
			record_put(r, F_ACL, source);
		else if (safe)
			record_put_str(r, F_ACL, "sys snmp allowed-addresses");
		facts_emit(x);
	}
	EACH_PATH(u, t, path_get(t, snmp, "users"))
	{
		struct span level = path_value(t, u, "security-level");
		struct record *r = facts_begin(x, K_SNMP, u);

		record_put(r, F_USER, path_value(t, u, "username"));
		record_put_str(r, F_MODE,
		    path_value_is(t, u, "access", "rw") ? "rw" : "ro");
		record_put_str(r, F_LEVEL,
		    span_is(level, "auth-privacy")	? "priv"
		    : span_is(level, "auth-no-privacy") ? "auth"
							: "noauth");
		facts_emit(x);
	}
}

/* ---- automation ---- */

/* "when HTTP_REQUEST {": the events that start an iRule. */
static struct span
events(struct path_facts *x, struct span body)
{
	struct span rest = body, line, event, found = {0};

	while (span_line(&rest, &line)) {
		line = span_trim(line);
		if (!span_starts(line, SPAN("when ")) || found.n > 200)
			continue;
		line = span_from(line, strlen("when "));
		event = span_word(&line);
		found = arena_fmt(x->arena, "%.*s%s%.*s", SPAN_FMT(found),
		    found.n ? " " : "", SPAN_FMT(span_head(event, 64)));
	}
	return found;
}

static void
script(struct path_facts *x, uint32_t node, const char *mode,
    struct span trigger, struct span body)
{
	struct record *r = facts_begin(x, K_SCRIPT, node);

	record_put(r, F_NAME, WORD(node));
	record_put_str(r, F_MODE, mode);
	record_put(r, F_TRIGGER, trigger);
	record_put(r, F_BODY, span_head(body, LIMIT_FIELD_BYTES));
	facts_emit(x);
}

static void
handlers(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(kind, t, ROOT("sys icall handler"))
	EACH_PATH(h, t, kind)
	{
		struct span when = path_value(t, h, "interval");

		script(x, h, "icall-handler",
		    when.n > 0
			? arena_fmt(x->arena, "every %.*s s", SPAN_FMT(when))
			: WORD(kind),
		    path_value(t, h, "script"));
	}
}

/* An iRule acts on the traffic, so its text is no list of actions of the
 * device; those of iCall and of tmsh are. */
static void
scripts(struct path_facts *x)
{
	struct path_tree *t = x->tree;

	EACH_PATH(s, t, ROOT("ltm rule"))
	script(
	    x, s, "irule", events(x, WORD(path_first(t, s))), (struct span){0});
	EACH_PATH(s, t, ROOT("sys icall script"))
	script(x, s, "icall", (struct span){0}, path_value(t, s, "definition"));
	handlers(x);
	EACH_PATH(s, t, ROOT("cli script"))
	script(x, s, "tmsh", (struct span){0}, WORD(path_first(t, s)));
	EACH_PATH(s, t, ROOT("sys application service"))
	script(x, s, "iapp", (struct span){0}, path_value(t, s, "template"));
	EACH_PATH(s, t, ROOT("ltm monitor external"))
	script(x, s, "monitor", (struct span){0}, path_value(t, s, "run"));
}

void
f5_system(struct path_facts *x)
{
	shell(x);
	web(x);
	root_login(x);
	access_policies(x);
	logging(x);
	times(x);
	snmp(x);
	scripts(x);
}
