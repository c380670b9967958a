/*
 * Where the words of feeds go: the list of indicators.  Nothing that a feed
 * says is believed here beyond its form: words may come from a process that
 * its feed has taken over.
 */
#ifndef TIDEMARK_INTEL_FEED_STORE_H
#define TIDEMARK_INTEL_FEED_STORE_H

#include "intel/feed.h"
#include "intel/warninglist.h"

struct yara_set;

/* An item that could not be taken.  line and column are 1-based, 0: none. */
typedef void feed_problem_fn(void *ctx, struct span path, uint64_t line,
    uint64_t column, struct span text);

struct feed_options {
	feed_problem_fn *problem;
	void *ctx;
	uint64_t tell; /* problems of a feed to tell one by one */
	int64_t now;   /* to count what has expired; TIME_NONE: do not */
	struct yara_set *yara;	       /* takes YARA rules, or NULL */
	struct warninglists *warnings; /* takes warninglists, or NULL */
};

/* One feed at a time. */
struct feed_store {
	struct indicator_list *list;
	const struct feed_options *o;
	struct indicator_feed feed;
	uint32_t number; /* of the feed; INDICATOR_NO_FEED: built in */
	const struct indicator_about *about; /* the last indicator's */
	uint64_t told;
	bool listed; /* a warninglist has begun */
};

/* path is copied. */
void feed_store_begin(struct feed_store *s, struct indicator_list *l,
    struct span path, const struct feed_options *o);
/* A word of the feed; a feed_say_fn whose ctx is the store.  Patterns must
 * live in the list's arena. */
void feed_store_take(void *ctx, const struct feed_said *said);
/* That a value will come in a moment; what feed_wire.h asks for. */
void feed_store_soon(void *ctx, const struct feed_value *v);
/* The feed joins the list's feeds. */
void feed_store_end(struct feed_store *s, const struct feed_counts *counts);
/* Something of the feed went wrong, and is told of. */
void feed_store_problem(struct feed_store *s, struct span text);

enum feed_taken {
	FEED_TAKEN,
	FEED_NONE, /* it is none */
	FEED_LOST, /* some of it may be missing; that was told of */
};

/* Nothing was said: the bytes are no feed.  That is a problem of a file that
 * the operator named. */
enum feed_taken feed_store_none(struct feed_store *s, bool named);

/* A feed file's bytes into the list.  named: by the operator, not found in a
 * folder, so that it is a problem when it is no feed. */
typedef enum feed_taken feed_take_fn(struct indicator_list *l,
    struct span bytes, struct span path, bool named,
    const struct feed_options *o);
/* In this process; run/feeds.h has one that does it in a sandbox. */
feed_take_fn feed_take;
/* The same for a file that is built in: its format is the program's CSV. */
void feed_take_built_in(struct indicator_list *l, struct span csv,
    struct span path, const struct feed_options *o);

/* After the last feed: mark what a warninglist names. */
void feed_suppress(struct indicator_list *l, const struct warninglists *w);

#endif
