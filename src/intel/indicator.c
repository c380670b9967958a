#include "intel/indicator.h"

#include <stdlib.h>
#include <xxhash.h>

#include "base/err.h"
#include "base/large.h"
#include "base/limits.h"
#include "base/prefetch.h"

static const struct {
	const char *word, *title;
} types[] = {
#define INDICATOR(id, word, title, text) {word, title},
#include "intel/indicators.def"
#undef INDICATOR
};

/* Open addressing; at: the index, MAP_NONE: free. */
struct indicator_slot {
	uint32_t tag, at;
};
#define SLOTS_MIN 1024

void
indicator_list_init(struct indicator_list *l, struct arena *a)
{
	*l = (struct indicator_list){.arena = a};
	map_init(&l->patterns, a);
}

void
indicator_list_release(struct indicator_list *l)
{
	free(l->v);
	free(l->slots);
	*l = (struct indicator_list){0};
}

void
indicator_append(struct indicator_list *l, const struct indicator *x)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 256 : l->cap * 2;
		struct indicator *v = realloc(l->v, cap * sizeof(*v));

		ASSERT(v != NULL);
		large_advise(v, cap * sizeof(*v));
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = *x;
}

static void
slots_grow(struct indicator_list *l)
{
	size_t n = l->nslots == 0 ? SLOTS_MIN : l->nslots * 4;
	struct indicator_slot *v = large_alloc(n * sizeof(*v));

	ASSERT(v != NULL);
	memset(v, 0xff, n * sizeof(*v));
	for (size_t i = 0; i < l->nslots; i++) {
		size_t at = l->slots[i].tag & (n - 1);

		if (l->slots[i].at == MAP_NONE)
			continue;
		while (v[at].at != MAP_NONE)
			at = (at + 1) & (n - 1);
		v[at] = l->slots[i];
	}
	free(l->slots);
	l->slots = v;
	l->nslots = n;
}

static uint32_t
tag_of(const struct indicator *x)
{
	/* An address by its bytes: its text is made of them. */
	return (uint32_t)(x->type == INDICATOR_ADDRESS
			      ? XXH3_64bits(&x->prefix, sizeof(x->prefix))
			      : XXH3_64bits_withSeed(
				    x->value.p, x->value.n, x->type));
}

void
indicator_soon(const struct indicator_list *l, const struct indicator *x)
{
	if (l->nslots > 0)
		prefetch(&l->slots[tag_of(x) & (l->nslots - 1)]);
}

static bool
same(const struct indicator *a, const struct indicator *b)
{
	if (a->type != b->type)
		return false;
	return a->type == INDICATOR_ADDRESS
		   ? memcmp(&a->prefix, &b->prefix, sizeof(a->prefix)) == 0
		   : span_eq(a->value, b->value);
}

uint32_t
indicator_find_or_next(struct indicator_list *l, const struct indicator *x)
{
	uint32_t tag = tag_of(x);
	size_t at;

	if (l->nfilled * 2 >= l->nslots)
		slots_grow(l);
	for (at = tag & (l->nslots - 1); l->slots[at].at != MAP_NONE;
	     at = (at + 1) & (l->nslots - 1))
		if (l->slots[at].tag == tag && same(&l->v[l->slots[at].at], x))
			return l->slots[at].at;
	l->slots[at] = (struct indicator_slot){tag, (uint32_t)l->n};
	l->nfilled++;
	return MAP_NONE;
}

uint32_t
indicator_pattern_count(
    struct indicator_list *l, enum indicator_type t, struct span value)
{
	char key[LIMIT_INDICATOR_BYTES + 1];
	struct span s = span_of(key, value.n + 1);
	uint32_t n;

	ASSERT(value.n <= LIMIT_INDICATOR_BYTES);
	key[0] = (char)('a' + t);
	memcpy(key + 1, value.p, value.n);
	n = map_add(&l->patterns, s, 0);
	map_put(&l->patterns, s, n + 1);
	return n;
}

const char *
indicator_type_name(enum indicator_type t)
{
	ASSERT((unsigned)t < INDICATOR_TYPES);
	return types[t].word;
}

const char *
indicator_type_title(enum indicator_type t)
{
	ASSERT((unsigned)t < INDICATOR_TYPES);
	return types[t].title;
}

struct span
indicator_feed_name(const struct indicator_list *l, const struct indicator *x)
{
	if (x->about->feed == INDICATOR_NO_FEED)
		return SPAN("built in");
	ASSERT(x->about->feed < l->nfeeds);
	return l->feeds[x->about->feed].path;
}
