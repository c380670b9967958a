/*
 * Packet captures.  Every conversation becomes a flow record when it is over
 * or the capture is; what its ends say becomes records of its own as it comes.
 * A tunnel is a conversation, and so is what it carries.
 *
 * The place of a record is the number of its packet (as tcpdump and Wireshark
 * count) and the packet's offset; of a flow, those of its first packet.
 */
#include <inttypes.h>
#include <stdio.h>

#include "read/flow/exports.h"
#include "read/packet/capture.h"
#include "read/packet/datagrams.h"
#include "read/packet/session.h"
#include "read/packet/talk_flow.h"

/* Packets are looked at in batches, so that the memory of their conversations
 * is on its way when it is needed. */
#define BATCH 16

struct looked_at {
	struct packet packet;
	uint64_t offset;
	struct frame v[LIMIT_FRAME_LAYERS];
	size_t n;
	struct talk_seek seek; /* of v[0] */
};

struct packets {
	struct capture capture;
	struct talks talks;
	struct session_set sessions;
	struct datagrams datagrams;
	struct exports exports;
	struct wire wire; /* of the packet at hand */
	/* As in struct read_in. */
	const struct endpoints *wanted;
	const struct flow_watch *watch;
	uint64_t *passed;
	int64_t first, last;
	uint64_t unread;   /* without an IP header that could be read */
	uint64_t strange;  /* of those, of link types that are not known */
	uint32_t stranger; /* the first of these link types */
	uint64_t deep;	   /* with headers beyond the limit */
	uint64_t deep_at;  /* the first of these */
	bool broken;
	struct looked_at batch[BATCH];
	size_t nbatch;
};

static void
on_talk_end(void *ctx, struct talk *t)
{
	struct packets *p = ctx;
	const struct talk_outer *outer = talks_outer(&p->talks, t);

	session_end(&p->sessions, t, &p->wire);
	if (talk_wanted(t, outer, p->wanted, p->watch))
		talk_tell(t, outer, &p->wire);
	else if (p->passed != NULL)
		++*p->passed;
}

static void
tcp_flags(struct talk *t, const struct frame *f, bool client)
{
	if (f->flags & TCP_FIN)
		t->saw |= client ? SAW_CLIENT_FIN : SAW_SERVER_FIN;
	if (f->flags & TCP_RST)
		t->saw |= client ? SAW_CLIENT_RST : SAW_SERVER_RST;
	if ((f->flags & TCP_SYN) == 0)
		return;
	if (!client && (f->flags & TCP_ACK)) {
		t->saw |= SAW_SYN_ACK;
	} else if (client) {
		t->saw |= SAW_SYN;
		t->isn = f->seq;
	}
}

static void
count(struct packets *p, struct talk *t, const struct frame *f, bool client)
{
	int64_t time = p->wire.time;

	t->packets[!client]++;
	t->bytes[!client] += f->payload_wire;
	if (time != TIME_NONE && (t->first == TIME_NONE || time < t->first))
		t->first = time;
	if (time != TIME_NONE && (t->last == TIME_NONE || time > t->last))
		t->last = time;
}

/* outer: the frame that carries this one, or NULL; seek: what is known of it
 * already, or NULL. */
static void
on_frame(struct packets *p, const struct frame *f, const struct frame *outer,
    const struct talk_seek *seek)
{
	bool client, fresh;
	struct talk *t = seek != NULL
			     ? talks_take(&p->talks, f, seek, &client, &fresh)
			     : talks_find(&p->talks, f, &client, &fresh);

	if (fresh) {
		t->number = p->wire.number;
		t->offset = p->wire.offset;
		if (outer != NULL)
			talks_carried(&p->talks, t, outer);
	}
	count(p, t, f, client);
	if (f->protocol == IPPROTO_NUMBER_TCP)
		tcp_flags(t, f, client);
	if (f->payload.n == 0)
		return;
	p->wire.src = f->src;
	p->wire.dst = f->dst;
	p->wire.src_port = f->src_port;
	p->wire.dst_port = f->dst_port;
	p->wire.tcp = f->protocol == IPPROTO_NUMBER_TCP;
	if (f->protocol == IPPROTO_NUMBER_UDP && f->ports &&
	    exports_look(f->payload)) {
		t->service = SERVICE_FLOW_EXPORT;
		netflow_sink(p->exports.netflow)->number = p->wire.number;
		exports_datagram(&p->exports, &f->src, f->payload, p->wire.time,
		    p->wire.offset);
		return;
	}
	session_payload(&p->sessions, t, f, client, &p->wire);
}

static void
deeper_count(struct packets *p, const struct frame *last)
{
	if (last->deeper && p->deep++ == 0)
		p->deep_at = p->wire.number;
}

static void
on_frames(struct packets *p, const struct frame *v, size_t n,
    const struct talk_seek *seek)
{
	struct frame inner[LIMIT_FRAME_LAYERS], whole;
	struct span data;
	size_t more;

	deeper_count(p, &v[n - 1]);
	for (size_t i = 0; i < n; i++) {
		if (!v[i].fragment) {
			on_frame(p, &v[i], i > 0 ? &v[i - 1] : NULL,
			    i > 0 ? NULL : seek);
			continue;
		}
		if (!datagrams_add(&p->datagrams, &v[i], &whole, &data))
			continue;
		more = frame_resume(&whole, data, inner);
		deeper_count(p, &inner[more - 1]);
		for (size_t k = 0; k < more; k++)
			on_frame(p, &inner[k],
			    k > 0   ? &inner[k - 1]
			    : i > 0 ? &v[i - 1]
				    : NULL,
			    NULL);
	}
}

static void
on_packet(struct packets *p, const struct looked_at *x)
{
	int64_t time = x->packet.time;

	p->wire.time = time;
	p->wire.number = x->packet.number;
	p->wire.offset = x->offset;
	if (time != TIME_NONE) {
		if (p->first == TIME_NONE || time < p->first)
			p->first = time;
		if (p->last == TIME_NONE || time > p->last)
			p->last = time;
	}
	if (x->n > 0) {
		on_frames(p, x->v, x->n, &x->seek);
		return;
	}
	p->unread++;
	if (!frame_link_known(x->packet.link) && p->strange++ == 0)
		p->stranger = x->packet.link;
}

static void
batch_done(struct packets *p)
{
	for (size_t i = 0; i < p->nbatch; i++)
		if (p->batch[i].n > 0)
			talks_fetch(&p->talks, &p->batch[i].seek);
	for (size_t i = 0; i < p->nbatch; i++)
		on_packet(p, &p->batch[i]);
	p->nbatch = 0;
}

static void
batch_add(struct packets *p, const struct packet *packet, uint64_t offset)
{
	struct looked_at *x = &p->batch[p->nbatch++];

	x->packet = *packet;
	x->offset = offset;
	x->n = frame_read(packet->link, packet->bytes, x->v);
	if (x->n > 0)
		talks_seek(&p->talks, &x->v[0], &x->seek);
	if (p->nbatch == BATCH)
		batch_done(p);
}

static void *
packets_open(const struct read_in *in)
{
	struct packets *p = arena_alloc(in->arena, sizeof(*p));

	capture_init(&p->capture);
	talks_init(&p->talks, in->arena, on_talk_end, p);
	sessions_init(&p->sessions, &p->talks, in->arena);
	datagrams_init(&p->datagrams, in->arena);
	exports_init(&p->exports, in->arena);
	p->first = p->last = TIME_NONE;
	return p;
}

static void
aim(struct packets *p, const struct read_in *in, struct emit *out)
{
	p->wire.out = out;
	p->wire.arena = in->arena;
	p->wanted = in->wanted;
	p->watch = in->watch;
	p->passed = in->passed;
	netflow_aim(p->exports.netflow, in, out);
}

static size_t
packets_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct packets *p = state;
	struct span rest = bytes;
	struct packet packet;
	enum capture_step step = CAPTURE_OTHER;

	aim(p, in, out);
	while (!p->broken && step != CAPTURE_MORE) {
		uint64_t at = offset + (uint64_t)(bytes.n - rest.n);

		step = capture_next(&p->capture, &rest, &packet);
		if (step == CAPTURE_PACKET)
			batch_add(p, &packet, at);
		else if (step == CAPTURE_BROKEN)
			p->broken = true;
	}
	batch_done(p); /* frames borrow from bytes */
	return p->broken ? bytes.n : bytes.n - rest.n;
}

/* What of the capture was not read. */
static void
say_losses(struct packets *p, struct arena *a, bool cut, struct emit *out)
{
	uint64_t at = p->capture.packets;

	if (p->broken)
		out->diag(out, DIAG_TRUNCATED, at,
		    arena_fmt(a, "behind packet %" PRIu64 ": %s", at,
			p->capture.why));
	else if (cut)
		out->diag(out, DIAG_TRUNCATED, at,
		    arena_fmt(a, "behind packet %" PRIu64, at));
	if (p->strange > 0)
		out->diag(out, DIAG_HEADER_MISSING, 0,
		    arena_fmt(a,
			"%" PRIu64 " packets of a link type that is not known "
			"(LINKTYPE %u)",
			p->strange, p->stranger));
	if (p->deep > 0)
		out->diag(out, DIAG_DEPTH, p->deep_at,
		    arena_fmt(a,
			"%" PRIu64 " packets with more headers than are "
			"followed; the first is packet %" PRIu64,
			p->deep, p->deep_at));
	if (p->capture.foreign > 0)
		out->diag(out, DIAG_HEADER_MISSING, 0,
		    arena_fmt(a,
			"%" PRIu64 " packets of interfaces that the capture "
			"does not describe",
			p->capture.foreign));
	if (p->datagrams.lost > 0)
		out->diag(out, DIAG_TRUNCATED, 0,
		    arena_fmt(a,
			"%" PRIu64 " datagrams of which fragments are missing",
			p->datagrams.lost));
}

static void
summary(struct packets *p, struct arena *a, struct emit *out)
{
	uint64_t all = p->capture.packets;
	uint64_t unread = p->unread + p->capture.foreign;
	char first[TIME_TEXT], last[TIME_TEXT];
	struct wire w = p->wire;
	struct record r;

	time_write(p->first, first);
	time_write(p->last, last);
	record_init(&r, K_PACKETS, 0, UINT64_MAX,
	    arena_fmt(a, "%" PRIu64 " packets%s%s%s%s, %" PRIu64 " without IP",
		all, first[0] != '\0' ? " from " : "", first,
		last[0] != '\0' ? " to " : "", last, unread));
	r.time = p->first;
	w.arena = a;
	wire_put_number(&w, &r, F_PACKETS, all);
	wire_put_number(&w, &r, F_UNREAD, unread);
	if (p->talks.evicted > 0)
		wire_put_number(&w, &r, F_SPLIT, p->talks.evicted);
	if (p->sessions.streams.given_up > 0)
		wire_put_number(&w, &r, F_GAPS, p->sessions.streams.given_up);
	if (p->first != TIME_NONE)
		record_put(
		    &r, F_DURATION, talk_duration(a, p->last - p->first));
	out->record(out, &r);
}

static void
packets_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	struct packets *p = state;

	aim(p, in, out);
	talks_end(&p->talks);
	datagrams_end(&p->datagrams);
	say_losses(p, in->arena,
	    left.n > 0 || p->capture.skip > 0 || !p->capture.open, out);
	exports_close(&p->exports, in->arena, out);
	summary(p, in->arena, out);
}

static struct guess
packets_guess(const struct probe *p)
{
	const char *magic = capture_magic(p->head);

	return magic != NULL ? (struct guess){95, magic}
			     : (struct guess){0, "no header of a capture"};
}

const struct reader reader_packets = {
    .name = "packet-capture",
    .title = "Packet capture, pcap or pcapng",
    .evidence = "flow",
    .shape = READER_BLOCKS,
    .flow_field = talk_has_field,
    .guess = packets_guess,
    .open = packets_open,
    .block = packets_block,
    .close = packets_close,
};
