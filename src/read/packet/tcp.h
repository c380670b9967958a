/*
 * What one side of a TCP connection sends, put together as far as the readers
 * of protocols need: from the first byte (or from where the capture starts),
 * within a window of LIMIT_STREAM_BYTES.  Segments that come too early wait in
 * the window; what is longer than it, or never comes, is given up, and reading
 * starts again at the next segment (RFC 9293 section 3.4 for the numbers).
 *
 * A reader takes bytes off the front, may ask to pass over many that are not
 * kept (a body), and may hold bytes: a request waits for its answer.
 */
#ifndef TIDEMARK_READ_PACKET_TCP_H
#define TIDEMARK_READ_PACKET_TCP_H

#include "base/arena.h"
#include "base/limits.h"

#define STREAM_NONE UINT32_MAX

struct stretch {
	uint32_t from, to; /* offsets from the front of what is read */
};

struct tcp_stream {
	uint32_t talk; /* its conversation; TALK_NONE: free */
	uint32_t next; /* list of free ones */
	uint32_t seq;  /* number of the first byte behind what is held */
	uint32_t held; /* bytes in front that wait */
	uint32_t n;    /* bytes behind them, without a hole */
	struct stretch early[LIMIT_STREAM_HOLES];
	unsigned nearly;
	int64_t time;		 /* of what is held */
	uint64_t number, offset; /* its place */
	char *p;		 /* LIMIT_STREAM_BYTES */
};

struct tcp_streams {
	struct arena *arena;
	struct tcp_stream *v; /* LIMIT_STREAMS, once there is one */
	size_t n;
	uint32_t free;
	size_t hand;
	uint64_t given_up; /* holes that were not filled */
};

void tcp_streams_init(struct tcp_streams *s, struct arena *arena);

/* When all streams are taken: the one in turn, which the caller must free
 * before it makes another; else STREAM_NONE. */
uint32_t tcp_stream_victim(struct tcp_streams *s);

/* A stream for a conversation, whose first byte has number seq. */
uint32_t tcp_stream_new(struct tcp_streams *s, uint32_t talk, uint32_t seq);
void tcp_stream_free(struct tcp_streams *s, uint32_t i);

/* A segment. */
void tcp_stream_add(
    struct tcp_streams *s, uint32_t i, uint32_t seq, struct span payload);

static inline struct span
tcp_stream_bytes(const struct tcp_stream *x)
{
	return span_of(x->p + x->held, x->n);
}
static inline struct span
tcp_stream_held(const struct tcp_stream *x)
{
	return span_of(x->p, x->held);
}

/* The reader is done with n bytes, of which more than are there may be passed
 * over, up to 2^30. */
void tcp_stream_take(struct tcp_stream *x, uint32_t n);

/* The first n bytes wait from now on; nothing may wait already. */
void tcp_stream_hold(struct tcp_stream *x, uint32_t n);
/* What waits is no longer needed. */
void tcp_stream_release(struct tcp_stream *x);

#endif
