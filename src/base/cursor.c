#include "base/cursor.h"

void
cursor_skip(struct cursor *c, size_t n)
{
	(void)cursor_take(c, n);
}

static inline uint64_t
get(struct cursor *c, unsigned n, bool big)
{
	struct span s = cursor_take(c, n);
	uint64_t v = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char b = (unsigned char)s.p[big ? i : s.n - 1 - i];

		v = v << 8 | b;
	}
	return v;
}

uint16_t
cursor_be16(struct cursor *c)
{
	return (uint16_t)get(c, 2, true);
}

uint32_t
cursor_be32(struct cursor *c)
{
	return (uint32_t)get(c, 4, true);
}

uint64_t
cursor_be64(struct cursor *c)
{
	return get(c, 8, true);
}

uint16_t
cursor_le16(struct cursor *c)
{
	return (uint16_t)get(c, 2, false);
}

uint32_t
cursor_le32(struct cursor *c)
{
	return (uint32_t)get(c, 4, false);
}

uint64_t
cursor_le64(struct cursor *c)
{
	return get(c, 8, false);
}

struct span
cursor_bytes(struct cursor *c)
{
	return cursor_take(c, cursor_le32(c));
}

struct cursor
cursor_sub(struct cursor *c, size_t n)
{
	return cursor_of(cursor_take(c, n));
}
