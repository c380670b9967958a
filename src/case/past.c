/*
 * Signs of earlier states join the findings of the newest one: those that are
 * there still learn since when, those that are gone become findings of their
 * own.  What stood for a while only, and what changed while logs that would
 * show it show nothing, is put to the rules over kind change.
 */
#include "case/past.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "case/merge.h"
#include "detect/rule.h"

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
file_device(struct casefile *c, struct span path, struct span device)
{
	const struct source *now = source_find(c, path);
	uint32_t d;

	if (now != NULL && now->device != DEVICE_NONE)
		return now->device;
	if (device.n == 0)
		return DEVICE_NONE;
	d = fleet_name(&c->fleet, device);
	return d == DEVICE_AMBIGUOUS ? DEVICE_NONE : d;
}

/* The source is a state of the file. */
static void
source_give(struct casefile *c, struct span path, uint32_t device)
{
	struct source *s = source_find(c, path);

	if (s != NULL && s->device == DEVICE_NONE)
		s->device = device;
}

void
case_past_devices(struct casefile *c)
{
	const struct past *p = &c->past;

	if (p->n + p->nfacts == 0)
		return;
	c->past_devices =
	    arena_array(&c->arena, p->n + p->nfacts, sizeof(*c->past_devices));
	for (size_t i = 0; i < p->n; i++) {
		c->past_devices[i] =
		    file_device(c, p->v[i].past->source, p->v[i].device);
		source_give(c, p->v[i].source, c->past_devices[i]);
	}
	for (size_t i = 0; i < p->nfacts; i++) {
		const struct past_fact *f = &p->facts[i];
		uint32_t d = file_device(c, f->past->source, f->device);

		c->past_devices[p->n + i] = d;
		source_give(c, f->source, d);
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
	    c, knowledge_check(c->knowledge, p->check), device, p->entity);

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

static void
signs_join(struct casefile *c)
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
		    &index, sign_key(c, knowledge_check(c->knowledge, p->check),
				device, p->severity, p->confidence, p->entity));
		if (at != MAP_NONE && c->findings[at].past == NULL)
			give_past(&c->findings[at], p->past);
		else if (at == MAP_NONE && p->past->gone)
			gone_finding(c, p, device);
	}
}

/* ---- facts ---- */

/* When logs hold something of a device, and when somebody changed it. */
struct log_of {
	uint32_t device;
	int64_t time; /* of an event */
};

struct telling {
	struct casefile *c;
	struct rule_scratch scratch;
	int64_t *first, *last; /* by device; TIME_NONE: not heard */
	struct log_of *events; /* by device and time */
	size_t nevents;
	const struct past_fact *fact; /* at hand */
	uint32_t device;
};

static uint32_t
host_device(const struct casefile *c, struct span host, struct span host_addr)
{
	struct addr a;
	uint32_t d = DEVICE_NONE;

	if (host.n > 0 && !addr_read(host, &a))
		d = fleet_find_name(&c->fleet, host);
	else if (addr_read(host.n > 0 ? host : host_addr, &a))
		d = fleet_find_address(&c->fleet, &a);
	if (d == DEVICE_NONE && host.n > 0 && addr_read(host_addr, &a))
		d = fleet_find_address(&c->fleet, &a);
	return d == DEVICE_AMBIGUOUS ? DEVICE_NONE : d;
}

static int
event_order(const void *a, const void *b)
{
	const struct log_of *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return x->time < y->time ? -1 : x->time > y->time;
}

static void
logs_join(struct telling *t)
{
	struct casefile *c = t->c;
	const struct past *p = &c->past;
	size_t n = c->fleet.n;

	t->first = arena_array(&c->arena, n, sizeof(*t->first));
	t->last = arena_array(&c->arena, n, sizeof(*t->last));
	for (size_t i = 0; i < n; i++)
		t->first[i] = t->last[i] = TIME_NONE;
	for (size_t i = 0; i < p->nvoices; i++) {
		const struct past_voice *v = &p->voices[i];
		uint32_t d = host_device(c, v->host, v->host_addr);

		if (d == DEVICE_NONE || v->first == TIME_NONE)
			continue;
		if (t->first[d] == TIME_NONE || v->first < t->first[d])
			t->first[d] = v->first;
		if (t->last[d] == TIME_NONE || v->last > t->last[d])
			t->last[d] = v->last;
	}
	t->events = arena_array(&c->arena, p->nevents, sizeof(*t->events));
	for (size_t i = 0; i < p->nevents; i++) {
		const struct past_event *e = &p->events[i];
		uint32_t d = host_device(c, e->host, e->host_addr);

		if (d != DEVICE_NONE)
			t->events[t->nevents++] = (struct log_of){d, e->time};
	}
	if (t->nevents > 0)
		qsort(t->events, t->nevents, sizeof(*t->events), event_order);
}

/* Was the device changed in the time, as far as its logs tell? */
static bool
event_within(const struct telling *t, uint32_t device, int64_t from, int64_t to)
{
	struct log_of want = {device, from};
	size_t lo = 0, hi = t->nevents;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (event_order(&t->events[mid], &want) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < t->nevents && t->events[lo].device == device &&
	       t->events[lo].time <= to;
}

static bool
is_covered(const struct telling *t, uint32_t device, int64_t from, int64_t to)
{
	return device != DEVICE_NONE && t->first[device] != TIME_NONE &&
	       t->first[device] <= from && t->last[device] >= to;
}

static void
on_rule(void *ctx, const struct rule *rule)
{
	struct telling *t = ctx;
	struct casefile *c = t->c;
	const struct past_fact *p = t->fact;
	const struct source *s = source_find(c, p->source);
	struct finding *f;

	if (!case_rule_fits(c, rule, t->device))
		return;
	f = case_finding_new(c, &rule->check, t->device, p->text);
	if (f == NULL)
		return;
	f->count = 1;
	give_past(f, p->past);
	if (s != NULL)
		case_place(c, f,
		    (struct finding_place){(uint32_t)(s - c->sources), p->line,
			UINT64_MAX, p->evidence});
}

static void
fact_tell(struct telling *t, const struct past_fact *p, uint32_t device)
{
	struct record r;

	record_init(&r, K_CHANGE, p->line, UINT64_MAX, p->evidence);
	record_put_str(&r, F_CHANGE, p->change);
	record_put_str(&r, F_OF, kind_name(p->of));
	record_put(&r, F_NAME, p->subject);
	if (p->hours >= 0)
		record_put_number(
		    &r, F_HOURS, arena_fmt(&t->c->arena, "%" PRId64, p->hours));
	if (p->from != TIME_NONE) {
		if (!is_covered(t, device, p->from, p->to))
			return;
		record_put_bool(
		    &r, F_ACCOUNTED, event_within(t, device, p->from, p->to));
	}
	t->fact = p;
	t->device = device;
	ruleset_match(&t->c->knowledge->rules, &r, &t->scratch, on_rule, t);
}

static void
facts_join(struct casefile *c)
{
	struct telling t = {.c = c};
	struct err e;

	if (c->past.nfacts == 0)
		return;
	if (rule_scratch_init(&t.scratch, &e) != 0) {
		c->complete = false;
		return;
	}
	logs_join(&t);
	for (size_t i = 0; i < c->past.nfacts; i++)
		fact_tell(
		    &t, &c->past.facts[i], c->past_devices[c->past.n + i]);
	rule_scratch_release(&t.scratch);
}

void
case_past(struct casefile *c)
{
	signs_join(c);
	facts_join(c);
}
