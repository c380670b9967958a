/*
 * The words of a feed between the process that reads it and the one that
 * keeps them.  The reader may be in the hands of its feed: what comes is
 * checked for everything that the rest of the program takes for granted of an
 * indicator and of a pattern.
 */
#ifndef TIDEMARK_INTEL_FEED_WIRE_H
#define TIDEMARK_INTEL_FEED_WIRE_H

#include "base/buf.h"
#include "intel/feed.h"

/* The reader's side.  Messages gather in out: whoever owns it empties it in
 * full, as soon as it holds FEED_WIRE_PIECE bytes. */
struct feed_wire_out {
	struct buf out;
	void (*full)(void *ctx, struct buf *out); /* empties it */
	void *ctx;
	const struct stix_pattern *pattern; /* the last one sent */
	struct feed_item about; /* what the last indicator's item said beside
				 * its value; texts live in "texts" */
	struct arena texts;
};

#define FEED_WIRE_PIECE (64u << 10)

void feed_wire_init(struct feed_wire_out *w,
    void (*full)(void *ctx, struct buf *out), void *ctx);
/* A feed_say_fn whose ctx is a feed_wire_out. */
void feed_wire_say(void *ctx, const struct feed_said *said);
/* The last message; out is emptied after it. */
void feed_wire_end(struct feed_wire_out *w, const struct feed_counts *counts);

/* The other side. */
struct feed_wire_in {
	struct arena *arena; /* of patterns */
	feed_say_fn *say;
	void *ctx;
	const struct stix_pattern *pattern;
	struct feed_item about;	   /* of the indicators that come next */
	struct arena texts;	   /* its */
	struct feed_counts counts; /* when ended */
	/* Told of each value some messages before it comes; or NULL.  It may
	 * be nonsense still. */
	void (*soon)(void *ctx, const struct feed_value *v);
	bool ended;
	uint64_t messages;
};

void feed_wire_expect(struct feed_wire_in *w, struct arena *patterns,
    feed_say_fn *say, void *ctx);
void feed_wire_release(struct feed_wire_in *w);

/*
 * Take the whole messages at the head of the bytes.  Returns how many bytes
 * they have; SIZE_MAX: what came is none, or came after the end.
 */
size_t feed_wire_take(struct feed_wire_in *w, struct span bytes);

#endif
