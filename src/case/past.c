/*
 * Signs of earlier states join the findings of the newest one: those that are
 * there still learn since when, those that are gone become findings of their
 * own.
 */
#include "case/past.h"

#include <stdlib.h>

#include "base/limits.h"
#include "case/merge.h"

static int
path_order(const void *key, const void *at)
{
	const struct span *path = key;
	const struct source *s = at;

	return span_cmp(*path, s->path);
}

static struct source *
source_find(struct casefile *c, struct span path)
{
	if (c->nsources == 0)
		return NULL;
	return bsearch(
	    &path, c->sources, c->nsources, sizeof(*c->sources), path_order);
}

/* The device of the file as it is now, or of its last name. */
static uint32_t
sign_device(struct casefile *c, const struct past_sign *p)
{
	const struct source *now = source_find(c, p->past->file);
	uint32_t d;

	if (now != NULL && now->device != DEVICE_NONE)
		return now->device;
	if (p->device.n == 0)
		return DEVICE_NONE;
	d = fleet_name(&c->fleet, p->device);
	return d == DEVICE_AMBIGUOUS ? DEVICE_NONE : d;
}

void
case_past_devices(struct casefile *c)
{
	if (c->past.n == 0)
		return;
	c->past_devices =
	    arena_array(&c->arena, c->past.n, sizeof(*c->past_devices));
	for (size_t i = 0; i < c->past.n; i++) {
		struct source *s = source_find(c, c->past.v[i].source);

		c->past_devices[i] = sign_device(c, &c->past.v[i]);
		if (s != NULL && s->device == DEVICE_NONE)
			s->device = c->past_devices[i];
	}
}

static struct span
sign_key(struct casefile *c, const struct check *check, uint32_t device,
    enum severity severity, enum confidence confidence, struct span entity)
{
	return arena_fmt(&c->arena, "%.*s/%u/%d/%d/%.*s", SPAN_FMT(check->id),
	    device, (int)severity, (int)confidence, SPAN_FMT(entity));
}

static void
give_past(struct finding *f, struct finding_past *p)
{
	f->past = p;
	if (f->first == TIME_NONE)
		f->first = p->spans[0].first.time;
	if (f->last == TIME_NONE)
		f->last = p->spans[p->nspans - 1].last.time;
}

static void
gone_finding(struct casefile *c, const struct past_sign *p, uint32_t device)
{
	const struct source *s = source_find(c, p->source);
	struct finding *f = case_finding_new(
	    c, c->knowledge->checks[p->check], device, p->entity);

	if (f == NULL)
		return;
	f->severity = p->severity;
	f->confidence = p->confidence;
	for (size_t i = 0; i < p->past->nspans; i++)
		f->count += p->past->spans[i].revisions;
	give_past(f, p->past);
	if (s != NULL)
		case_place(c, f,
		    (struct finding_place){(uint32_t)(s - c->sources), p->line,
			UINT64_MAX, p->text});
}

void
case_past(struct casefile *c)
{
	struct map index;

	if (c->past.n == 0)
		return;
	map_init(&index, &c->arena);
	for (uint32_t i = 0; i < c->nfindings; i++) {
		const struct finding *f = &c->findings[i];

		map_add(&index,
		    sign_key(c, f->check, f->device, f->severity, f->confidence,
			f->entity),
		    i);
	}
	for (size_t i = 0; i < c->past.n; i++) {
		const struct past_sign *p = &c->past.v[i];
		uint32_t device = c->past_devices[i], at;

		if (!case_whose(c, p->check, device, p->external))
			continue;
		at = map_get(
		    &index, sign_key(c, c->knowledge->checks[p->check], device,
				p->severity, p->confidence, p->entity));
		if (at != MAP_NONE && c->findings[at].past == NULL)
			give_past(&c->findings[at], p->past);
		else if (at == MAP_NONE && p->past->gone)
			gone_finding(c, p, device);
	}
}
