#include "detect/whole.h"

#include <stdlib.h>

#include "base/limits.h"

/* Smaller sources are read before anything could be built. */
#define WORTH_BYTES 2048

int
whole_init(struct whole *w, const struct ruleset *rs, struct arena *a)
{
	*w = (struct whole){.rules = &rs->by_kind[K_CONFIG]};
	w->searched = arena_array(a, w->rules->n, sizeof(*w->searched));
	w->literals = literal_new();
	if (w->literals == NULL)
		return -1;
	for (size_t i = 0; i < w->rules->n; i++) {
		const struct rule *r = w->rules->v[i];
		struct literal_needs needs;

		if (r->kinds != UINT64_C(1) << K_CONFIG ||
		    !rule_literals(r, &needs, a))
			continue;
		for (size_t k = 0; k < needs.v[0].n; k++)
			literal_add(
			    w->literals, needs.v[0].v[k], (uint32_t)i, true);
		w->searched[i] = true;
		w->nsearched++;
	}
	return 0;
}

void
whole_release(struct whole *w)
{
	literal_free(w->literals);
	*w = (struct whole){0};
}

void
whole_look_init(struct whole_look *l, const struct whole *w)
{
	*l = (struct whole_look){.of = w};
}

void
whole_look_release(struct whole_look *l)
{
	literal_scratch_free(l->scratch);
	free(l->hits);
	free(l->always.v);
	free(l->candidate.v);
	*l = (struct whole_look){0};
}

static bool
ready(struct whole_look *l)
{
	const struct whole *w = l->of;
	size_t n = w->rules->n;
	struct err e;

	if (l->scratch != NULL)
		return true;
	if (literal_compile(w->literals, &e) != 0)
		return false;
	l->hits = calloc(LIMIT_WHOLE_HITS, sizeof(*l->hits));
	l->always.v = calloc(n + 1, sizeof(*l->always.v));
	l->candidate.v = calloc(n + 1, sizeof(*l->candidate.v));
	ASSERT(
	    l->hits != NULL && l->always.v != NULL && l->candidate.v != NULL);
	for (size_t i = 0; i < n; i++)
		if (!w->searched[i])
			l->always.v[l->always.n++] = w->rules->v[i];
	l->scratch = literal_scratch_new(w->literals);
	return l->scratch != NULL;
}

/* Does every line stand in the bytes as readers see it? */
static bool
plain(struct span bytes)
{
	return span_find_byte(bytes, '\b') == SPAN_NONE &&
	       span_find_byte(bytes, 0x1b) == SPAN_NONE &&
	       span_find_byte(bytes, '\0') == SPAN_NONE;
}

static int
on_literal(void *ctx, uint32_t id, size_t end)
{
	struct whole_look *l = ctx;

	if (l->nhits == LIMIT_WHOLE_HITS) {
		l->useless = true;
		return 1;
	}
	l->hits[l->nhits++] = (struct whole_hit){end, id};
	return 0;
}

void
whole_forget(struct whole_look *l)
{
	l->bytes = (struct span){0};
	l->nhits = 0;
	l->useless = false;
}

void
whole_search(struct whole_look *l, struct span bytes)
{
	whole_forget(l);
	if (l->of->nsearched == 0 || bytes.n < WORTH_BYTES || !plain(bytes) ||
	    !ready(l))
		return;
	literal_scan(l->of->literals, l->scratch, bytes, on_literal, l);
	if (l->useless)
		return;
	l->bytes = bytes;
}

/* The first hit that ends behind a byte. */
static size_t
first_behind(const struct whole_look *l, size_t at)
{
	size_t from = 0, to = l->nhits;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (l->hits[mid].end > at)
			to = mid;
		else
			from = mid + 1;
	}
	return from;
}

static void
candidate_add(struct rule_list *list, const struct rule *r)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == r)
			return;
	list->v[list->n++] = r;
}

const struct rule_list *
whole_rules(struct whole_look *l, struct span line)
{
	size_t at, i;

	if (line.n == 0 || l->bytes.n == 0 || line.p < l->bytes.p ||
	    line.p + line.n > l->bytes.p + l->bytes.n)
		return NULL;
	at = (size_t)(line.p - l->bytes.p);
	i = first_behind(l, at);
	if (i == l->nhits || l->hits[i].end > at + line.n)
		return &l->always;
	l->candidate.n = l->always.n;
	memcpy(l->candidate.v, l->always.v, l->always.n * sizeof(*l->always.v));
	for (; i < l->nhits && l->hits[i].end <= at + line.n; i++)
		candidate_add(&l->candidate, l->of->rules->v[l->hits[i].id]);
	return &l->candidate;
}
