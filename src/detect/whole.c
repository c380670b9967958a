#include "detect/whole.h"

#include <stdlib.h>

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
	free(l->found);
	free(l->possible.v);
	*l = (struct whole_look){0};
}

static bool
ready(struct whole_look *l)
{
	size_t n = l->of->rules->n;
	struct err e;

	if (l->scratch != NULL)
		return true;
	if (literal_compile(l->of->literals, &e) != 0)
		return false;
	l->found = calloc(n + 1, sizeof(*l->found));
	l->possible.v = calloc(n + 1, sizeof(*l->possible.v));
	ASSERT(l->found != NULL && l->possible.v != NULL);
	l->scratch = literal_scratch_new(l->of->literals);
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
	(void)end;
	((struct whole_look *)ctx)->found[id] = true;
	return 0;
}

const struct rule_list *
whole_rules(struct whole_look *l, struct span bytes)
{
	size_t n = l->of->rules->n;

	if (l->of->nsearched == 0 || bytes.n < WORTH_BYTES || !plain(bytes) ||
	    !ready(l))
		return NULL;
	for (size_t i = 0; i < n; i++)
		l->found[i] = !l->of->searched[i];
	literal_scan(l->of->literals, l->scratch, bytes, on_literal, l);
	l->possible.n = 0;
	for (size_t i = 0; i < n; i++)
		if (l->found[i])
			l->possible.v[l->possible.n++] = l->of->rules->v[i];
	return &l->possible;
}
