/*
 * Which bytes must stand in a line for a rule to have a chance.  Everything
 * here errs on one side: a set is given only when it is certain.
 */
#include "detect/rule.h"

#include "base/map.h"

/* A set under construction.  none: no set is known. */
struct need {
	struct span *v;
	size_t n;
	size_t shortest;
	bool none;
};

static const struct need need_none = {.none = true};

/*
 * How rare a literal is likely to be: by its length, but the mnemonic of a
 * message (SYS-5-CONFIG_I) stands in every message of its kind, so a word that
 * must stand beside it is the better one to search for.
 */
static size_t
rarity(struct span s)
{
	for (size_t i = 1; i + 1 < s.n; i++)
		if (s.p[i - 1] == '-' && ascii_digit((unsigned char)s.p[i]) &&
		    s.p[i + 1] == '-')
			return RULE_LITERAL_MIN + 1;
	return s.n;
}

/* The better of two: any before none; then the rarer commonest literal; then
 * the fewer. */
static bool
need_better(const struct need *a, const struct need *b)
{
	if (a->none || b->none)
		return !a->none;
	if (a->shortest != b->shortest)
		return a->shortest > b->shortest;
	return a->n < b->n;
}

static struct need
need_one(struct arena *a, struct span text)
{
	struct need one = {.n = 1, .shortest = rarity(text)};
	char *p;

	if (text.n < RULE_LITERAL_MIN)
		return need_none;
	p = arena_alloc(a, text.n);
	for (size_t i = 0; i < text.n; i++)
		p[i] = (char)ascii_lower((unsigned char)text.p[i]);
	one.v = arena_alloc(a, sizeof(*one.v));
	one.v[0] = span_of(p, text.n);
	return one;
}

/* All literals of several needs; none when any of them is none. */
static struct need
need_union(struct arena *a, const struct need *parts, size_t n)
{
	struct need all = {.shortest = SIZE_MAX};
	struct map seen;
	size_t room = 0;

	for (size_t i = 0; i < n; i++) {
		if (parts[i].none)
			return need_none;
		room += parts[i].n;
		if (parts[i].shortest < all.shortest)
			all.shortest = parts[i].shortest;
	}
	all.v = arena_array(a, room, sizeof(*all.v));
	map_init(&seen, a);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < parts[i].n; j++)
			if (map_add(&seen, parts[i].v[j], (uint32_t)all.n) ==
			    all.n)
				all.v[all.n++] = parts[i].v[j];
	return n > 0 ? all : need_none;
}

static struct need
need_best(const struct need *parts, size_t n)
{
	struct need best = need_none;

	for (size_t i = 0; i < n; i++)
		if (need_better(&parts[i], &best))
			best = parts[i];
	return best;
}

/* The longest run without wildcards. */
static struct span
glob_run(const struct pattern *p)
{
	struct span best = {0};
	size_t from = 0;

	for (size_t i = 0; i <= p->text.n; i++) {
		if (i < p->text.n && p->marks.p[i] == 0)
			continue;
		if (i - from > best.n)
			best = span_sub(p->text, from, i);
		from = i + 1;
	}
	return best;
}

/*
 * What must stand in what an expression matches: of a sequence the longest run
 * of plain bytes, or a group that cannot be left out; of alternatives all of
 * theirs.  Classes are stepped over; what could change the meaning of plain
 * bytes (inline options, verbs, \Q, \x, references) ends the attempt.
 */
#define GROUPS 8	/* inside each other */
#define ALTERNATIVES 64 /* of one group */

struct runs {
	struct arena *a;
	struct span rest;
	struct need group; /* the best one */
	unsigned depth;
	bool bar;  /* the end of an alternative */
	char *run; /* the current one */
	size_t n;
	char *best;
	size_t nbest;
	bool failed;
};

static char
take(struct runs *r)
{
	char c = '\0';

	if (r->rest.n == 0) {
		r->failed = true;
	} else {
		c = r->rest.p[0];
		r->rest = span_from(r->rest, 1);
	}
	return c;
}

static char
peek(const struct runs *r)
{
	return r->rest.n > 0 ? r->rest.p[0] : '\0';
}

static void
run_end(struct runs *r)
{
	if (r->n > r->nbest) {
		memcpy(r->best, r->run, r->n);
		r->nbest = r->n;
	}
	r->n = 0;
}

/* Behind '[': to the ']' that closes the class. */
static void
class_skip(struct runs *r)
{
	if (peek(r) == '^')
		take(r);
	if (peek(r) == ']')
		take(r);
	while (!r->failed) {
		char c = take(r);

		if (c == ']')
			return;
		if (c == '\\')
			take(r);
		if (c == '[' && peek(r) == ':') {
			size_t end = span_find(r->rest, SPAN(":]"));

			if (end != SPAN_NONE)
				r->rest = span_from(r->rest, end + 2);
		}
	}
}

/* Behind '(': to the ')' that closes the group. */
static void
group_skip(struct runs *r)
{
	size_t depth = 1;

	while (!r->failed && depth > 0) {
		char c = take(r);

		if (c == '\\')
			take(r);
		else if (c == '[')
			class_skip(r);
		else if (c == '(')
			depth++;
		else if (c == ')')
			depth--;
	}
}

/* A quantifier: what it repeats may be absent unless it is '+'. */
static void
quantifier_read(struct runs *r, char c)
{
	if (c != '+' && r->n > 0)
		r->n--;
	run_end(r);
	if (c == '{')
		while (!r->failed && take(r) != '}')
			;
	if (peek(r) == '?' || peek(r) == '+')
		take(r);
}

static void
escape_read(struct runs *r)
{
	char c = take(r);

	if (!ascii_alnum((unsigned char)c) && (unsigned char)c < 0x80)
		r->run[r->n++] = c;
	else if (span_find_byte(SPAN("dDwWsSbBhHvVRAZznrt"), c) != SPAN_NONE)
		run_end(r);
	else
		r->failed = true;
}

static struct need alternatives_need(
    struct arena *a, struct span e, unsigned depth);

/* Behind '(': a group that must be there may be worth more than a run. */
static void
group_read(struct runs *r)
{
	struct span inner = r->rest;
	struct need one;

	run_end(r);
	group_skip(r);
	if (r->failed)
		return;
	inner = span_head(inner, (size_t)(r->rest.p - inner.p) - 1);
	if (span_find_byte(SPAN("*?{"), peek(r)) != SPAN_NONE ||
	    r->depth >= GROUPS)
		return;
	if (span_starts(inner, SPAN("?:")))
		inner = span_from(inner, 2);
	one = alternatives_need(r->a, inner, r->depth + 1);
	if (need_better(&one, &r->group))
		r->group = one;
}

static void
atom_read(struct runs *r)
{
	char c = take(r);

	switch (c) {
	case '|':
		r->bar = true;
		break;
	case ')':
		r->failed = true;
		break;
	case '\\':
		escape_read(r);
		break;
	case '(':
		group_read(r);
		break;
	case '[':
		run_end(r);
		class_skip(r);
		break;
	case '*':
	case '?':
	case '+':
	case '{':
		quantifier_read(r, c);
		break;
	case '.':
	case '^':
	case '$':
		run_end(r);
		break;
	default:
		r->run[r->n++] = c;
	}
}

static bool
regex_plain(struct span e)
{
	for (size_t at = 0; at + 1 < e.n; at++) {
		struct span rest = span_from(e, at);

		if (span_starts(rest, SPAN("(*")) ||
		    (span_starts(rest, SPAN("(?")) &&
			!span_starts(rest, SPAN("(?:"))) ||
		    span_starts(rest, SPAN("\\Q")) ||
		    span_starts(rest, SPAN("\\E")))
			return false;
	}
	return true;
}

/* Up to a bar at the top level, or the end. */
static struct need
sequence_need(struct runs *r)
{
	struct need one;

	r->n = r->nbest = 0;
	r->group = need_none;
	r->bar = false;
	while (r->rest.n > 0 && !r->failed && !r->bar)
		atom_read(r);
	run_end(r);
	if (r->failed)
		return need_none;
	one = need_one(r->a, span_of(r->best, r->nbest));
	return need_better(&r->group, &one) ? r->group : one;
}

static struct need
alternatives_need(struct arena *a, struct span e, unsigned depth)
{
	struct runs r = {.a = a, .rest = e, .depth = depth, .bar = true};
	struct need parts[ALTERNATIVES];
	size_t n = 0;

	r.run = arena_alloc(a, e.n + 1);
	r.best = arena_alloc(a, e.n + 1);
	/* A bar at the end has an empty alternative behind it. */
	while (r.bar && n < ALTERNATIVES)
		parts[n++] = sequence_need(&r);
	return r.failed || r.bar ? need_none : need_union(a, parts, n);
}

static struct need
regex_need(struct arena *a, struct span e)
{
	/* Literals count without case anyway. */
	if (span_starts(e, SPAN("(?i)")))
		e = span_from(e, 4);
	return regex_plain(e) ? alternatives_need(a, e, 0) : need_none;
}

static struct need
pattern_need(struct arena *a, const struct pattern *p)
{
	switch (p->op) {
	case PATTERN_EQUAL:
	case PATTERN_PREFIX:
	case PATTERN_SUFFIX:
	case PATTERN_CONTAINS:
		return need_one(a, p->text);
	case PATTERN_GLOB:
		return need_one(a, glob_run(p));
	case PATTERN_REGEX:
		return regex_need(a, p->text);
	default:
		return need_none;
	}
}

/* Keywords are searched in the raw line alone only where records are events;
 * numbers and addresses may be written in more than one way. */
static bool
test_counts(const struct rule *r, const struct rule_test *t)
{
	if (t->field == FIELD_ANY) {
		for (unsigned k = 0; k < K_COUNT; k++)
			if ((r->kinds >> k & 1) &&
			    !(kind_flags((enum record_kind)k) & EVENT))
				return false;
		return true;
	}
	if (t->field == FIELD_PAIR)
		return t->part == PART_NONE;
	if (t->part != PART_NONE || t->field >= F_COUNT ||
	    !field_verbatim((enum field_id)t->field))
		return false;
	return field_type((enum field_id)t->field) != FT_NUMBER &&
	       field_type((enum field_id)t->field) != FT_IP;
}

/* A decoded path stands in the line as it is, or some of it is written with a
 * percent sign. */
static struct need
decoded_need(struct arena *a, const struct rule_test *t)
{
	struct need parts[2] = {need_none, {.n = 1, .shortest = 1}};

	for (size_t i = 0; i < t->npatterns && t->all; i++) {
		struct need one = pattern_need(a, &t->patterns[i]);

		if (need_better(&one, &parts[0]))
			parts[0] = one;
	}
	if (!t->all) {
		struct need *each = arena_array(a, t->npatterns, sizeof(*each));

		for (size_t i = 0; i < t->npatterns; i++)
			each[i] = pattern_need(a, &t->patterns[i]);
		parts[0] = need_union(a, each, t->npatterns);
	}
	parts[1].v = arena_alloc(a, sizeof(*parts[1].v));
	parts[1].v[0] = SPAN("%");
	return need_union(a, parts, 2);
}

static struct need
test_need(struct arena *a, const struct rule *r, const struct rule_test *t)
{
	struct need *parts;

	if (t->field == F_PATH_DECODED && t->part == PART_NONE)
		return decoded_need(a, t);
	if (!test_counts(r, t))
		return need_none;
	parts = arena_array(a, t->npatterns, sizeof(*parts));
	for (size_t i = 0; i < t->npatterns; i++)
		parts[i] = pattern_need(a, &t->patterns[i]);
	return t->all ? need_best(parts, t->npatterns)
		      : need_union(a, parts, t->npatterns);
}

static struct need
node_need(struct arena *a, const struct rule *r, const struct rule_node *n)
{
	struct need *parts;

	if (n->op == RULE_TEST)
		return test_need(a, r, n->test);
	if (n->op == RULE_NOT)
		return need_none;
	parts = arena_array(a, n->nkids, sizeof(*parts));
	for (size_t i = 0; i < n->nkids; i++)
		parts[i] = node_need(a, r, n->kids[i]);
	return n->op == RULE_AND ? need_best(parts, n->nkids)
				 : need_union(a, parts, n->nkids);
}

/* Needs under construction, and which of them is the one to search for. */
struct gathering {
	struct arena *arena;
	const struct rule *rule;
	struct literal_needs all;
	size_t cap, best;
	struct need top;
};

static void
need_take(struct gathering *g, const struct need *one)
{
	if (one->none)
		return;
	if (need_better(one, &g->top)) {
		g->top = *one;
		g->best = g->all.n;
	}
	g->all.v = arena_grow(
	    g->arena, g->all.v, g->all.n, &g->cap, sizeof(*g->all.v));
	g->all.v[g->all.n++] = (struct literal_need){one->v, one->n, false};
}

/* Everything that must hold together at the top of the rule. */
static void
needs_gather(struct gathering *g, const struct rule_node *n)
{
	struct need one;

	if (n->op == RULE_AND) {
		for (size_t i = 0; i < n->nkids; i++)
			needs_gather(g, n->kids[i]);
	} else if (n->op == RULE_TEST && n->test->all &&
		   test_counts(g->rule, n->test)) {
		for (size_t i = 0; i < n->test->npatterns; i++) {
			one = pattern_need(g->arena, &n->test->patterns[i]);
			need_take(g, &one);
		}
	} else {
		one = node_need(g->arena, g->rule, n);
		need_take(g, &one);
	}
}

bool
rule_literals(const struct rule *r, struct literal_needs *out, struct arena *a)
{
	struct gathering g = {.arena = a, .rule = r, .top = need_none};

	if (r->root == NULL)
		return false;
	needs_gather(&g, r->root);
	if (g.all.n > 0) {
		struct literal_need first = g.all.v[g.best];

		g.all.v[g.best] = g.all.v[0];
		g.all.v[0] = first;
	}
	if (r->prefilter.n > 0) {
		g.all.v =
		    arena_grow(a, g.all.v, g.all.n, &g.cap, sizeof(*g.all.v));
		g.all.v[g.all.n++] =
		    (struct literal_need){r->prefilter.v, r->prefilter.n, true};
		/* A percent sign is too common to search for. */
		if (g.top.shortest < RULE_LITERAL_MIN) {
			struct literal_need first = g.all.v[0];

			g.all.v[0] = g.all.v[g.all.n - 1];
			g.all.v[g.all.n - 1] = first;
		}
	}
	*out = g.all;
	return g.all.n > 0;
}
