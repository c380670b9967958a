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

/* How many decimal digits a word begins with, and their number; of eight it is
 * all that the word tells. */
static inline size_t
word_number(uint64_t word, uint64_t *number)
{
	uint64_t digits = word ^ UINT64_C(0x3030303030303030);
	uint64_t other = ((digits & UINT64_C(0x7f7f7f7f7f7f7f7f)) +
			     UINT64_C(0x7676767676767676)) |
			 digits;
	size_t n;

	other &= UINT64_C(0x8080808080808080);
	n = other == 0 ? WORD : (size_t)__builtin_ctzll(other) / 8;
	if (n == 0) {
		*number = 0;
		return 0;
	}
	/* Zeros in front; then digits by twos, by fours, by eight. */
	digits <<= (WORD - n) * 8;
	digits = (digits * 10 + (digits >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	digits = (digits * 100 + (digits >> 16)) & UINT64_C(0x0000ffff0000ffff);
	*number = (digits * 10000 + (digits >> 32)) & UINT64_C(0xffffffff);
	return n;
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
