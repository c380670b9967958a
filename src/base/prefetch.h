/*
 * A word to the processor that memory will be read soon.  It changes no
 * result; the address may be any.
 */
#ifndef TIDEMARK_BASE_PREFETCH_H
#define TIDEMARK_BASE_PREFETCH_H

static inline void
prefetch(const void *p)
{
	__builtin_prefetch(p);
}

#endif
