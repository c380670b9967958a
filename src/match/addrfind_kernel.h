/*
 * The parts of addrfind that depend on the processor, for addrfind*.c only.
 *
 * A text is worked through in pieces.  "collect" marks the dots and colons of a
 * whole piece and lists its candidates: the first dot of three that can belong
 * to a quad, and colons that can belong to an IPv6 address.  The sifts drop
 * what is certainly none of the set.  All may keep too much, never drop a hit;
 * the exact reading follows.
 */
#ifndef TIDEMARK_MATCH_ADDRFIND_KERNEL_H
#define TIDEMARK_MATCH_ADDRFIND_KERNEL_H

#include "match/addrfind.h"
#include "match/places.h"

/* Marks stand in words, a bit for each byte, the first byte lowest. */
#define ADDRFIND_WORD 64
#define ADDRFIND_WORDS 64
#define ADDRFIND_PIECE (ADDRFIND_WORD * ADDRFIND_WORDS)

/* Words behind those of a piece: one to see how its last candidates go on, one
 * of zeros, so that each has a next. */
#define ADDRFIND_AHEAD 2

/* Positions in a piece, in ascending order. */
struct addrfind_list {
	size_t n;
	uint16_t at[ADDRFIND_PIECE + PLACES_OVERRUN];
};

/* Candidates by their kind. */
struct addrfind_found {
	struct addrfind_list quads, sixes;
};

enum addrfind_want { WANT_V4 = 1, WANT_V6 = 2 };

struct addrfind_kernel {
	const char *name;
	/* Candidates in the words of p; one more word is readable. */
	void (*collect)(const char *p, size_t words, unsigned want,
	    struct addrfind_found *found);
	/* Keep of the positions behind "base" in the text those that can be
	 * hits.  NULL: all are. */
	void (*sift_quads)(const struct addrset *set, struct span text,
	    size_t base, struct addrfind_list *list);
	void (*sift_sixes)(
	    struct span text, size_t base, struct addrfind_list *list);
};

/* The variants that this processor runs, best last; the first is portable.
 * Returns their number. */
#define ADDRFIND_KERNELS 3
size_t addrfind_kernels(const struct addrfind_kernel *v[ADDRFIND_KERNELS]);

/* addrfind_scan with one of them. */
void addrfind_scan_with(const struct addrfind_kernel *k,
    const struct addrset *set, struct span text, addrfind_fn *fn, void *ctx);

/* addrfind_x86.c: adds what the processor has to v[n...], returns the new n. */
size_t addrfind_x86_kernels(
    const struct addrfind_kernel *v[ADDRFIND_KERNELS], size_t n);

/* Where dots and colons stand. */
struct addrfind_marks {
	uint64_t dots[ADDRFIND_WORDS + ADDRFIND_AHEAD];
	uint64_t colons[ADDRFIND_WORDS + ADDRFIND_AHEAD];
};

/* Which bytes have a mark n places on. */
static inline uint64_t
addrfind_on(const uint64_t *word, unsigned n)
{
	return word[0] >> n | word[1] << (ADDRFIND_WORD - n);
}

/* First dots of two that are 2 to 4 places apart. */
static inline uint64_t
addrfind_pair(const uint64_t *dots)
{
	return dots[0] & (addrfind_on(dots, 2) | addrfind_on(dots, 3) |
			     addrfind_on(dots, 4));
}

/* First colons of two that are 2 to 5 places apart. */
static inline uint64_t
addrfind_near(const uint64_t *colons)
{
	return colons[0] & (addrfind_on(colons, 2) | addrfind_on(colons, 3) |
			       addrfind_on(colons, 4) | addrfind_on(colons, 5));
}

/*
 * The candidates from the marks of so many words and one: plain loops, which
 * the compiler makes vectors of as the kernel that includes them allows.
 */
static inline void
addrfind_quads(
    const uint64_t *restrict dots, size_t words, uint64_t *restrict out)
{
	uint64_t pairs[ADDRFIND_WORDS + 1];

	for (size_t i = 0; i <= words; i++)
		pairs[i] = addrfind_pair(dots + i);
	for (size_t i = 0; i < words; i++)
		out[i] = addrfind_pair(pairs + i);
}

/* First colons of "::" and of three that are 2 to 5 places apart: an IPv6
 * address has either, a time has two colons only. */
static inline void
addrfind_sixes(
    const uint64_t *restrict colons, size_t words, uint64_t *restrict out)
{
	uint64_t near[ADDRFIND_WORDS + 1];

	for (size_t i = 0; i <= words; i++)
		near[i] = addrfind_near(colons + i);
	for (size_t i = 0; i < words; i++)
		out[i] = addrfind_near(near + i) |
			 (colons[i] & addrfind_on(colons + i, 1));
}

static inline void
addrfind_list(const uint64_t *bits, size_t words, struct addrfind_list *list)
{
	uint16_t *out = list->at;

	for (size_t i = 0; i < words; i++)
		out = places_put(out, bits[i], i * ADDRFIND_WORD);
	list->n = (size_t)(out - list->at);
}

/* What is left of "collect" when the words and one more were marked. */
static inline void
addrfind_chain(struct addrfind_marks *m, size_t words, unsigned want,
    struct addrfind_found *found)
{
	uint64_t bits[ADDRFIND_WORDS];

	found->quads.n = found->sixes.n = 0;
	if (want & WANT_V4) {
		m->dots[words + 1] = 0;
		addrfind_quads(m->dots, words, bits);
		addrfind_list(bits, words, &found->quads);
	}
	if (want & WANT_V6) {
		m->colons[words + 1] = 0;
		addrfind_sixes(m->colons, words, bits);
		addrfind_list(bits, words, &found->sixes);
	}
}

#endif
