/*
 * What is the operator's own, as the access lists of the fleet say: a network
 * that nearly all of many devices let reach management is where the operator
 * works.  With care, since whoever can change access lists everywhere could
 * make himself at home: an intruder adds single addresses to a few devices.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "case/casefile.h"

/* Devices that must have such a list, how many in a hundred must agree, and
 * how wide the network may be.  Single addresses never count. */
#define TRUST_DEVICES 10
#define TRUST_SHARE 80
#define TRUST_WIDEST4 16
#define TRUST_NARROWEST4 29
#define TRUST_WIDEST6 32
#define TRUST_NARROWEST6 64

struct trusted {
	struct span value;
	size_t devices;
};

struct trusting {
	struct casefile *c;
	struct map index, once;
	struct trusted *v;
	size_t n, cap;
	size_t devices; /* that let anything reach management */
};

/* True the first time. */
static bool
first_time(struct trusting *t, uint32_t device, struct span value)
{
	uint32_t n = (uint32_t)t->once.n;

	return map_add(&t->once,
		   arena_fmt(&t->c->arena, "%u %.*s", (unsigned)device,
		       SPAN_FMT(value)),
		   n) == n;
}

static void
source_count(struct trusting *t, const struct source *s)
{
	for (size_t i = 0; i < s->ntraits; i++) {
		const struct source_trait *x = &s->traits[i];
		uint32_t at;

		if (x->use != TRAIT_LOGIN && x->use != TRAIT_SNMP &&
		    x->use != TRAIT_WEB)
			continue;
		t->devices += first_time(t, s->device, SPAN(""));
		if (!first_time(t, s->device, x->value))
			continue;
		at = map_add(&t->index, x->value, (uint32_t)t->n);
		if (at == t->n) {
			t->v = arena_grow(
			    &t->c->arena, t->v, t->n, &t->cap, sizeof(*t->v));
			t->v[t->n++] = (struct trusted){x->value, 0};
		}
		t->v[at].devices++;
	}
}

static bool
holds_indicator(const struct casefile *c, const struct prefix *p)
{
	const struct indicator_list *set = &c->knowledge->indicators;

	for (size_t i = 0; i < set->n; i++)
		if (set->v[i].type == INDICATOR_ADDRESS &&
		    prefix_holds(p, &set->v[i].prefix.addr))
			return true;
	return false;
}

static bool
is_office(const struct casefile *c, const struct prefix *p)
{
	bool v4 = p->addr.family == 4;

	return addr_public(&p->addr) &&
	       p->bits >= (v4 ? TRUST_WIDEST4 : TRUST_WIDEST6) &&
	       p->bits <= (v4 ? TRUST_NARROWEST4 : TRUST_NARROWEST6) &&
	       !holds_indicator(c, p);
}

void
case_trusted(struct casefile *c)
{
	struct trusting t = {.c = c};

	map_init(&t.index, &c->arena);
	map_init(&t.once, &c->arena);
	for (size_t i = 0; i < c->nsources; i++)
		if (c->sources[i].device != DEVICE_NONE)
			source_count(&t, &c->sources[i]);
	if (t.devices < TRUST_DEVICES)
		return;
	for (size_t i = 0; i < t.n; i++) {
		struct prefix p;

		if (t.v[i].devices * 100 >= t.devices * TRUST_SHARE &&
		    prefix_read(t.v[i].value, &p) && is_office(c, &p))
			fleet_own(&c->fleet, &p);
	}
}
