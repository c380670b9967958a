/*
 * Gateways: Citrix NetScaler ("Syslog Message Reference", and what its shell
 * logs) and Ivanti Connect Secure in its standard form.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"

/* "A:port" or "A" behind a mark. */
static void
put_address(struct record *r, struct span s, const char *mark, enum field_id ip,
    enum field_id port)
{
	struct span word = message_word(s, mark);
	size_t colon = span_rfind_byte(word, ':');
	struct addr a;

	if (addr_read(word, &a)) {
		record_put_ip(r, ip, word);
		return;
	}
	record_put_ip(r, ip, span_head(word, colon));
	if (colon != SPAN_NONE)
		record_put_number(r, port, span_from(word, colon + 1));
}

/* "User U - ADM_User NONE - Remote_ip A - Command "C" - Status "Success"" */
static void
netscaler_command(struct log_message *m, struct span s)
{
	struct record command = log_record(m, K_COMMAND);
	struct record *both[] = {&m->event, &command};
	struct span c = message_after(s, " - Command \"");
	struct span end = message_after_last(c, "\" - Status \"");

	if (end.p != NULL)
		c = span_head(
		    c, (size_t)(end.p - c.p) - (sizeof("\" - Status \"") - 1));
	for (size_t i = 0; i < 2; i++) {
		record_put(both[i], F_USER, message_word(s, "User "));
		record_put_ip(both[i], F_SRC_IP, message_word(s, "Remote_ip "));
		record_put(both[i], F_COMMAND, c);
		message_put_outcome(both[i], span_starts(end, SPAN("Success")));
	}
	log_emit(m);
	if (c.n > 0)
		m->out->record(m->out, &command);
}

static void
put_client(struct record *r, struct span body)
{
	put_address(r, body, "Client_ip ", F_SRC_IP, F_SRC_PORT);
	put_address(r, body, "ClientIP ", F_SRC_IP, F_SRC_PORT);
	record_put_number(r, F_SRC_PORT, message_word(body, "ClientPort "));
}

/* What a session did: "Source A:p - Destination B:q - ... - Duration 00:00:10 -
 * Total_bytes_send 1 - Total_bytes_recv 2 - Access Allowed". */
static void
netscaler_flow(
    struct record *r, struct span feature, struct span event, struct span body)
{
	bool udp = span_is(feature, "UDP") || span_starts(event, SPAN("UDP"));
	struct span access = message_word(body, " - Access ");

	r->kind = K_FLOW;
	put_address(r, body, "Source ", F_SRC_IP, F_SRC_PORT);
	put_address(r, body, "Destination ", F_DST_IP, F_DST_PORT);
	record_put_str(r, F_PROTOCOL, udp ? "udp" : "tcp");
	record_put(r, F_DURATION, message_word(body, " - Duration "));
	record_put_number(
	    r, F_BYTES_OUT, message_word(body, "Total_bytes_recv "));
	record_put_number(
	    r, F_BYTES_IN, message_word(body, "Total_bytes_send "));
	if (access.n > 0)
		record_put_str(r, F_ACTION,
		    span_is(access, "Allowed") ? "permit" : "deny");
}

/* "bash[77]: root on /dev/pts/0 shell_command="id"": commands of its shell. */
static bool
netscaler_shell(struct log_message *m)
{
	struct span s = m->text, c = message_after(s, " shell_command=\"");
	struct record *r = &m->event, command;
	size_t end = span_rfind_byte(c, '"');

	if (c.p == NULL || !(span_is(m->head.program, "bash") ||
			       span_is(m->head.program, "sh")))
		return false;
	log_put_common(m);
	record_put(r, F_USER, span_word(&s));
	record_put(r, F_TTY, message_word(s, "on "));
	record_put(r, F_COMMAND, span_head(c, end));
	log_emit(m);
	command = log_command(m);
	if (record_get(&command, F_COMMAND) != NULL)
		m->out->record(m->out, &command);
	return true;
}

/* "default FEATURE EVENT 1234 0 :  TEXT" */
static bool
netscaler(struct log_message *m)
{
	struct span s = m->text, feature, event, body = message_after(s, " : ");
	struct record *r = &m->event;
	size_t at = span_find(span_head(s, 160), SPAN(" default "));

	/* "03/01/2024:10:11:12 GMT ns1 0-PPE-0 : default ..." */
	if (at != SPAN_NONE) {
		s = span_from(s, at + 1);
		body = message_after(s, " : ");
	}
	if (!span_starts(s, SPAN("default ")))
		return false;
	s = span_from(s, sizeof("default ") - 1);
	feature = span_word(&s);
	event = span_word(&s);
	if (body.n == 0 || event.n == 0)
		return false;
	body = span_trim(body);
	record_put(r, F_FACILITY, feature);
	record_put(r, F_MNEMONIC, event);
	record_put(r, F_MESSAGE, body);
	if (span_is(event, "CMD_EXECUTED")) {
		netscaler_command(m, body);
		return true;
	}
	record_put(r, F_USER, message_word(body, "User "));
	if (span_is(event, "LOGIN") || span_is(event, "LOGIN_FAILED"))
		message_put_outcome(r, span_is(event, "LOGIN"));
	else if (span_is(event, "LOGOUT"))
		record_put_str(r, F_STATUS, "stop");
	if (span_starts(event, SPAN("CONN_")) ||
	    span_is(event, "TCPCONNSTAT") || span_is(event, "UDPFLOWSTAT"))
		netscaler_flow(r, feature, event, body);
	else
		put_client(r, body);
	log_emit(m);
	return true;
}

/* "PulseSecure: 2024-03-01 10:11:12 - NODE - [A] U(REALM)[ROLES] - TEXT": the
 * header's reader takes the program for a name and the time for the device's.
 */
static bool
ivanti(struct log_message *m)
{
	struct span s = m->text, from, who, user, text;
	struct record *r = &m->event;

	if (!span_starts(s, SPAN("- ")) || !m->head.device.present)
		return false;
	from = message_after(s, " - [");
	who = message_after(from, "] ");
	text = message_after(who, " - ");
	if (text.p == NULL)
		return false;
	from = span_head(from, span_find_byte(from, ']'));
	who = span_head(who, (size_t)(text.p - who.p) - (sizeof(" - ") - 1));
	if (span_eq(r->host, m->head.origin))
		r->host = (struct span){0};
	user = span_rtrim(span_head(who, span_find_byte(who, '(')));
	record_put(r, F_PROGRAM, m->head.origin);
	record_put_ip(r, F_SRC_IP, from);
	if (!span_is(user, "System"))
		record_put(r, F_USER, user);
	record_put(r, F_GROUP, message_between(who, "(", ")"));
	record_put(r, F_MESSAGE, text);
	if (span_has(text, "uthentication successful") ||
	    span_has(text, "ogin succeeded"))
		message_put_outcome(r, true);
	else if (span_has(text, "uthentication failed") ||
		 span_has(text, "ogin failed"))
		message_put_outcome(r, false);
	log_emit(m);
	return true;
}

bool
gateway_dialect(struct log_message *m)
{
	return netscaler(m) || netscaler_shell(m) || ivanti(m);
}
