/*
 * The conditions of correlations over the signals of one group.
 */
#include "detect/correlate_run.h"

#include <stdlib.h>

static bool
bounds_hold(const struct correlation *c, double v)
{
	for (size_t i = 0; i < c->nbounds; i++) {
		double n = c->bounds[i].number;
		int op = c->bounds[i].op;

		if (!(op == BOUND_GT	  ? v > n
			: op == BOUND_GTE ? v >= n
			: op == BOUND_LT  ? v < n
			: op == BOUND_LTE ? v <= n
			: op == BOUND_EQ  ? v == n
					  : v != n))
			return false;
	}
	return true;
}

/* Does more in the window never make the condition fail? */
static bool
slides(const struct correlation *c)
{
	if (c->type == CORRELATION_VALUE_AVG ||
	    c->type == CORRELATION_VALUE_MEDIAN ||
	    c->type == CORRELATION_VALUE_PERCENTILE)
		return false;
	for (size_t i = 0; i < c->nbounds; i++)
		if (c->bounds[i].op != BOUND_GT && c->bounds[i].op != BOUND_GTE)
			return false;
	return true;
}

static bool
within(
    const struct correlation *c, const struct signal *a, const struct signal *b)
{
	return c->timespan == 0 || b->time - a->time <= c->timespan;
}

/* What is told apart: values, or which rule it was. */
static uint32_t
class_of(const struct correlation *c, const struct signal *s)
{
	return c->type == CORRELATION_VALUE_COUNT ? s->value : s->ref;
}

/* A window as signals come and go. */
struct window {
	struct run *r;
	const struct correlation *c;
	size_t from, to, distinct;
	double sum;
	size_t latest[LIMIT_CORRELATION_REFS]; /* signal of each reference */
};

static void
window_push(struct window *w)
{
	const struct signal *s = &w->r->in.v[w->to];

	w->latest[s->ref] = w->to++;
	w->distinct += w->r->counts[class_of(w->c, s)]++ == 0;
	w->sum += s->number;
}

static void
window_pop(struct window *w)
{
	const struct signal *s = &w->r->in.v[w->from++];

	w->distinct -= --w->r->counts[class_of(w->c, s)] == 0;
	w->sum -= s->number;
}

/* A condition over which rules held. */
static bool
expression_holds(const struct run *r, const struct rule_node *n)
{
	switch (n->op) {
	case RULE_TEST:
		return r->counts[n->test->field] > 0;
	case RULE_NOT:
		return !expression_holds(r, n->kids[0]);
	case RULE_AND:
		for (size_t i = 0; i < n->nkids; i++)
			if (!expression_holds(r, n->kids[i]))
				return false;
		return true;
	default:
		for (size_t i = 0; i < n->nkids; i++)
			if (expression_holds(r, n->kids[i]))
				return true;
		return false;
	}
}

static int
by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Nearest rank; the median of an even number of values is between the two in
 * the middle. */
static double
percentile(const struct window *w, double p)
{
	size_t n = w->to - w->from, rank;
	double *v = malloc(n * sizeof(*v)), out;

	ASSERT(v != NULL);
	for (size_t i = 0; i < n; i++)
		v[i] = w->r->in.v[w->from + i].number;
	qsort(v, n, sizeof(*v), by_number);
	rank = (size_t)(p / 100 * (double)n);
	rank += (double)rank < p / 100 * (double)n;
	out = v[rank > 0 ? rank - 1 : 0];
	if (w->c->type == CORRELATION_VALUE_MEDIAN && n % 2 == 0)
		out = (v[n / 2 - 1] + v[n / 2]) / 2;
	free(v);
	return out;
}

static double
measure(const struct window *w)
{
	size_t n = w->to - w->from;

	switch (w->c->type) {
	case CORRELATION_EVENT_COUNT:
		return (double)n;
	case CORRELATION_VALUE_SUM:
		return w->sum;
	case CORRELATION_VALUE_AVG:
		return w->sum / (double)n;
	case CORRELATION_VALUE_MEDIAN:
		return percentile(w, 50);
	case CORRELATION_VALUE_PERCENTILE:
		return percentile(w, w->c->percentile);
	default:
		return (double)w->distinct;
	}
}

static bool
holds(const struct window *w)
{
	const struct correlation *c = w->c;

	if (c->expression != NULL)
		return expression_holds(w->r, c->expression);
	if (c->nbounds > 0)
		return bounds_hold(c, measure(w));
	return w->distinct == c->nrefs;
}

static int
by_place(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return x < y ? -1 : x > y;
}

/* Of a temporal proximity, the latest signal of each rule in the window tells
 * enough. */
static void
latest_take(struct run *r, const struct window *w, struct trail *t)
{
	size_t at[LIMIT_CORRELATION_REFS], n = 0;

	for (size_t k = 0; k < w->c->nrefs; k++)
		if (r->counts[k] > 0)
			at[n++] = w->latest[k];
	qsort(at, n, sizeof(*at), by_place);
	for (size_t i = 0; i < n; i++)
		episode_take(r, t, at[i], at[i] + 1);
}

static void
sliding(struct window *w, size_t end)
{
	struct run *r = w->r;
	size_t taken = w->from; /* signals before are in the episode */

	while (w->to < end) {
		const struct signal *s = &r->in.v[w->to];

		while (w->from < w->to && !within(w->c, &r->in.v[w->from], s))
			window_pop(w);
		window_push(w);
		if (!holds(w)) {
			episode_close(r);
			continue;
		}
		/* What an episode before had is not told again. */
		if (taken < w->from)
			taken = w->from;
		if (w->c->type == CORRELATION_TEMPORAL) {
			latest_take(r, w, episode_at(r, s));
			continue;
		}
		episode_take(r, episode_at(r, s), taken, w->to);
		taken = w->to;
	}
}

/* Each value that has a share within the bounds. */
static void
shares(struct window *w)
{
	struct run *r = w->r;
	size_t n = w->to - w->from;

	for (size_t i = w->from; i < w->to; i++)
		r->counts[r->in.v[i].value] = 0;
	for (size_t i = w->from; i < w->to; i++)
		r->counts[r->in.v[i].value]++;
	for (size_t i = w->from; i < w->to; i++) {
		const struct signal *s = &r->in.v[i];

		if (!bounds_hold(
			w->c, 100.0 * r->counts[s->value] / (double)n)) {
			episode_close(r);
			continue;
		}
		episode_take(r, episode_at(r, s), i, i + 1);
	}
	episode_close(r);
	for (size_t i = w->from; i < w->to; i++)
		r->counts[r->in.v[i].value] = 0;
}

static void
side_by_side(struct window *w, size_t end)
{
	struct run *r = w->r;
	bool by_share =
	    w->c->type == CORRELATION_VALUE_PERCENTILE && w->c->percentile < 0;

	while (w->from < end) {
		while (w->to < end &&
		       within(w->c, &r->in.v[w->from], &r->in.v[w->to]))
			window_push(w);
		if (by_share) {
			shares(w);
			w->from = w->to;
			continue;
		}
		if (holds(w))
			episode_take(r, episode_at(r, &r->in.v[w->to - 1]),
			    w->from, w->to);
		episode_close(r);
		while (w->from < w->to)
			window_pop(w);
	}
}

/* ---- an order ---- */

/* The best way to the i-th rule: the one that began last. */
struct way {
	bool known;
	size_t steps[LIMIT_CORRELATION_REFS]; /* signals */
};

/* May b stand behind a? */
static bool
follows(const struct run *r, const struct signal *a, const struct signal *b)
{
	const struct event *x = &r->events[a->event];
	const struct event *y = &r->events[b->event];

	if (a->event == b->event)
		return false;
	if (a->time != b->time)
		return a->time < b->time;
	return x->source != y->source || a->event < b->event;
}

/* True when the signal made a better way to its rule. */
static bool
step(struct run *r, const struct correlation *c, struct way *ways, size_t i)
{
	const struct signal *v = r->in.v, *s = &v[i];
	uint32_t at = s->ref;
	const struct way *before = at > 0 ? &ways[at - 1] : NULL;
	struct way *to = &ways[at];
	size_t first = at > 0 && before->known ? before->steps[0] : i;

	if (at > 0 &&
	    (!before->known || !follows(r, &v[before->steps[at - 1]], s) ||
		!within(c, &v[first], s)))
		return false;
	/* A way that began as late and ends as late is no better. */
	if (to->known && v[to->steps[0]].event >= v[first].event &&
	    (at > 0 || to->steps[0] == i) && to->steps[at] == i)
		return false;
	if (to->known && v[to->steps[0]].event > v[first].event)
		return false;
	if (at > 0)
		memcpy(to->steps, before->steps, at * sizeof(*to->steps));
	to->steps[at] = i;
	to->known = true;
	return true;
}

/* The order is complete at a signal. */
static void
order_tell(struct run *r, const struct correlation *c, const struct way *w)
{
	struct trail *t = episode_at(r, &r->in.v[w->steps[c->nrefs - 1]]);

	for (size_t k = 0; k < c->nrefs; k++)
		episode_take(r, t, w->steps[k], w->steps[k] + 1);
}

/* Signals of one time; those of several sources in any order: what one pass
 * over them did not see, the next one does. */
static void
moment(struct run *r, const struct correlation *c, struct way *ways,
    size_t from, size_t to)
{
	bool *told = arena_array(&r->scratch, to - from, sizeof(*told));
	bool more = true, any = false;

	for (size_t pass = 0; more && pass <= c->nrefs; pass++) {
		more = false;
		for (size_t i = from; i < to; i++) {
			if (!step(r, c, ways, i))
				continue;
			more = true;
			if (r->in.v[i].ref != c->nrefs - 1 || told[i - from])
				continue;
			told[i - from] = any = true;
			order_tell(r, c, &ways[c->nrefs - 1]);
		}
	}
	if (!any)
		episode_close(r);
}

static void
ordered(struct run *r, const struct correlation *c, size_t from, size_t end)
{
	struct way *ways = arena_array(&r->scratch, c->nrefs, sizeof(*ways));

	for (size_t to = from; from < end; from = to) {
		while (to < end && r->in.v[to].time == r->in.v[from].time)
			to++;
		moment(r, c, ways, from, to);
	}
}

void
group_run(struct run *r, size_t from, size_t to)
{
	const struct correlation *c = r->rule->correlation;
	struct window w = {.r = r, .c = c, .from = from, .to = from};

	if (r->rule->novel != NULL) {
		novel_run(r, r->rule->novel, from, to);
		return;
	}
	if (c->type == CORRELATION_TEMPORAL_ORDERED) {
		ordered(r, c, from, to);
		return;
	}
	if (slides(c))
		sliding(&w, to);
	else
		side_by_side(&w, to);
	while (w.from < w.to)
		window_pop(&w);
}
