#include "read/flow/netflow_fields.h"

/* Elements that are read. */
enum {
	IE_OCTETS = 1,
	IE_PACKETS = 2,
	IE_PROTOCOL = 4,
	IE_TCP_FLAGS = 6,
	IE_SRC_PORT = 7,
	IE_SRC_V4 = 8,
	IE_DST_PORT = 11,
	IE_DST_V4 = 12,
	IE_UP_LAST = 21,
	IE_UP_FIRST = 22,
	IE_SRC_V6 = 27,
	IE_DST_V6 = 28,
	IE_SAMPLING_INTERVAL = 34,
	IE_SAMPLER_ID = 48,
	IE_SAMPLER_INTERVAL = 50,
	IE_OCTETS_TOTAL = 85,
	IE_PACKETS_TOTAL = 86,
	IE_FORWARDING = 89,
	IE_EXPORTER_V4 = 130,
	IE_EXPORTER_V6 = 131,
	IE_FIRST_S = 150,
	IE_LAST_S = 151,
	IE_FIRST_MS = 152,
	IE_LAST_MS = 153,
	IE_FIRST_US = 154,
	IE_LAST_US = 155,
	IE_FIRST_NS = 156,
	IE_LAST_NS = 157,
	IE_STARTED_MS = 160,
	IE_NAT_SRC_V4 = 225,
	IE_NAT_DST_V4 = 226,
	IE_NAT_SRC_PORT = 227,
	IE_NAT_DST_PORT = 228,
	IE_NAT_EVENT = 230,
	IE_FIREWALL_EVENT = 233,
	IE_OCTETS_INITIATOR = 231,
	IE_OCTETS_RESPONDER = 232,
	IE_NAT_SRC_V6 = 281,
	IE_NAT_DST_V6 = 282,
	IE_PACKETS_INITIATOR = 298,
	IE_SELECTOR_ID = 302,
	IE_PACKET_INTERVAL = 305,
	IE_EVENT_MS = 323,
	IE_OCTETS_LAYER2 = 352,
	IE_BLOCK_FIRST = 361,
	IE_BLOCK_LAST = 362,
	IE_BLOCK_SIZE = 364,
	/* Of ASA alone: its own word beside the event. */
	IE_ASA_EVENT_MORE = 33002,
	/* Of ASA before its release 8.4. */
	IE_ASA_NAT_SRC = 40001,
	IE_ASA_NAT_DST = 40002,
	IE_ASA_EVENT = 40005,
};

#define ENTERPRISE_REVERSE 29305 /* RFC 5103 section 6.1 */

/* Seconds between 1900 and 1970: NTP's era 0. */
#define NTP_TO_UNIX INT64_C(2208988800)

void
netflow_fields_init(struct netflow_fields *v)
{
	*v = (struct netflow_fields){0};
	flow_init(&v->flow);
}

int64_t
netflow_uptime(int64_t export_ms, uint32_t uptime, uint32_t at)
{
	int64_t ms = export_ms - (int32_t)(uptime - at);

	return ms > 0 ? flow_time_ms((uint64_t)ms) : TIME_NONE;
}

/* A number of any size up to eight bytes (RFC 7011 section 6.2). */
static bool
number_read(struct span s, uint64_t *out)
{
	struct cursor c = cursor_of(s);
	uint64_t v = 0;

	if (s.n == 0 || s.n > 8)
		return false;
	while (cursor_left(&c) > 0)
		v = v << 8 | cursor_u8(&c);
	*out = v;
	return true;
}

static void
addr_set(struct addr *a, struct span s, size_t n)
{
	static const char mapped[12] = {[10] = (char)0xff, [11] = (char)0xff};

	if (s.n != n)
		return;
	/* A template may have both families, one of them zero. */
	if (a->family != 0) {
		struct span zero = SPAN("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

		if (span_eq(s, span_head(zero, n)))
			return;
	}
	*a = (struct addr){.family = n == 4 ? 4 : 6};
	if (n == 16 && span_starts(s, span_of(mapped, sizeof(mapped)))) {
		a->family = 4;
		s = span_from(s, sizeof(mapped));
	}
	memcpy(a->bytes, s.p, s.n);
}

static int64_t
time_ntp(uint64_t v)
{
	int64_t seconds = (int64_t)(v >> 32) - NTP_TO_UNIX;
	int64_t micro = (int64_t)((v & UINT32_MAX) * 1000000 >> 32);

	return seconds > 0 ? seconds * TIME_SECOND + micro : TIME_NONE;
}

static enum flow_action
forwarding_action(struct span s)
{
	/* One byte, or four with the status in the last (RFC 7270). */
	unsigned status =
	    s.n == 1 || s.n == 4 ? (unsigned char)s.p[s.n - 1] >> 6 : 0;

	return status == 2   ? FLOW_DENY
	       : status == 1 ? FLOW_PERMIT
			     : FLOW_UNKNOWN;
}

static void
address_take(struct flow *f, unsigned type, struct span s)
{
	switch (type) {
	case IE_SRC_V4:
		addr_set(&f->src, s, 4);
		break;
	case IE_DST_V4:
		addr_set(&f->dst, s, 4);
		break;
	case IE_SRC_V6:
		addr_set(&f->src, s, 16);
		break;
	case IE_DST_V6:
		addr_set(&f->dst, s, 16);
		break;
	case IE_EXPORTER_V4:
		addr_set(&f->exporter, s, 4);
		break;
	case IE_EXPORTER_V6:
		addr_set(&f->exporter, s, 16);
		break;
	case IE_NAT_SRC_V4:
	case IE_ASA_NAT_SRC:
		addr_set(&f->nat_src, s, 4);
		break;
	case IE_NAT_DST_V4:
	case IE_ASA_NAT_DST:
		addr_set(&f->nat_dst, s, 4);
		break;
	case IE_NAT_SRC_V6:
		addr_set(&f->nat_src, s, 16);
		break;
	case IE_NAT_DST_V6:
		addr_set(&f->nat_dst, s, 16);
		break;
	default:
		break;
	}
}

static bool
time_take(struct netflow_fields *v, unsigned type, uint64_t n)
{
	struct flow *f = &v->flow;

	switch (type) {
	case IE_UP_FIRST:
		v->up_first = (uint32_t)n;
		v->has_up_first = true;
		return true;
	case IE_UP_LAST:
		v->up_last = (uint32_t)n;
		v->has_up_last = true;
		return true;
	case IE_FIRST_S:
		f->first = n < UINT32_MAX ? flow_time_ms(n * 1000) : TIME_NONE;
		return true;
	case IE_LAST_S:
		f->last = n < UINT32_MAX ? flow_time_ms(n * 1000) : TIME_NONE;
		return true;
	case IE_FIRST_MS:
		f->first = flow_time_ms(n);
		return true;
	case IE_LAST_MS:
	case IE_EVENT_MS:
		f->last = flow_time_ms(n);
		return true;
	case IE_FIRST_US:
	case IE_FIRST_NS:
		f->first = time_ntp(n);
		return true;
	case IE_LAST_US:
	case IE_LAST_NS:
		f->last = time_ntp(n);
		return true;
	case IE_STARTED_MS:
		v->started_ms = n < UINT64_C(1) << 48 ? (int64_t)n : 0;
		return true;
	default:
		return false;
	}
}

static void
number_take(struct netflow_fields *v, unsigned type, uint64_t n)
{
	struct flow *f = &v->flow;

	switch (type) {
	case IE_OCTETS_TOTAL:
		v->total = true;
		/* fallthrough */
	case IE_OCTETS:
	case IE_OCTETS_INITIATOR:
		f->bytes = n;
		f->counted = true;
		v->total = v->total && type == IE_OCTETS_TOTAL;
		break;
	case IE_OCTETS_LAYER2:
		if (f->bytes == 0)
			f->bytes = n;
		break;
	case IE_OCTETS_RESPONDER:
		f->bytes_back = n;
		break;
	case IE_PACKETS:
	case IE_PACKETS_TOTAL:
	case IE_PACKETS_INITIATOR:
		f->packets = n;
		f->counted = true;
		break;
	case IE_PROTOCOL:
		f->protocol = (uint8_t)n;
		break;
	case IE_TCP_FLAGS:
		f->tcp_flags = (uint8_t)n;
		break;
	case IE_SRC_PORT:
		f->src_port = (uint16_t)n;
		f->has_ports = true;
		break;
	case IE_DST_PORT:
		f->dst_port = (uint16_t)n;
		f->has_ports = true;
		break;
	case IE_NAT_SRC_PORT:
	case IE_BLOCK_FIRST:
		f->nat_src_port =
		    n <= UINT16_MAX && n > 0 ? (uint16_t)n : f->nat_src_port;
		break;
	case IE_NAT_DST_PORT:
		f->nat_dst_port = (uint16_t)n;
		break;
	case IE_BLOCK_LAST:
		f->nat_last = (uint16_t)n;
		break;
	case IE_BLOCK_SIZE:
		v->block = n;
		break;
	case IE_NAT_EVENT:
		f->part = flow_nat_part(n);
		v->nat = true;
		break;
	case IE_SAMPLING_INTERVAL:
	case IE_SAMPLER_INTERVAL:
	case IE_PACKET_INTERVAL:
		v->interval = n;
		break;
	case IE_SAMPLER_ID:
	case IE_SELECTOR_ID:
		v->sampler = n;
		v->has_sampler = true;
		break;
	case IE_FIREWALL_EVENT:
	case IE_ASA_EVENT:
		f->action = flow_event_action(n);
		f->part = flow_event_part(n);
		v->asa = v->asa || type == IE_ASA_EVENT;
		break;
	case IE_ASA_EVENT_MORE:
		v->asa = true;
		break;
	default:
		break;
	}
}

void
netflow_fields_take(
    struct netflow_fields *v, const struct element *e, struct span bytes)
{
	uint64_t n;

	if (e->enterprise == ENTERPRISE_REVERSE) {
		if ((e->type == IE_OCTETS || e->type == IE_OCTETS_TOTAL) &&
		    number_read(bytes, &n))
			v->flow.bytes_back = n;
		return;
	}
	if (e->enterprise != 0)
		return;
	if (e->type == IE_FORWARDING)
		v->flow.action = forwarding_action(bytes);
	address_take(&v->flow, e->type, bytes);
	if (number_read(bytes, &n) && !time_take(v, e->type, n))
		number_take(v, e->type, n);
}

void
netflow_fields_flow(const struct netflow_fields *v, int64_t export_ms,
    uint32_t uptime, struct flow *out)
{
	struct flow f = v->flow;
	/* IPFIX has no uptime in its header, but may tell the start. */
	int64_t at = v->started_ms > 0 ? v->started_ms : export_ms;
	uint32_t up = v->started_ms > 0 ? 0 : uptime;
	bool known = v->started_ms > 0 || uptime > 0;

	if (v->has_up_first && known && f.first == TIME_NONE)
		f.first = netflow_uptime(at, up, v->up_first);
	if (v->has_up_last && known && f.last == TIME_NONE)
		f.last = netflow_uptime(at, up, v->up_last);
	if (f.first == TIME_NONE && f.last == TIME_NONE && export_ms > 0)
		f.last = flow_time_ms((uint64_t)export_ms);
	f.has_ports = f.has_ports && flow_has_ports(f.protocol);
	/* A translator's source is the inside, which began unless the event is
	 * of a binding alone. */
	f.src_began = (v->asa || (v->nat && f.dst.family != 0)) && f.has_ports;
	if (v->block > 1 && f.nat_last == 0 && f.nat_src_port > 0 &&
	    v->block - 1 <= (uint64_t)(UINT16_MAX - f.nat_src_port))
		f.nat_last = (uint16_t)(f.nat_src_port + v->block - 1);
	f.both_ways = v->asa && v->total;
	*out = f;
}
