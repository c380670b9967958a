#include "read/flow/sflow.h"

#include "base/cursor.h"
#include "read/packet/frame.h"

#define VERSION 5

/* Formats of enterprise 0. */
enum { SAMPLE_FLOW = 1, SAMPLE_FLOW_EXPANDED = 3 };
enum { RECORD_HEADER = 1, RECORD_IPV4 = 3, RECORD_IPV6 = 4 };
enum { HEADER_ETHERNET = 1, HEADER_IPV4 = 11, HEADER_IPV6 = 12 };

/* LINKTYPE_ETHERNET, LINKTYPE_RAW. */
enum { LINK_ETHERNET = 1, LINK_RAW = 101 };

static struct addr
addr_take(struct cursor *c, bool v6)
{
	struct span s = cursor_take(c, v6 ? 16 : 4);
	struct addr a = {.family = v6 ? 6 : 4};

	if (c->failed)
		return (struct addr){0};
	memcpy(a.bytes, s.p, s.n);
	return a;
}

/* Up to the samples; how many there are. */
static uint32_t
head_take(struct cursor *c, struct addr *agent)
{
	uint32_t type;

	if (cursor_be32(c) != VERSION)
		c->failed = true;
	type = cursor_be32(c);
	if (type != 1 && type != 2)
		c->failed = true;
	*agent = addr_take(c, type == 2);
	cursor_skip(c, 3 * 4);
	return cursor_be32(c);
}

bool
sflow_looks(struct span bytes)
{
	struct cursor c = cursor_of(bytes);
	struct addr agent;
	uint32_t n = head_take(&c, &agent);

	for (; n > 0 && !c.failed && cursor_left(&c) > 0; n--) {
		cursor_skip(&c, 4);
		cursor_skip(&c, cursor_be32(&c));
	}
	return !c.failed && n == 0 && cursor_left(&c) < 4;
}

static void
header_take(struct cursor c, struct flow *f)
{
	uint32_t protocol = cursor_be32(&c), wire = cursor_be32(&c), n;
	struct frame v[LIMIT_FRAME_LAYERS];
	size_t layers;
	struct span bytes;

	cursor_skip(&c, 4);
	n = cursor_be32(&c);
	bytes = cursor_take(&c, n);
	if (c.failed || (protocol != HEADER_ETHERNET &&
			    protocol != HEADER_IPV4 && protocol != HEADER_IPV6))
		return;
	layers = frame_read(
	    protocol == HEADER_ETHERNET ? LINK_ETHERNET : LINK_RAW, bytes, v);
	f->bytes = wire;
	if (layers == 0)
		return;
	f->src = v[0].src;
	f->dst = v[0].dst;
	f->protocol = v[0].protocol;
	f->has_ports = v[0].ports && flow_has_ports(f->protocol);
	f->src_port = v[0].src_port;
	f->dst_port = v[0].dst_port;
	f->tcp_flags = v[0].protocol == IPPROTO_NUMBER_TCP ? v[0].flags : 0;
}

static void
addresses_take(struct cursor c, bool v6, struct flow *f)
{
	f->bytes = cursor_be32(&c);
	f->protocol = (uint8_t)cursor_be32(&c);
	f->src = addr_take(&c, v6);
	f->dst = addr_take(&c, v6);
	f->src_port = (uint16_t)cursor_be32(&c);
	f->dst_port = (uint16_t)cursor_be32(&c);
	f->tcp_flags = (uint8_t)cursor_be32(&c);
	f->has_ports = flow_has_ports(f->protocol);
	if (c.failed)
		f->src.family = f->dst.family = 0;
}

static void
record_take(uint32_t type, struct cursor c, struct flow *f)
{
	if (type == RECORD_HEADER)
		header_take(c, f);
	/* Where the header is there too, it says the same. */
	else if (type == RECORD_IPV4 && f->src.family == 0)
		addresses_take(c, false, f);
	else if (type == RECORD_IPV6 && f->src.family == 0)
		addresses_take(c, true, f);
}

/* The records of a flow sample, which together tell of one packet. */
static bool
sample_take(struct cursor c, bool expanded, struct flow *f)
{
	uint32_t n;

	cursor_skip(&c, expanded ? 3 * 4 : 2 * 4);
	f->sampling = cursor_be32(&c);
	cursor_skip(&c, expanded ? 6 * 4 : 4 * 4);
	n = cursor_be32(&c);
	for (; n > 0 && !c.failed && cursor_left(&c) > 0; n--) {
		uint32_t type = cursor_be32(&c), size = cursor_be32(&c);

		record_take(type, cursor_sub(&c, size), f);
	}
	return !c.failed && n == 0;
}

bool
sflow_packet(
    struct span bytes, int64_t time, uint64_t offset, struct flow_sink *sink)
{
	struct cursor c = cursor_of(bytes);
	struct addr agent;
	uint32_t n = head_take(&c, &agent);
	bool sound = true;

	for (; n > 0 && !c.failed && cursor_left(&c) > 0; n--) {
		uint32_t type = cursor_be32(&c), size = cursor_be32(&c);
		struct cursor body = cursor_sub(&c, size);
		struct flow f;

		if (type != SAMPLE_FLOW && type != SAMPLE_FLOW_EXPANDED)
			continue;
		flow_init(&f);
		f.first = time;
		f.exporter = agent;
		f.packets = 1;
		f.counted = true;
		if (c.failed ||
		    !sample_take(body, type == SAMPLE_FLOW_EXPANDED, &f))
			sound = false;
		else
			flow_take(sink, &f, offset);
	}
	return sound && !c.failed && n == 0;
}
