/*
 * A buffer that grows up to a mandatory ceiling.  Reaching the ceiling or
 * running out of memory makes it "full": further bytes are dropped, and the
 * owner asks buf_full() once at the end.
 */
#ifndef TIDEMARK_BASE_BUF_H
#define TIDEMARK_BASE_BUF_H

#include <stdarg.h>

#include "base/span.h"

struct buf {
	char *p;
	size_t n, cap, ceiling;
	bool full;
};

/* ceiling: bytes it may hold, > 0. */
void buf_init(struct buf *b, size_t ceiling);
void buf_release(struct buf *b);
static inline void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->full = false;
}
static inline bool
buf_full(const struct buf *b)
{
	return b->full;
}
static inline struct span
buf_span(const struct buf *b)
{
	return span_of(b->p, b->n);
}

/* Room for n more bytes at b->p + b->n, or NULL when full. */
char *buf_room(struct buf *b, size_t n);

void buf_put(struct buf *b, struct span s);
void buf_puts(struct buf *b, const char *s);
void buf_byte(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Little-endian numbers and length-prefixed spans, for messages; read back
 * with struct cursor. */
void buf_u8(struct buf *b, uint8_t v);
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
void buf_bytes(struct buf *b, struct span s);

#endif
