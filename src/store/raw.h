/*
 * The raw material of a source as bytes, as the case keeps it: what workers
 * told of it before anything was joined.  Kinds, fields, checks and diagnostics
 * are written by name, once in each text, so that another version of the
 * program or of the knowledge can read it: what it no longer knows is left out
 * and counted.  The bytes may come from anywhere and are read with bounds.
 */
#ifndef TIDEMARK_STORE_RAW_H
#define TIDEMARK_STORE_RAW_H

#include "base/buf.h"
#include "case/casefile.h"

/* Before casefile_close, which adds to sources. */
void raw_write(
    struct buf *b, const struct source *s, const struct knowledge *k);

/* What reading needs; lives as long as the casefile. */
struct raw_reader {
	struct casefile *c;
	struct map checks;  /* id -> index in the knowledge's checks */
	uint64_t forgotten; /* items of checks, kinds, fields not known here */
};
void raw_reader_init(struct raw_reader *r, struct casefile *c);

/* How much of a source is wanted. */
enum raw_part {
	RAW_ALL,
	RAW_SIGNS, /* of a past state: whose it was, signs of compromise */
};

/* Adds a source to the casefile (of RAW_SIGNS, when there are some).  false:
 * the bytes are not what raw_write wrote; nothing was added. */
bool raw_read(struct raw_reader *r, struct span bytes, enum raw_part part);

#endif
