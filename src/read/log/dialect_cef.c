/*
 * Events in the Common Event Format (CEF:0|vendor|product|release|id|name|
 * severity|pairs) and in LEEF 1.0 and 2.0 (LEEF:1.0|vendor|product|release|
 * id|pairs with tabs), whichever product speaks them.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"
#include "read/log/web_request.h"

static const struct pair_field fields[] = {{"src", F_SRC_IP}, {"dst", F_DST_IP},
    {"spt", F_SRC_PORT}, {"dpt", F_DST_PORT}, {"proto", F_PROTOCOL},
    {"suser", F_USER}, {"duser", F_USER}, {"app", F_SERVICE},
    {"out", F_BYTES_OUT}, {"in", F_BYTES_IN}, {"requestMethod", F_METHOD},
    {"requestClientApplication", F_USER_AGENT}, {"msg", F_MESSAGE},
    {"fname", F_NAME}, {"FTNTFGTduration", F_DURATION},
    {"FTNTFGTsentpkt", F_PACKETS_OUT}, {"FTNTFGTrcvdpkt", F_PACKETS_IN},
    {"srcPackets", F_PACKETS_OUT}, {"dstPackets", F_PACKETS_IN},
    {"srcPort", F_SRC_PORT}, {"dstPort", F_DST_PORT}, {"usrName", F_USER},
    {"srcBytes", F_BYTES_OUT}, {"dstBytes", F_BYTES_IN},
    {"totalBytes", F_BYTES}, {"sourceTranslatedAddress", F_NAT_SRC_IP},
    {"sourceTranslatedPort", F_NAT_SRC_PORT},
    {"destinationTranslatedAddress", F_NAT_DST_IP},
    {"destinationTranslatedPort", F_NAT_DST_PORT}, {"srcPostNAT", F_NAT_SRC_IP},
    {"srcPostNATPort", F_NAT_SRC_PORT}, {"dstPostNAT", F_NAT_DST_IP},
    {"dstPostNATPort", F_NAT_DST_PORT}, {"sproc", F_PROGRAM}, {NULL, 0}};

/* Up to the next bar; an escaped one is part of the text. */
static struct span
take_header(struct span *s)
{
	struct span got;
	size_t i = 0;

	while (i < s->n && s->p[i] != '|')
		i += s->p[i] == '\\' ? 2 : 1;
	got = span_head(*s, i);
	*s = span_from(*s, i + 1);
	return got;
}

static void
put_verb(struct record *r, struct span verb)
{
	static const char *const good[] = {"allow", "accept", "permit", "pass",
	    "built", "permitted", "allowed", "accepted", "close", "timeout",
	    "client-rst", "server-rst", "start"};
	static const char *const bad[] = {"deny", "drop", "block", "reject",
	    "denied", "dropped", "blocked", "rejected", "prevent"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (span_is_nocase(verb, good[i]))
			record_put_str(r, F_ACTION, "permit");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (span_is_nocase(verb, bad[i]))
			record_put_str(r, F_ACTION, "deny");
}

static void
put_member(struct log_message *m, struct span name, struct span value)
{
	struct record *r = &m->event;
	int64_t milli;

	if (span_is(name, "act") || span_is(name, "action"))
		put_verb(r, value);
	else if (span_is(name, "request") || span_is(name, "url"))
		web_target_put(r, value, m->in->arena);
	else if (span_is(name, "cn3") &&
		 span_is(record_text(r, F_VENDOR), "A10"))
		/* "Last Nat Port" of a block, its only use of the name. */
		record_put_number(r, F_LAST, value);
	else if (span_is(name, "dvchost"))
		r->host = value;
	else if (span_is(name, "dvc") && r->host_addr.n == 0)
		r->host_addr = value;
	else if (span_is(name, "rt") && span_i64(value, &milli) &&
		 milli > 100000000000 && milli < INT64_MAX / 1000)
		r->time = milli * 1000;
	else
		pair_put_named(r, fields, name, value);
}

/* Requests and connections are those kinds; the rest are messages. */
static void
settle(struct log_message *m, struct span name)
{
	struct record *r = &m->event;

	if (record_get(r, F_URI) != NULL)
		r->kind = K_HTTP;
	else if (record_get(r, F_SRC_IP) != NULL &&
		 record_get(r, F_DST_IP) != NULL &&
		 record_get(r, F_DST_PORT) != NULL)
		r->kind = K_FLOW;
	if (record_get(r, F_MESSAGE) == NULL)
		record_put(r, F_MESSAGE, name);
	log_emit(m);
}

static void
read_cef(struct log_message *m, struct span s)
{
	struct span name, value, title;

	take_header(&s);
	record_put(&m->event, F_VENDOR, take_header(&s));
	record_put(&m->event, F_PROGRAM, take_header(&s));
	take_header(&s);
	record_put(&m->event, F_MNEMONIC, take_header(&s));
	title = take_header(&s);
	take_header(&s);
	while (pair_next_loose(&s, &name, &value))
		put_member(m, name, value);
	settle(m, title);
}

/* LEEF 2.0 may name the separator: a character or its code. */
static char
take_separator(struct span *s)
{
	struct span w = take_header(s);

	if (w.n == 1)
		return w.p[0];
	if (span_ends_nocase(w, SPAN("x5e")) || span_ends(w, SPAN("5E")))
		return '^';
	return '\t';
}

static void
read_leef(struct log_message *m, struct span s)
{
	bool two = span_starts(s, SPAN("LEEF:2"));
	struct span id, pair, name;
	char sep = '\t';

	take_header(&s);
	record_put(&m->event, F_VENDOR, take_header(&s));
	record_put(&m->event, F_PROGRAM, take_header(&s));
	take_header(&s);
	id = take_header(&s);
	record_put(&m->event, F_MNEMONIC, id);
	if (two)
		sep = take_separator(&s);
	while (s.n > 0) {
		pair = span_until(&s, sep);
		name = span_trim(span_until(&pair, '='));
		put_member(m, name, span_trim(pair));
	}
	settle(m, id);
}

bool
cef_dialect(struct log_message *m)
{
	size_t at = span_find(m->text, SPAN("CEF:"));

	if (at != SPAN_NONE && at < 64 &&
	    span_has(span_sub(m->text, at, at + 8), "|")) {
		read_cef(m, span_from(m->text, at));
		return true;
	}
	at = span_find(span_head(m->text, 80), SPAN("LEEF:"));
	if (at == SPAN_NONE)
		return false;
	read_leef(m, span_from(m->text, at));
	return true;
}
