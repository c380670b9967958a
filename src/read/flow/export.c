/*
 * Files of flow exports: raw packets one behind the other, as some collectors
 * and test tools keep them, and captures of exports on their way to the
 * collector.
 */
#include <inttypes.h>
#include <stdio.h>

#include "read/flow/exports.h"
#include "read/packet/capture.h"
#include "read/packet/datagrams.h"
#include "read/packet/frame.h"

/* Raw packets. */

struct raw {
	struct netflow *n;
	bool stopped;
	uint64_t at;
};

static void *
raw_open(const struct read_in *in)
{
	struct raw *r = arena_alloc(in->arena, sizeof(*r));

	r->n = netflow_new(in->arena);
	return r;
}

/* Packets that are there as a whole; last: no more bytes come. */
static size_t
raw_take(struct raw *r, struct span bytes, bool last, struct emit *out)
{
	static const struct addr nobody = {0};
	size_t used = 0;

	while (!r->stopped && used < bytes.n) {
		struct span rest = span_from(bytes, used);
		long n = netflow_size(rest, last);

		if (n < 0) {
			char text[64];

			snprintf(text, sizeof(text),
			    "no packet at byte %" PRIu64, r->at);
			out->diag(out, DIAG_BAD_BLOCK, 0, span_str(text));
			r->stopped = true;
			break;
		}
		if (n == 0 || (size_t)n > rest.n)
			break;
		netflow_packet(
		    r->n, &nobody, span_head(rest, (size_t)n), r->at);
		used += (size_t)n;
		r->at += (uint64_t)n;
	}
	return r->stopped ? bytes.n : used;
}

static size_t
raw_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct raw *r = state;

	(void)offset;
	netflow_aim(r->n, in, out);
	return raw_take(r, bytes, false, out);
}

static void
raw_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	static const struct addr nobody = {0};
	struct raw *r = state;
	size_t used;

	netflow_aim(r->n, in, out);
	used = raw_take(r, left, true, out);
	if (used < left.n) {
		/* What there is of the last packet. */
		netflow_packet(r->n, &nobody, span_from(left, used), r->at);
		out->diag(out, DIAG_TRUNCATED, 0,
		    arena_fmt(
			in->arena, "in the packet at byte %" PRIu64, r->at));
	}
	netflow_close(r->n, in->arena, out);
}

static struct guess
raw_guess(const struct probe *p)
{
	struct span rest = p->head;
	unsigned packets = 0;

	while (rest.n > 0 && packets < 4) {
		long n = netflow_size(rest, p->whole);

		if (n < 0 || (n > 0 && (size_t)n > rest.n && p->whole))
			break;
		if (n == 0 || (size_t)n > rest.n)
			break;
		if (!netflow_looks(span_head(rest, (size_t)n)))
			return (struct guess){0, "no flow exports"};
		rest = span_from(rest, (size_t)n);
		packets++;
	}
	if (packets == 0)
		return (struct guess){0, "no flow exports"};
	return (struct guess){rest.n == 0 || packets > 1 ? 85 : 60,
	    "whole packets of NetFlow or IPFIX"};
}

const struct reader reader_flow_export = {
    .name = "flow-export",
    .title = "NetFlow and IPFIX packets, raw",
    .evidence = "flow",
    .shape = READER_BLOCKS,
    .tells_flows = true,
    .flow_field = flow_has_field,
    .guess = raw_guess,
    .open = raw_open,
    .block = raw_block,
    .close = raw_close,
};

/* Captures. */

struct captured {
	struct capture capture;
	struct exports exports;
	struct datagrams datagrams;
	uint64_t others;
	uint64_t at;
	bool stopped;
};

static void *
captured_open(const struct read_in *in)
{
	struct captured *c = arena_alloc(in->arena, sizeof(*c));

	capture_init(&c->capture);
	exports_init(&c->exports, in->arena);
	datagrams_init(&c->datagrams, in->arena);
	return c;
}

/* The datagram of a captured export: innermost first, as mirrored traffic
 * has other headers around it. */
static const struct frame *
export_find(const struct frame *v, size_t n)
{
	while (n-- > 0)
		if (v[n].protocol == IPPROTO_NUMBER_UDP && v[n].ports &&
		    !v[n].fragment && exports_look(v[n].payload))
			return &v[n];
	return NULL;
}

static void
captured_packet(struct captured *c, const struct packet *p)
{
	struct frame v[LIMIT_FRAME_LAYERS], whole;
	size_t n = frame_read(p->link, p->bytes, v);
	const struct frame *f;
	struct span data;

	if (n > 0 && v[n - 1].fragment) {
		if (!datagrams_add(&c->datagrams, &v[n - 1], &whole, &data))
			return;
		n = frame_resume(&whole, data, v);
	}
	f = export_find(v, n);
	if (f != NULL)
		exports_datagram(
		    &c->exports, &f->src, f->payload, p->time, c->at);
	else
		c->others++;
}

static size_t
captured_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct captured *c = state;
	struct span rest = bytes;
	struct packet p;

	netflow_aim(c->exports.netflow, in, out);
	if (c->stopped)
		return bytes.n;
	for (;;) {
		c->at = offset + (bytes.n - rest.n);
		switch (capture_next(&c->capture, &rest, &p)) {
		case CAPTURE_PACKET:
			captured_packet(c, &p);
			break;
		case CAPTURE_OTHER:
			break;
		case CAPTURE_MORE:
			return bytes.n - rest.n;
		case CAPTURE_BROKEN:
			out->diag(out, DIAG_BAD_BLOCK, 0,
			    arena_fmt(in->arena, "at byte %" PRIu64 ": %s",
				c->at, c->capture.why));
			c->stopped = true;
			return bytes.n;
		}
	}
}

static void
captured_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	struct captured *c = state;

	netflow_aim(c->exports.netflow, in, out);
	datagrams_end(&c->datagrams);
	if (left.n > 0)
		out->diag(out, DIAG_TRUNCATED, 0,
		    arena_fmt(in->arena, "after packet %" PRIu64,
			c->capture.packets));
	if (c->others > 0)
		out->diag(out, DIAG_OTHER_PACKETS, 0,
		    arena_fmt(in->arena, "%" PRIu64 " of %" PRIu64 " packets",
			c->others, c->exports.datagrams + c->others));
	if (c->datagrams.lost > 0)
		out->diag(out, DIAG_TRUNCATED, 0,
		    arena_fmt(in->arena,
			"%" PRIu64 " datagrams of which fragments are missing",
			c->datagrams.lost));
	exports_close(&c->exports, in->arena, out);
}

#define GUESS_PACKETS 64

static struct guess
captured_guess(const struct probe *p)
{
	struct capture c;
	struct span rest = p->head;
	struct packet packet;
	enum capture_step step;
	unsigned exports = 0, all = 0;

	if (capture_magic(p->head) == NULL)
		return (struct guess){0, "no capture"};
	capture_init(&c);
	while (all < GUESS_PACKETS &&
	       ((step = capture_next(&c, &rest, &packet)) == CAPTURE_PACKET ||
		   step == CAPTURE_OTHER)) {
		struct frame v[LIMIT_FRAME_LAYERS];
		size_t n;

		if (step == CAPTURE_OTHER)
			continue;
		n = frame_read(packet.link, packet.bytes, v);
		if (n > 0 && v[n - 1].fragment)
			continue;
		all++;
		exports += export_find(v, n) != NULL;
	}
	/* A few packets of other kinds get between. */
	if (exports == 0 || exports * 10 < all * 9)
		return (struct guess){0, "not all packets are flow exports"};
	return (struct guess){
	    100, "capture of NetFlow, IPFIX or sFlow packets"};
}

const struct reader reader_flow_capture = {
    .name = "flow-capture",
    .title = "Captured NetFlow, IPFIX and sFlow packets",
    .evidence = "flow",
    .shape = READER_BLOCKS,
    .tells_flows = true,
    .flow_field = flow_has_field,
    .guess = captured_guess,
    .open = captured_open,
    .block = captured_block,
    .close = captured_close,
};
