/*
 * What the past of one file of a repository showed (case/past.h) as bytes, and
 * what logs of that time told.  As with raw material, checks and kinds are
 * written by name and the bytes may come from anywhere.
 */
#ifndef TIDEMARK_STORE_RAW_PAST_H
#define TIDEMARK_STORE_RAW_PAST_H

#include "store/raw.h"

/* Signs and facts of one file, by their places in the past. */
struct past_pick {
	const uint32_t *signs, *facts;
	size_t nsigns, nfacts;
};

void raw_past_write(struct buf *b, const struct past *p,
    const struct past_pick *pick, const struct knowledge *k);

/* The path of a file or state of a repository as a source of a case: below the
 * repository's own, no two the same. */
struct span past_path(struct arena *a, struct span prefix, struct span path);

/* Where what is read goes. */
struct past_taking {
	struct casefile *c; /* to its past */
	const struct raw_reader *r;
	struct span prefix; /* for past_path */
	size_t signs_cap, facts_cap, events_cap, voices_cap;
};

/* Adds to the past of the casefile; signs of checks that are not known here are
 * left out.  false: the bytes are not what
 * raw_past_write wrote. */
bool raw_past_read(struct past_taking *t, struct span bytes);

void raw_heard_write(struct buf *b, const struct past *p);
bool raw_heard_read(struct past_taking *t, struct span bytes);

#endif
