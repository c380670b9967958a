/*
 * Text by words of eight bytes, for what is done to every line of a log.
 */
#ifndef TIDEMARK_BASE_WORDS_H
#define TIDEMARK_BASE_WORDS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WORD 8

/* Eight bytes of text, the first one lowest. */
static inline uint64_t
word_at(const char *p)
{
	uint64_t x;

	memcpy(&x, p, WORD);
	return le64toh(x);
}

/* The first n bytes of a word, n less than 8. */
static inline uint64_t
word_head(uint64_t word, size_t n)
{
	return word & ((UINT64_C(1) << n * 8) - 1);
}

/* The bits in which n bytes differ, those of all words together; 0: they are
 * the same. */
static inline uint64_t
words_differ(const char *a, const char *b, size_t n)
{
	uint64_t differ = 0;
	size_t i = 0;

	for (; i + WORD <= n; i += WORD)
		differ |= word_at(a + i) ^ word_at(b + i);
	if (n >= WORD)
		return differ | (word_at(a + n - WORD) ^ word_at(b + n - WORD));
	for (; i < n; i++)
		differ |= (uint64_t)(unsigned char)(a[i] ^ b[i]);
	return differ;
}

#endif
