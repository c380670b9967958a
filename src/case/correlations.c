/*
 * Correlations: the events of all sources in the order of time, and what holds
 * of them together as findings.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "case/merge.h"
#include "detect/correlate.h"

/* Devices are told apart by their number, as text. */
static struct span
device_key(struct casefile *c, uint32_t device)
{
	if (device == DEVICE_NONE || device == DEVICE_AMBIGUOUS)
		return (struct span){0};
	return arena_fmt(&c->arena, "%" PRIu32, device);
}

static bool
event_counts(struct casefile *c, const struct table_event *x, uint32_t device)
{
	if (!case_whose(c, x->rule, device, x->external))
		return false;
	return case_platform_fits(c, x->rule, device);
}

/* Returns how many of the source's events have a time, put in out. */
static size_t
source_events(struct casefile *c, uint32_t index, struct event *out)
{
	struct source *s = &c->sources[index];
	size_t n = 0, timeless = 0;

	for (size_t i = 0; i < s->nevents; i++) {
		const struct table_event *x = &s->events[i];
		uint32_t d = case_device(c, s, x->host, x->host_addr, x->peers);

		if (!event_counts(c, x, d))
			continue;
		if (x->time == TIME_NONE) {
			timeless++;
			continue;
		}
		out[n++] = (struct event){.rule = x->rule,
		    .source = index,
		    .time = x->time,
		    .values = x->values,
		    .device = device_key(c, d),
		    .device_index = d,
		    .line = x->at.line,
		    .offset = x->at.offset,
		    .text = x->at.text};
	}
	if (timeless > 0)
		source_diag(c, s, DIAG_NO_TIME, 0,
		    arena_fmt(&c->arena, "%zu events", timeless));
	return n;
}

struct telling {
	struct case_merge *m;
	const struct event *events;
};

static struct span
entity_of(struct telling *x, const struct episode *e)
{
	const struct correlation *c = e->rule->correlation;
	struct arena *a = &x->m->c->arena;
	struct span out = {0};

	for (size_t i = 0; i < c->keys.n; i++) {
		const struct correlation_feed *f = &c->feeds[0];

		if (f->slots[i] == SLOT_DEVICE || e->keys[i].n == 0)
			continue;
		out = arena_fmt(a, "%.*s%s%.*s", SPAN_FMT(out),
		    out.n > 0 ? " " : "", SPAN_FMT(e->keys[i]));
	}
	if (e->value.n > 0)
		out = arena_fmt(a, "%.*s%s%.*s", SPAN_FMT(out),
		    out.n > 0 ? " from " : "", SPAN_FMT(e->value));
	return out;
}

static void
duration_put(struct arena *a, int64_t t, struct span *out)
{
	int64_t s = t / TIME_SECOND;

	if (s >= 86400)
		*out = arena_fmt(a, "%" PRId64 " d %" PRId64 " h", s / 86400,
		    s % 86400 / 3600);
	else if (s >= 3600)
		*out = arena_fmt(a, "%" PRId64 " h %" PRId64 " min", s / 3600,
		    s % 3600 / 60);
	else if (s >= 60)
		*out = arena_fmt(
		    a, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
	else
		*out = arena_fmt(a, "%" PRId64 " s", s);
}

static struct span
reason_of(struct telling *x, const struct episode *e)
{
	struct arena *a = &x->m->c->arena;
	struct span took;

	if (e->rule->novel != NULL) {
		duration_put(a, e->first - e->since, &took);
		return arena_fmt(a,
		    e->rule->novel->silence > 0
			? "the first after %.*s; %" PRIu64 " events before"
			: "never before in %.*s of evidence, %" PRIu64
			  " events",
		    SPAN_FMT(took), e->before);
	}
	duration_put(a, e->last - e->first, &took);
	return arena_fmt(a,
	    "%" PRIu64 " event%s together, %.*s from the first "
	    "to the last",
	    e->count, e->count == 1 ? "" : "s", SPAN_FMT(took));
}

static void
places_add(struct telling *x, struct finding *f, const struct episode *e)
{
	struct casefile *c = x->m->c;

	for (size_t i = 0; i < e->n && f->nplaces < LIMIT_EVIDENCE; i++) {
		const struct event *v = &x->events[e->events[i]];

		case_place(c, f,
		    (struct finding_place){
			v->source, v->line, v->offset, v->text});
	}
}

static void
tell(struct telling *x, const struct episode *e, uint32_t device,
    struct span entity)
{
	const struct rule *r = e->rule;
	struct sighting s = {.check = r->index,
	    .entity = entity,
	    .severity = r->check.severity,
	    .confidence = r->check.confidence};
	struct finding *f;

	f = case_finding(x->m, &s, device);
	if (f == NULL)
		return;
	f->in_time = true;
	f->count += e->count;
	if (f->first == TIME_NONE || e->first < f->first)
		f->first = e->first;
	if (f->last == TIME_NONE || e->last > f->last)
		f->last = e->last;
	if (f->reason.n == 0)
		f->reason = reason_of(x, e);
	places_add(x, f, e);
}

/* A finding for each device that has a part in it; one of no device where
 * these are too many, or none is known. */
static void
on_episode(void *ctx, const struct episode *e)
{
	struct telling *x = ctx;
	uint32_t devices[LIMIT_EPISODE_DEVICES];
	size_t n = 0;
	struct span entity;

	if (e->rule->off || e->rule->silent)
		return;
	if (e->rule->novel != NULL && e->rule->external != F_NONE &&
	    !case_whose(x->m->c, e->rule->index,
		e->n > 0 ? x->events[e->events[0]].device_index : DEVICE_NONE,
		e->value))
		return;
	entity = entity_of(x, e);
	for (size_t i = 0; i < e->n; i++) {
		uint32_t d = x->events[e->events[i]].device_index;
		size_t k = 0;

		while (k < n && devices[k] != d)
			k++;
		if (k < n || d == DEVICE_NONE)
			continue;
		if (n == LIMIT_EPISODE_DEVICES) {
			tell(x, e, DEVICE_NONE, entity);
			return;
		}
		devices[n++] = d;
	}
	for (size_t i = 0; i < n; i++)
		if (case_platform_fits(x->m->c, e->rule->index, devices[i]))
			tell(x, e, devices[i], entity);
	if (n == 0)
		tell(x, e, DEVICE_NONE, entity);
}

void
case_correlations(struct case_merge *m)
{
	struct casefile *c = m->c;
	struct telling x = {.m = m};
	struct event *events;
	size_t n = 0;

	for (size_t i = 0; i < c->nsources; i++)
		n += c->sources[i].nevents;
	if (n == 0 || n > UINT32_MAX)
		return;
	events = calloc(n, sizeof(*events));
	ASSERT(events != NULL);
	n = 0;
	for (uint32_t i = 0; i < c->nsources; i++)
		n += source_events(c, i, events + n);
	if (n > 1)
		qsort(events, n, sizeof(*events), event_order);
	x.events = events;
	correlate(&c->knowledge->rules, events, n, on_episode, &x);
	free(events);
}
