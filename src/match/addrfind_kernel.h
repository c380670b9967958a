/*
 * The parts of addrfind that depend on the processor, for addrfind*.c only.
 *
 * A text is worked through in pieces.  "collect" lists the candidates of a
 * piece: the first dot of three that can belong to a quad, and colons that can
 * belong to an IPv6 address.  "sift" drops quads whose value is not in the
 * set.  Both may keep too much, never drop a hit; the exact reading follows.
 */
#ifndef TIDEMARK_MATCH_ADDRFIND_KERNEL_H
#define TIDEMARK_MATCH_ADDRFIND_KERNEL_H

#include "match/addrfind.h"
#include "match/places.h"

/* Marks are taken of 64 bytes at a time, of which the last 10 only serve to
 * see how a candidate goes on: the third colon is no farther. */
#define ADDRFIND_STEP 54
#define ADDRFIND_WINDOW 64
#define ADDRFIND_STEPS 75
#define ADDRFIND_PIECE (ADDRFIND_STEP * ADDRFIND_STEPS)

/* Positions of one piece, with room for the branch-free writer to overrun. */
#define ADDRFIND_POSITIONS (ADDRFIND_PIECE + PLACES_OVERRUN)

enum addrfind_want { WANT_V4 = 1, WANT_V6 = 2 };

struct addrfind_kernel {
	const char *name;
	/*
	 * Candidates in p[0, steps * ADDRFIND_STEP), as positions in ascending
	 * order; the last window is readable.  Returns their number.
	 */
	size_t (*collect)(
	    const char *p, size_t steps, unsigned want, uint16_t *at);
	/*
	 * Keep of at[0, n), positions behind "base" in the text, those that
	 * can be hits.  Returns how many.  NULL: all are.
	 */
	size_t (*sift)(const struct addrset *set, struct span text, size_t base,
	    uint16_t *at, size_t n);
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

/* Where dots and colons stand in 64 bytes, the lowest bit first. */
struct addrfind_marks {
	uint64_t dots, colons;
};

#define ADDRFIND_OWN ((1ull << ADDRFIND_STEP) - 1)

/* First dots of three that are 2 to 4 places apart. */
static inline uint64_t
addrfind_quads(uint64_t dots)
{
	uint64_t pair = dots & (dots >> 2 | dots >> 3 | dots >> 4);

	return pair & (pair >> 2 | pair >> 3 | pair >> 4) & ADDRFIND_OWN;
}

/* Bits that have another 2 to 5 places on. */
static inline uint64_t
addrfind_near(uint64_t bits)
{
	uint64_t on = bits >> 2 | bits >> 3;

	return bits & (on | on >> 2);
}

/* First colons of "::" and of three that are 2 to 5 places apart: an IPv6
 * address has either, a time has two colons only. */
static inline uint64_t
addrfind_sixes(uint64_t colons)
{
	return ((colons & colons >> 1) | addrfind_near(addrfind_near(colons))) &
	       ADDRFIND_OWN;
}

static inline uint16_t *
addrfind_step(
    uint16_t *out, struct addrfind_marks m, unsigned want, size_t base)
{
	uint64_t bits = 0;

	if (want & WANT_V4)
		bits = addrfind_quads(m.dots);
	if (want & WANT_V6)
		bits |= addrfind_sixes(m.colons);
	return places_put(out, bits, base);
}

#endif
