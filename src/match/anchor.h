/*
 * Finds some hundreds of literals at once, several times as fast as an
 * automaton that cannot skip: each literal is looked for by its anchor, four
 * of its bytes that are rare in texts of the kind at hand.  For
 * literal.c, which falls back on Vectorscan for what does not suit.
 *
 * A step takes 64 bytes: tables of the halves of a byte tell for each place of
 * an anchor which of 16 groups of anchors may have that byte there
 * (anchor_kernel.h).  Where all four places agree on a group stands a
 * candidate.  A bitmap of the anchors themselves drops most candidates; what
 * is left is compared with the literals of that anchor.
 */
#ifndef TIDEMARK_MATCH_ANCHOR_H
#define TIDEMARK_MATCH_ANCHOR_H

#include "match/literal.h"

struct anchor_word {
	struct span bytes;
	uint32_t id;
	bool nocase;
	bool left; /* anchor_new does not look for it */
};

struct anchor_set;

/*
 * A set of words that fits the sample, some text of the kind that will be
 * searched (it may be empty, and has no influence on what is found).  Words
 * that are too short or too long, or whose anchors are all taken by many
 * others, are marked as left.  The bytes are copied.  NULL, and no mark counts:
 * the processor lacks AVX2, there are too many words, candidates would be too
 * many in the sample, or memory ran out.
 */
struct anchor_set *anchor_new(
    struct anchor_word *v, size_t n, struct span sample);
void anchor_free(struct anchor_set *a);

/*
 * Report every occurrence of every word that is not left, overlapping ones
 * included, in no order that could be relied on.  Returns true when fn stopped
 * the scan.
 */
bool anchor_scan(
    const struct anchor_set *a, struct span text, literal_fn *fn, void *ctx);

#endif
