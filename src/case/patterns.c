/*
 * STIX patterns that ask for several observations, after the evidence is
 * together: each observation that was seen is a finding of low confidence;
 * where all that the pattern asks for was seen they are worth what the
 * indicator is worth.  Findings keep the first and the last time and a count
 * of what they stand for.  That tells of FOLLOWEDBY for sure, and of WITHIN
 * often; where it does not, that is said and the confidence stays low (STIX 2.1
 * sections 9.5 and 9.4).
 */
#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "case/casefile.h"
#include "intel/stix_pattern.h"

/* What was seen of a part of a pattern. */
struct seen {
	bool any;
	uint64_t count;
	int64_t first, last; /* TIME_NONE: no time is known */
	int64_t span;	     /* the shortest time that it can have taken */
	int64_t most;	     /* one time took no more than that for sure */
	bool single; /* first and last are of observations, not of several */
	bool unsure; /* whether it was in its time cannot be told */
};

struct about {
	const struct casefile *c;
	const struct stix_pattern *p;
	struct seen parts[LIMIT_PATTERN_PARTS];
};

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* First and last of both together; no time when one has none. */
static void
times_join(struct seen *s, struct seen a, struct seen b)
{
	if (a.first == TIME_NONE || b.first == TIME_NONE) {
		s->first = s->last = TIME_NONE;
		return;
	}
	s->first = a.first < b.first ? a.first : b.first;
	s->last = larger(a.last, b.last);
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The least time between one of a's known moments and one of b's; forward:
 * b's is not before a's. */
static int64_t
nearest(struct seen a, struct seen b, bool forward, int64_t most)
{
	const int64_t x[] = {a.first, a.last}, y[] = {b.first, b.last};

	for (size_t i = 0; i < 4; i++) {
		int64_t d = y[i % 2] - x[i / 2];

		if (d >= 0 || !forward)
			most = smaller(most, d < 0 ? -d : d);
	}
	return most;
}

static struct seen
together(struct seen a, struct seen b, bool forward)
{
	struct seen s = {.any = a.any && b.any,
	    .count = a.count < b.count ? a.count : b.count,
	    .span = larger(a.span, b.span),
	    .most = INT64_MAX,
	    .unsure = a.unsure || b.unsure};

	times_join(&s, a, b);
	if (s.first == TIME_NONE)
		return s;
	/* The gap between them, if there is one. */
	s.span = larger(s.span,
	    larger(a.first, b.first) - (a.last < b.last ? a.last : b.last));
	s.most = s.last - s.first;
	if (a.single && b.single)
		s.most = nearest(a, b, forward, s.most);
	return s;
}

static struct seen
both(struct seen a, struct seen b)
{
	return together(a, b, false);
}

static struct seen
either(struct seen a, struct seen b)
{
	struct seen s = {.any = true,
	    .count = a.count + b.count,
	    .single = a.single && b.single,
	    .unsure = a.unsure && b.unsure};

	if (!a.any || !b.any)
		return a.any ? a : b;
	times_join(&s, a, b);
	s.span = smaller(a.span, b.span);
	s.most = smaller(a.most, b.most);
	return s;
}

static struct seen
followed(struct seen a, struct seen b)
{
	struct seen s = together(a, b, true);

	if (a.first != TIME_NONE && b.last != TIME_NONE && b.last < a.first)
		s.any = false;
	return s;
}

/* Exactly as many as asked for took all the time there was; of more, some took
 * no more than their share of it. */
static struct seen
repeated(struct seen s, uint64_t times)
{
	int64_t all;

	s.any &= s.count >= times;
	if (s.first == TIME_NONE) {
		s.most = times > 1 ? INT64_MAX : s.most;
		return s;
	}
	all = s.last - s.first;
	if (s.count == times)
		s.span = all;
	if (times > 1) {
		s.most = s.single && s.any
			     ? (int64_t)((double)all * (double)(times - 1) /
					 (double)(s.count - 1))
			     : all;
		s.single = false;
	}
	return s;
}

static struct seen
within(struct seen s, double seconds)
{
	double most = seconds * (double)TIME_SECOND;

	s.any &= (double)s.span <= most;
	s.unsure |= s.any && (double)s.most > most;
	return s;
}

static struct seen
node_seen(const struct about *x, uint32_t at)
{
	const struct stix_node *n = &x->p->nodes[at];
	uint32_t c = n->first;
	struct seen s;

	if (n->kind == STIX_OBSERVATION)
		return x->parts[n->part];
	s = node_seen(x, c);
	if (n->kind == STIX_REPEATS)
		s = repeated(s, n->times);
	if (n->kind == STIX_WITHIN)
		s = within(s, n->seconds);
	for (c = x->p->nodes[c].next; c != STIX_NONE; c = x->p->nodes[c].next) {
		struct seen more = node_seen(x, c);

		s = n->kind == STIX_BOTH     ? both(s, more)
		    : n->kind == STIX_EITHER ? either(s, more)
					     : followed(s, more);
	}
	return s;
}

static void
part_add(struct about *x, const struct indicator *i, const struct finding *f)
{
	struct seen one = {.any = true,
	    .count = f->count,
	    .first = f->first,
	    .last = f->last,
	    .single = true};

	ASSERT(i->about->part < LIMIT_PATTERN_PARTS);
	x->parts[i->about->part] = either(x->parts[i->about->part], one);
}

static void
settle(struct casefile *c, struct finding *f, const struct indicator *i,
    bool unsure)
{
	enum confidence own = indicator_confidence(i);

	if (unsure) {
		f->title = arena_fmt(&c->arena,
		    "%.*s; all was seen, whether within the pattern's time "
		    "cannot be told",
		    SPAN_FMT(f->title));
		return;
	}
	f->confidence = own < CONF_MEDIUM ? own : CONF_MEDIUM;
	f->title = arena_fmt(&c->arena,
	    "%.*s; all that the pattern asks for was seen", SPAN_FMT(f->title));
}

/* Findings of one pattern stand together in "order", from "from" on.  Returns
 * where the next begin. */
static size_t
pattern_take(struct casefile *c, uint32_t *order, size_t n, size_t from)
{
	struct about *x = arena_alloc(&c->arena, sizeof(*x));
	size_t to = from;
	struct seen seen;

	x->c = c;
	x->p = c->findings[order[from]].check->of->about->pattern;
	for (; to < n; to++) {
		const struct finding *f = &c->findings[order[to]];
		const struct indicator *i = f->check->of;

		if (i->about->pattern != x->p)
			break;
		part_add(x, i, f);
	}
	seen = node_seen(x, x->p->root);
	for (size_t k = from; seen.any && k < to; k++)
		settle(c, &c->findings[order[k]],
		    c->findings[order[k]].check->of, seen.unsure);
	return to;
}

static int
by_pattern(const void *a, const void *b, void *ctx)
{
	const struct casefile *c = ctx;
	const uint32_t *i = a, *k = b;
	uintptr_t x = (uintptr_t)c->findings[*i].check->of->about->pattern,
		  y = (uintptr_t)c->findings[*k].check->of->about->pattern;

	return x != y ? (x < y ? -1 : 1) : *i < *k ? -1 : *i > *k;
}

void
case_patterns(struct casefile *c)
{
	uint32_t *order = arena_array(&c->arena, c->nfindings, sizeof(*order));
	size_t n = 0;

	for (size_t k = 0; k < c->nfindings; k++) {
		const struct indicator *i = c->findings[k].check->of;

		/* Only parts that were met in full and in their time. */
		if (i != NULL && i->about->pattern != NULL &&
		    (i->about->pattern->parts > 1 ||
			i->about->pattern->qualified) &&
		    !span_has(c->findings[k].entity, "cannot be told") &&
		    !span_has(c->findings[k].entity, "outside the validity"))
			order[n++] = (uint32_t)k;
	}
	if (n > 1)
		qsort_r(order, n, sizeof(*order), by_pattern, c);
	for (size_t from = 0; from < n;)
		from = pattern_take(c, order, n, from);
}
