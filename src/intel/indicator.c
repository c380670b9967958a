#include "intel/indicator.h"

#include <stdlib.h>
#include <xxhash.h>

#include "base/err.h"
#include "base/large.h"
#include "base/limits.h"
#include "base/prefetch.h"
#include "base/timestamp.h"

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
	map_init(&l->later, a);
	map_init(&l->first, a);
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

static struct span
index_key(const uint32_t *i)
{
	return span_of((const char *)i, sizeof(*i));
}

uint32_t
indicator_claim_next(const struct indicator_list *l, uint32_t i)
{
	return l->later.n == 0 ? MAP_NONE : map_get(&l->later, index_key(&i));
}

uint32_t
indicator_claim_first(const struct indicator_list *l, uint32_t i)
{
	uint32_t first =
	    l->first.n == 0 ? MAP_NONE : map_get(&l->first, index_key(&i));

	return first == MAP_NONE ? i : first;
}

void
indicator_claim_append(
    struct indicator_list *l, uint32_t last, const struct indicator *x)
{
	uint32_t first = indicator_claim_first(l, last), at = (uint32_t)l->n;

	indicator_append(l, x);
	map_put(&l->later, index_key(&last), at);
	map_put(&l->first, index_key(&at), first);
}

bool
indicator_holds(const struct indicator *x, int64_t time)
{
	return time == TIME_NONE ||
	       ((x->about->from == TIME_NONE || time >= x->about->from) &&
		   (x->about->until == TIME_NONE || time <= x->about->until));
}

bool
indicator_speaks(const struct indicator_list *l, uint32_t i, int64_t time)
{
	uint32_t first = MAP_NONE;

	if (l->later.n == 0)
		return true;
	for (uint32_t c = indicator_claim_first(l, i); c != MAP_NONE;
	     c = indicator_claim_next(l, c)) {
		if (l->v[c].state != INDICATOR_ACTIVE)
			continue;
		if (indicator_holds(&l->v[c], time))
			return c == i;
		if (first == MAP_NONE)
			first = c;
	}
	return first == i;
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
