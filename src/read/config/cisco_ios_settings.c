#include "read/config/cisco_ios_facts.h"

/* What a line sets.  The rest of the line becomes the value, port or list. */
enum effect { PLAIN, VALUE, PORT, ACL_NAME, CHILD };

static const struct pattern {
	const char *text; /* without "no" */
	enum ios_setting set;
	enum effect effect;
} patterns[] = {
    {"ip http server", SET_HTTP, PLAIN},
    {"ip http secure-server", SET_HTTPS, PLAIN},
    {"ip http port", SET_HTTP_PORT, PORT},
    {"ip http secure-port", SET_HTTPS_PORT, PORT},
    {"ip http active-session-modules none", SET_HTTP_NONE, PLAIN},
    {"ip http secure-active-session-modules none", SET_HTTPS_NONE, PLAIN},
    {"ip http access-class", SET_HTTP_ACL, ACL_NAME},
    {"vstack", SET_VSTACK, PLAIN},
    {"ip ssh version 2", SET_SSH_V2, PLAIN},
    {"ip ssh port", SET_SSH_PORT, PORT},
    {"netconf-yang", SET_NETCONF, PLAIN},
    {"restconf", SET_RESTCONF, PLAIN},
    {"ip scp server enable", SET_SCP, PLAIN},
    {"service password-encryption", SET_PASSWORD_ENC, PLAIN},
    {"password encryption aes", SET_AES, PLAIN},
    {"aaa new-model", SET_AAA, PLAIN},
    {"login block-for", SET_LOGIN_BLOCK, VALUE},
    {"login on-success log", SET_LOGIN_OK, PLAIN},
    {"login on-failure log", SET_LOGIN_FAIL, PLAIN},
    {"logging buffered", SET_LOG_BUFFER, VALUE},
    {"logging trap", SET_LOG_TRAP, VALUE},
    {"logging host", SET_LOG_HOST, VALUE},
    {"ntp server", SET_NTP, VALUE},
    {"ntp peer", SET_NTP, VALUE},
    {"service timestamps log", SET_STAMPS, VALUE},
    {"snmp-server community", SET_SNMP_OLD, PLAIN},
    {"ip source-route", SET_SOURCE_ROUTE, PLAIN},
    {"cdp run", SET_CDP, PLAIN},
    {"service tcp-small-servers", SET_TCP_SMALL, PLAIN},
    {"service finger", SET_FINGER, PLAIN},
    {"ip finger", SET_FINGER, PLAIN},
    {"service pad", SET_PAD, PLAIN},
    {"iox", SET_IOX, PLAIN},
    {"app-hosting appid guestshell", SET_GUESTSHELL, PLAIN},
    {"tftp-server", SET_TFTP, VALUE},
    {"ip bootp server", SET_BOOTP, PLAIN},
    {"control-plane", SET_COPP, CHILD},
    {"archive", SET_ARCHIVE_LOG, CHILD},
};

static const char *const names[] = {
#define SETTING(id, name) [SET_##id] = name,
#include "read/config/cisco_ios_settings.def"
#undef SETTING
};

static void
settings_set(struct ios *x, enum ios_setting s, bool on, uint32_t node)
{
	struct ios_set *set = &x->set[s];

	set->state = on ? STATE_ON : STATE_OFF;
	set->node = node;
}

static uint32_t
grandchild(
    const struct ios *x, uint32_t node, const char *outer, const char *inner)
{
	uint32_t c = ios_child(x, node, outer);

	return c == TREE_NONE ? c : ios_child(x, c, inner);
}

static void
set_by_child(struct ios *x, enum ios_setting s, uint32_t node)
{
	uint32_t c = s == SET_COPP
			 ? ios_child(x, node, "service-policy input")
			 : grandchild(x, node, "log config", "logging enable");

	if (c == TREE_NONE)
		return;
	settings_set(x, s, true, c);
	if (s == SET_COPP)
		x->set[s].value =
		    ios_child_rest(x, node, "service-policy input");
	else if (grandchild(x, node, "log config", "notify syslog") !=
		 TREE_NONE)
		x->set[s].value = SPAN("notify syslog");
}

static void
apply(struct ios *x, const struct pattern *p, bool on, uint32_t node,
    struct span rest)
{
	struct ios_set *set = &x->set[p->set];
	struct span word = span_word(&rest);

	if (p->effect == CHILD) {
		set_by_child(x, p->set, node);
		return;
	}
	/* A list of servers counts once, by its first. */
	if (p->effect == VALUE && on && set->state == STATE_ON)
		return;
	/* "no ntp server X" takes one entry away, the others stay. */
	if (!on && set->state == STATE_ON &&
	    (p->set == SET_NTP || p->set == SET_LOG_HOST))
		return;
	settings_set(x, p->set, on, node);
	set->value = p->effect == VALUE && on
			 ? span_trim(span_of(word.p, word.n + rest.n))
			 : (struct span){0};
	if (p->effect == PORT)
		set->port = word;
	if (p->effect == ACL_NAME)
		set->acl = span_is(word, "ipv4") || span_is(word, "ipv6")
			       ? span_word(&rest)
			       : word;
}

/* aaa accounting commands 15 default start-stop group tacacs+ */
static void
note_accounting(struct ios *x, uint32_t node, struct span rest)
{
	struct span what = span_word(&rest);
	enum ios_setting s =
	    span_is(what, "commands") ? SET_ACCT_COMMANDS : SET_ACCT_EXEC;
	bool none = span_ends(rest, SPAN(" none")) ||
		    ios_child(x, node, "action-type none") != TREE_NONE;

	if (!span_is(what, "commands") && !span_is(what, "exec"))
		return;
	if (none && x->set[s].state == STATE_DEFAULT)
		settings_set(x, s, false, node);
	if (none || (x->set[s].state == STATE_ON && !span_has(rest, "15 ")))
		return;
	settings_set(x, s, true, node);
	x->set[s].value = span_trim(rest);
}

static void
note_more(struct ios *x, uint32_t node, struct span t, bool on)
{
	struct words w;
	struct addr a;

	if (text_starts(t, "spanning-tree"))
		x->switching = true;
	else if (text_starts(t, "aaa accounting") && on)
		note_accounting(
		    x, node, span_from(t, strlen("aaa accounting")));
	else if (span_is(t, "ip ssh version 1"))
		settings_set(x, SET_SSH_V2, false, node);
	else if (text_starts(t, "ip ssh port")) {
		words_read(&w, t);
		line_rotary_note(x, &w);
	} else if (text_starts(t, "logging on") && !on)
		settings_set(x, SET_LOG_TRAP, false, node);
	else if (text_starts(t, "logging")) {
		t = span_from(t, strlen("logging"));
		if (addr_read(span_word(&t), &a) && on &&
		    x->set[SET_LOG_HOST].state != STATE_ON)
			settings_set(x, SET_LOG_HOST, true, node);
	} else if (text_starts(t, "snmp-server host") && on &&
		   !span_has(t, "version 3") &&
		   x->set[SET_SNMP_OLD].state != STATE_ON)
		settings_set(x, SET_SNMP_OLD, true, node);
}

void
settings_note(struct ios *x, uint32_t node)
{
	struct span t = x->tree->v[node].text;
	bool on = !span_starts(t, SPAN("no "));

	if (!on)
		t = span_trim(span_from(t, 3));
	/* Almost every top-level line of a long configuration is one of
	 * these. */
	if (t.n < 3 || span_starts(t, SPAN("access-list ")) ||
	    span_starts(t, SPAN("interface ")) ||
	    span_starts(t, SPAN("ip route ")))
		return;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		const char *p = patterns[i].text;

		if (p[0] != t.p[0] || p[2] != t.p[2] || !text_starts(t, p))
			continue;
		apply(x, &patterns[i], on, node, span_from(t, strlen(p)));
		break;
	}
	if (t.p[0] == 'a' || t.p[0] == 'i' || t.p[0] == 'l' || t.p[0] == 's')
		note_more(x, node, t, on);
}

/* ---- what the lines decide together ---- */

static struct span
rest_of(const struct ios *x, uint32_t node, const char *words)
{
	return span_trim(span_from(x->tree->v[node].text, strlen(words)));
}

static void
settle_lines(struct ios *x)
{
	const struct ios_vtys *v = &x->vtys;

	if (v->telnet != TREE_NONE)
		settings_set(x, SET_TELNET, true, v->telnet);
	else if (v->ranges > 0 && v->undeclared == 0)
		settings_set(x, SET_TELNET, false, v->declared);
	if (v->ssh != TREE_NONE)
		settings_set(x, SET_SSH, true, v->ssh);
	else if (v->ranges > 0 && v->undeclared == 0)
		settings_set(x, SET_SSH, false, v->declared);
	if (v->ranges > 0)
		settings_set(x, SET_VTY_ACL, v->guarded == v->ranges,
		    v->guarded < v->ranges  ? v->unguarded
		    : v->guard == TREE_NONE ? v->declared
					    : v->guard);
	if (v->no_timeout != TREE_NONE) {
		settings_set(x, SET_EXEC_TIMEOUT, false, v->no_timeout);
		x->set[SET_EXEC_TIMEOUT].value = SPAN("0 0");
	} else if (v->timeout != TREE_NONE) {
		settings_set(x, SET_EXEC_TIMEOUT, true, v->timeout);
		x->set[SET_EXEC_TIMEOUT].value =
		    rest_of(x, v->timeout, "exec-timeout");
	}
}

struct record *
ios_put_setting(struct ios *x, const struct ios_setting_state *s)
{
	bool silent = s->state == STATE_DEFAULT;
	const struct default_setting *d =
	    defaults_find(x->defaults, x->platform, s->name, x->release);
	struct record *r =
	    ios_begin(x, K_SETTING, silent ? TREE_NONE : s->node);

	record_put(r, F_NAME, s->name);
	record_put(r, F_STATE,
	    s->state == STATE_ON		 ? SPAN("enabled")
	    : s->state == STATE_OFF		 ? SPAN("disabled")
	    : d == NULL || !x->whole || s->doubt ? SPAN("unknown")
						 : d->state);
	record_put_str(r, F_ORIGIN, silent ? "default" : "configured");
	record_put(r, F_VALUE, silent && d != NULL ? d->value : s->value);
	record_put_number(
	    r, F_PORT, s->port.n > 0 || d == NULL ? s->port : d->port);
	if (silent && d != NULL && x->whole && !s->doubt)
		record_put(r, F_BASIS, d->basis);
	return r;
}

/* http-server carries the port of http-port, and so on. */
static struct span
port_of(const struct ios *x, enum ios_setting s)
{
	if (s == SET_HTTP)
		s = SET_HTTP_PORT;
	else if (s == SET_HTTPS)
		s = SET_HTTPS_PORT;
	return x->set[s].state == STATE_ON ? x->set[s].port : (struct span){0};
}

static void
put_vty_lists(struct ios *x)
{
	for (size_t i = 0; i < x->acls.n; i++)
		if (x->acls.v[i].uses & USE_VTY)
			record_put(&x->rec, F_ACL, x->acls.v[i].name);
}

static void
emit_setting(struct ios *x, enum ios_setting s)
{
	const struct ios_set *set = &x->set[s];
	bool by_default = set->state == STATE_DEFAULT;
	struct record *r = ios_put_setting(
	    x, &(struct ios_setting_state){.name = span_str(names[s]),
		   .value = set->value,
		   .port = port_of(x, s),
		   .state = set->state,
		   /* "guestshell enable" needs iox, and leaves no line. */
		   .doubt =
		       s == SET_GUESTSHELL && x->set[SET_IOX].state == STATE_ON,
		   .node = set->node});

	record_put(r, F_ACL, set->acl);
	if ((s == SET_HTTP || s == SET_HTTPS) &&
	    x->set[SET_HTTP_ACL].state == STATE_ON)
		record_put(r, F_ACL, x->set[SET_HTTP_ACL].acl);
	if ((s == SET_HTTP || s == SET_HTTPS) && !by_default && !x->whole)
		record_put_bool(r, F_PART, true);
	/* Only switches can be Smart Install clients. */
	if (s == SET_VSTACK && by_default)
		record_put_str(r, F_VALUE, x->switching ? "switch" : "router");
	if (s == SET_VTY_ACL)
		put_vty_lists(x);
	ios_emit(x);
}

/* Each further "ip ssh port" line is a listener of its own. */
static void
emit_more_ssh_ports(struct ios *x)
{
	for (uint32_t i = 0; i < x->tree->n; i = x->tree->v[i].end) {
		struct span t = x->tree->v[i].text;
		struct record *r;

		if (i == x->set[SET_SSH_PORT].node ||
		    !text_starts(t, "ip ssh port"))
			continue;
		t = span_from(t, strlen("ip ssh port"));
		r = ios_begin(x, K_SETTING, i);
		record_put_str(r, F_NAME, names[SET_SSH_PORT]);
		record_put_str(r, F_STATE, "enabled");
		record_put_str(r, F_ORIGIN, "configured");
		record_put_number(r, F_PORT, span_word(&t));
		ios_emit(x);
	}
}

void
settings_flush(struct ios *x)
{
	settle_lines(x);
	for (unsigned s = 0; s < SET_COUNT; s++)
		emit_setting(x, (enum ios_setting)s);
	if (x->set[SET_SSH_PORT].state == STATE_ON && x->vtys.nrotary > 1)
		emit_more_ssh_ports(x);
}
