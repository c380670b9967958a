/*
 * Records of flows, and what firewalls log of connections, as contacts need
 * them.
 */
#include "case/contact.h"
#include "read/flow/flow.h"

static uint64_t
number_of(const struct record *r, enum field_id f)
{
	const struct value *v = record_get(r, f);

	return v == NULL || v->u.number < 0 ? 0 : (uint64_t)v->u.number;
}

/* Seconds, with a fraction that is left out, or h:mm:ss. */
static int64_t
duration_of(const struct record *r)
{
	struct span s = record_text(r, F_DURATION);
	int64_t n = 0, part = 0;

	for (size_t i = 0; i < s.n && s.p[i] != '.'; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (n > INT64_MAX / TIME_SECOND / 100000 ||
		    part > INT64_MAX / TIME_SECOND / 100000)
			return 0;
		if (c == ':') {
			n = (n + part) * 60;
			part = 0;
		} else if (ascii_digit(c)) {
			part = part * 10 + (c - '0');
		} else {
			break;
		}
	}
	return (n + part) * TIME_SECOND;
}

static enum talk_outcome
outcome_of(const struct record *r)
{
	static const char *const refused[] = {
	    "S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR"};
	struct span state = record_text(r, F_CONN_STATE),
		    action = record_text(r, F_ACTION);

	if (span_is(action, "deny"))
		return TALK_REFUSED;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (span_is(state, refused[i]))
			return TALK_REFUSED;
	return state.n > 0 && !span_is(state, "OTH") ? TALK_ANSWERED
						     : TALK_UNKNOWN;
}

/* A message of what is no flow in itself: an access list's entry that was met,
 * a connection that an inspecting firewall built or tore down. */
static bool
is_told(const struct record *r)
{
	return r->kind == K_SYSLOG && record_get(r, F_PROTOCOL) != NULL &&
	       (record_get(r, F_ACTION) != NULL ||
		   (record_get(r, F_BYTES) != NULL &&
		       record_get(r, F_DURATION) != NULL));
}

/* The protocol as it was recognised.  PAN-OS (App-ID) and sensors look inside;
 * other firewalls name what is usual on the port. */
static struct span
sensed(const struct record *r)
{
	static const char *const nothing[] = {"incomplete", "insufficient-data",
	    "not-applicable", "non-syn-tcp", "failed"};
	struct span s = record_text(r, F_SERVICE);

	if ((!span_is(record_text(r, F_MNEMONIC), "TRAFFIC") &&
		!span_is(record_text(r, F_FACILITY), "flow")) ||
	    span_starts(s, SPAN("unknown")))
		return (struct span){0};
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (span_is(s, nothing[i]))
			return (struct span){0};
	return s;
}

/* Bytes of headers and all that come back where something listens and speaks:
 * a SYN-ACK that is sent six times has 360 (RFC 6298, the usual five repeats),
 * a reset 40. */
#define TCP_ANSWER 400

/* What a device says of the sessions that it saw. */
static void
talk_logged(const struct record *r, struct talk *t)
{
	bool counted = record_get(r, F_BYTES_OUT) != NULL ||
		       record_get(r, F_BYTES) != NULL,
	     packets = record_get(r, F_PACKETS_OUT) != NULL,
	     filter = packets && !counted;

	t->service = sensed(r);
	t->bytes_either = number_of(r, F_BYTES);
	t->part = t->denied ? TALK_WHOLE
		  : counted ? TALK_CLOSES
		  : filter  ? TALK_WHOLE
			    : TALK_OPENS;
	if (!packets) {
		t->packets_out = t->bytes_out > 0 || t->bytes_either > 0;
		t->packets_in = t->bytes_in > 0;
	}
	if (t->protocol == 6 && t->bytes_in < TCP_ANSWER)
		t->packets_in = 0;
	/* ASA counts payload, and that passes when both ends have agreed to. */
	if (t->packets_in > 0 || (t->protocol == 6 && t->bytes_either > 0))
		t->outcome = TALK_ANSWERED;
	if (t->denied)
		t->outcome = TALK_REFUSED;
	/* Filters look at packets, whoever sends them, and do not count bytes.
	 * The first end of a connection that ASA tears down is the one outside.
	 */
	t->src_began =
	    t->has_ports &&
	    (r->kind == K_FLOW || (!filter && record_get(r, F_BYTES) == NULL &&
				      (record_get(r, F_ACL) == NULL ||
					  record_get(r, F_BYTES_OUT) != NULL)));
	if (t->part == TALK_CLOSES && r->time != TIME_NONE) {
		t->first = r->time - duration_of(r);
		t->last = r->time;
	}
}

bool
talk_of_record(const struct record *r, bool log, struct talk *out)
{
	const struct value *src = record_get(r, F_SRC_IP),
			   *dst = record_get(r, F_DST_IP),
			   *port = record_get(r, F_DST_PORT);
	/* Readers of one-way flows tell flags; others who began. */
	bool one_way = record_get(r, F_TCP_FLAGS) != NULL ||
		       record_get(r, F_EXPORTER) != NULL;

	if (src == NULL || dst == NULL ||
	    (r->kind != K_FLOW && !(log && is_told(r))) ||
	    /* The sums so far of a session that goes on (Junos). */
	    (log && span_has(record_text(r, F_MNEMONIC), "_UPDATE")))
		return false;
	*out = (struct talk){.src = src->u.prefix.addr,
	    .dst = dst->u.prefix.addr,
	    .first = r->time,
	    .last = r->time,
	    .packets_out = number_of(r, F_PACKETS_OUT),
	    .packets_in = number_of(r, F_PACKETS_IN),
	    .bytes_out = number_of(r, F_BYTES_OUT),
	    .bytes_in = number_of(r, F_BYTES_IN),
	    .number = r->line,
	    .offset = r->offset,
	    .src_port = (uint16_t)number_of(r, F_SRC_PORT),
	    .dst_port = (uint16_t)number_of(r, F_DST_PORT),
	    .protocol = flow_protocol_number(record_text(r, F_PROTOCOL)),
	    .has_ports = port != NULL,
	    .service = record_text(r, F_SERVICE),
	    .denied = span_is(record_text(r, F_ACTION), "deny"),
	    .outcome = outcome_of(r)};
	out->has_ports &= flow_has_ports(out->protocol);
	out->src_began =
	    out->has_ports && !one_way && record_get(r, F_CONN_STATE) != NULL;
	if (r->time != TIME_NONE)
		out->last = r->time + duration_of(r);
	if (log && record_get(r, F_CONN_STATE) == NULL)
		talk_logged(r, out);
	return true;
}
