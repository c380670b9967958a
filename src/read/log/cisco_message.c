#include "read/log/cisco_message.h"

#include "read/log/message_scan.h"

static bool
upper_word(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || ascii_digit(c) || c == '_';
}

/* Ends of the parts: facility [0,dash), severity, name up to the return
 * value; 0 when it is no mnemonic. */
static size_t
mnemonic_scan(struct span s, size_t *dash)
{
	size_t i, sev = 0;

	for (i = 0; i < s.n && i < 80; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '-' && sev == 0 && i > 0 && i + 3 < s.n &&
		    s.p[i + 1] >= '0' && s.p[i + 1] <= '7' &&
		    s.p[i + 2] == '-') {
			sev = i;
			i += 2;
		} else if (!upper_word(c) && c != '-' &&
			   !(sev == 0 && ascii_alpha(c))) {
			break;
		}
	}
	*dash = sev;
	return sev > 0 && i > sev + 3 ? i : 0;
}

bool
cisco_mnemonic_read(
    struct span s, struct cisco_mnemonic *m, struct span *message)
{
	struct span body = span_from(s, 1), rest;
	size_t dash, n;

	if (s.n == 0 || s.p[0] != '%' || s.n < 6 ||
	    !ascii_alpha((unsigned char)s.p[1]))
		return false;
	n = mnemonic_scan(body, &dash);
	if (n == 0)
		return false;
	rest = span_trim(span_from(body, n));
	/* A stack member stands between: "%X-3-Y (edge-2): ..." */
	if (rest.n > 0 && rest.p[0] == '(') {
		size_t end = span_find(span_head(rest, 64), SPAN("):"));

		if (end == SPAN_NONE)
			return false;
		rest = span_from(rest, end + 1);
	}
	if (rest.n == 0 || rest.p[0] != ':')
		return false;
	m->text = span_head(body, n);
	m->facility = span_head(body, dash);
	m->severity = span_sub(body, dash + 1, dash + 2);
	m->name = span_sub(body, dash + 3, n);
	*message = span_trim(span_from(rest, 1));
	return true;
}

static struct span
unquoted(struct span s)
{
	if (s.n > 1 && s.p[0] == '\'' && s.p[s.n - 1] == '\'')
		return span_sub(s, 1, s.n - 1);
	return s;
}

/* What every form function gets. */
struct form_in {
	const struct cisco_mnemonic *m;
	struct span text;
	struct record *event, *command;
};

/* The address in the last parentheses: "... on vty0 (10.0.0.5)". */
static void
put_last_address(struct record *r, struct span s)
{
	struct span in = message_after_last(s, "(");

	record_put_ip(r, F_SRC_IP, span_head(in, span_find_byte(in, ')')));
}

static bool
terminal_word(struct span s)
{
	return span_starts(s, SPAN("vty")) || span_starts(s, SPAN("tty")) ||
	       span_starts(s, SPAN("con")) || span_starts(s, SPAN("aux")) ||
	       span_starts(s, SPAN("pts/"));
}

/*
 * "... from WHERE by USER on TTY (ADDRESS)", any part missing; "by vty0
 * (10.0.0.5)" when nobody had to say who he is.  NX-OS: "by USER on
 * ADDRESS@TTY".
 */
static bool
form_by_user(struct form_in *in)
{
	struct span who = message_after_last(in->text, " by "), on, at;
	struct span from = message_word(in->text, " from ");
	struct span user = span_word(&who);

	record_put_ip(in->event, F_SRC_IP, from);
	if (span_is(user, "snmp")) {
		record_put_str(in->event, F_SERVICE, "snmp");
		return false;
	}
	on = message_word(who, "on ");
	if (on.n == 0 && terminal_word(user)) {
		record_put(in->event, F_TTY, user);
		put_last_address(in->event, who);
		return false;
	}
	if (user.n > 0 && user.p[user.n - 1] == '.')
		user.n--;
	record_put(in->event, F_USER, user);
	at = message_after(on, "@");
	if (at.n > 0) {
		record_put_ip(
		    in->event, F_SRC_IP, span_head(on, on.n - at.n - 1));
		record_put(in->event, F_TTY, at);
		return false;
	}
	record_put(in->event, F_TTY, on);
	put_last_address(in->event, who);
	return false;
}

/* "Configured programmatically by process NAME from console as USER on TTY" */
static bool
form_config_p(struct form_in *in)
{
	struct span as = message_after_last(in->text, " as ");

	record_put(in->event, F_PROGRAM,
	    message_between(in->text, "by process ", " from "));
	record_put(in->event, F_USER, span_word(&as));
	record_put(in->event, F_TTY, message_word(as, "on "));
	put_last_address(in->event, as);
	return false;
}

static bool
form_privilege(struct form_in *in)
{
	form_by_user(in);
	record_put_number(
	    in->event, F_PRIVILEGE, message_word(in->text, " set to "));
	message_put_outcome(in->event, span_is(in->m->name, "PRIV_AUTH_PASS"));
	return false;
}

/* "[user: U] [Source: A] [localport: N] [Reason: ...] [ACL: X] at ..." */
static bool
form_sec_login(struct form_in *in)
{
	struct span s = in->text, src = message_after_last(s, "[Source: ");
	struct span user = message_after(s, "[user: ");
	size_t end = SPAN_NONE;

	if (src.p != NULL && user.p != NULL && src.p > user.p)
		end = (size_t)(src.p - user.p) - (sizeof("[Source: ") - 1);
	user = span_rtrim(span_head(user, end));
	if (end == SPAN_NONE)
		user = span_head(user, span_find_byte(user, ']'));
	else if (user.n > 0 && user.p[user.n - 1] == ']')
		user.n--;
	record_put(in->event, F_USER, user);
	record_put_ip(
	    in->event, F_SRC_IP, span_head(src, span_find_byte(src, ']')));
	record_put_number(
	    in->event, F_LOCAL_PORT, message_between(src, "[localport: ", "]"));
	record_put(in->event, F_ACL, message_between(src, "[ACL: ", "]"));
	if (span_ends(in->m->name, SPAN("SUCCESS")))
		message_put_outcome(in->event, true);
	else if (span_ends(in->m->name, SPAN("FAILED")))
		message_put_outcome(in->event, false);
	return false;
}

/* "..., 3 packets [..]" */
static void
put_packets(struct record *r, struct span s)
{
	size_t at = span_find(s, SPAN(" packet"));
	struct span n = span_head(s, at == SPAN_NONE ? 0 : at);
	size_t blank = span_rfind_byte(n, ' ');

	record_put_number(
	    r, F_PACKETS_OUT, span_from(n, blank == SPAN_NONE ? 0 : blank + 1));
}

/*
 * IOS: "list X denied tcp A(p) (Interface mac) -> B(q), 1 packet", the
 * protocol missing for standard lists; IOS XR: "access-list X (10) deny tcp
 * A(p) -> B(q), 1 packet".
 */
static bool
form_access_list(struct form_in *in)
{
	struct span s = message_after(in->text, "list "), word, to;
	struct record *r = in->event;

	record_put(r, F_ACL, span_word(&s));
	word = span_word(&s);
	if (word.n > 0 && word.p[0] == '(')
		word = span_word(&s);
	message_put_action(r, word);
	word = span_word(&s);
	if (span_find_byte(word, '.') == SPAN_NONE &&
	    span_find_byte(word, ':') == SPAN_NONE) {
		message_put_protocol(r, word);
		word = span_word(&s);
	}
	message_put_endpoint(r, word, F_SRC_IP, F_SRC_PORT);
	to = message_after(s, "-> ");
	message_put_endpoint(r, span_word(&to), F_DST_IP, F_DST_PORT);
	put_packets(r, to);
	return false;
}

/* NX-OS: "Src IP: A, Dst IP: B, Src Port: p, ..., Protocol: "TCP"(6), ACL
 * Name: X, ACE Action: Permit, ..." */
static bool
form_acllog(struct form_in *in)
{
	struct record *r = in->event;
	struct span s = in->text;

	record_put_ip(r, F_SRC_IP, message_word(s, "Src IP: "));
	record_put_ip(r, F_DST_IP, message_word(s, "Dst IP: "));
	record_put_number(r, F_SRC_PORT, message_word(s, "Src Port: "));
	record_put_number(r, F_DST_PORT, message_word(s, "Dst Port: "));
	message_put_protocol(r, message_between(s, "Protocol: \"", "\""));
	record_put(r, F_ACL, message_word(s, "ACL Name: "));
	message_put_action(r, message_word(s, "ACE Action: "));
	record_put_number(r, F_PACKETS_OUT, message_word(s, "Hit-count: "));
	return false;
}

/* "... from A (tty = 0) for user 'U' using ...", "User 'U' authentication
 * for SSH2 Session from A (tty = 0) ... Succeeded" */
static bool
form_ios_ssh(struct form_in *in)
{
	struct span s = in->text, from, user = {0};
	struct record *r = in->event;

	from = message_after_last(s, " from ");
	if (span_starts(s, SPAN("User '"))) {
		user = message_after(s, "User '");
		user = span_head(user, span_find(user, SPAN("' auth")));
	} else {
		user = message_after(from, "for user '");
		user = span_head(user, span_find(user, SPAN("' using ")));
	}
	record_put(r, F_USER, user);
	record_put_ip(r, F_SRC_IP, span_word(&from));
	record_put(r, F_TTY, message_between(from, "(tty = ", ")"));
	record_put_str(r, F_SERVICE, "ssh");
	if (span_ends_nocase(s, SPAN("succeeded")))
		message_put_outcome(r, true);
	else if (span_ends_nocase(s, SPAN("failed")))
		message_put_outcome(r, false);
	else if (span_ends_nocase(s, SPAN("closed")))
		record_put_str(r, F_STATUS, "stop");
	return false;
}

/* "User:U  logged command:C"; some releases write XML. */
static bool
form_logged_command(struct form_in *in)
{
	struct span s = in->text, user, command;
	struct record *both[] = {in->event, in->command};

	command = message_after(s, "logged command:");
	user = message_between(s, "User:", "logged command:");
	if (command.p == NULL) {
		command = message_between(s, "<cli>", "</cli>");
		user = message_between(s, "<user>", "</user>");
	}
	command = span_trim(command);
	if (command.n == 0)
		return false;
	for (size_t i = 0; i < 2; i++) {
		record_put(both[i], F_USER, span_trim(user));
		record_put_ip(both[i], F_SRC_IP,
		    message_between(s, "<srcIP>", "</srcIP>"));
		record_put(both[i], F_COMMAND, command);
	}
	return true;
}

/*
 * "APPLET: TEXT" of an event manager applet.  The published applets that log
 * every command are named catchall and CLIaccounting; names like them count
 * too, for other applets the text is anything.
 */
static bool
form_applet(struct form_in *in)
{
	struct span s = in->text, applet = span_until(&s, ':');

	record_put(in->event, F_PROGRAM, applet);
	s = span_trim(s);
	if (s.n == 0 ||
	    (span_find_nocase(applet, SPAN("catchall")) == SPAN_NONE &&
		span_find_nocase(applet, SPAN("accounting")) == SPAN_NONE &&
		!span_starts_nocase(applet, SPAN("cli"))))
		return false;
	record_put(in->event, F_COMMAND, s);
	record_put(in->command, F_COMMAND, s);
	record_put(in->command, F_PROGRAM, applet);
	return true;
}

/* "update:10.0.0.5@pts/0:admin:show running-config (SUCCESS)"; at the console
 * "update:console0:admin:..." */
static bool
form_nxos_accounting(struct form_in *in)
{
	struct span s = in->text, type = span_until(&s, ':'), src = {0};
	struct span tty, user, status;
	size_t at = span_find_byte(s, '@');

	if (at != SPAN_NONE && at < 64 &&
	    span_find_byte(span_head(s, at), ' ') == SPAN_NONE) {
		struct addr a;

		src = span_head(s, at);
		if (addr_read(src, &a) || span_find_byte(src, ':') == SPAN_NONE)
			s = span_from(s, at + 1);
		else
			src = (struct span){0};
	}
	tty = span_until(&s, ':');
	user = span_until(&s, ':');
	status = message_after_last(s, " (");
	if (span_is(status, "SUCCESS)") || span_is(status, "FAILURE)"))
		s = span_head(s, s.n - status.n - 2);
	else
		status = (struct span){0};
	s = span_trim(s);
	if (user.n == 0)
		return false;
	if (span_is(type, "stop") || span_is(type, "start"))
		s = (struct span){0}; /* the text is no command */
	struct record *both[] = {in->event, in->command};
	for (size_t i = 0; i < 2; i++) {
		record_put(both[i], F_USER, user);
		record_put_ip(both[i], F_SRC_IP, src);
		record_put(both[i], F_TTY, tty);
		record_put_str(both[i], F_SERVICE, "shell");
		if (status.n > 0)
			message_put_outcome(both[i], status.p[0] == 'S');
		else
			record_put(both[i], F_STATUS, type);
		record_put(both[i], F_COMMAND, s);
	}
	return true;
}

/* IOS XR: "... user 'U' from 'A' on 'vty0'..." */
static bool
form_xr_login(struct form_in *in)
{
	struct span s = in->text, user = message_after(s, "ser '"), from;
	struct record *r = in->event;

	from = message_after_last(s, "' from '");
	if (from.p != NULL && user.p != NULL && from.p > user.p)
		user = span_head(
		    user, (size_t)(from.p - user.p) - (sizeof("' from '") - 1));
	else
		user = span_head(user, span_find_byte(user, '\''));
	record_put(r, F_USER, user);
	record_put_ip(r, F_SRC_IP, span_head(from, span_find_byte(from, '\'')));
	record_put(r, F_TTY, message_between(from, "on '", "'"));
	if (span_starts(s, SPAN("Successfully auth")))
		message_put_outcome(r, true);
	else if (span_starts(s, SPAN("Failed")))
		message_put_outcome(r, false);
	else if (span_has(s, "logged out"))
		record_put_str(r, F_STATUS, "stop");
	return false;
}

/* "User U logged into shell from vty0" */
static bool
form_run_login(struct form_in *in)
{
	struct record *r = in->event;

	record_put(r, F_USER, message_between(in->text, "ser ", " logged "));
	record_put(r, F_TTY, message_word(in->text, " from "));
	record_put_str(
	    r, F_STATUS, span_has(in->text, "logged into") ? "start" : "stop");
	return false;
}

/* "Configuration committed by user 'U'. ..." */
static bool
form_commit(struct form_in *in)
{
	record_put(
	    in->event, F_USER, message_between(in->text, "by user '", "'"));
	return false;
}

/* "User U has exited tty session 866(10.0.0.5)" */
static bool
form_logout(struct form_in *in)
{
	struct span s = message_after(in->text, " tty session ");

	record_put(in->event, F_USER,
	    message_between(in->text, "User ", " has exited"));
	record_put(in->event, F_TTY, span_until(&s, '('));
	put_last_address(in->event, in->text);
	record_put_str(in->event, F_STATUS, "stop");
	return false;
}

/* "Logging to host A [vrf V] port N started - CLI initiated" */
static bool
form_logging_host(struct form_in *in)
{
	struct span s = message_after(in->text, " host ");
	struct record *r = in->event;

	record_put_ip(r, F_SERVER_IP, message_word(in->text, " host "));
	record_put(r, F_VRF, message_word(s, " vrf "));
	record_put_number(r, F_PORT, message_word(s, "ort "));
	if (span_has(s, " started"))
		record_put_str(r, F_STATUS, "start");
	else if (span_has(s, " stopped"))
		record_put_str(r, F_STATUS, "stop");
	return false;
}

/* "[R0/0: process:] User: U, Install Operation: ADD FILE" */
static bool
form_webui_install(struct form_in *in)
{
	struct span s = message_after_last(in->text, "Install Operation: ");

	record_put(in->event, F_USER,
	    message_between(in->text, "User: ", ", Install"));
	record_put(in->event, F_VALUE, span_word(&s));
	record_put(in->event, F_NAME, span_trim(s));
	return false;
}

/* "Login Successful from host A by user 'U' using ..." */
static bool
form_webserver(struct form_in *in)
{
	struct span user = message_after(in->text, "by user '");
	struct span end = message_after_last(user, "' using ");

	if (end.p != NULL)
		user = span_head(
		    user, (size_t)(end.p - user.p) - (sizeof("' using ") - 1));
	else
		user = span_head(user, span_rfind_byte(user, '\''));
	record_put_ip(
	    in->event, F_SRC_IP, message_word(in->text, "from host "));
	record_put(in->event, F_USER, user);
	if (span_ends(in->m->name, SPAN("PASSED")))
		message_put_outcome(in->event, true);
	else if (span_ends(in->m->name, SPAN("FAILED")))
		message_put_outcome(in->event, false);
	else
		record_put_str(in->event, F_STATUS, "stop");
	return false;
}

/* "User 'U' authenticated successfully from A:port and was authorized for
 * netconf over ssh. ..." */
static bool
form_netconf(struct form_in *in)
{
	struct span from = message_word(in->text, " from ");
	size_t colon = span_rfind_byte(from, ':');

	record_put(in->event, F_USER, message_between(in->text, "User '", "'"));
	record_put_ip(in->event, F_SRC_IP, span_head(from, colon));
	if (colon != SPAN_NONE)
		record_put_number(
		    in->event, F_SRC_PORT, span_from(from, colon + 1));
	record_put_str(in->event, F_SERVICE, "netconf");
	message_put_outcome(in->event, span_is(in->m->name, "AUTH_PASSED"));
	return false;
}

/* "... Interface X, changed state to up" */
static bool
form_interface(struct form_in *in)
{
	record_put(in->event, F_INTERFACE, message_word(in->text, "nterface "));
	record_put(in->event, F_STATE,
	    message_after_last(in->text, "changed state to "));
	return false;
}

/* A name in quotes: "Successfully activated virtual service 'guestshell+'" */
static bool
form_quoted_name(struct form_in *in)
{
	record_put(in->event, F_NAME, message_between(in->text, "'", "'"));
	return false;
}

static bool
form_iox(struct form_in *in)
{
	record_put(in->event, F_NAME, message_word(in->text, "IOX SERVICE "));
	return false;
}

/* "Capture Point X enabled." */
static bool
form_capture(struct form_in *in)
{
	record_put(in->event, F_NAME, message_word(in->text, "Capture Point "));
	return false;
}

static bool
form_snmp_failure(struct form_in *in)
{
	record_put_ip(in->event, F_SRC_IP, message_word(in->text, "host "));
	record_put_str(in->event, F_SERVICE, "snmp");
	message_put_outcome(in->event, false);
	return false;
}

/* "User U locked out on authentication failure", "... unlocked by V on vty0
 * (A)" */
static bool
form_user_lock(struct form_in *in)
{
	struct span s = message_after(in->text, "User ");

	record_put(in->event, F_USER, unquoted(span_word(&s)));
	put_last_address(in->event, s);
	return false;
}

void
sshd_message_read(struct span s, struct record *r)
{
	bool good = span_has(s, "Accepted ");
	struct span from = message_after_last(s, " from "), user;

	if (from.p == NULL ||
	    (!good && !span_has(s, "Failed ") && !span_has(s, "nvalid user ") &&
		!span_has(s, "uthentication fail")))
		return;
	user = message_after(s, " for ");
	if (user.p == NULL || user.p > from.p)
		user = message_after(s, "nvalid user ");
	if (user.p != NULL && user.p < from.p)
		user = span_head(
		    user, (size_t)(from.p - user.p) - (sizeof(" from ") - 1));
	if (span_starts(user, SPAN("invalid user ")))
		user = span_from(user, sizeof("invalid user ") - 1);
	record_put(r, F_USER, user);
	record_put_ip(r, F_SRC_IP, span_word(&from));
	record_put_number(r, F_SRC_PORT, message_word(from, "port "));
	message_put_outcome(r, good);
}

static bool
form_system_msg(struct form_in *in)
{
	sshd_message_read(in->text, in->event);
	return false;
}

/* Messages by mnemonic; "*" at the end stands for any rest. */
#define FORM(mnemonic, read)                                                   \
	{                                                                      \
		{mnemonic, sizeof(mnemonic) - 1}, read                         \
	}
static const struct form {
	struct span mnemonic;
	bool (*read)(struct form_in *in);
} forms[] = {
    FORM("SYS-5-CONFIG_I", form_by_user),
    FORM("SYS-5-CONFIG_P", form_config_p),
    FORM("SYS-5-CONFIG_NV_I", form_by_user),
    FORM("SYS-5-CONFIG_NV", form_by_user),
    FORM("SYS-5-RELOAD", form_by_user),
    FORM("SYS-5-PRIV_AUTH_*", form_privilege),
    FORM("SYS-6-PRIV_AUTH_*", form_privilege),
    FORM("SYS-6-LOGOUT", form_logout),
    FORM("SYS-6-LOGGINGHOST_STARTSTOP", form_logging_host),
    FORM("SEC_LOGIN-*", form_sec_login),
    FORM("SEC-6-IPACCESSLOG*", form_access_list),
    FORM("IPV6_ACL-6-ACCESSLOG*", form_access_list),
    FORM("ACL-IPV4_ACL-6-*", form_access_list),
    FORM("ACL-IPV6_ACL-6-*", form_access_list),
    FORM("ACLLOG-5-ACLLOG_*", form_acllog),
    FORM("ACLLOG-6-ACLLOG_*", form_acllog),
    FORM("SSH-5-SSH*", form_ios_ssh),
    FORM("SSH-4-SSH*", form_ios_ssh),
    FORM("SSH-3-SSH*", form_ios_ssh),
    FORM("PARSER-5-CFGLOG_LOGGEDCMD", form_logged_command),
    FORM("HA_EM-6-LOG", form_applet),
    FORM("AAA-6-AAA_ACCOUNTING_MESSAGE", form_nxos_accounting),
    FORM("AAA-5-USER_*", form_user_lock),
    FORM("AAA-5-LOCAL_USER_*", form_user_lock),
    FORM("AUTHPRIV-*", form_system_msg),
    FORM("DAEMON-*", form_system_msg),
    FORM("VSHD-5-VSHD_SYSLOG_CONFIG_I", form_by_user),
    FORM("MGBL-SYS-5-CONFIG_I", form_by_user),
    FORM("MGBL-CONFIG-6-DB_COMMIT*", form_commit),
    FORM("SECURITY-LOGIN-*", form_xr_login),
    FORM("SECURITY-SSHD-*", form_xr_login),
    FORM("INFRA-INFRA_MSG-5-RUN_LOG*", form_run_login),
    FORM("INFRA_MSG-5-RUN_LOG*", form_run_login),
    FORM("WEBUI-6-INSTALL_OPERATION_INFO", form_webui_install),
    FORM("WEBSERVER-5-*", form_webserver),
    FORM("DMI-5-AUTH_PASSED", form_netconf),
    FORM("DMI-5-CONFIG_I", form_by_user),
    FORM("LINEPROTO-5-UPDOWN", form_interface),
    FORM("LINK-3-UPDOWN", form_interface),
    FORM("LINK-5-CHANGED", form_interface),
    FORM("PKT_INFRA-LINEPROTO-5-UPDOWN", form_interface),
    FORM("PKT_INFRA-LINK-*", form_interface),
    FORM("VMAN-2-*", form_quoted_name),
    FORM("VMAN-5-*", form_quoted_name),
    FORM("IM-6-IOX_INST_INFO", form_iox),
    FORM("BUFCAP-6-*", form_capture),
    FORM("SNMP-3-AUTHFAIL", form_snmp_failure),
};
#undef FORM

static bool
form_matches(struct span mnemonic, struct span f)
{
	if (f.p[f.n - 1] == '*')
		return span_starts(mnemonic, span_head(f, f.n - 1));
	return span_eq(mnemonic, f);
}

bool
cisco_message_read(const struct cisco_mnemonic *m, struct span message,
    struct record *event, struct record *command)
{
	struct form_in in = {m, message, event, command};

	if (span_starts(m->facility, SPAN("ASA")) ||
	    span_starts(m->facility, SPAN("FTD")) ||
	    span_starts(m->facility, SPAN("PIX")) ||
	    span_starts(m->facility, SPAN("FWSM")))
		return cisco_asa_read(m->name, message, event, command);
	if (span_is(m->text, "ACCOUNTING-6-CMD"))
		return eos_command_read(message, event, command);
	if (cisco_inspect_read(m, message, event))
		return false;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (form_matches(m->text, forms[i].mnemonic))
			return forms[i].read(&in);
	return false;
}
