/*
 * A bounded cursor over binary bytes.  A getter beyond the end returns zero
 * and makes the cursor fail; failure sticks, so a caller checks once.
 */
#ifndef TIDEMARK_BASE_CURSOR_H
#define TIDEMARK_BASE_CURSOR_H

#include "base/span.h"

struct cursor {
	const unsigned char *p, *end;
	bool failed;
};

static inline struct cursor
cursor_of(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	return (struct cursor){p, p ? p + s.n : p, false};
}

static inline size_t
cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* n bytes, or an empty span and failure. */
static inline struct span
cursor_take(struct cursor *c, size_t n)
{
	struct span s = {(const char *)c->p, n};

	if (c->failed || n > cursor_left(c)) {
		c->failed = true;
		c->p = c->end;
		return (struct span){NULL, 0};
	}
	c->p += n;
	return s;
}
void cursor_skip(struct cursor *c, size_t n);

/* 0 where there is none left, as all that follow. */
static inline uint8_t
cursor_u8(struct cursor *c)
{
	struct span s = cursor_take(c, 1);

	return s.n > 0 ? (uint8_t)s.p[0] : 0;
}

/* Network (big-endian) order. */
uint16_t cursor_be16(struct cursor *c);
uint32_t cursor_be32(struct cursor *c);
uint64_t cursor_be64(struct cursor *c);

/* Little-endian, as struct buf writes messages. */
uint16_t cursor_le16(struct cursor *c);
uint32_t cursor_le32(struct cursor *c);
uint64_t cursor_le64(struct cursor *c);
/* A length (32 bits, little-endian) and so many bytes. */
struct span cursor_bytes(struct cursor *c);

/* A cursor over the next n bytes; the outer one moves behind them. */
struct cursor cursor_sub(struct cursor *c, size_t n);

#endif
