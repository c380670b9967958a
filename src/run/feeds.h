/*
 * Feeds are read like evidence: each by a process of its own that has entered
 * the sandbox and holds nothing but the feed's bytes.  It sends words
 * (intel/feed_wire.h), which are checked here.  One that dies, asks for a
 * forbidden call, sends nonsense or is silent for LIMIT_TASK_SECONDS costs the
 * rest of its feed; what had come and was sound is kept, and that is told.
 */
#ifndef TIDEMARK_RUN_FEEDS_H
#define TIDEMARK_RUN_FEEDS_H

#include "intel/feed_store.h"

feed_take_fn feeds_take;

/* The same with another reader than feed_read_bytes, for tests: what a reader
 * does, feeds_take must bear. */
typedef void feeds_reader_fn(struct span bytes, struct span path,
    struct arena *a, uint64_t tell, feed_say_fn *say, void *ctx,
    struct feed_counts *out);
enum feed_taken feeds_take_with(feeds_reader_fn *reader,
    struct indicator_list *l, struct span bytes, struct span path, bool named,
    const struct feed_options *o);

#endif
