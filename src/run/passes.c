/*
 * A run has a second pass where flows were found: workers are forked anew, and
 * know by then which addresses are devices'.
 */
#include "run/scan_state.h"

void
rows_settle(struct casefile *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nsources; i++)
		if (c->sources[i].state != SOURCE_WAITS)
			c->sources[n++] = c->sources[i];
	c->nsources = n;
}

static void
watch(struct addrset **set, const struct addr *a)
{
	struct prefix p = prefix_of(*a, a->family == 4 ? 32 : 128);

	if (*set == NULL)
		*set = addrset_new();
	addrset_add(*set, &p, 0);
}

struct addrset *
watched_addresses(const struct casefile *c, const struct scan_options *o)
{
	struct addrset *set = NULL;

	for (size_t i = 0; i < c->nsources; i++) {
		const struct source *s = &c->sources[i];

		for (size_t k = 0; k < s->nnets; k++)
			if (s->nets[k].kind == FLEET_ADDRESS)
				watch(&set, &s->nets[k].prefix.addr);
	}
	for (size_t i = 0; i < o->naddresses; i++)
		watch(&set, &o->addresses[i]);
	if (set != NULL)
		addrset_seal(set);
	return set;
}
