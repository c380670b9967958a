/*
 * Numbers that look random and are the same in every run, for tests against a
 * slow reference.  Marsaglia's xorshift; a seed is not 0.
 */
#ifndef TIDEMARK_TESTS_LIB_RANDOM_H
#define TIDEMARK_TESTS_LIB_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* 53 bits. */
static inline uint64_t
random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 11;
}

#endif
