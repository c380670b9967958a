/*
 * Large pages for large memory.  Tables of millions of bytes that are asked at
 * random cost a fraction of the page faults then, of the walks through page
 * tables, and of what a fork must copy.  All of it is advice (madvise(2),
 * MADV_HUGEPAGE): where the system has none, or does not give them, memory is
 * as it always was.
 */
#ifndef TIDEMARK_BASE_LARGE_H
#define TIDEMARK_BASE_LARGE_H

#include <stddef.h>

/* The usual size of one on x86-64 and arm64; less memory is not worth one. */
#define LARGE_PAGE ((size_t)2 << 20)

/* As malloc, whose free takes it; from LARGE_PAGE on it begins on one. */
void *large_alloc(size_t n);

/* Ask for them in the n bytes at p, which malloc or realloc gave. */
void large_advise(void *p, size_t n);

#endif
