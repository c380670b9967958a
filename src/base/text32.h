/*
 * 32 bytes of text at once, for what is done to every line of a log: by the
 * vectors that each x86-64 has, elsewhere by words.
 */
#ifndef TIDEMARK_BASE_TEXT32_H
#define TIDEMARK_BASE_TEXT32_H

#include <stdbool.h>

#include "base/words.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define TEXT32 32

struct text32 {
	uint64_t word[TEXT32 / WORD];
};

/* Where the first of 32 bytes is that equals c; 32: none does. */
static inline size_t
text32_find(const char *p, char c)
{
#if defined(__SSE2__)
	const __m128i *v = (const __m128i *)p, want = _mm_set1_epi8(c);
	unsigned low = (unsigned)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_loadu_si128(v), want));
	unsigned high = (unsigned)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_loadu_si128(v + 1), want));

	return (size_t)__builtin_ctzll(
	    low | (uint64_t)high << 16 | UINT64_C(1) << TEXT32);
#else
	for (size_t i = 0; i < TEXT32; i++)
		if (p[i] == c)
			return i;
	return TEXT32;
#endif
}

/* The first n of 32 bytes, n at most 32, and zeros behind them. */
static inline struct text32
text32_head(const char *p, size_t n)
{
	static const uint64_t keep[2 * TEXT32 / WORD] = {
	    UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
	const char *mask = (const char *)keep + TEXT32 - n;
	struct text32 out;

	for (size_t i = 0; i < TEXT32 / WORD; i++)
		out.word[i] = word_at(p + i * WORD) & word_at(mask + i * WORD);
	return out;
}

static inline bool
text32_same(const struct text32 *a, const struct text32 *b)
{
	return ((a->word[0] ^ b->word[0]) | (a->word[1] ^ b->word[1]) |
		   (a->word[2] ^ b->word[2]) | (a->word[3] ^ b->word[3])) == 0;
}

/* A hash whose high bits are the good ones; no guard against somebody who
 * looks for texts that come to the same. */
static inline uint64_t
text32_hash(const struct text32 *t)
{
	uint64_t mix = (t->word[0] * UINT64_C(0x9e3779b97f4a7c15)) ^
		       (t->word[1] * UINT64_C(0xd6e8feb86659fd93)) ^
		       (t->word[2] * UINT64_C(0xa0761d6478bd642f)) ^
		       (t->word[3] * UINT64_C(0xc2b2ae3d27d4eb4f));

	return (mix ^ mix >> 32) * UINT64_C(0x9e3779b97f4a7c15);
}

#endif
