#include "case/timeline.h"

#include <stdlib.h>

#include "base/limits.h"
#include "case/casefile.h"

const char *
timeline_clock_name(enum timeline_clock c)
{
	return c == CLOCK_ASSUMED ? "assumed" : "stated";
}

struct gathering {
	struct casefile *c;
	struct timeline_event *v;
	size_t n, cap;
};

static struct timeline_event *
event_add(struct gathering *g, enum timeline_kind kind, int64_t time)
{
	struct timeline_event *x;

	g->v = arena_grow(&g->c->arena, g->v, g->n, &g->cap, sizeof(*g->v));
	x = &g->v[g->n++];
	*x = (struct timeline_event){.time = time,
	    .kind = kind,
	    .device = DEVICE_NONE,
	    .finding = TIMELINE_NONE,
	    .source = TIMELINE_NONE,
	    .offset = UINT64_MAX};
	return x;
}

static enum timeline_clock
source_clock(const struct source *s)
{
	for (size_t i = 0; i < s->ndiags; i++)
		if (s->diags[i].code == DIAG_YEAR_ASSUMED ||
		    s->diags[i].code == DIAG_ZONE_ASSUMED)
			return CLOCK_ASSUMED;
	return CLOCK_STATED;
}

/* ---- what workers sent ---- */

/* Devices are judged already: none may be made any more. */
static uint32_t
moment_device(
    struct casefile *c, struct source *s, const struct source_moment *m)
{
	uint32_t d = DEVICE_NONE;

	if (m->host.n > 0 || m->host_addr.n > 0)
		d = case_host_device(c, s, m->host, m->host_addr, false);
	return d == DEVICE_NONE ? s->device : d;
}

static void
moments_take(struct gathering *g, uint32_t index)
{
	struct source *s = &g->c->sources[index];
	enum timeline_clock clock = source_clock(s);

	g->c->timeline.dropped += s->moments_dropped;
	for (size_t i = 0; i < s->nmoments; i++) {
		const struct source_moment *m = &s->moments[i];
		struct timeline_event *x = event_add(g, m->kind, m->time);

		x->device = moment_device(g->c, s, m);
		x->clock = clock;
		x->clock_off = m->clock_off;
		x->source = index;
		x->line = m->line;
		x->offset = m->offset;
		x->actor = m->actor;
		x->peer = m->peer;
		x->text = m->text;
	}
}

/* ---- when devices were heard ---- */

struct voice {
	int64_t first, last;
	uint32_t first_in, last_in;
};

static void
voice_add(struct voice *v, const struct heard *h, uint32_t source)
{
	if (h->first == TIME_NONE || h->last == TIME_NONE)
		return;
	if (v->first == TIME_NONE || h->first < v->first) {
		v->first = h->first;
		v->first_in = source;
	}
	if (v->last == TIME_NONE || h->last > v->last) {
		v->last = h->last;
		v->last_in = source;
	}
}

static void
voice_tell(struct gathering *g, uint32_t d, enum timeline_kind kind,
    int64_t time, uint32_t source)
{
	struct timeline_event *x = event_add(g, kind, time);

	x->device = d;
	x->source = source;
	x->clock = source_clock(&g->c->sources[source]);
	x->text = span_str(timeline_kind_meaning(kind));
}

static void
voices_take(struct gathering *g)
{
	struct casefile *c = g->c;
	struct voice *v = arena_array(&c->arena, c->fleet.n, sizeof(*v));

	for (size_t i = 0; i < c->fleet.n; i++)
		v[i].first = v[i].last = TIME_NONE;
	for (uint32_t i = 0; i < c->nsources; i++)
		for (size_t k = 0; k < c->sources[i].nhosts; k++) {
			struct seen_host *h = &c->sources[i].hosts[k];
			uint32_t d = case_host_device(
			    c, &c->sources[i], h->host, h->host_addr, false);

			if (d < c->fleet.n)
				voice_add(&v[d], &h->heard, i);
		}
	for (uint32_t d = 0; d < c->fleet.n; d++) {
		if (v[d].first == TIME_NONE)
			continue;
		voice_tell(
		    g, d, TIMELINE_HEARD_FIRST, v[d].first, v[d].first_in);
		voice_tell(g, d, TIMELINE_HEARD_LAST, v[d].last, v[d].last_in);
	}
}

/* ---- findings ---- */

static bool
is_sign(const struct finding *f)
{
	return (f->check->kind == CHECK_COMPROMISE ||
		   f->check->kind == CHECK_INDICATOR) &&
	       f->severity > SEV_INFO &&
	       (f->waiver == NULL || !f->waiver->rejected);
}

static void
sign_tell(struct gathering *g, uint32_t at, enum timeline_kind kind,
    int64_t time, const struct finding_place *p)
{
	const struct finding *f = &g->c->findings[at];
	struct timeline_event *x = event_add(g, kind, time);

	x->device = f->device;
	x->finding = at;
	x->text = f->title;
	if (p == NULL)
		return;
	x->source = p->source;
	x->line = p->line;
	x->offset = p->offset;
	x->clock = source_clock(&g->c->sources[p->source]);
}

/* Places have no times of their own: only that of a finding with one place, or
 * of one whose places stand in the order of time, is known. */
static void
signs_take(struct gathering *g)
{
	for (uint32_t i = 0; i < g->c->nfindings; i++) {
		const struct finding *f = &g->c->findings[i];
		const struct finding_place *first = NULL, *last = NULL;

		if (f->first == TIME_NONE || !is_sign(f))
			continue;
		if (f->nplaces == 1 || (f->in_time && f->nplaces > 0)) {
			first = &f->places[0];
			last = &f->places[f->nplaces - 1];
		}
		sign_tell(g, i, TIMELINE_SIGN, f->first, first);
		if (f->last != f->first)
			sign_tell(g, i, TIMELINE_SIGN_LAST, f->last, last);
	}
}

/* ---- in one order ---- */

static int
number_order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* At one time: what begins, what happens, what ends. */
static unsigned
rank(enum timeline_kind k)
{
	return k == TIMELINE_HEARD_FIRST ? 0 : k == TIMELINE_HEARD_LAST ? 2 : 1;
}

static int
event_order(const void *a, const void *b, void *ctx)
{
	const struct timeline_event *x = a, *y = b;
	int r;

	(void)ctx;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	r = number_order(rank(x->kind), rank(y->kind));
	if (r == 0)
		r = number_order(x->device, y->device);
	if (r == 0)
		r = number_order(x->source, y->source);
	if (r == 0)
		r = number_order(x->line, y->line);
	if (r == 0)
		r = number_order(x->offset, y->offset);
	if (r == 0)
		r = (int)x->kind - (int)y->kind;
	return r != 0 ? r : number_order(x->finding, y->finding);
}

/* How much an event is worth where there is no room for all: signs and what a
 * device's silence is measured by, then what is rare, then logins. */
static unsigned
event_worth(const struct casefile *c, const struct timeline_event *x)
{
	unsigned worth =
	    x->kind >= TIMELINE_SIGN					    ? 6
	    : x->kind == TIMELINE_LOGIN || x->kind == TIMELINE_LOGIN_FAILED ? 0
	    : x->kind == TIMELINE_CHANGE				    ? 1
									    : 2;

	if (x->device < c->fleet.n &&
	    c->results[x->device].verdict >= VERDICT_SUSPICIOUS)
		worth += 3;
	return worth;
}

/* Leaves at most LIMIT_TIMELINE; of those worth the same, the earliest. */
static void
events_thin(struct gathering *g)
{
	size_t room = LIMIT_TIMELINE, of[10] = {0}, kept = 0;

	if (g->n <= LIMIT_TIMELINE)
		return;
	for (size_t i = 0; i < g->n; i++)
		of[event_worth(g->c, &g->v[i])]++;
	for (size_t w = 10; w-- > 0;) {
		of[w] = of[w] < room ? of[w] : room;
		room -= of[w];
	}
	for (size_t i = 0; i < g->n; i++) {
		unsigned w = event_worth(g->c, &g->v[i]);

		if (of[w] == 0)
			continue;
		of[w]--;
		g->v[kept++] = g->v[i];
	}
	g->c->timeline.dropped += g->n - kept;
	g->n = kept;
}

void
case_timeline(struct casefile *c)
{
	struct gathering g = {.c = c};

	c->timeline = (struct timeline){0};
	for (uint32_t i = 0; i < c->nsources; i++)
		moments_take(&g, i);
	voices_take(&g);
	signs_take(&g);
	if (g.n > 0)
		qsort_r(g.v, g.n, sizeof(*g.v), event_order, NULL);
	events_thin(&g);
	c->timeline.v = g.v;
	c->timeline.n = g.n;
}
