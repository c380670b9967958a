/*
 * Gateways: Citrix NetScaler ("Syslog Message Reference"), F5 BIG-IP (audit
 * lines of tmsh, mcpd and httpd) and Ivanti Connect Secure in its standard
 * form.
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
	put_address(r, body, "Client_ip ", F_SRC_IP, F_SRC_PORT);
	if (span_is(event, "LOGIN") || span_is(event, "LOGIN_FAILED"))
		message_put_outcome(r, span_is(event, "LOGIN"));
	if (span_starts(event, SPAN("CONN_"))) {
		r->kind = K_FLOW;
		put_address(r, body, "Source ", F_SRC_IP, F_SRC_PORT);
		put_address(r, body, "Destination ", F_DST_IP, F_DST_PORT);
		record_put_str(
		    r, F_PROTOCOL, span_is(feature, "UDP") ? "udp" : "tcp");
		record_put_number(
		    r, F_BYTES_OUT, message_word(body, "Total_bytes_recv "));
		record_put_number(
		    r, F_BYTES_IN, message_word(body, "Total_bytes_send "));
	}
	log_emit(m);
	return true;
}

/* "notice tmsh[7]: ...": the level hides the program from the header's reader.
 */
static struct span
bigip_program(const struct log_message *m)
{
	struct span s = m->text, word;

	if (m->head.program.n > 0)
		return m->head.program;
	span_word(&s);
	word = span_word(&s);
	return span_head(word, span_find_byte(word, '['));
}

/*
 * "[notice tmsh[7]:] 01420002:5: AUDIT - pid=7 user=U folder=/Common
 * module=(tmos)# status=[Command OK] cmd_data=C"
 * "01070417:5: AUDIT - client A, user U - transaction #1-1 - object 0 - C
 * [Status=Command OK]"
 * "01070417:5: AUDIT - user U - RAW: httpd(pam_audit): user=U(U) ... host=A
 * attempts=1 start=..."
 */
static bool
bigip_audit(struct log_message *m)
{
	struct span s = message_after(m->text, "AUDIT - "), c, end;
	struct record command = log_record(m, K_COMMAND);
	struct record *r = &m->event, *both[] = {r, &command};

	if (s.p == NULL || !span_has(span_head(m->text, 64), ":5: "))
		return false;
	c = message_after(s, "cmd_data=");
	if (c.p == NULL && span_has(s, " - transaction ")) {
		c = message_after(message_after(s, " - object "), " - ");
		end = message_after_last(c, " [Status=");
		if (end.p != NULL)
			c = span_head(c,
			    (size_t)(end.p - c.p) - (sizeof(" [Status=") - 1));
	}
	record_put(r, F_MESSAGE, s);
	record_put(r, F_PROGRAM, bigip_program(m));
	for (size_t i = 0; i < 2; i++) {
		struct span user = message_word(s, " user=");

		if (user.n == 0)
			user = message_word(s, "user ");
		user = span_head(user, span_find_byte(user, '('));
		record_put(both[i], F_USER, user);
		record_put_ip(both[i], F_SRC_IP, message_word(s, " host="));
		record_put_ip(both[i], F_SRC_IP, message_word(s, "client "));
		record_put(both[i], F_COMMAND, span_trim(c));
	}
	log_emit(m);
	if (span_trim(c).n > 0)
		m->out->record(m->out, &command);
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
	return netscaler(m) || bigip_audit(m) || ivanti(m);
}
