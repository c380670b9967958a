#include "detect/correlate.h"

#include <stdlib.h>

#include "base/limits.h"
#include "detect/correlate_run.h"

int
event_order(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* ---- gathering what goes in ---- */

static struct signal *
signal_add(struct arena *a, struct signals *to)
{
	to->v = arena_grow(a, to->v, to->n, &to->cap, sizeof(*to->v));
	to->v[to->n] = (struct signal){0};
	return &to->v[to->n++];
}

/* All signals of what a correlation refers to; a rule that it refers to twice
 * gives two for each event. */
static void
signals_gather(struct run *r, const struct correlation *c)
{
	for (uint32_t k = 0; k < c->nrefs; k++) {
		const struct rule *of = c->refs[k].rule;
		const struct signals *below = &r->streams[of->index];

		for (size_t i = 0; i < below->n; i++) {
			struct signal *s = signal_add(&r->scratch, &r->in);

			*s = below->v[i];
			s->ref = k;
		}
	}
}

static int
signal_order(const void *a, const void *b)
{
	const struct signal *x = a, *y = b;

	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	/* Where a rule stands twice in an order, an event that ends one way
	 * must not have begun it. */
	return x->ref > y->ref ? -1 : x->ref < y->ref;
}

static const struct correlation_feed *
feed_find(const struct correlation *c, uint32_t ref, uint32_t rule)
{
	for (size_t i = 0; i < c->nfeeds; i++)
		if (c->feeds[i].ref == ref && c->feeds[i].rule == rule)
			return &c->feeds[i];
	return NULL;
}

static struct span
slot_value(const struct event *e, uint16_t slot)
{
	if (slot == SLOT_DEVICE)
		return e->device;
	return slot == SLOT_ABSENT ? (struct span){0} : e->values[slot];
}

/* The values of the keys as one text; false when one is absent. */
static bool
key_of(struct run *r, const struct correlation *c, const struct signal *s)
{
	const struct event *e = &r->events[s->event];
	const struct correlation_feed *f = feed_find(c, s->ref, e->rule);

	buf_reset(&r->key);
	if (f == NULL)
		return false;
	for (size_t i = 0; i < c->keys.n; i++) {
		struct span v = slot_value(e, f->slots[i]);

		if (v.n == 0)
			return false;
		buf_bytes(&r->key, v);
	}
	return true;
}

/* The value that is counted: a number for each distinct text, and what number
 * it stands for. */
static bool
value_of(struct run *r, const struct correlation *c, struct signal *s)
{
	const struct event *e = &r->events[s->event];
	const struct correlation_feed *f = feed_find(c, s->ref, e->rule);
	struct span v = slot_value(e, f->slots[c->keys.n]);

	if (v.n == 0)
		return false;
	s->value = map_add(&r->values, v, r->nvalues);
	r->nvalues += s->value == r->nvalues;
	if (c->type == CORRELATION_VALUE_COUNT ||
	    (c->type == CORRELATION_VALUE_PERCENTILE && c->percentile < 0))
		return true;
	return pattern_number(v, &s->number);
}

static bool
counts(const struct correlation *c)
{
	return c->type != CORRELATION_TEMPORAL &&
	       c->type != CORRELATION_TEMPORAL_ORDERED;
}

/* Give each signal its group; those that take no part are dropped. */
static void
groups_find(struct run *r, const struct correlation *c)
{
	size_t n = 0;

	map_init(&r->groups, &r->scratch);
	map_init(&r->values, &r->scratch);
	r->ngroups = r->nvalues = 0;
	for (size_t i = 0; i < r->in.n; i++) {
		struct signal s = r->in.v[i];

		if (counts(c) && s.goes_on)
			continue;
		if (!key_of(r, c, &s) ||
		    (c->field.n > 0 && !value_of(r, c, &s)))
			continue;
		s.group = map_add(&r->groups, buf_span(&r->key), r->ngroups);
		r->ngroups += s.group == r->ngroups;
		r->in.v[n++] = s;
	}
	r->in.n = n;
}

/* Signals of one group together, in order. */
static void
groups_sort(struct run *r)
{
	size_t *at = arena_array(&r->scratch, r->ngroups + 1, sizeof(*at));
	struct signal *v = arena_array(&r->scratch, r->in.n, sizeof(*v));

	r->from = arena_array(&r->scratch, r->ngroups + 1, sizeof(*at));
	for (size_t i = 0; i < r->in.n; i++)
		r->from[r->in.v[i].group + 1]++;
	for (size_t g = 0; g < r->ngroups; g++)
		r->from[g + 1] += r->from[g];
	memcpy(at, r->from, (r->ngroups + 1) * sizeof(*at));
	for (size_t i = 0; i < r->in.n; i++)
		v[at[r->in.v[i].group]++] = r->in.v[i];
	r->in.v = v;
}

/* ---- what comes out ---- */

static void
trail_add(struct trail *t, uint32_t event)
{
	for (size_t i = t->n; i-- > 0;)
		if (t->v[i] == event)
			return;
	if (t->n < LIMIT_EPISODE_EVENTS)
		t->v[t->n++] = event;
	t->count++;
}

static void
trail_join(struct trail *t, const struct signal *s)
{
	if (s->trail == NULL) {
		/* Signals come in order: what stands behind the last is
		 * new. */
		if (t->n < LIMIT_EPISODE_EVENTS || t->v[t->n - 1] >= s->event)
			trail_add(t, s->event);
		else
			t->count++;
		return;
	}
	for (size_t i = 0; i < s->trail->n; i++)
		trail_add(t, s->trail->v[i]);
	t->count += s->trail->count - s->trail->n;
}

static int
by_index(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* The end of an episode: tell of it. */
void
episode_close(struct run *r)
{
	struct trail *t = r->open;
	const struct rule *rule = r->rule;
	const struct correlation *c = rule->correlation;
	const struct signal *s;
	const struct correlation_feed *f;
	struct span *keys;

	r->open = NULL;
	if (t == NULL)
		return;
	qsort(t->v, t->n, sizeof(*t->v), by_index);
	s = &r->in.v[r->from[r->group]];
	f = feed_find(c, s->ref, r->events[s->event].rule);
	keys = arena_array(&r->scratch, c->keys.n, sizeof(*keys));
	for (size_t i = 0; i < c->keys.n; i++)
		keys[i] = slot_value(&r->events[s->event], f->slots[i]);
	r->fn(r->ctx, &(struct episode){.rule = rule,
			  .value = rule->novel != NULL && c->field.n > 0
				       ? slot_value(&r->events[t->v[0]],
					     f->slots[c->keys.n])
				       : (struct span){0},
			  .before = r->before,
			  .since = r->since,
			  .keys = keys,
			  .events = t->v,
			  .n = t->n,
			  .count = t->count,
			  .first = r->events[t->v[0]].time,
			  .last = r->events[r->last].time});
}

/* The condition holds at a signal: it begins an episode or goes on with it. */
struct trail *
episode_at(struct run *r, const struct signal *s)
{
	struct signals *out = &r->streams[r->rule->index];
	bool goes_on = r->open != NULL;
	struct signal *o;

	if (!goes_on)
		r->open = arena_alloc(&r->arena, sizeof(*r->open));
	o = signal_add(&r->arena, out);
	o->event = s->event;
	o->time = s->time;
	o->goes_on = goes_on;
	o->trail = r->open;
	r->last = s->event;
	return r->open;
}

void
episode_take(struct run *r, struct trail *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		trail_join(t, &r->in.v[i]);
	}
}

static void
heard_note(struct run *r)
{
	r->heard = arena_array(&r->scratch, r->in.n, sizeof(*r->heard));
	r->nheard = r->in.n;
	for (size_t i = 0; i < r->in.n; i++)
		r->heard[i] = r->in.v[i].time;
}

static void
correlation_run(struct run *r, const struct rule *rule)
{
	const struct correlation *c = rule->correlation;

	r->rule = rule;
	r->in = (struct signals){0};
	arena_reset(&r->scratch);
	signals_gather(r, c);
	if (r->in.n == 0)
		return;
	qsort(r->in.v, r->in.n, sizeof(*r->in.v), signal_order);
	groups_find(r, c);
	if (rule->novel != NULL)
		heard_note(r);
	groups_sort(r);
	r->counts = arena_array(&r->scratch,
	    r->nvalues > c->nrefs ? r->nvalues : c->nrefs, sizeof(*r->counts));
	for (r->group = 0; r->group < r->ngroups; r->group++) {
		r->open = NULL;
		group_run(r, r->from[r->group], r->from[r->group + 1]);
		episode_close(r);
	}
	if (r->streams[rule->index].n > 1)
		qsort(r->streams[rule->index].v, r->streams[rule->index].n,
		    sizeof(struct signal), signal_order);
}

static void
streams_fill(struct run *r, const struct ruleset *rs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t rule = r->events[i].rule;
		struct signal *s;

		if (rule >= rs->n)
			continue;
		s = signal_add(&r->arena, &r->streams[rule]);
		s->event = (uint32_t)i;
		s->time = r->events[i].time;
	}
}

void
correlate(const struct ruleset *rs, const struct event *events, size_t n,
    correlate_fn *fn, void *ctx)
{
	struct run r = {.events = events, .fn = fn, .ctx = ctx};

	arena_init(&r.arena);
	arena_init(&r.scratch);
	buf_init(&r.key, LIMIT_MESSAGE_BYTES);
	r.streams = arena_array(&r.arena, rs->n, sizeof(*r.streams));
	streams_fill(&r, rs, n);
	for (unsigned depth = 1; depth <= LIMIT_CORRELATION_DEPTH; depth++)
		for (size_t i = 0; i < rs->n; i++)
			if (rs->rules[i]->correlation != NULL &&
			    rs->rules[i]->correlation->depth == depth)
				correlation_run(&r, rs->rules[i]);
	buf_release(&r.key);
	arena_release(&r.scratch);
	arena_release(&r.arena);
}
