/*
 * IOS and IOS XE as a firewall and as a translator: the zone-based firewall's
 * and CBAC's messages ("Cisco IOS System Message Guide", FW) and those of "ip
 * nat log translations syslog" (IPNAT); and what Arista EOS says in the same
 * form of logins, access lists and commands (its "System Message Guide").
 */
#include "read/log/cisco_message.h"
#include "read/log/message_scan.h"

/* "A:p", also "A:p(target:class)-(...)". */
static void
put_end(struct record *r, struct span s, enum field_id ip, enum field_id port)
{
	size_t colon;

	s = span_head(s, span_find_byte(s, '('));
	colon = span_rfind_byte(s, ':');
	if (colon == SPAN_NONE)
		return;
	record_put_ip(r, ip, span_head(s, colon));
	record_put_number(r, port, span_from(s, colon + 1));
}

/* The word before a mark. */
static struct span
word_before(struct span s, const char *mark)
{
	size_t at = span_find(s, span_str(mark)), blank;

	s = span_head(s, at == SPAN_NONE ? 0 : at);
	blank = span_rfind_byte(s, ' ');
	s = span_from(s, blank == SPAN_NONE ? 0 : blank + 1);
	/* "(target:class)-(zone:class):Stop tcp session" */
	return span_from(s, span_rfind_byte(s, ':') + 1);
}

/* "Stop tcp session: initiator (A:p) sent 22 bytes -- responder (B:q) sent 22
 * bytes", "Start tcp session: initiator (A:p) -- responder (B:q)": who opened
 * it, and the bytes of each. */
static bool
inspect_session(struct span s, struct record *r)
{
	struct span from = message_after(s, "initiator ("),
		    to = message_after(s, "responder (");

	if (from.p == NULL || to.p == NULL)
		return false;
	message_put_protocol(r, word_before(s, " session"));
	put_end(r, span_head(from, span_find_byte(from, ')')), F_SRC_IP,
	    F_SRC_PORT);
	put_end(
	    r, span_head(to, span_find_byte(to, ')')), F_DST_IP, F_DST_PORT);
	record_put_number(r, F_BYTES_OUT,
	    message_word(
		span_head(from, span_find(from, SPAN(" -- "))), "sent "));
	record_put_number(r, F_BYTES_IN, message_word(to, "sent "));
	record_put_str(r, F_ACTION, "permit");
	return true;
}

/* "Dropping tcp session A:p B:q ...", "Dropping tcp pkt from Gi1 A:p =>
 * B:q(...)
 * ...", "5 tcp packets were dropped from Gi1 A:p => B:q ...", "Passing ...". */
static bool
inspect_packet(struct span s, struct record *r, bool pass)
{
	struct span rest = s, word, last = {0};
	bool first;

	for (unsigned i = 0; rest.n > 0 && i < 24; i++) {
		word = span_word(&rest);
		first = record_get(r, F_SRC_IP) == NULL;
		if (span_is(word, "session") || span_is(word, "pkt") ||
		    span_starts(word, SPAN("packet")))
			message_put_protocol(r, last);
		put_end(r, word, first ? F_SRC_IP : F_DST_IP,
		    first ? F_SRC_PORT : F_DST_PORT);
		if (record_get(r, F_DST_IP) != NULL)
			break;
		last = word;
	}
	if (record_get(r, F_DST_IP) == NULL)
		return false;
	record_put_str(r, F_ACTION, pass ? "permit" : "deny");
	return true;
}

/* "Created tcp inside-local inside-global outside-local outside-global", each
 * A:p. */
static bool
translation(struct span s, struct record *r)
{
	struct span verb = span_word(&s), word, ip;

	message_put_protocol(r, span_word(&s));
	put_end(r, span_word(&s), F_SRC_IP, F_SRC_PORT);
	word = span_word(&s);
	ip = span_head(word, span_rfind_byte(word, ':'));
	message_put_translated(
	    r, true, ip, span_from(word, ip.n < word.n ? ip.n + 1 : ip.n));
	span_word(&s);
	put_end(r, span_word(&s), F_DST_IP, F_DST_PORT);
	record_put_str(
	    r, F_STATUS, span_is(verb, "Created") ? "start" : "stop");
	return true;
}

/* "user U logged in [from: A] [service: sshd]", "user U failed to login [from:
 * A] ..." */
static bool
eos_login(struct span s, struct record *r)
{
	struct span from = message_after_last(s, "[from: ");
	struct span user = message_after(s, "ser "), end;

	if (from.p == NULL || user.p == NULL)
		return false;
	end = span_head(user, span_find(user, SPAN(" logged ")));
	if (end.n == user.n)
		end = span_head(user, span_find(user, SPAN(" failed ")));
	record_put(r, F_USER, end);
	record_put_ip(r, F_SRC_IP, span_head(from, span_find_byte(from, ']')));
	record_put(r, F_SERVICE, message_between(s, "[service: ", "]"));
	if (span_has(s, " logged out"))
		record_put_str(r, F_STATUS, "stop");
	else
		message_put_outcome(r, span_has(s, " logged in"));
	return true;
}

/* "list L Ethernet1 denied tcp A(p) -> B(q)" */
static bool
eos_access_list(struct span s, struct record *r)
{
	struct span verb, rest = message_after(s, "list "), word = {0};

	record_put(r, F_ACL, span_word(&rest));
	record_put(r, F_INTERFACE, span_word(&rest));
	verb = span_word(&rest);
	message_put_action(r, verb);
	message_put_protocol(r, span_word(&rest));
	message_put_endpoint(r, span_word(&rest), F_SRC_IP, F_SRC_PORT);
	while (rest.n > 0 && !span_is(word, "->"))
		word = span_word(&rest);
	message_put_endpoint(r, span_word(&rest), F_DST_IP, F_DST_PORT);
	return true;
}

bool
eos_command_read(struct span s, struct record *event, struct record *command)
{
	struct record *both[] = {event, command};
	struct span user, tty, ip, status, text, rest = s;

	user = span_word(&rest);
	tty = span_word(&rest);
	ip = span_word(&rest);
	status = span_word(&rest);
	text = span_trim(message_after(s, " cmd="));
	if (span_ends(text, SPAN("<cr>")))
		text = span_trim(span_head(text, text.n - 4));
	for (size_t i = 0; i < 2; i++) {
		record_put(both[i], F_USER, user);
		record_put(both[i], F_TTY, tty);
		record_put_ip(both[i], F_SRC_IP, ip);
		record_put(both[i], F_STATUS, status);
		record_put(both[i], F_TASK, message_word(s, "task_id="));
		record_put_number(
		    both[i], F_PRIVILEGE, message_word(s, "priv-lvl="));
		record_put(both[i], F_COMMAND, text);
	}
	return text.n > 0;
}

bool
cisco_inspect_read(
    const struct cisco_mnemonic *m, struct span message, struct record *event)
{
	if (span_is(m->facility, "AAA") && span_starts(m->name, SPAN("LOG")))
		return eos_login(message, event);
	if (span_is(m->facility, "ACL") &&
	    span_starts(m->name, SPAN("IPACCESS")))
		return eos_access_list(message, event);
	if (span_is(m->facility, "IPNAT"))
		return translation(message, event);
	if (!span_is(m->facility, "FW"))
		return false;
	if (span_starts(m->name, SPAN("SESS_AUDIT_TRAIL")))
		return inspect_session(message, event);
	if (span_is(m->name, "DROP_PKT") || span_is(m->name, "LOG_SUMMARY"))
		return inspect_packet(message, event, false);
	return span_is(m->name, "PASS_PKT") &&
	       inspect_packet(message, event, true);
}
