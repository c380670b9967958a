#include "intel/indicator.h"

#include <stdlib.h>

#include "base/err.h"

static const struct {
	const char *word, *title;
} types[] = {
#define INDICATOR(id, word, title, text) {word, title},
#include "intel/indicators.def"
#undef INDICATOR
};

void
indicator_list_init(struct indicator_list *l, struct arena *a)
{
	*l = (struct indicator_list){.arena = a};
	map_init(&l->index, a);
}

void
indicator_list_release(struct indicator_list *l)
{
	free(l->v);
	*l = (struct indicator_list){0};
}

void
indicator_append(struct indicator_list *l, const struct indicator *x)
{
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? 256 : l->cap * 2;
		struct indicator *v = realloc(l->v, cap * sizeof(*v));

		ASSERT(v != NULL);
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n++] = *x;
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

uint32_t
indicator_find(
    const struct indicator_list *l, enum indicator_type t, struct span value)
{
	char key[1200];

	if (value.n + 1 > sizeof(key))
		return MAP_NONE;
	key[0] = (char)('A' + t);
	memcpy(key + 1, value.p, value.n);
	return map_get(&l->index, span_of(key, value.n + 1));
}

struct span
indicator_feed_name(const struct indicator_list *l, const struct indicator *x)
{
	if (x->feed == INDICATOR_NO_FEED)
		return SPAN("built in");
	ASSERT(x->feed < l->nfeeds);
	return l->feeds[x->feed].path;
}
