/*
 * What share of a configuration was understood.  A statement is
 *
 *	used     it led to a fact: a record other than its own
 *	known    no fact is taken of it, but the platform's grammar has it
 *	unknown  neither: a misprint, a foreign line, or a gap of ours
 *
 * Counted from the records that a reader emits, so a reader need not know of
 * it; its grammar is the file data/grammar/NAME (read/grammar.h).
 */
#ifndef TIDEMARK_READ_UNDERSTOOD_H
#define TIDEMARK_READ_UNDERSTOOD_H

#include "base/buf.h"
#include "base/cursor.h"
#include "read/grammar.h"
#include "read/reader.h"

/* Grammars by reader; grammar NULL: the reader has none. */
struct grammar_of {
	const struct reader *reader;
	const struct grammar *grammar;
};
struct grammars {
	const struct grammar_of *v;
	size_t n;
};

struct understood;

/* For one source, in its arena. */
struct understood *understood_new(
    struct arena *a, const struct grammars *all, const struct reader *reader);

/* Take a record of the source, in the order of emission. */
void understood_record(struct understood *u, const struct record *r);

/* Count, over the source's bytes, and write the message that share_read
 * takes. */
void understood_write(struct understood *u, struct span bytes, struct buf *out);

/* ---- on the other side ---- */

struct share_unknown {
	uint32_t line;
	struct span form; /* redacted, with its arguments masked */
};

struct share_area {
	struct span name;
	uint32_t statements; /* known, used ones included */
};

struct share {
	struct span format; /* the reader's name */
	bool grammar;	    /* it has one */
	uint32_t used, known, unknown;
	struct share_area *areas;
	uint32_t nareas;
	struct share_unknown *unknowns; /* at most LIMIT_GRAMMAR_UNKNOWN */
	uint32_t nunknowns;
};

/* From a message; lists lie in the arena, texts are borrowed.  false: it is
 * broken. */
bool share_read(struct cursor c, struct arena *a, struct share *out);

#endif
