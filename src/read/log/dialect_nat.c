/*
 * Translators of carriers: who had an outside address and port, and since when.
 * Cisco IOS XR CGN (its configuration guide, "Syslog Message Format"), A10
 * Thunder CGN in words, Citrix NetScaler large-scale NAT ("Logging and
 * Monitoring LSN"), F5 BIG-IP CGNAT, Nokia SR OS (events 2012 and 2013 of
 * application NAT, as its configuration guides show them), H3C, HP and 3Com.
 *
 * Inside is the source of the record, outside nat_src_ip with nat_src_port;
 * where a block of ports was given, nat_src_port is its first and last its last
 * one.  status says start or stop.  What names a destination is a flow.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"

/* Events in one message of CGN. */
#define EVENTS_MAX 64

/* "A:p", "A:p:domain" (NetScaler), "A%domain:p" (F5), "[A]:p". */
static void
put_end(struct record *r, struct span s, enum field_id ip, enum field_id port)
{
	struct span address, rest;

	while (s.n > 0 && (s.p[s.n - 1] == ',' || s.p[s.n - 1] == ';'))
		s.n--;
	if (s.n > 0 && s.p[0] == '[') {
		rest = span_from(s, 1);
		address = span_until(&rest, ']');
		rest = span_from(rest, 1);
	} else {
		rest = s;
		address = span_until(&rest, ':');
	}
	record_put_ip(r, ip, span_head(address, span_find_byte(address, '%')));
	record_put_number(r, port, span_until(&rest, ':'));
}

static void
put_life(struct record *r, bool begins)
{
	record_put_str(r, F_STATUS, begins ? "start" : "stop");
}

/* True, for whoever knows the message. */
static bool
emit(struct log_message *m)
{
	struct record *r = &m->event;

	if (record_get(r, F_DST_IP) != NULL) {
		r->kind = K_FLOW;
		record_put_str(r, F_ACTION, "permit");
	}
	log_emit(m);
	return true;
}

/* ---- Cisco IOS XR ---- */

enum {
	CGN_EVENT,
	CGN_PROTOCOL,
	CGN_INSIDE,
	CGN_VRF,
	CGN_INSIDE_V6,
	CGN_OUTSIDE,
	CGN_PORT,
	CGN_FIRST,
	CGN_LAST,
	CGN_DST,
	CGN_DST_PORT,
	CGN_FIELDS
};

/* "UserbasedA - 10.0.0.1 ivrf - 192.0.2.1 - 1024 1535 - -"; what does not apply
 * is a dash. */
static void
cgn_event(struct log_message *m, struct span s, struct record *r)
{
	struct span v[CGN_FIELDS];
	bool withdrawn;

	for (size_t i = 0; i < CGN_FIELDS; i++) {
		v[i] = span_word(&s);
		if (span_is(v[i], "-"))
			v[i].n = 0;
	}
	withdrawn = span_has(v[CGN_EVENT], "basedW");
	record_put(r, F_MNEMONIC, v[CGN_EVENT]);
	message_put_protocol(r, v[CGN_PROTOCOL]);
	record_put_ip(r, F_SRC_IP, v[CGN_INSIDE]);
	record_put_ip(r, F_SRC_IP, v[CGN_INSIDE_V6]);
	record_put(r, F_VRF, v[CGN_VRF]);
	record_put_ip(r, F_NAT_SRC_IP, v[CGN_OUTSIDE]);
	record_put_number(r, F_SRC_PORT, v[CGN_PORT]);
	record_put_number(r, F_NAT_SRC_PORT, v[CGN_FIRST]);
	if (!span_eq(v[CGN_FIRST], v[CGN_LAST]))
		record_put_number(r, F_LAST, v[CGN_LAST]);
	record_put_ip(r, F_DST_IP, v[CGN_DST]);
	record_put_number(r, F_DST_PORT, v[CGN_DST_PORT]);
	if (span_has(v[CGN_EVENT], "based"))
		put_life(r, !withdrawn);
	m->event = *r;
	emit(m);
}

/* "1 2024 Mar  1 10:11:12 192.0.2.1 - - NAT44 - [...][...]": more events than
 * one in a message. */
static bool
cgn(struct log_message *m)
{
	static const char *const names[] = {
	    "[Userbased", "[Sessionbased", "[Portblockrunout"};
	struct span s = m->line, event;
	size_t at = SPAN_NONE;

	for (size_t i = 0; i < 3 && at == SPAN_NONE; i++)
		at = span_find(s, span_str(names[i]));
	if (at == SPAN_NONE)
		return false;
	s = span_from(s, at);
	log_put_common(m);
	for (unsigned i = 0; i < EVENTS_MAX && s.n > 0 && s.p[0] == '['; i++) {
		struct record before = m->event, r = before;

		s = span_from(s, 1);
		event = span_until(&s, ']');
		cgn_event(m, event, &r);
		m->event = before;
		while (s.n > 0 && ascii_space((unsigned char)s.p[0]))
			s = span_from(s, 1);
	}
	return true;
}

/* ---- A10 ---- */

/* "NAT-TCP-C: 10.0.0.1:1234<-->192.0.2.1:1234 to 198.51.100.7:80", the same
 * with "->" and no destination; with both ends of both ways "A:p<->B:q,
 * C:r<-->D:s"; D and F free.  "FIXED-NAT-PORTS A->B:3000-4000". */
static bool
a10(struct log_message *m)
{
	struct span s = m->text, name = m->head.program, left, right, ports;
	struct record *r = &m->event;
	size_t at = span_find(span_head(s, 128), SPAN("NAT-"));

	/* The header's reader takes the name in front for a program's. */
	if (span_starts(name, SPAN("NAT-")))
		at = 0;
	else
		name.n = 0;
	if (at == SPAN_NONE)
		return false;
	if (at >= 6 && span_ends(span_head(s, at), SPAN("FIXED-")))
		at -= 6;
	s = span_from(s, at);
	if (name.n == 0)
		name = span_word(&s);
	if (name.n > 0 && name.p[name.n - 1] == ':')
		name.n--;
	at = span_find_byte(s, '>');
	if (at == SPAN_NONE || at == 0)
		return false;
	right = span_trim(span_from(s, at + 1));
	while (at > 0 && (s.p[at - 1] == '-' || s.p[at - 1] == '<'))
		at--;
	left = span_trim(span_head(s, at));
	record_put(r, F_MESSAGE, m->text);
	record_put(r, F_MNEMONIC, name);
	put_end(r, left, F_SRC_IP, F_SRC_PORT);
	at = span_find_byte(right, ',');
	if (at != SPAN_NONE && span_has(span_from(right, at), "-")) {
		/* Of the way back the first end is the far one. */
		put_end(r, span_head(right, at), F_DST_IP, F_DST_PORT);
		right = span_from(right, at + 1);
		at = span_find_byte(right, '>');
		right = at == SPAN_NONE ? right : span_from(right, at + 1);
	}
	put_end(r, span_word(&right), F_NAT_SRC_IP, F_NAT_SRC_PORT);
	put_end(r, message_word(right, "to "), F_DST_IP, F_DST_PORT);
	ports = message_after_last(m->text, ":");
	if (span_starts(name, SPAN("FIXED-"))) {
		record_put_number(r, F_NAT_SRC_PORT, span_until(&ports, '-'));
		record_put_number(r, F_LAST, span_word(&ports));
		put_life(r, true);
	} else {
		struct span word = span_sub(name, 4, name.n);

		message_put_protocol(r, span_until(&word, '-'));
		put_life(r, !span_is(word, "D") && !span_is(word, "F"));
	}
	return emit(m);
}

/* ---- NetScaler ---- */

/* "... LSN LSN_SESSION 7 0 :  SESSION CREATED Client
 * IP:Port:TD 10.0.0.1:15136:0, NatIP:NatPort 192.0.2.1:6234, Destination
 * IP:Port:TD 198.51.100.7:80:0, Protocol: TCP" */
static bool
netscaler_lsn(struct log_message *m)
{
	struct span s = m->text, name = message_after(s, " LSN LSN_");
	struct record *r = &m->event;

	if (name.p == NULL || !span_has(s, "NatIP:NatPort"))
		return false;
	name = span_of(name.p - 4, name.n + 4);
	log_put_common(m);
	record_put(r, F_MNEMONIC, span_word(&name));
	put_end(r, message_word(s, "Client IP:Port:TD "), F_SRC_IP, F_SRC_PORT);
	put_end(r, message_word(s, "SubscrIP:Port:TD "), F_SRC_IP, F_SRC_PORT);
	put_end(
	    r, message_word(s, "NatIP:NatPort "), F_NAT_SRC_IP, F_NAT_SRC_PORT);
	put_end(r, message_word(s, "Destination IP:Port:TD "), F_DST_IP,
	    F_DST_PORT);
	record_put_ip(r, F_DST_IP, message_word(s, "Destination IP:TD "));
	message_put_protocol(r, message_word(s, "Protocol: "));
	put_life(r, !span_has(s, " DELETED") && !span_has(s, " REMOVED"));
	return emit(m);
}

/* ---- F5 ---- */

/* "LSN_ADD" "10.0.0.1%0:15136" 6 "192.0.2.1%0:6234" "198.51.100.7" "80": words
 * with or without quotes; LSN_DELETE; LSN_PB_ALLOCATED and LSN_PB_RELEASED
 * "10.0.0.1%0" "192.0.2.1%0: 1024 - 1535". */
static bool
f5_lsn(struct log_message *m)
{
	struct span s = m->text, v[8], name;
	struct record *r = &m->event;
	size_t at = span_find(span_head(s, 160), SPAN("LSN_")), n = 0;

	if (at == SPAN_NONE || span_has(s, "NatIP:NatPort"))
		return false;
	s = span_from(s, at);
	while (n < 8 && s.n > 0) {
		v[n] = span_word(&s);
		while (v[n].n > 0 && v[n].p[0] == '"')
			v[n] = span_from(v[n], 1);
		v[n] = span_head(v[n], span_find_byte(v[n], '"'));
		n += v[n].n > 0;
	}
	if (n < 3)
		return false;
	name = v[0];
	log_put_common(m);
	record_put(r, F_MNEMONIC, name);
	put_end(r, v[1], F_SRC_IP, F_SRC_PORT);
	put_life(r, !span_has(name, "DELETE") && !span_has(name, "RELEASED"));
	if (span_starts(name, SPAN("LSN_PB_"))) {
		put_end(r, v[2], F_NAT_SRC_IP, F_NAT_SRC_PORT);
		if (n > 3)
			record_put_number(r, F_NAT_SRC_PORT, v[3]);
		if (n > 5)
			record_put_number(r, F_LAST, v[5]);
		return emit(m);
	}
	message_put_protocol(r, v[2]);
	if (n > 3)
		put_end(r, v[3], F_NAT_SRC_IP, F_NAT_SRC_PORT);
	if (n > 5) {
		record_put_ip(r, F_DST_IP, v[4]);
		record_put_number(r, F_DST_PORT, v[5]);
	}
	return emit(m);
}

/* ---- Nokia ---- */

/* "TMNX: 7 vprn10 NAT-MINOR-tmnxNatPlBlockAllocationLsn-2012 [NAT]:  {2} Map
 * 192.0.2.1 [1024-1055] MDA 3/1 -- classic-lsn-sub %1 vprn10 10.0.0.9 at
 * 2024/03/01 10:11:12": the address in front is the outside one. */
static bool
nokia(struct log_message *m)
{
	struct span s = m->text, body, ports, word;
	struct record *r = &m->event;
	size_t at = span_find(s, SPAN("NatPlBlockAllocation"));
	bool map;

	if (at == SPAN_NONE && span_find(s, SPAN("NAT #201")) == SPAN_NONE)
		return false;
	body = message_after(s, " Map ");
	map = body.p != NULL;
	if (!map)
		body = message_after(s, " Free ");
	ports = message_between(body, "[", "]");
	if (body.p == NULL || ports.p == NULL)
		return false;
	log_put_common(m);
	record_put_str(r, F_MNEMONIC,
	    at == SPAN_NONE || span_has(span_from(s, at), "AllocationLsn")
		? "tmnxNatPlBlockAllocationLsn"
		: "tmnxNatPlBlockAllocationL2Aw");
	put_life(r, map);
	record_put_ip(r, F_NAT_SRC_IP, span_word(&body));
	record_put_number(r, F_NAT_SRC_PORT, span_until(&ports, '-'));
	record_put_number(r, F_LAST, ports);
	body = message_after(body, " -- ");
	while ((word = span_word(&body)).n > 0 && !span_is(word, "at"))
		if (record_get(r, F_SRC_IP) == NULL)
			record_put_ip(r, F_SRC_IP, word);
	return emit(m);
}

/* ---- H3C ---- */

/* "... USERLOG/7/NAT: TCP; 10.0.0.1:1068--->192.0.2.1:12288; 198.51.100.7:80;
 * [...]; Operator 8: Data flow created" */
static bool
h3c(struct log_message *m)
{
	struct span s = m->line, word;
	struct record *r = &m->event;
	size_t arrow = span_find(s, SPAN("--->")), from;

	if (arrow == SPAN_NONE || !span_has(s, "/NAT"))
		return false;
	from = span_rfind_byte(span_head(s, arrow), ' ');
	if (from == SPAN_NONE)
		return false;
	log_put_common(m);
	word = span_trim(span_head(s, from));
	word = span_from(word, span_rfind_byte(word, ' ') + 1);
	if (word.n > 0 && word.p[word.n - 1] == ';')
		word.n--;
	message_put_protocol(r, word);
	put_end(r, span_sub(s, from + 1, arrow), F_SRC_IP, F_SRC_PORT);
	s = span_from(s, arrow + 4);
	put_end(r, span_until(&s, ';'), F_NAT_SRC_IP, F_NAT_SRC_PORT);
	put_end(r, span_trim(span_until(&s, ';')), F_DST_IP, F_DST_PORT);
	put_life(r, span_has(s, "created"));
	return emit(m);
}

bool
nat_dialect(struct log_message *m)
{
	return cgn(m) || a10(m) || netscaler_lsn(m) || f5_lsn(m) || nokia(m) ||
	       h3c(m);
}
