/*
 * Firewalls with pairs of their own: Check Point's Log Exporter in its syslog
 * form ("[action:"Drop"; src:"A"; ...]"), Sophos ("log_type="Firewall"
 * log_subtype="Denied" src_ip=..."), and WatchGuard's traffic log
 * ("msg_id="..." Deny IN OUT length tcp header ttl A B p q ...").
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"

static void
put_decision(struct record *r, struct span verb)
{
	static const char *const good[] = {
	    "Accept", "Allow", "Allowed", "Encrypt", "Decrypt", "Bypass"};
	static const char *const bad[] = {
	    "Drop", "Deny", "Denied", "Reject", "Block", "Blocked", "Prevent"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (span_is_nocase(verb, good[i]))
			record_put_str(r, F_ACTION, "permit");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (span_is_nocase(verb, bad[i]))
			record_put_str(r, F_ACTION, "deny");
}

/* What has both ends and a verdict is a flow. */
static bool
emit(struct log_message *m)
{
	struct record *r = &m->event;

	if (record_get(r, F_SRC_IP) != NULL &&
	    record_get(r, F_DST_IP) != NULL && record_get(r, F_ACTION) != NULL)
		r->kind = K_FLOW;
	log_emit(m);
	return true;
}

/* ---- Check Point ---- */

static bool
check_point(struct log_message *m)
{
	static const struct pair_field fields[] = {{"src", F_SRC_IP},
	    {"dst", F_DST_IP}, {"s_port", F_SRC_PORT}, {"service", F_DST_PORT},
	    {"proto", F_PROTOCOL}, {"rule_name", F_ACL},
	    {"product", F_FACILITY}, {"user", F_USER},
	    {"administrator", F_USER}, {"ifname", F_INTERFACE},
	    {"sent_bytes", F_BYTES_OUT}, {"received_bytes", F_BYTES_IN},
	    {"client_ip", F_SRC_IP}, {"operation", F_MNEMONIC}, {NULL, 0}};
	struct record *r = &m->event;
	struct span s, name, value;
	size_t at = span_find(m->line, SPAN(" CheckPoint "));
	int64_t t;

	if (at == SPAN_NONE)
		return false;
	s = span_from(m->line, at);
	at = span_find_byte(s, '[');
	if (at == SPAN_NONE)
		return false;
	s = span_from(s, at + 1);
	record_put(r, F_MESSAGE, span_head(s, span_rfind_byte(s, ']')));
	while (s.n > 0 && s.p[0] != ']') {
		name = span_trim(span_until(&s, ':'));
		if (s.n == 0 || s.p[0] != '"')
			break;
		s = span_from(s, 1);
		value = span_until(&s, '"');
		if (s.n > 0 && s.p[0] == ';')
			s = span_from(s, 1);
		if (span_is(name, "action"))
			put_decision(r, value);
		else if (span_is(name, "origin") && r->host_addr.n == 0)
			r->host_addr = value;
		else if (span_is(name, "time") && time_read_epoch(value, &t))
			r->time = t;
		else if (value.n > 0)
			pair_put_named(r, fields, name, value);
	}
	return emit(m);
}

/* ---- Sophos ---- */

static bool
sophos(struct log_message *m)
{
	static const struct pair_field fields[] = {{"src_ip", F_SRC_IP},
	    {"dst_ip", F_DST_IP}, {"src_port", F_SRC_PORT},
	    {"dst_port", F_DST_PORT}, {"protocol", F_PROTOCOL},
	    {"user_name", F_USER}, {"bytes_sent", F_BYTES_OUT},
	    {"bytes_received", F_BYTES_IN}, {"sent_bytes", F_BYTES_OUT},
	    {"recv_bytes", F_BYTES_IN}, {"duration", F_DURATION},
	    {"log_type", F_FACILITY}, {"log_id", F_MNEMONIC},
	    {"message", F_MESSAGE}, {NULL, 0}};
	struct record *r = &m->event;
	struct span s = m->text, name, value, status;
	int64_t t;
	bool zoned;

	if (span_find(s, SPAN("log_type=")) == SPAN_NONE ||
	    span_find(s, SPAN("log_subtype=")) == SPAN_NONE)
		return false;
	while (pair_next(&s, ' ', &name, &value)) {
		if (span_is(name, "timestamp") &&
		    time_read_iso(value, &t, &zoned) > 0)
			r->time = t;
		pair_put_named(r, fields, name, value);
	}
	if (record_get(r, F_MESSAGE) == NULL)
		record_put(r, F_MESSAGE, m->text);
	put_decision(r, pair_get(m->text, "log_subtype"));
	status = pair_get(m->text, "status");
	if (span_is(status, "Failed"))
		message_put_outcome(r, false);
	else if (span_is(status, "Successful"))
		message_put_outcome(r, true);
	return emit(m);
}

/* ---- WatchGuard ---- */

/* "SSL VPN user U@SERVER from A logged in assigned virtual IP is B", "...
 * authentication of user [U@SERVER] from A was rejected, ..." */
static void
watchguard_login(struct record *r, struct span s)
{
	struct span user = message_word(s, " user ");

	if (user.n > 0 && user.p[0] == '[')
		user = span_from(user, 1);
	record_put(r, F_USER, user);
	record_put_ip(r, F_SRC_IP, message_word(s, " from "));
	if (span_has(s, "rejected") || span_has(s, "failed"))
		message_put_outcome(r, false);
	else if (span_has(s, "logged in") || span_has(s, "accepted"))
		message_put_outcome(r, true);
	else if (span_has(s, "logged out"))
		record_put_str(r, F_STATUS, "stop");
}

static bool
watchguard(struct log_message *m)
{
	struct record *r = &m->event;
	struct span s = message_after(m->text, "msg_id=\""), verb, word, last;
	struct addr a;

	if (s.p == NULL)
		return false;
	record_put(r, F_MNEMONIC, span_until(&s, '"'));
	record_put(r, F_PROGRAM, m->head.program);
	record_put(r, F_MESSAGE, span_trim(s));
	if (span_has(s, " user ")) {
		watchguard_login(r, s);
		return emit(m);
	}
	verb = span_word(&s);
	/* Interfaces, length, protocol, two numbers, then both addresses. */
	for (last = s; last.n > 0;) {
		word = span_word(&last);
		message_put_protocol(r, word);
		if (record_get(r, F_PROTOCOL) != NULL)
			break;
	}
	while (last.n > 0) {
		word = span_word(&last);
		if (!addr_read(word, &a))
			continue;
		record_put_ip(r, F_SRC_IP, word);
		record_put_ip(r, F_DST_IP, span_word(&last));
		record_put_number(r, F_SRC_PORT, span_word(&last));
		record_put_number(r, F_DST_PORT, span_word(&last));
		break;
	}
	put_decision(r, verb);
	return emit(m);
}

bool
firewalls_dialect(struct log_message *m)
{
	return check_point(m) || sophos(m) || watchguard(m);
}
