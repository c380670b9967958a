#include "read/packet/tcp.h"

#include "base/err.h"
#include "read/packet/talks.h"

void
tcp_streams_init(struct tcp_streams *s, struct arena *arena)
{
	*s = (struct tcp_streams){.arena = arena, .free = STREAM_NONE};
}

uint32_t
tcp_stream_victim(struct tcp_streams *s)
{
	if (s->free != STREAM_NONE || s->n < LIMIT_STREAMS)
		return STREAM_NONE;
	s->hand = (s->hand + 1) % LIMIT_STREAMS;
	return (uint32_t)s->hand;
}

uint32_t
tcp_stream_new(struct tcp_streams *s, uint32_t talk, uint32_t seq)
{
	uint32_t i = s->free;
	char *p;

	if (s->v == NULL)
		s->v = arena_array(s->arena, LIMIT_STREAMS, sizeof(*s->v));
	if (i != STREAM_NONE) {
		s->free = s->v[i].next;
	} else {
		ASSERT(s->n < LIMIT_STREAMS);
		s->v[s->n].p = arena_alloc(s->arena, LIMIT_STREAM_BYTES);
		i = (uint32_t)s->n++;
	}
	p = s->v[i].p;
	s->v[i] = (struct tcp_stream){.talk = talk, .seq = seq, .p = p};
	return i;
}

void
tcp_stream_free(struct tcp_streams *s, uint32_t i)
{
	if (i == STREAM_NONE)
		return;
	s->v[i].talk = TALK_NONE;
	s->v[i].next = s->free;
	s->free = i;
}

/* Stretches that begin within what is whole now make it longer. */
static void
join_early(struct tcp_stream *x)
{
	for (unsigned i = 0; i < x->nearly;) {
		if (x->early[i].from > x->n) {
			i++;
			continue;
		}
		if (x->early[i].to > x->n)
			x->n = x->early[i].to;
		x->early[i] = x->early[--x->nearly];
		i = 0;
	}
}

/* A stretch behind a hole, one with those that it touches.  False when there
 * are too many. */
static bool
add_early(struct tcp_stream *x, uint32_t from, uint32_t to)
{
	for (unsigned i = 0; i < x->nearly;) {
		struct stretch e = x->early[i];

		if (to < e.from || from > e.to) {
			i++;
			continue;
		}
		from = from < e.from ? from : e.from;
		to = to > e.to ? to : e.to;
		x->early[i] = x->early[--x->nearly];
		i = 0;
	}
	if (x->nearly == LIMIT_STREAM_HOLES)
		return false;
	x->early[x->nearly++] = (struct stretch){from, to};
	return true;
}

/* Begin anew at a segment: what is missing will not come. */
static void
restart(struct tcp_streams *s, struct tcp_stream *x, uint32_t seq)
{
	s->given_up++;
	x->seq = seq;
	x->n = 0;
	x->nearly = 0;
}

/* Far numbers are not of this stream's window. */
#define SEQ_NEAR (1 << 28)

void
tcp_stream_add(
    struct tcp_streams *s, uint32_t i, uint32_t seq, struct span payload)
{
	struct tcp_stream *x = &s->v[i];
	int64_t at = (int32_t)(seq - x->seq);
	size_t room = LIMIT_STREAM_BYTES - x->held;

	if (at < 0) {
		if (at + (int64_t)payload.n <= 0)
			return; /* sent again, or passed over */
		payload = span_from(payload, (size_t)-at);
		at = 0;
		seq = x->seq;
	}
	if (at > SEQ_NEAR || payload.n == 0)
		return;
	if ((size_t)at + payload.n > room ||
	    ((uint32_t)at > x->n && !add_early(x, (uint32_t)at,
					(uint32_t)((size_t)at + payload.n)))) {
		restart(s, x, seq);
		at = 0;
	}
	payload = span_head(payload, room);
	/* Of bytes that are there in full, the first to come count. */
	if ((uint32_t)at < x->n) {
		uint32_t there = x->n - (uint32_t)at;

		payload = span_from(payload, there);
		at = x->n;
	}
	if (payload.n == 0)
		return;
	memcpy(x->p + x->held + at, payload.p, payload.n);
	if ((uint32_t)at > x->n)
		return;
	if ((size_t)at + payload.n > x->n)
		x->n = (uint32_t)((size_t)at + payload.n);
	join_early(x);
}

void
tcp_stream_take(struct tcp_stream *x, uint32_t n)
{
	uint32_t top = x->n, kept = 0;
	char *front = x->p + x->held;

	x->seq += n;
	for (unsigned i = 0; i < x->nearly; i++)
		if (x->early[i].to > top)
			top = x->early[i].to;
	if (n < top)
		memmove(front, front + n, top - n);
	x->n = n < x->n ? x->n - n : 0;
	for (unsigned i = 0; i < x->nearly; i++) {
		struct stretch e = x->early[i];

		if (e.to <= n)
			continue;
		e.from = e.from > n ? e.from - n : 0;
		e.to -= n;
		x->early[kept++] = e;
	}
	x->nearly = kept;
	join_early(x);
}

void
tcp_stream_hold(struct tcp_stream *x, uint32_t n)
{
	ASSERT(x->held == 0 && n <= x->n);
	x->held = n;
	x->n -= n;
	x->seq += n;
	for (unsigned i = 0; i < x->nearly; i++) {
		x->early[i].from -= n;
		x->early[i].to -= n;
	}
}

void
tcp_stream_release(struct tcp_stream *x)
{
	uint32_t top = x->n;

	for (unsigned i = 0; i < x->nearly; i++)
		if (x->early[i].to > top)
			top = x->early[i].to;
	memmove(x->p, x->p + x->held, top);
	x->held = 0;
}
