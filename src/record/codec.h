/*
 * Records as bytes, for the pipe between worker and parent and for the case.
 * The parent treats what comes from a worker as hostile too.
 */
#ifndef TIDEMARK_RECORD_CODEC_H
#define TIDEMARK_RECORD_CODEC_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "record/record.h"

void record_encode(struct buf *b, const struct record *r);

/* Text is copied into the arena.  false: not what record_encode wrote. */
bool record_decode(struct cursor *c, struct arena *a, struct record *out);

/* A copy that owns its text in the arena and holds only the values it has. */
struct fact {
	enum record_kind kind;
	unsigned nvalues;
	struct value *values;
	struct span raw;
	uint64_t line;
};
void fact_of(const struct record *r, struct arena *a, struct fact *out);
struct span fact_text(const struct fact *f, enum field_id id);
const struct value *fact_get(const struct fact *f, enum field_id id);

/* The fact as a record again (borrows the fact's text). */
void record_of(const struct fact *f, struct record *out);

#endif
