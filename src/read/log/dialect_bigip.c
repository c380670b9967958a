/*
 * F5 BIG-IP: audit lines of tmsh, mcpd, httpd and sshd, sessions of the access
 * policy manager (APM, messages 0149xxxx and 0158xxxx), and what the network
 * firewall (AFM) and the application firewall (ASM) write as name="value" pairs
 * with commas ("External Monitoring of BIG-IP Systems").  CEF of ASM is
 * dialect_cef.c's.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"
#include "read/log/web_request.h"

/* "notice tmsh[7]: ...": the level hides the program from the header's reader.
 */
static struct span
program_of(const struct log_message *m)
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
audit(struct log_message *m)
{
	struct span s = message_after(m->text, "AUDIT - "), c, end;
	struct record command = log_record(m, K_COMMAND);
	struct record *r = &m->event, *both[] = {r, &command};

	if (s.p == NULL || !(span_has(span_head(m->text, 96), "01070417:") ||
			       span_has(span_head(m->text, 96), "01420002:")))
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
	record_put(r, F_PROGRAM, program_of(m));
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

/* ---- access policy manager ---- */

/* "A:p", the last colon stands before the port. */
static void
put_end(
    struct record *r, struct span word, enum field_id ip, enum field_id port)
{
	size_t colon = span_rfind_byte(word, ':');

	record_put_ip(r, ip, span_head(word, colon));
	if (colon != SPAN_NONE)
		record_put_number(r, port, span_from(word, colon + 1));
}

/* "... allow ACL: /Common/acl:2 packet: tcp A:p -> B:q" */
static void
access_list(struct record *r, struct span s)
{
	struct span packet = message_after(s, " packet: "), word;

	r->kind = K_FLOW;
	record_put(r, F_ACL, message_word(s, " ACL: "));
	record_put_str(r, F_ACTION,
	    span_has(span_head(s, span_find(s, SPAN(" ACL: "))), "allow")
		? "permit"
		: "deny");
	message_put_protocol(r, span_word(&packet));
	word = span_word(&packet);
	put_end(r, word, F_SRC_IP, F_SRC_PORT);
	(void)span_word(&packet);
	put_end(r, span_word(&packet), F_DST_IP, F_DST_PORT);
}

/*
 * "01490500:5: /Common/ap:Common:b77e0b8e: New session from client IP A ...",
 * "... Username 'alice'", "... Access policy result: Logon_Deny", "... Session
 * deleted due to ...", "01490107:3: ... authentication failed".  What belongs
 * together shares the number of the session.
 */
static bool
access_manager(struct log_message *m)
{
	struct span head = span_head(m->text, 96), s, id;
	struct record *r = &m->event;
	size_t at = span_find(head, SPAN("0149"));

	if (at == SPAN_NONE)
		at = span_find(head, SPAN("0158"));
	if (at == SPAN_NONE || at + 10 >= m->text.n || m->text.p[at + 8] != ':')
		return false;
	s = span_from(m->text, at);
	id = span_until(&s, ':');
	(void)span_until(&s, ' ');
	record_put(r, F_MNEMONIC, id);
	record_put(r, F_PROGRAM, program_of(m));
	record_put(r, F_MESSAGE, s);
	/* "/Common/profile:Common:SESSION: text" */
	id = span_head(s, span_find(s, SPAN(": ")));
	s = span_from(s, id.n + 2);
	record_put(r, F_SESSION, span_from(id, span_rfind_byte(id, ':') + 1));
	if (span_has(s, " ACL: ") && span_has(s, " packet: ")) {
		access_list(r, s);
		log_emit(m);
		return true;
	}
	record_put_ip(r, F_SRC_IP, message_word(s, "client IP "));
	record_put_ip(r, F_DST_IP, message_word(s, "at VIP "));
	record_put(r, F_USER, message_between(s, "Username '", "'"));
	if (span_has(s, "New session"))
		record_put_str(r, F_STATUS, "start");
	else if (span_has(s, "Session deleted"))
		record_put_str(r, F_STATUS, "stop");
	else if (span_has(s, "Logon_Deny") || span_has(s, "ogon failed") ||
		 span_has(s, "authentication failed"))
		message_put_outcome(r, false);
	else if (span_has(s, "Access policy result: "))
		message_put_outcome(r, true);
	log_emit(m);
	return true;
}

/* ---- firewalls ---- */

static const struct pair_field fields[] = {{"source_ip", F_SRC_IP},
    {"source_port", F_SRC_PORT}, {"dest_ip", F_DST_IP},
    {"dest_port", F_DST_PORT}, {"protocol", F_PROTOCOL},
    {"acl_rule_name", F_ACL}, {"source_user", F_USER}, {"ip_client", F_SRC_IP},
    {"src_port", F_SRC_PORT}, {"method", F_METHOD}, {"response_code", F_STATUS},
    {"username", F_USER}, {"attack_type", F_MNEMONIC}, {NULL, 0}};

static void
put_verdict(struct record *r, struct span verdict)
{
	if (span_starts_nocase(verdict, SPAN("accept")) ||
	    span_starts_nocase(verdict, SPAN("allow")) ||
	    span_is(verdict, "passed") || span_is(verdict, "alerted"))
		record_put_str(r, F_ACTION, "permit");
	else if (span_starts_nocase(verdict, SPAN("drop")) ||
		 span_starts_nocase(verdict, SPAN("reject")) ||
		 span_is(verdict, "blocked"))
		record_put_str(r, F_ACTION, "deny");
}

static void
read_pairs(struct log_message *m, struct span s)
{
	struct record *r = &m->event;
	struct span name, value;
	bool web = false;

	while (pair_next(&s, ',', &name, &value)) {
		if (span_is(name, "action") || span_is(name, "request_status"))
			put_verdict(r, value);
		else if (span_is(name, "hostname") ||
			 span_is(name, "unit_hostname"))
			r->host = value;
		else if (span_is(name, "uri") && value.n > 0) {
			web_target_put(r, value, m->in->arena);
			web = true;
		} else if (!span_is(name, "protocol") ||
			   !span_starts(value, SPAN("HTTP")))
			pair_put_named(r, fields, name, value);
	}
	r->kind = web ? K_HTTP : K_FLOW;
}

static bool
firewall(struct log_message *m)
{
	struct span s = m->text;

	if (span_starts(s, SPAN("ASM:")))
		s = span_from(s, 4);
	if (!span_has(s, "_ip=\"") && !span_has(s, "ip_client=\""))
		return false;
	if (!(span_has(s, "bigip_mgmt_ip=\"") ||
		span_has(s, "unit_hostname=\"")) ||
	    !(span_has(s, "source_ip=\"") || span_has(s, "ip_client=\"")))
		return false;
	record_put(&m->event, F_MESSAGE, m->text);
	read_pairs(m, s);
	log_emit(m);
	return true;
}

bool
bigip_dialect(struct log_message *m)
{
	return audit(m) || access_manager(m) || firewall(m);
}
