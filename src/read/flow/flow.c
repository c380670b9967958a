#include "read/flow/flow.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum {
	FLAG_FIN = 1,
	FLAG_SYN = 2,
	FLAG_RST = 4,
	FLAG_PSH = 8,
	FLAG_ACK = 16,
	FLAG_URG = 32
};

enum { PROTOCOL_TCP = 6 };

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
    {1, "icmp"},
    {2, "igmp"},
    {4, "ipip"},
    {6, "tcp"},
    {17, "udp"},
    {41, "ipv6"},
    {46, "rsvp"},
    {47, "gre"},
    {50, "esp"},
    {51, "ah"},
    {58, "icmp6"},
    {88, "eigrp"},
    {89, "ospf"},
    {103, "pim"},
    {112, "vrrp"},
    {115, "l2tp"},
    {132, "sctp"},
};

static const enum field_id fields[] = {F_SRC_IP, F_DST_IP, F_SRC_PORT,
    F_DST_PORT, F_PROTOCOL, F_BYTES, F_BYTES_OUT, F_BYTES_IN, F_PACKETS_OUT,
    F_DURATION, F_CONN_STATE, F_TCP_FLAGS, F_ACTION, F_EXPORTER, F_NAT_SRC_IP,
    F_NAT_DST_IP, F_NAT_SRC_PORT, F_NAT_DST_PORT, F_LAST, F_STATUS, F_SAMPLING};

bool
flow_has_field(unsigned class, enum field_id f)
{
	if (f == F_CONN_STATE && class != ENDPOINT_TCP)
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i] == f)
			return true;
	return false;
}

const char *
flow_protocol(uint8_t number, char room[4])
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (protocols[i].number == number)
			return protocols[i].name;
	snprintf(room, 4, "%u", number);
	return room;
}

uint8_t
flow_protocol_number(struct span name)
{
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (span_is_nocase(name, protocols[i].name))
			return protocols[i].number;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (!ascii_digit(c) || (n = n * 10 + (c - '0')) > UINT8_MAX)
			return 0;
	}
	return (uint8_t)n;
}

void
flow_init(struct flow *f)
{
	*f = (struct flow){.first = TIME_NONE, .last = TIME_NONE};
}

bool
flow_has_ports(uint8_t protocol)
{
	/* TCP, UDP, DCCP, SCTP, UDP-Lite. */
	return protocol == PROTOCOL_TCP || protocol == 17 || protocol == 33 ||
	       protocol == 132 || protocol == 136;
}

int64_t
flow_time_ms(uint64_t ms)
{
	const uint64_t most = UINT64_C(253402300799000);

	return ms == 0 || ms > most ? TIME_NONE : (int64_t)ms * 1000;
}

enum flow_part
flow_event_part(uint64_t event)
{
	return event == 1   ? FLOW_OPENS
	       : event == 2 ? FLOW_CLOSES
	       : event == 5 ? FLOW_GOES_ON
			    : FLOW_WHOLE;
}

enum flow_action
flow_event_action(uint64_t event)
{
	return event == 3				? FLOW_DENY
	       : event == 1 || event == 2 || event == 5 ? FLOW_PERMIT
							: FLOW_UNKNOWN;
}

enum flow_part
flow_nat_part(uint64_t event)
{
	switch (event) {
	case 1:	 /* created; of old */
	case 4:	 /* NAT44 session */
	case 6:	 /* NAT64 session */
	case 8:	 /* NAT44 binding */
	case 10: /* NAT64 binding */
	case 14: /* address */
	case 16: /* block of ports */
		return FLOW_OPENS;
	case 2:
	case 5:
	case 7:
	case 9:
	case 11:
	case 15:
	case 17:
		return FLOW_CLOSES;
	default:
		return FLOW_WHOLE;
	}
}

bool
flow_wanted(const struct endpoints *wanted, const struct flow *f)
{
	unsigned class;

	if (wanted == NULL)
		return true;
	class = flow_class(f->protocol, f->src_port, f->dst_port);
	return (f->has_ports && endpoints_port(wanted, class, f->dst_port)) ||
	       wanted->all[class] || endpoints_address(wanted, &f->src) ||
	       endpoints_address(wanted, &f->dst) ||
	       endpoints_address(wanted, &f->nat_src) ||
	       endpoints_address(wanted, &f->nat_dst);
}

/* Bytes of an IPv6 packet with TCP header and its options, without data: what
 * a flow has more of, on average, was sent behind a handshake. */
#define BARE_PACKET 80

/* Logs without flags still tell that data flowed. */
static bool
sent_data(const struct flow *f)
{
	return f->counted && f->packets > 2 &&
	       f->bytes / f->packets > BARE_PACKET;
}

/*
 * What became of a TCP connection, by the flags that its source sent.  The
 * first SYN has no ACK; with both, the handshake went on.
 */
static const char *
state_of(const struct flow *f)
{
	unsigned flags = f->tcp_flags;
	bool goes_on = (flags & FLAG_ACK) != 0;

	if (f->protocol != PROTOCOL_TCP || !f->has_ports ||
	    flow_way_back(f->src_port, f->dst_port) || f->action == FLOW_DENY)
		return NULL;
	if (flags == 0)
		return sent_data(f) ? "S1" : NULL;
	if ((flags & FLAG_SYN) != 0 && !goes_on)
		return "S0";
	if (!goes_on || (flags & (FLAG_SYN | FLAG_PSH)) == 0)
		return NULL;
	if ((flags & FLAG_RST) != 0)
		/* A client that turns away what answered sends no data. */
		return (flags & FLAG_PSH) != 0 ? "RSTO" : NULL;
	return (flags & FLAG_FIN) != 0 ? "SF" : "S1";
}

static void
flags_write(unsigned flags, char out[7])
{
	static const char letters[] = "UAPRSF";

	for (unsigned i = 0; i < 6; i++)
		out[i] = (flags >> (5 - i) & 1) != 0 ? letters[i] : '.';
	out[6] = '\0';
}

static void
addr_text(const struct addr *a, char out[ADDR_TEXT])
{
	if (a->family == 0)
		out[0] = '\0';
	else
		addr_write(a, out);
}

/* "192.0.2.1:22", "[2001:db8::1]:22", or the address alone. */
#define ENDPOINT_TEXT (ADDR_TEXT + 10)
static void
endpoint_write(const struct addr *a, const struct flow *f, uint16_t port,
    char out[ENDPOINT_TEXT])
{
	char text[ADDR_TEXT];

	addr_text(a, text);
	if (!f->has_ports || a->family == 0)
		snprintf(out, ENDPOINT_TEXT, "%s", text);
	else
		snprintf(out, ENDPOINT_TEXT,
		    a->family == 6 ? "[%s]:%u" : "%s:%u", text, port);
}

/* Everything that stands in the record as text. */
struct texts {
	char time[TIME_TEXT], src[ADDR_TEXT], dst[ADDR_TEXT];
	char src_port[8], dst_port[8], packets[24], bytes[24], back[24];
	char duration[32], flags[8], exporter[ADDR_TEXT], sampling[16];
	char nat_src[ADDR_TEXT], nat_dst[ADDR_TEXT];
	char nat_src_port[8], nat_dst_port[8], nat_last[8];
	char protocol_room[4];
	const char *protocol, *state, *action;
	char raw[640];
	size_t n;
};

static void raw_add(struct texts *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
raw_add(struct texts *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->raw + t->n, sizeof(t->raw) - t->n, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(t->raw) - t->n)
		t->n += (size_t)n;
}

static void
port_text(uint16_t port, char out[8])
{
	if (port > 0)
		snprintf(out, 8, "%u", port);
}

static void
texts_make(struct texts *t, const struct flow *f)
{
	static const char *const actions[] = {[FLOW_UNKNOWN] = "",
	    [FLOW_PERMIT] = "permit",
	    [FLOW_DENY] = "deny"};
	int64_t took;

	*t = (struct texts){.action = actions[f->action]};
	time_write(f->first, t->time);
	t->protocol = f->protocol == 0
			  ? ""
			  : flow_protocol(f->protocol, t->protocol_room);
	addr_text(&f->src, t->src);
	addr_text(&f->dst, t->dst);
	addr_text(&f->exporter, t->exporter);
	addr_text(&f->nat_src, t->nat_src);
	addr_text(&f->nat_dst, t->nat_dst);
	port_text(f->nat_src_port, t->nat_src_port);
	port_text(f->nat_dst_port, t->nat_dst_port);
	port_text(f->nat_last, t->nat_last);
	if (f->has_ports) {
		snprintf(t->src_port, sizeof(t->src_port), "%u", f->src_port);
		if (f->dst.family != 0)
			snprintf(t->dst_port, sizeof(t->dst_port), "%u",
			    f->dst_port);
	}
	if (f->counted) {
		snprintf(t->packets, sizeof(t->packets), "%" PRIu64,
		    f->packets & INT64_MAX);
		snprintf(t->bytes, sizeof(t->bytes), "%" PRIu64,
		    f->bytes & INT64_MAX);
	}
	if (f->bytes_back > 0)
		snprintf(t->back, sizeof(t->back), "%" PRIu64,
		    f->bytes_back & INT64_MAX);
	if (f->sampling > 1)
		snprintf(
		    t->sampling, sizeof(t->sampling), "%" PRIu32, f->sampling);
	if (f->first != TIME_NONE && f->last != TIME_NONE &&
	    f->last >= f->first) {
		took = f->last - f->first;
		snprintf(t->duration, sizeof(t->duration), "%" PRId64 ".%03d",
		    took / TIME_SECOND, (int)(took % TIME_SECOND / 1000));
	}
	if (f->protocol == PROTOCOL_TCP && f->tcp_flags != 0)
		flags_write(f->tcp_flags, t->flags);
	t->state = state_of(f);
}

/* "translated 192.0.2.1:1024-1535 -> 198.51.100.7:443" */
static void
raw_translated(struct texts *t)
{
	bool src = t->nat_src[0] != '\0', dst = t->nat_dst[0] != '\0';

	if (!src && !dst)
		return;
	raw_add(t, " translated %s%s%s%s%s ->", t->nat_src,
	    t->nat_src_port[0] != '\0' ? ":" : "", t->nat_src_port,
	    t->nat_last[0] != '\0' ? "-" : "", t->nat_last);
	raw_add(t, " %s%s%s", t->nat_dst,
	    dst && t->nat_dst_port[0] != '\0' ? ":" : "",
	    dst ? t->nat_dst_port : "");
}

/* The line that is shown as evidence. */
static void
raw_make(struct texts *t, const struct flow *f)
{
	char src[ENDPOINT_TEXT], dst[ENDPOINT_TEXT];

	endpoint_write(&f->src, f, f->src_port, src);
	endpoint_write(&f->dst, f, f->dst_port, dst);
	if (t->time[0] != '\0')
		raw_add(t, "%s ", t->time);
	raw_add(t, "%s %s -> %s", f->protocol == 0 ? "flow" : t->protocol, src,
	    dst);
	raw_translated(t);
	if (t->action[0] != '\0')
		raw_add(t, " %s", t->action);
	if (t->flags[0] != '\0')
		raw_add(t, " flags %s", t->flags);
	if (t->state != NULL)
		raw_add(t, " %s", t->state);
	if (f->counted)
		raw_add(t, " packets %s bytes %s%s", t->packets, t->bytes,
		    f->both_ways ? " both ways" : "");
	if (t->back[0] != '\0')
		raw_add(t, " bytes back %s", t->back);
	if (t->duration[0] != '\0')
		raw_add(t, " seconds %s", t->duration);
	if (t->sampling[0] != '\0')
		raw_add(t, " sampled 1 in %s", t->sampling);
	if (t->exporter[0] != '\0')
		raw_add(t, " seen by %s", t->exporter);
}

/* Text that must stand in the evidence. */
static void
put_verbatim(struct record *r, enum field_id f, const char *text)
{
	if (span_has(r->raw, text))
		record_put_str(r, f, text);
}

static void
flow_record(const struct flow *f, const struct texts *t, uint64_t number,
    uint64_t offset, struct span raw, struct emit *out)
{
	struct record r;

	record_init(&r, K_FLOW, number, offset, raw);
	r.time = f->first != TIME_NONE ? f->first : f->last;
	record_put_ip(&r, F_SRC_IP, span_str(t->src));
	record_put_ip(&r, F_DST_IP, span_str(t->dst));
	record_put_number(&r, F_SRC_PORT, span_str(t->src_port));
	record_put_number(&r, F_DST_PORT, span_str(t->dst_port));
	record_put_str(&r, F_PROTOCOL, t->protocol);
	record_put_str(&r, F_ACTION, t->action);
	put_verbatim(&r, F_DURATION, t->duration);
	record_put_number(&r, F_PACKETS_OUT, span_str(t->packets));
	record_put_number(
	    &r, f->both_ways ? F_BYTES : F_BYTES_OUT, span_str(t->bytes));
	record_put_number(&r, F_BYTES_IN, span_str(t->back));
	record_put_str(&r, F_TCP_FLAGS, t->flags);
	if (t->state != NULL)
		record_put_str(&r, F_CONN_STATE, t->state);
	record_put_ip(&r, F_NAT_SRC_IP, span_str(t->nat_src));
	record_put_ip(&r, F_NAT_DST_IP, span_str(t->nat_dst));
	record_put_number(&r, F_NAT_SRC_PORT, span_str(t->nat_src_port));
	record_put_number(&r, F_NAT_DST_PORT, span_str(t->nat_dst_port));
	record_put_number(&r, F_LAST, span_str(t->nat_last));
	if (f->part == FLOW_OPENS || f->part == FLOW_CLOSES)
		record_put_str(
		    &r, F_STATUS, f->part == FLOW_OPENS ? "start" : "stop");
	record_put_number(&r, F_SAMPLING, span_str(t->sampling));
	record_put_ip(&r, F_EXPORTER, span_str(t->exporter));
	out->record(out, &r);
}

void
flow_emit(
    const struct flow *f, uint64_t number, uint64_t offset, struct emit *out)
{
	struct texts t;

	texts_make(&t, f);
	raw_make(&t, f);
	flow_record(f, &t, number, offset, span_of(t.raw, t.n), out);
}

void
flow_emit_line(const struct flow *f, struct span line, uint64_t number,
    uint64_t offset, struct emit *out)
{
	struct texts t;

	texts_make(&t, f);
	flow_record(f, &t, number, offset, line, out);
}

void
flow_sink_set(struct flow_sink *s, const struct read_in *in, struct emit *out)
{
	s->wanted = in->wanted;
	s->watch = in->watch;
	s->passed = in->passed;
	s->out = out;
}

static bool
flow_watched(const struct flow_watch *w, const struct flow *f)
{
	if (f->src.family == 4 && f->dst.family == 4)
		return flow_watched_v4(w, addr_v4(&f->src), addr_v4(&f->dst));
	return w->v6 &&
	       (addrset_find(w->addresses, &f->src) != ADDRSET_NONE ||
		   addrset_find(w->addresses, &f->dst) != ADDRSET_NONE);
}

void
flow_tell(const struct flow_sink *s, const struct flow *f, uint64_t number,
    uint64_t offset)
{
	if (s->watch != NULL && flow_watched(s->watch, f))
		s->watch->flow(s->watch->ctx, f, number, offset);
}

void
flow_take(struct flow_sink *s, const struct flow *f, uint64_t offset)
{
	uint64_t number = s->number > 0 ? s->number : s->flows + 1;

	flow_tell(s, f, number, offset);
	if (f->src.family == 0 && f->dst.family == 0) {
		s->mute++;
		flow_pass(s);
	} else if (!flow_wanted(s->wanted, f)) {
		flow_pass(s);
	} else {
		s->flows++;
		flow_emit(f, number, offset, s->out);
	}
}
