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
