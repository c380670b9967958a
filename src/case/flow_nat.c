/*
 * Services that a device's configuration hands on to hosts behind it: who talks
 * to these does not talk to the device.
 */
#include "base/limits.h"
#include "case/flow_patterns.h"
#include "read/flow/flow.h"

/* "any" or an address. */
static bool
address_or_any(struct span s, struct addr *out)
{
	*out = (struct addr){0};
	return span_is(s, "any") || addr_read(s, out);
}

/* As run/traits.c writes it: PROTOCOL ADDRESS FIRST-LAST INSIDE. */
static bool
translated_read(struct span s, struct translated *t)
{
	struct span protocol = span_word(&s), outside = span_word(&s),
		    last = span_word(&s), first = span_until(&last, '-');
	uint64_t from = 0, to = UINT16_MAX;

	if (first.n > 0 && (!span_u64(first, &from) || !span_u64(last, &to)))
		return false;
	if (from > to || to > UINT16_MAX ||
	    !addr_read(span_word(&s), &t->inside))
		return false;
	t->first = (uint16_t)from;
	t->last = (uint16_t)to;
	t->protocol =
	    span_is(protocol, "any") ? 0 : flow_protocol_number(protocol);
	if (!address_or_any(outside, &t->outside))
		return false;
	/* All of a device is never another's. */
	return t->outside.family != 0 || first.n > 0;
}

void
patterns_translated(struct patterns *x)
{
	struct casefile *c = x->c;

	x->translated =
	    arena_array(&c->arena, c->fleet.n, sizeof(*x->translated));
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];

		if (s->device == DEVICE_NONE)
			continue;
		for (size_t k = 0; k < s->ntraits; k++) {
			struct translated_list *l = &x->translated[s->device];
			struct translated t;

			if (s->traits[k].use != TRAIT_TRANSLATION ||
			    l->n >= LIMIT_TRANSLATIONS ||
			    !translated_read(s->traits[k].value, &t))
				continue;
			l->v = arena_grow(
			    &c->arena, l->v, l->n, &l->cap, sizeof(*l->v));
			l->v[l->n++] = t;
		}
	}
}

const struct addr *
pattern_behind(
    const struct patterns *x, uint32_t device, const struct contact *c)
{
	const struct translated_list *l = &x->translated[device];

	for (size_t i = 0; i < l->n; i++) {
		const struct translated *t = &l->v[i];

		if ((t->outside.family == 0 ||
			addr_eq(&t->outside, &c->server)) &&
		    (t->protocol == 0 || t->protocol == c->protocol) &&
		    c->port >= t->first && c->port <= t->last)
			return &t->inside;
	}
	return NULL;
}
