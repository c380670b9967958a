#include "base/sort.h"

#include <string.h>

#include "base/err.h"

struct sorting {
	char *v;
	size_t size;
	int (*cmp)(const void *, const void *);
};

/* Let the element held in "held" sink from hole i in a heap of n. */
static void
sink(const struct sorting *s, size_t i, size_t n, const char *held)
{
	for (;;) {
		size_t c = 2 * i + 1;

		if (c >= n)
			break;
		if (c + 1 < n &&
		    s->cmp(s->v + c * s->size, s->v + (c + 1) * s->size) < 0)
			c++;
		if (s->cmp(held, s->v + c * s->size) >= 0)
			break;
		memcpy(s->v + i * s->size, s->v + c * s->size, s->size);
		i = c;
	}
	memcpy(s->v + i * s->size, held, s->size);
}

void
sort_array(
    void *v, size_t n, size_t size, int (*cmp)(const void *, const void *))
{
	struct sorting s = {v, size, cmp};
	_Alignas(16) char held[SORT_BYTES];

	ASSERT(size <= SORT_BYTES);
	if (n < 2)
		return;
	for (size_t i = n / 2; i-- > 0;) {
		memcpy(held, s.v + i * size, size);
		sink(&s, i, n, held);
	}
	for (size_t i = n - 1; i > 0; i--) {
		memcpy(held, s.v + i * size, size);
		memcpy(s.v + i * size, s.v, size);
		sink(&s, 0, i, held);
	}
}

void
sort_upper(uint64_t *v, uint64_t *room, size_t n)
{
	for (unsigned shift = 32; shift < 64; shift += 8) {
		size_t at[256] = {0}, sum = 0;

		for (size_t i = 0; i < n; i++)
			at[v[i] >> shift & 255]++;
		for (size_t b = 0; b < 256; b++) {
			size_t count = at[b];

			at[b] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			room[at[v[i] >> shift & 255]++] = v[i];
		memcpy(v, room, n * sizeof(*v));
	}
}
