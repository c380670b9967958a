/*
 * Finds many literals at once: one Vectorscan database in block mode, and for a
 * kind of text that is known beforehand anchors (match/anchor.h).  Once
 * built it is read-only: workers forked after compiling share it.  Each worker
 * has its own scratch; a scan allocates nothing.
 */
#ifndef TIDEMARK_MATCH_LITERAL_H
#define TIDEMARK_MATCH_LITERAL_H

#include "base/err.h"
#include "base/span.h"

struct literal;
struct literal_scratch;

/* NULL when out of memory. */
struct literal *literal_new(void);
void literal_free(struct literal *l);

/*
 * Add a literal of 1 to LIMIT_LITERAL_BYTES bytes before compiling; any byte
 * may occur in it.  The bytes are copied.  nocase folds ASCII letters.  Many
 * literals may share an id, and equal literals may have different ids.
 */
void literal_add(
    struct literal *l, struct span bytes, uint32_t id, bool nocase);

/* Build the automaton, if it is not built; nothing is added afterwards.
 * Without literals it never matches.  -1: a literal has no or too many bytes, the processor lacks
 * SSE4.2, or memory ran out. */
int literal_compile(struct literal *l, struct err *e);

/*
 * The same for texts of which the sample is one (match/anchor.h): searched
 * several times as fast where literals are not too many; then they are
 * reported in no particular order.  What is found does not depend on the
 * sample.
 */
int literal_compile_for(struct literal *l, struct span sample, struct err *e);

/* Working memory of one process for one compiled matcher; NULL when out of
 * memory. */
struct literal_scratch *literal_scratch_new(const struct literal *l);
void literal_scratch_free(struct literal_scratch *s);

/* A literal of this id ends right before text.p[end].  Nonzero stops. */
typedef int literal_fn(void *ctx, uint32_t id, size_t end);

/*
 * Report every occurrence of every literal, overlapping ones included, in
 * ascending order of end (but see literal_compile_for).  The text may have any
 * size.  Returns true when fn stopped the scan.
 */
bool literal_scan(const struct literal *l, struct literal_scratch *scratch,
    struct span text, literal_fn *fn, void *ctx);

#endif
