/*
 * Correlations over made-up events, against a plain definition: for random
 * events, a condition holds where a slow and simple look at all of them says
 * so.  (What single cases mean stands in tests/sigma/correlations.yml.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/correlate.h"

#define MOST 60
#define RULES                                                                  \
	"---\ntitle: a\nname: a\nlogsource: {product: tidemark, category: "    \
	"syslog}\ndetection: {s: {user: a}, condition: s}\n"                   \
	"---\ntitle: b\nname: b\nlogsource: {product: tidemark, category: "    \
	"syslog}\ndetection: {s: {user: b}, condition: s}\n"

struct loaded {
	struct ruleset rs;
	uint32_t a, b;
};

static void
say(void *ctx, const struct sigma_problem *p)
{
	(void)ctx;
	fail_msg("%u:%u: %.*s", p->line, p->column, SPAN_FMT(p->text));
}

static void
load(struct loaded *l, const char *correlation)
{
	struct span text;

	ruleset_init(&l->rs);
	text = arena_fmt(&l->rs.arena,
	    "title: c\nname: c\ncorrelation: {%s}\n" RULES, correlation);
	ruleset_read(&l->rs, text, SPAN("t"), say, NULL);
	ruleset_link(&l->rs, say, NULL);
	ruleset_seal(&l->rs);
	l->a = ruleset_find(&l->rs, SPAN("a"))->index;
	l->b = ruleset_find(&l->rs, SPAN("b"))->index;
}

/* Which events the episodes hold, and at how many the condition held. */
struct got {
	bool in[MOST];
	size_t episodes;
	int64_t last;
	bool backwards;
};

static void
on_episode(void *ctx, const struct episode *e)
{
	struct got *g = ctx;

	g->episodes++;
	for (size_t i = 0; i < e->n; i++) {
		g->in[e->events[i]] = true;
		g->backwards |= i > 0 && e->events[i] <= e->events[i - 1];
	}
	assert_true(e->first <= e->last);
	assert_true(e->count >= e->n);
}

static struct span letters[] = {{"x", 1}, {"y", 1}, {"z", 1}, {"", 0}};

/* Random events of two rules, three users (and none), two sources, times that
 * often tie. */
static size_t
events_make(const struct loaded *l, struct event *v, unsigned seed)
{
	size_t n = 1 + seed % MOST;

	for (size_t i = 0; i < n; i++) {
		seed = seed * 1103515245u + 12345u;
		v[i] = (struct event){.rule = seed >> 9 & 1 ? l->a : l->b,
		    .source = seed >> 10 & 1,
		    .time = (int64_t)(seed >> 11 & 63) * TIME_SECOND,
		    .values = &letters[seed >> 17 & 3],
		    .line = i};
	}
	qsort(v, n, sizeof(*v), event_order);
	return n;
}

#define SPAN_SECONDS 5

static bool
near(const struct event *x, const struct event *y)
{
	return y->time - x->time <= SPAN_SECONDS * TIME_SECOND &&
	       x->values[0].n > 0 && span_eq(x->values[0], y->values[0]);
}

/* At event i: events of rule a of its group in the window that ends there. */
static bool
counted(const struct loaded *l, const struct event *v, size_t i, bool *in)
{
	size_t n = 0;

	if (v[i].rule != l->a)
		return false;
	for (size_t k = 0; k <= i; k++)
		n += v[k].rule == l->a && near(&v[k], &v[i]);
	for (size_t k = 0; n >= 3 && k <= i; k++)
		if (v[k].rule == l->a && near(&v[k], &v[i]))
			in[k] = true;
	return n >= 3;
}

static void
event_count_test(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, "type: event_count, rules: [a], group-by: [host], "
		 "timespan: 5s, condition: {gte: 3}");
	assert_int_equal(l.rs.rules[l.a]->ngives, 1);
	for (unsigned seed = 1; seed < 3000; seed++) {
		struct event v[MOST];
		size_t n = events_make(&l, v, seed);
		struct got g = {.episodes = 0};
		bool in[MOST] = {false}, any = false;

		correlate(&l.rs, v, n, on_episode, &g);
		for (size_t i = 0; i < n; i++)
			any |= counted(&l, v, i, in);
		assert_int_equal(any, g.episodes > 0);
		assert_memory_equal(in, g.in, sizeof(in));
		assert_false(g.backwards);
	}
	ruleset_release(&l.rs);
}

static void
temporal_test(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, "type: temporal, rules: [a, b], group-by: [host], "
		 "timespan: 5s");
	for (unsigned seed = 1; seed < 3000; seed++) {
		struct event v[MOST];
		size_t n = events_make(&l, v, seed);
		struct got g = {.episodes = 0};
		bool any = false;

		correlate(&l.rs, v, n, on_episode, &g);
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < i; k++)
				any |= v[k].rule != v[i].rule &&
				       near(&v[k], &v[i]);
		assert_int_equal(any, g.episodes > 0);
	}
	ruleset_release(&l.rs);
}

/* a before b: by time, at one time by line within a source, either way between
 * sources. */
static bool
before(const struct event *v, size_t a, size_t b)
{
	if (v[a].time != v[b].time)
		return v[a].time < v[b].time;
	return v[a].source != v[b].source || a < b;
}

static void
ordered_test(void **state)
{
	struct loaded l;

	(void)state;
	load(&l, "type: temporal_ordered, rules: [a, b], group-by: [host], "
		 "timespan: 5s");
	for (unsigned seed = 1; seed < 3000; seed++) {
		struct event v[MOST];
		size_t n = events_make(&l, v, seed);
		struct got g = {.episodes = 0};
		bool ends[MOST] = {false};

		correlate(&l.rs, v, n, on_episode, &g);
		for (size_t a = 0; a < n; a++)
			for (size_t b = 0; b < n; b++)
				ends[b] |=
				    v[a].rule == l.a && v[b].rule == l.b &&
				    before(v, a, b) && near(&v[a], &v[b]);
		/* Every b that ends a pair is in an episode, no other is. */
		for (size_t b = 0; b < n; b++)
			if (v[b].rule == l.b && v[b].values[0].n > 0)
				assert_int_equal(ends[b], g.in[b]);
	}
	ruleset_release(&l.rs);
}

/* Whatever the order in which sources are read, one answer: the order of
 * events is total. */
static void
order_test(void **state)
{
	struct loaded l;
	struct event v[MOST];
	size_t n;

	(void)state;
	load(&l, "type: temporal, rules: [a, b], timespan: 5s");
	n = events_make(&l, v, 4711);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			int r = event_order(&v[i], &v[k]);

			assert_int_equal(r, -event_order(&v[k], &v[i]));
			assert_int_equal(r == 0, i == k);
			assert_int_equal(r < 0, i < k);
		}
	ruleset_release(&l.rs);
}

static void
on_count(void *ctx, const struct episode *e)
{
	struct got *g = ctx;

	g->episodes++;
	assert_true(e->n <= LIMIT_EPISODE_EVENTS);
}

/* Much of one group in one window, and a rule that is far back in it. */
static void
long_test(void **state)
{
	enum { MANY = 200000 };
	struct event *v = calloc(MANY, sizeof(*v));
	struct loaded l;
	struct got *g = calloc(1, sizeof(*g));

	(void)state;
	assert_non_null(v);
	assert_non_null(g);
	load(&l, "type: temporal, rules: [a, b], timespan: 1d");
	for (size_t i = 0; i < MANY; i++)
		v[i] = (struct event){.rule = i == 0 ? l.a : l.b,
		    .time = (int64_t)i,
		    .values = letters,
		    .line = i};
	correlate(&l.rs, v, MANY, on_count, g);
	assert_int_equal(g->episodes, 1);
	ruleset_release(&l.rs);
	free(v);
	free(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(event_count_test),
	    cmocka_unit_test(temporal_test),
	    cmocka_unit_test(ordered_test),
	    cmocka_unit_test(order_test),
	    cmocka_unit_test(long_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
