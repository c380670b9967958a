/*
 * Places of set bits, for the searches that mark candidates in 64 bytes at a
 * time.
 */
#ifndef TIDEMARK_MATCH_PLACES_H
#define TIDEMARK_MATCH_PLACES_H

#include <stddef.h>
#include <stdint.h>

/* Elements behind the last place that places_put may write. */
#define PLACES_OVERRUN 2

/*
 * Append base and the number of each set bit, in ascending order; returns the
 * new end.  The first two are written in any case: a branch on their number
 * would be taken at random.
 */
static inline uint16_t *
places_put(uint16_t *out, uint64_t bits, size_t base)
{
	size_t n = (size_t)__builtin_popcountll(bits);

	for (size_t i = 0; i < PLACES_OVERRUN; i++) {
		out[i] = (uint16_t)(base + (unsigned)__builtin_ctzll(
					       bits | 1ull << 63));
		bits &= bits - 1;
	}
	for (size_t i = PLACES_OVERRUN; i < n; i++) {
		out[i] = (uint16_t)(base + (unsigned)__builtin_ctzll(bits));
		bits &= bits - 1;
	}
	return out + n;
}

#endif
