#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"

void
buf_init(struct buf *b, size_t ceiling)
{
	ASSERT(ceiling > 0);
	*b = (struct buf){.ceiling = ceiling};
}

void
buf_release(struct buf *b)
{
	if (b == NULL)
		return;
	free(b->p);
	*b = (struct buf){.ceiling = b->ceiling};
}

char *
buf_room(struct buf *b, size_t n)
{
	size_t want, cap;
	char *p;

	if (b->full || n > b->ceiling - b->n) {
		b->full = true;
		return NULL;
	}
	want = b->n + n;
	if (want <= b->cap)
		return b->p + b->n;
	cap = b->cap ? b->cap : 256;
	while (cap < want)
		cap *= 2;
	if (cap > b->ceiling)
		cap = b->ceiling;
	p = realloc(b->p, cap);
	if (p == NULL) {
		b->full = true;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return b->p + b->n;
}

void
buf_put(struct buf *b, struct span s)
{
	char *at = s.n > 0 ? buf_room(b, s.n) : NULL;

	if (at == NULL)
		return;
	memcpy(at, s.p, s.n);
	b->n += s.n;
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, span_str(s));
}

void
buf_byte(struct buf *b, char c)
{
	buf_put(b, span_of(&c, 1));
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;
	char *at;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	at = buf_room(b, (size_t)n + 1);
	if (at != NULL) {
		vsnprintf(at, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void
buf_u8(struct buf *b, uint8_t v)
{
	buf_byte(b, (char)v);
}

void
buf_u32(struct buf *b, uint32_t v)
{
	char le[4];

	for (int i = 0; i < 4; i++)
		le[i] = (char)(v >> (8 * i));
	buf_put(b, span_of(le, 4));
}

void
buf_u64(struct buf *b, uint64_t v)
{
	buf_u32(b, (uint32_t)v);
	buf_u32(b, (uint32_t)(v >> 32));
}

void
buf_bytes(struct buf *b, struct span s)
{
	buf_u32(b, (uint32_t)s.n);
	buf_put(b, s);
}
