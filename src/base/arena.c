#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/large.h"
#include "base/limits.h"

#define BLOCK_MIN (32u << 10)
#define ALIGN 16u

struct arena_block {
	struct arena_block *below;
	size_t size, at;
	_Alignas(16) char bytes[];
};

void
arena_init(struct arena *a)
{
	*a = (struct arena){0};
}

void
arena_release(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct arena_block *b = a->top, *below; b != NULL; b = below) {
		below = b->below;
		free(b);
	}
	*a = (struct arena){0};
}

void
arena_reset(struct arena *a)
{
	struct arena_block *b = a->top;

	if (b == NULL)
		return;
	while (b->below != NULL) {
		struct arena_block *below = b->below;

		free(b);
		b = below;
	}
	b->at = 0;
	a->top = b;
	a->used = 0;
}

static void
block_push(struct arena *a, size_t n)
{
	/* Blocks grow with the arena so that a large one has few. */
	size_t size = a->used / 2 > BLOCK_MIN ? a->used / 2 : BLOCK_MIN;
	struct arena_block *b;

	if (size > 16u << 20)
		size = 16u << 20;
	if (size < n)
		size = n;
	b = large_alloc(sizeof(*b) + size);
	if (b == NULL) {
		fputs("tidemark: out of memory\n", stderr);
		abort();
	}
	b->below = a->top;
	b->size = size;
	b->at = 0;
	a->top = b;
}

static void *
take(struct arena *a, size_t n)
{
	void *p;

	ASSERT(n <= LIMIT_ARENA_BYTES - a->used);
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->top == NULL || a->top->size - a->top->at < n)
		block_push(a, n);
	p = a->top->bytes + a->top->at;
	a->top->at += n;
	a->used += n;
	return p;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	void *p = take(a, n);

	memset(p, 0, n);
	return p;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	ASSERT(size == 0 || count <= LIMIT_ARENA_BYTES / size);
	return arena_alloc(a, count * size);
}

struct span
arena_copy(struct arena *a, struct span s)
{
	char *p;

	if (s.n == 0)
		return span_of("", 0);
	p = take(a, s.n + 1);
	memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return span_of(p, s.n);
}

struct span
arena_join(struct arena *a, const struct span *v, size_t n)
{
	size_t all = 0, at = 0;
	char *p;

	for (size_t i = 0; i < n; i++)
		all += v[i].n;
	p = take(a, all + 1);
	for (size_t i = 0; i < n; at += v[i++].n)
		if (v[i].n > 0)
			memcpy(p + at, v[i].p, v[i].n);
	p[all] = '\0';
	return span_of(p, all);
}

char *
arena_str(struct arena *a, struct span s)
{
	char *p = take(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] != '\0' ? s.p[i] : ' ';
	p[s.n] = '\0';
	return p;
}

struct span
arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	int n;
	char *p;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	p = take(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return span_of(p, (size_t)n);
}

void *
arena_grow(struct arena *a, void *old, size_t count, size_t *cap, size_t size)
{
	size_t more;
	void *p;

	if (count < *cap)
		return old;
	more = *cap < 8 ? 8 : *cap * 2;
	p = arena_array(a, more, size);
	if (count > 0)
		memcpy(p, old, count * size);
	*cap = more;
	return p;
}
