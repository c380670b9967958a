/*
 * An arena owns memory of one lifetime: run, task, rule set, report.  Nothing
 * is freed singly.  Allocation never returns NULL: beyond LIMIT_ARENA_BYTES or
 * out of memory it ends the process, which in a worker costs one source.
 */
#ifndef TIDEMARK_BASE_ARENA_H
#define TIDEMARK_BASE_ARENA_H

#include "base/span.h"

struct arena_block;

struct arena {
	struct arena_block *top;
	size_t used; /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);

/* Forget everything handed out, keep one block for the next use. */
void arena_reset(struct arena *a);

/* n bytes, zeroed, aligned for any object.  n may be 0. */
void *arena_alloc(struct arena *a, size_t n);

/* count objects of one size, zeroed; ends the process on overflow. */
void *arena_array(struct arena *a, size_t count, size_t size);

/* A copy of the bytes, with a NUL behind them that is not counted. */
struct span arena_copy(struct arena *a, struct span s);

/* The texts one behind the other, in the same form. */
struct span arena_join(struct arena *a, const struct span *v, size_t n);

/* A copy as a C string; NUL bytes inside become spaces. */
char *arena_str(struct arena *a, struct span s);

/* Formatted text. */
struct span arena_fmt(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Grow an array that lives in the arena: returns room for at least one more
 * element than "count", moving the old elements when *cap is reached; what is
 * behind them is zeroed.  An array begins as NULL with *cap 0.
 */
void *arena_grow(
    struct arena *a, void *old, size_t count, size_t *cap, size_t size);

#endif
