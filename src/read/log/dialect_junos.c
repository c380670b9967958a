/*
 * Messages of Junos by their event name, in BSD form
 *
 *	mgd[4321]: UI_CMDLINE_READ_LINE: User 'U', command 'C '
 *	mgd[4321]: %INTERACT-6-UI_CMDLINE_READ_LINE: ...    (explicit-priority)
 *
 * and structured (RFC 5424 with an element [junos@2636.PRODUCT key="value"]),
 * also where a relay has put its own header in front.  Texts are those of the
 * vendor's System Log Explorer.
 */
#include "read/log/cisco_message.h"
#include "read/log/dialect.h"
#include "read/log/junos_nat.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"

/* IANA's number of Juniper Networks in the SD-ID. */
#define ELEMENT "[junos@"

struct event_in {
	struct log_message *m;
	struct span name;     /* of the event */
	struct span text;     /* behind it; may be empty */
	struct span data;     /* "key="value" ..." of the element, or empty */
	struct span before;   /* what stands in front of the element */
	struct span severity; /* from an explicit priority, or empty */
	struct record *r;
};

/* key="value", the value as written, with its escapes. */
static struct span
param(struct span data, const char *key)
{
	struct span want = span_str(key), s = data;
	size_t at, end;

	while ((at = span_find(s, want)) != SPAN_NONE) {
		struct span v = span_from(s, at + want.n);
		bool starts = at > 0 && s.p[at - 1] == ' ';

		s = span_from(s, at + want.n);
		if (!starts || !span_starts(v, SPAN("=\"")))
			continue;
		v = span_from(v, 2);
		for (end = 0; end < v.n && v.p[end] != '"'; end++)
			if (v.p[end] == '\\')
				end++;
		return end < v.n ? span_head(v, end) : (struct span){0};
	}
	return (struct span){0};
}

/* What stands under "key", or else in the text between "open" and "close". */
static struct span
value(const struct event_in *in, const char *key, const char *open,
    const char *close)
{
	struct span v = param(in->data, key);

	return v.p != NULL ? v : message_between(in->text, open, close);
}

/* "User 'U'": the name ends at the quote before what the form says next. */
static void
put_user(const struct event_in *in, const char *next)
{
	record_put(in->r, F_USER, value(in, "username", "ser '", next));
}

static void
put_login(const struct event_in *in, struct span user, struct span from)
{
	record_put(in->r, F_USER, user);
	record_put_ip(in->r, F_SRC_IP, from);
}

/* "User 'U', command 'C '", "User 'U' used NETCONF client to run command 'C'"
 */
static void
event_command(struct event_in *in)
{
	bool cli = span_is(in->name, "UI_CMDLINE_READ_LINE");
	struct record command = log_record(in->m, K_COMMAND);
	struct span text = message_after(in->text, "command '"), c;

	c = param(in->data, "command");
	if (c.p == NULL)
		c = span_head(text, span_rfind_byte(text, '\''));
	put_user(in, cli ? "', command '" : "' used ");
	record_put(in->r, F_COMMAND, span_trim(c));
	record_put(&command, F_MNEMONIC, in->name);
	record_put(&command, F_PROGRAM, record_text(in->r, F_PROGRAM));
	record_put(&command, F_USER, record_text(in->r, F_USER));
	record_put(&command, F_COMMAND, span_trim(c));
	log_emit(in->m);
	if (record_get(&command, F_COMMAND) != NULL)
		in->m->out->record(in->m->out, &command);
}

/* "User 'U' ..." */
static void
event_user(struct event_in *in)
{
	put_user(in, "' ");
	log_emit(in->m);
}

/* "User 'U' logout" */
static void
event_logout(struct event_in *in)
{
	put_user(in, "' ");
	record_put_str(in->r, F_STATUS, "stop");
	log_emit(in->m);
}

/* "User 'U' login, class 'C' [4321], ssh-connection 'A p B 22', client-mode
 * 'cli'" */
static void
event_login(struct event_in *in)
{
	struct span c = value(in, "ssh-connection", "ssh-connection '", "'");

	put_user(in, "' login");
	record_put(in->r, F_GROUP, value(in, "class-name", "class '", "'"));
	record_put_ip(in->r, F_SRC_IP, span_word(&c));
	record_put_number(in->r, F_SRC_PORT, span_word(&c));
	record_put_ip(in->r, F_DST_IP, span_word(&c));
	record_put_number(in->r, F_LOCAL_PORT, span_word(&c));
	record_put(
	    in->r, F_SERVICE, value(in, "client-mode", "client-mode '", "'"));
	message_put_outcome(in->r, true);
	log_emit(in->m);
}

/* "Authenticated user 'U' assigned to class 'C'" */
static void
event_auth(struct event_in *in)
{
	put_user(in, "' ");
	record_put(
	    in->r, F_GROUP, value(in, "authorization-class", "class '", "'"));
	message_put_outcome(in->r, true);
	log_emit(in->m);
}

/* "Login failed for user 'U' from host 'A'", without quotes for a console */
static void
event_failed(struct event_in *in)
{
	struct span from = param(in->data, "source-address");
	struct span text = message_after_last(in->text, " from host ");
	struct span user = param(in->data, "username");

	if (from.p == NULL)
		from = param(in->data, "hostname");
	if (from.p == NULL)
		from = message_between(text, "'", "'");
	if (from.p == NULL)
		from = span_word(&text);
	if (user.p == NULL)
		user = message_between(in->text, " user '", "' from host");
	if (user.p == NULL)
		user = message_between(in->text, " user ", " from host");
	put_login(in, user, from);
	message_put_outcome(in->r, false);
	log_emit(in->m);
}

/* "User U logged in from host A on device D" */
static void
event_login_info(struct event_in *in)
{
	struct span text = message_after_last(in->text, " from host ");
	struct span from = param(in->data, "hostname");
	struct span user = value(in, "username", "ser ", " logged in");

	put_login(in, user, from.p != NULL ? from : span_word(&text));
	record_put(in->r, F_TTY, message_word(in->text, " on device "));
	message_put_outcome(in->r, true);
	log_emit(in->m);
}

/* "Account for user 'U' has been locked out from logins" */
static void
event_locked(struct event_in *in)
{
	record_put(in->r, F_USER,
	    value(in, "username", " user '", "' has been locked"));
	log_emit(in->m);
}

/* "A/p->B/q" */
static void
put_session(struct record *r, struct span s)
{
	size_t arrow = span_find(s, SPAN("->"));

	if (arrow == SPAN_NONE)
		return;
	message_put_endpoint(r, span_head(s, arrow), F_SRC_IP, F_SRC_PORT);
	message_put_endpoint(r, span_from(s, arrow + 2), F_DST_IP, F_DST_PORT);
}

/* "session created A/p->B/q SERVICE A/p->B/q RULE RULE 6 POLICY ...", "session
 * closed REASON: A/p->B/q ... 6 POLICY FROM TO ID PKTS(BYTES) PKTS(BYTES) SECS
 * ...", "session denied A/p->B/q SERVICE 6(0) POLICY ..." */
static void
flow_text(struct event_in *in, struct record *r)
{
	struct span s = in->text, word = {0}, more;
	uint64_t n;

	while (s.n > 0) {
		word = span_word(&s);
		if (span_has(word, "->"))
			break;
	}
	put_session(r, word);
	junos_behind(r, s);
	word = span_word(&s);
	/* A tag of the connection, since Junos 15.1X49. */
	if (span_starts(word, SPAN("0x")))
		word = span_word(&s);
	record_put(r, F_SERVICE, word);
	for (int i = 0; i < 10 && s.n > 0; i++) {
		word = span_word(&s);
		word = span_head(word, span_find_byte(word, '('));
		if (span_u64(word, &n) && n < 256) {
			message_put_protocol(r, word);
			record_put(r, F_ACL, span_word(&s));
			break;
		}
	}
	if (!span_has(in->name, "CLOSE"))
		return;
	more = message_between(s, "(", ")");
	record_put_number(r, F_BYTES_OUT, more);
	more = message_after(s, ")");
	record_put_number(r, F_BYTES_IN, message_between(more, "(", ")"));
	more = message_after(more, ") ");
	record_put(r, F_DURATION, span_word(&more));
}

static void
flow_params(struct event_in *in, struct record *r)
{
	record_put_ip(r, F_SRC_IP, param(in->data, "source-address"));
	record_put_number(r, F_SRC_PORT, param(in->data, "source-port"));
	record_put_ip(r, F_DST_IP, param(in->data, "destination-address"));
	record_put_number(r, F_DST_PORT, param(in->data, "destination-port"));
	message_put_protocol(r, param(in->data, "protocol-id"));
	record_put(r, F_SERVICE, param(in->data, "service-name"));
	record_put(r, F_ACL, param(in->data, "policy-name"));
	pair_put(r, F_USER, param(in->data, "username"));
	record_put_number(r, F_BYTES_OUT, param(in->data, "bytes-from-client"));
	record_put_number(r, F_BYTES_IN, param(in->data, "bytes-from-server"));
	record_put_number(
	    r, F_PACKETS_OUT, param(in->data, "packets-from-client"));
	record_put_number(
	    r, F_PACKETS_IN, param(in->data, "packets-from-server"));
	record_put(r, F_DURATION, param(in->data, "elapsed-time"));
	message_put_translated(r, true, param(in->data, "nat-source-address"),
	    param(in->data, "nat-source-port"));
	message_put_translated(r, false,
	    param(in->data, "nat-destination-address"),
	    param(in->data, "nat-destination-port"));
}

/* A block of ports of an outside address. */
static void
event_block(struct event_in *in)
{
	struct record *r = in->r;

	if (in->data.n > 0) {
		record_put_ip(r, F_SRC_IP, param(in->data, "internal-ip"));
		record_put_ip(r, F_NAT_SRC_IP, param(in->data, "reflexive-ip"));
		record_put_number(
		    r, F_NAT_SRC_PORT, param(in->data, "block-port-low"));
		record_put_number(
		    r, F_LAST, param(in->data, "block-port-high"));
	} else {
		junos_block(r, in->text);
	}
	record_put_str(
	    r, F_STATUS, span_has(in->name, "RELEASE") ? "stop" : "start");
	log_emit(in->m);
}

/* "... ge-1/3/5.0:A:p -> B:q, creating forward or watch flow ; source address
 * and port translate to C:r" */
static void
event_service(struct event_in *in)
{
	struct span s = in->text, word = {0}, last = {0}, at;
	struct record *r = in->r;
	size_t colon;

	message_put_protocol(r, message_word(s, "proto "));
	while (s.n > 0 && !span_is(word, "->")) {
		last = word;
		word = span_word(&s);
	}
	colon = span_rfind_byte(last, ':');
	record_put_number(r, F_SRC_PORT, span_from(last, colon + 1));
	last = span_head(last, colon);
	record_put_ip(
	    r, F_SRC_IP, span_from(last, span_rfind_byte(last, ':') + 1));
	word = message_word(in->text, "-> ");
	at = span_until(&word, ':');
	record_put_ip(r, F_DST_IP, at);
	record_put_number(r, F_DST_PORT, word);
	word = message_word(in->text, "source address and port translate to ");
	at = span_until(&word, ':');
	message_put_translated(r, true, at, word);
	if (span_has(in->name, "ACCEPT"))
		record_put_str(r, F_ACTION, "permit");
	else if (span_has(in->name, "DISCARD") || span_has(in->name, "REJECT"))
		record_put_str(r, F_ACTION, "deny");
	log_emit(in->m);
}

/* Sessions of a firewall are flows. */
static void
event_session(struct event_in *in)
{
	struct record *r = in->r;

	r->kind = K_FLOW;
	if (in->data.n > 0)
		flow_params(in, r);
	else
		flow_text(in, r);
	record_put_str(
	    r, F_ACTION, span_has(in->name, "_DENY") ? "deny" : "permit");
	log_emit(in->m);
}

/* "FW: IFACE A PROTO SRC DST SPORT DPORT (1 packets)": a firewall filter; A
 * accept, D discard, R reject */
static void
event_filter(struct event_in *in)
{
	struct span s = message_after(in->text, "FW: "), action;
	struct record *r = in->r;

	record_put(r, F_INTERFACE, span_word(&s));
	action = span_word(&s);
	if (action.n == 1)
		record_put_str(
		    r, F_ACTION, action.p[0] == 'A' ? "permit" : "deny");
	message_put_protocol(r, span_word(&s));
	record_put_ip(r, F_SRC_IP, span_word(&s));
	record_put_ip(r, F_DST_IP, span_word(&s));
	record_put_number(r, F_SRC_PORT, span_word(&s));
	record_put_number(r, F_DST_PORT, span_word(&s));
	record_put_number(r, F_PACKETS_OUT, message_between(s, "(", " packet"));
	log_emit(in->m);
}

/* "nsa_log_community: unauthorized SNMP community from A to B (COMMUNITY)" */
static void
event_snmp(struct event_in *in)
{
	record_put_ip(in->r, F_SRC_IP, message_word(in->text, " from "));
	record_put_str(in->r, F_SERVICE, "snmp");
	message_put_outcome(in->r, false);
	log_emit(in->m);
}

static void
event_plain(struct event_in *in)
{
	record_put(in->r, F_USER, param(in->data, "username"));
	record_put_ip(in->r, F_SRC_IP, param(in->data, "source-address"));
	record_put_ip(in->r, F_DST_IP, param(in->data, "destination-address"));
	log_emit(in->m);
}

/* Events by name; "*" at the end stands for any rest. */
static const struct {
	const char *name;
	void (*read)(struct event_in *in);
} events[] = {
    {"UI_CMDLINE_READ_LINE", event_command},
    {"UI_NETCONF_CMD", event_command},
    {"UI_JUNOSCRIPT_CMD", event_command},
    {"UI_LOGIN_EVENT", event_login},
    {"UI_LOGOUT_EVENT", event_logout},
    {"UI_AUTH_EVENT", event_auth},
    {"UI_*", event_user},
    {"SSHD_LOGIN_FAILED*", event_failed},
    {"LOGIN_FAILED*", event_failed},
    {"LOGIN_INFORMATION", event_login_info},
    {"LOGIN_ROOT", event_login_info},
    {"LIBJNX_LOGIN_ACCOUNT_LOCKED", event_locked},
    {"RT_FLOW_SESSION_*", event_session},
    {"APPTRACK_SESSION_*", event_session},
    {"PFE_FW_SYSLOG_*", event_filter},
    {"RT_SRC_NAT_PBA_*", event_block},
    {"JSERVICES_NAT_PORT_BLOCK_*", event_block},
    {"ASP_NAT_PORT_BLOCK_*", event_block},
    {"ASP_SFW_*", event_service},
    {"JSERVICES_SESSION_*", event_service},
    {"SNMPD_AUTH_FAILURE", event_snmp},
};

/* Families that have no form of their own here.  Names of other vendors'
 * programs do not begin so. */
static const char *const families[] = {"RPD_", "SNMP_TRAP_", "CHASSISD_",
    "KMD_", "SSHD_", "LOGIN_", "JTASK_", "DCD_", "DFWD_", "BFDD_", "RT_",
    "COSD_", "LACPD_", "LIBJNX_", "JSRPD_", "FLOW_", "SNMPD_", "EVENTD_",
    "IDP_", "APPTRACK_", "PFE_", "LICENSE_", "AUDITD_", "INETD_", "PFED_",
    "ESWD_", "L2ALD_", "VRRPD_", "MIB2D_", "KERNEL_", "WEBFILTER_", "JSD_",
    "CSCRIPT_", "ASP_", "JSERVICES_"};

static void (*event_find(struct span name))(struct event_in *in)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		struct span f = span_str(events[i].name);

		if (f.p[f.n - 1] == '*'
			? span_starts(name, span_head(f, f.n - 1))
			: span_eq(name, f))
			return events[i].read;
	}
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (span_starts(name, span_str(families[i])))
			return event_plain;
	return NULL;
}

static bool
event_like(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'A' || s.p[i] > 'Z') && s.p[i] != '_' &&
		    !ascii_digit((unsigned char)s.p[i]))
			return false;
	return s.n > 3 && s.n < 80 && span_find_byte(s, '_') != SPAN_NONE;
}

/* The element's inside, from the blank before its first pair; the word before
 * it is the name. */
static bool
read_structured(struct span s, struct event_in *in)
{
	size_t at = span_find(s, SPAN(ELEMENT)), end, blank;
	struct span before, data;
	bool quoted = false;

	if (at == SPAN_NONE)
		return false;
	before = in->before = span_trim(span_head(s, at));
	blank = span_rfind_byte(before, ' ');
	in->name = span_from(before, blank == SPAN_NONE ? 0 : blank + 1);
	data = span_from(s, at + sizeof(ELEMENT) - 1);
	for (end = 0; end < data.n && (quoted || data.p[end] != ']'); end++) {
		if (quoted && data.p[end] == '\\')
			end++;
		else if (data.p[end] == '"')
			quoted = !quoted;
	}
	in->text = span_trim(span_from(data, end + 1));
	data = span_head(data, end);
	in->data = span_from(data, span_find_byte(data, ' '));
	return event_like(in->name);
}

/* Facilities of Junos; an explicit priority names one. */
static bool
facility(struct span s)
{
	static const char *const names[] = {"AUTH", "AUTHPRIV", "CHANGE",
	    "CONFLICT", "CRON", "DAEMON", "DFC", "EXTERNAL", "FIREWALL", "FTP",
	    "INTERACT", "KERN", "NTP", "PFE", "SYSLOG", "USER"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(s, names[i]))
			return true;
	return s.n == 6 && span_starts(s, SPAN("LOCAL"));
}

/* "NAME: text", "fpc0 NAME: text", "%FACILITY-SEVERITY-NAME: text"; the
 * header's reader takes a name in front for a program's. */
static bool
read_plain(struct log_message *m, struct event_in *in)
{
	struct cisco_mnemonic mnemonic;
	struct span s = m->text, name;
	size_t blank;

	if (cisco_mnemonic_read(s, &mnemonic, &in->text)) {
		in->name = mnemonic.name;
		in->severity = mnemonic.severity;
		return facility(mnemonic.facility) && event_like(in->name);
	}
	/* "(FPC Slot 1, PIC Slot 0) {SET}[NAME]: EVENT: ..." of service cards
	 */
	if (span_starts(s, SPAN("(FPC ")))
		s = span_trim(message_after(s, "]:"));
	name = span_until(&s, ':');
	blank = span_rfind_byte(name, ' ');
	if (blank != SPAN_NONE)
		name = span_from(name, blank + 1);
	if (event_like(name) && event_find(name) != NULL) {
		in->name = name;
		in->text = span_trim(s);
	} else {
		in->name = m->head.program;
		in->text = m->text;
	}
	return event_like(in->name);
}

/* "STAMP HOST APP PID NAME [junos@...": behind a relay's own header the
 * device is the one that the inner header names. */
static void
take_inner_host(struct log_message *m, struct span before)
{
	struct span w[6] = {{0}};
	struct stamp st;

	for (size_t n = 0; before.n > 0;) {
		struct span word = span_word(&before);

		if (n == 0 && stamp_read_iso(word, &st) == 0)
			continue;
		if (word.n == 0 || n == 6)
			break;
		w[n++] = word;
	}
	if (w[4].n == 0)
		return;
	m->event.host = w[1];
	m->head.program = span_is(w[2], "-") ? (struct span){0} : w[2];
}

bool
junos_dialect(struct log_message *m)
{
	struct event_in in = {.m = m, .r = &m->event};
	void (*read)(struct event_in * in);

	if (!read_structured(m->line, &in) && !read_plain(m, &in))
		return false;
	read = event_find(in.name);
	if (read == NULL && in.data.n == 0)
		return false;
	if (in.data.n > 0 && m->head.msgid.n == 0)
		take_inner_host(m, in.before);
	if (in.severity.n == 0 && m->head.pri >= 0)
		in.severity = span_of(&"01234567"[m->head.pri % 8], 1);
	record_put_number(in.r, F_SEVERITY, in.severity);
	record_put(in.r, F_MNEMONIC, in.name);
	if (!span_eq(m->head.program, in.name))
		record_put(in.r, F_PROGRAM, m->head.program);
	/* Without a text the pairs are all there is. */
	record_put(
	    in.r, F_MESSAGE, in.text.n > 0 ? in.text : span_trim(in.data));
	if (read == NULL)
		read = event_plain;
	read(&in);
	return true;
}
