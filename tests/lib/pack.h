/*
 * For tests that pack with libarchive: the archive's bytes into a buffer.
 */
#ifndef TIDEMARK_TESTS_LIB_PACK_H
#define TIDEMARK_TESTS_LIB_PACK_H

#include <archive.h>

#include "base/buf.h"

/* An archive_write_callback; ctx is the struct buf. */
static inline la_ssize_t
pack_write(struct archive *a, void *ctx, const void *p, size_t n)
{
	(void)a;
	buf_put(ctx, span_of(p, n));
	return (la_ssize_t)n;
}

#endif
