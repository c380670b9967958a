/*
 * What each device was shown to log, by its configuration and by the logs
 * themselves; see intel/prerequisite.h.
 */
#include "case/casefile.h"

static void
by_facts(struct device *d, const struct prerequisite *p)
{
	if (prerequisite_always(p, d->platform))
		d->shown |= p->bit;
	for (size_t i = 0; i < d->nfacts; i++) {
		const struct fact *f = &d->facts[i].fact;

		if (f->kind == K_SETTING &&
		    prerequisite_shown(p, d->platform, fact_text(f, F_NAME),
			fact_text(f, F_STATE), fact_text(f, F_VALUE)))
			d->shown |= p->bit;
	}
}

/* A log without host names is that of the device that it was joined to. */
static void
by_log(struct casefile *c, struct source *s)
{
	if (s->device != DEVICE_NONE)
		c->fleet.v[s->device].shown |= s->shown;
	for (size_t i = 0; i < s->nhosts; i++) {
		uint32_t d;

		if (s->hosts[i].shown == 0)
			continue;
		d = case_host_device(
		    c, s, s->hosts[i].host, s->hosts[i].host_addr, false);
		if (d != DEVICE_NONE)
			c->fleet.v[d].shown |= s->hosts[i].shown;
	}
}

void
case_prerequisites(struct casefile *c)
{
	const struct prerequisite_list *l = &c->knowledge->prerequisites;

	for (uint32_t i = 0; i < c->fleet.n; i++)
		for (size_t k = 0; k < l->n; k++)
			by_facts(&c->fleet.v[i], &l->v[k]);
	for (size_t i = 0; i < c->nsources; i++)
		by_log(c, &c->sources[i]);
	/* Who logs informational messages logs notices. */
	for (uint32_t i = 0; i < c->fleet.n; i++)
		if (c->fleet.v[i].shown & EV_LOG_LEVEL_6)
			c->fleet.v[i].shown |= EV_LOG_LEVEL_5;
}

static int
bits_of(unsigned mask)
{
	int n = 0;

	for (; mask != 0; mask &= mask - 1)
		n++;
	return n;
}

/* The alternative of which only prerequisites are missing, the fewest. */
static unsigned
missing(const struct device *d, const struct advisory_row *row)
{
	unsigned best = 0;
	int fewest = 0;

	for (size_t i = 0; i < row->nclear; i++) {
		unsigned m = row->clear_when[i] & ~(d->evidence | d->shown);
		int n = bits_of(m);

		if (m == 0 || (m & ~(unsigned)EV_SHOWN) != 0)
			continue;
		if (best == 0 || n < fewest) {
			best = m;
			fewest = n;
		}
	}
	return best;
}

struct span_list
case_prerequisite_need(
    const struct casefile *c, uint32_t device, const struct advisory_row *row)
{
	const struct prerequisite_list *l = &c->knowledge->prerequisites;
	const struct device *d = &c->fleet.v[device];
	unsigned m = missing(d, row);

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].bit & m)
			return fix_for(
			    l->v[i].need, l->v[i].nneed, d->platform);
	return (struct span_list){0};
}
