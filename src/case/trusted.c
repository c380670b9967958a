/*
 * What is the operator's own, as the fleet says: a network that nearly all of
 * many devices let reach management is where the operator works, and one that
 * several announce by BGP, with something of the operator's in it, is his. With
 * care, since whoever can change configurations everywhere could make himself
 * at home: an intruder adds single addresses to a few devices, and announces
 * from one.  Wide networks are mostly customers', who are strangers here.
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

/* Devices that must announce a network. */
#define ANNOUNCED_BY 2
/* Networks that are looked at: each is asked of all indicators. */
#define ANNOUNCED_MOST 256
#define ANNOUNCED_NARROWEST4 24
#define ANNOUNCED_NARROWEST6 48

struct trusted {
	struct span value;
	size_t devices;
	bool announced;
};

struct trusting {
	struct casefile *c;
	struct map index, once;
	struct trusted *v;
	size_t n, cap;
	size_t devices; /* that let anything reach management */
	struct addr *addresses;
	size_t naddresses, nannounced;
};

/* True the first time. */
static bool
first_time(
    struct trusting *t, uint32_t device, bool announced, struct span value)
{
	uint32_t n = (uint32_t)t->once.n;

	return map_add(&t->once,
		   arena_fmt(&t->c->arena, "%u%c%.*s", (unsigned)device,
		       announced ? 'b' : ' ', SPAN_FMT(value)),
		   n) == n;
}

static void
value_count(
    struct trusting *t, uint32_t device, bool announced, struct span value)
{
	uint32_t at;

	if (!first_time(t, device, announced, value))
		return;
	at = map_add(&t->index,
	    arena_fmt(
		&t->c->arena, "%c%.*s", announced ? 'b' : ' ', SPAN_FMT(value)),
	    (uint32_t)t->n);
	if (at == t->n) {
		t->v = arena_grow(
		    &t->c->arena, t->v, t->n, &t->cap, sizeof(*t->v));
		t->v[t->n++] =
		    (struct trusted){.value = value, .announced = announced};
	}
	t->v[at].devices++;
}

static void
source_count(struct trusting *t, const struct source *s)
{
	for (size_t i = 0; i < s->ntraits; i++) {
		const struct source_trait *x = &s->traits[i];

		if (x->use == TRAIT_LOGIN || x->use == TRAIT_SNMP ||
		    x->use == TRAIT_WEB) {
			t->devices += first_time(t, s->device, false, SPAN(""));
			value_count(t, s->device, false, x->value);
		} else if (x->use == TRAIT_ANNOUNCED) {
			value_count(t, s->device, true, x->value);
		}
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

static int
address_order(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

/* Of the interfaces of all devices, in order. */
static void
addresses_gather(struct trusting *t)
{
	const struct casefile *c = t->c;
	size_t n = 0;

	for (size_t i = 0; i < c->nsources; i++)
		n += c->sources[i].nnets;
	t->addresses = arena_array(&t->c->arena, n, sizeof(*t->addresses));
	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];

		for (size_t k = 0; s->device != DEVICE_NONE && k < s->nnets;
		     k++)
			if (s->nets[k].kind == FLEET_ADDRESS)
				t->addresses[t->naddresses++] =
				    s->nets[k].prefix.addr;
	}
	if (t->naddresses > 0)
		qsort(t->addresses, t->naddresses, sizeof(*t->addresses),
		    address_order);
}

static bool
holds_interface(const struct trusting *t, const struct prefix *p)
{
	size_t lo = 0, hi = t->naddresses;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (addr_cmp(&t->addresses[mid], &p->addr) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->naddresses && prefix_holds(p, &t->addresses[lo]);
}

static bool
is_announced(struct trusting *t, const struct prefix *p)
{
	bool v4 = p->addr.family == 4;

	return addr_public(&p->addr) &&
	       p->bits >= (v4 ? TRUST_WIDEST4 : TRUST_WIDEST6) &&
	       p->bits <= (v4 ? ANNOUNCED_NARROWEST4 : ANNOUNCED_NARROWEST6) &&
	       holds_interface(t, p) && t->nannounced++ < ANNOUNCED_MOST &&
	       !holds_indicator(t->c, p);
}

static bool
is_own(struct trusting *t, const struct trusted *x, const struct prefix *p)
{
	if (x->announced)
		return x->devices >= ANNOUNCED_BY && is_announced(t, p);
	return t->devices >= TRUST_DEVICES &&
	       x->devices * 100 >= t->devices * TRUST_SHARE &&
	       is_office(t->c, p);
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
	addresses_gather(&t);
	for (size_t i = 0; i < t.n; i++) {
		struct prefix p;

		if (prefix_read(t.v[i].value, &p) && is_own(&t, &t.v[i], &p))
			fleet_own(&c->fleet, &p);
	}
}
