#include "intel/stix_pattern.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/stix_lex.h"

struct parser {
	struct arena *a;
	struct stix_pattern *p;
	size_t at;
	struct token t; /* the next one */
	unsigned depth;
	bool quoted_times;
	const char *error;
	uint32_t column;
};

static uint32_t
fail(struct parser *x, const char *text)
{
	if (x->error == NULL) {
		x->error = x->t.kind == TOKEN_WRONG ? x->t.error : text;
		x->column = x->t.column;
	}
	return STIX_NONE;
}

static void
next(struct parser *x)
{
	stix_lex(x->a, x->p->text, &x->at, &x->t);
}

static bool
is_word(const struct parser *x, const char *word)
{
	return x->t.kind == TOKEN_WORD && span_is(x->t.text, word);
}

static bool
is_mark(const struct parser *x, char c)
{
	return x->t.kind == TOKEN_MARK && x->t.text.p[0] == c;
}

static bool
take_word(struct parser *x, const char *word)
{
	if (!is_word(x, word))
		return false;
	next(x);
	return true;
}

static bool
take_mark(struct parser *x, char c)
{
	if (!is_mark(x, c))
		return false;
	next(x);
	return true;
}

static uint32_t
node(struct parser *x, enum stix_kind kind)
{
	struct stix_pattern *p = x->p;

	if (p->n >= LIMIT_PATTERN_NODES)
		return fail(x, "the pattern has more parts than the limit");
	p->nodes = arena_grow(x->a, p->nodes, p->n, &p->cap, sizeof(*p->nodes));
	p->nodes[p->n] = (struct stix_node){.kind = kind,
	    .first = STIX_NONE,
	    .next = STIX_NONE,
	    .from = TIME_NONE,
	    .until = TIME_NONE,
	    .column = x->t.column};
	return (uint32_t)p->n++;
}

/* ---- object paths ---- */

static const char *const keywords[] = {"AND", "OR", "NOT", "FOLLOWEDBY", "LIKE",
    "MATCHES", "ISSUPERSET", "ISSUBSET", "EXISTS", "LAST", "IN", "START",
    "STOP", "SECONDS", "WITHIN", "REPEATS", "TIMES"};

static bool
is_keyword(struct span s)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (span_is(s, keywords[i]))
			return true;
	return false;
}

static bool
is_name(const struct parser *x)
{
	return x->t.kind == TOKEN_WORD && !is_keyword(x->t.text);
}

static bool
is_string(const struct parser *x)
{
	return x->t.kind == TOKEN_LITERAL && x->t.value.kind == LITERAL_STRING;
}

/* A step behind ':' or '.': a name or a quoted one. */
static bool
step_take(struct parser *x, struct buf *b)
{
	if (is_name(x))
		buf_put(b, x->t.text);
	else if (is_string(x))
		buf_put(b, x->t.value.text);
	else
		return fail(x, "expected the name of a property"), false;
	next(x);
	return true;
}

/* [0], [-1], [*] */
static bool
index_take(struct parser *x, struct buf *b)
{
	next(x);
	buf_byte(b, '[');
	if (is_mark(x, '*') ||
	    (x->t.kind == TOKEN_LITERAL && x->t.value.kind == LITERAL_INTEGER))
		buf_put(b, x->t.text);
	else
		return fail(x, "expected a number or * in [ ]"), false;
	next(x);
	buf_byte(b, ']');
	if (!take_mark(x, ']'))
		return fail(x, "expected ] behind the index"), false;
	return true;
}

static bool
path_take(struct parser *x, struct span *out)
{
	struct buf b;
	bool good;

	buf_init(&b, LIMIT_INDICATOR_BYTES);
	good = is_name(x) || x->t.kind == TOKEN_HYPHENATED;
	if (!good)
		fail(x, "expected an object path such as ipv4-addr:value");
	if (good) {
		buf_put(&b, x->t.text);
		next(x);
	}
	if (good && !take_mark(x, ':')) {
		fail(x, "expected : behind the object's type");
		good = false;
	}
	buf_byte(&b, ':');
	good = good && step_take(x, &b);
	while (good && (is_mark(x, '.') || is_mark(x, '['))) {
		if (is_mark(x, '[')) {
			good = index_take(x, &b);
			continue;
		}
		next(x);
		buf_byte(&b, '.');
		good = step_take(x, &b);
	}
	if (good && buf_full(&b)) {
		fail(x, "the object path is longer than the limit");
		good = false;
	}
	*out = arena_copy(x->a, buf_span(&b));
	buf_release(&b);
	return good;
}

/* ---- comparisons ---- */

static bool
value_take(struct parser *x, uint32_t test, bool ordered)
{
	struct stix_node *n = &x->p->nodes[test];
	size_t cap = n->nvalues;

	if (x->t.kind != TOKEN_LITERAL)
		return fail(x, "expected a value; strings stand in ' '"), false;
	if (ordered && x->t.value.kind == LITERAL_BOOL)
		return fail(x, "true and false have no order"), false;
	/* Powers of two, so that long sets do not copy too often. */
	if ((cap & (cap - 1)) == 0) {
		struct stix_value *v =
		    arena_array(x->a, cap == 0 ? 1 : cap * 2, sizeof(*v));

		if (cap > 0)
			memcpy(v, n->values, cap * sizeof(*v));
		n->values = v;
	}
	n->values[n->nvalues++] = x->t.value;
	next(x);
	return true;
}

static bool
set_take(struct parser *x, uint32_t test)
{
	if (!take_mark(x, '('))
		return fail(x, "expected ( behind IN"), false;
	if (take_mark(x, ')'))
		return true;
	do {
		if (x->p->nodes[test].nvalues >= LIMIT_PATTERN_NODES)
			return fail(x, "the set is larger than the limit"),
			       false;
		if (!value_take(x, test, false))
			return false;
	} while (take_mark(x, ','));
	return take_mark(x, ')') ||
	       (fail(x, "expected , or ) in the set"), false);
}

static bool
text_take(struct parser *x, uint32_t test)
{
	if (!is_string(x))
		return fail(x, "expected a string in ' '"), false;
	return value_take(x, test, false);
}

static bool
test_value(struct parser *x, uint32_t test)
{
	static const struct {
		const char *word;
		enum stix_op op;
	} words[] = {{"LIKE", STIX_LIKE}, {"MATCHES", STIX_MATCHES},
	    {"ISSUBSET", STIX_SUBSET}, {"ISSUPERSET", STIX_SUPERSET}};

	if (x->t.kind == TOKEN_COMPARE) {
		enum stix_op op = x->t.op;

		x->p->nodes[test].op = op;
		next(x);
		return value_take(x, test, op != STIX_EQ && op != STIX_NE);
	}
	if (take_word(x, "IN")) {
		x->p->nodes[test].op = STIX_IN;
		return set_take(x, test);
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (take_word(x, words[i].word)) {
			x->p->nodes[test].op = words[i].op;
			return text_take(x, test);
		}
	return fail(x, "expected a comparison such as = or IN"), false;
}

static uint32_t
test_take(struct parser *x)
{
	uint32_t test = node(x, STIX_TEST);
	struct span path;

	if (test == STIX_NONE)
		return test;
	if (take_word(x, "EXISTS")) {
		x->p->nodes[test].op = STIX_EXISTS;
		if (!path_take(x, &path))
			return STIX_NONE;
		x->p->nodes[test].path = path;
		return test;
	}
	if (!path_take(x, &path))
		return STIX_NONE;
	x->p->nodes[test].path = path;
	x->p->nodes[test].negated = take_word(x, "NOT");
	return test_value(x, test) ? test : STIX_NONE;
}

typedef uint32_t take_fn(struct parser *x);

/* One or more of "one", joined by a word, as children of a node. */
static uint32_t
list_take(struct parser *x, take_fn *one, const char *word, enum stix_kind kind)
{
	uint32_t first = one(x), last = first, list;

	if (first == STIX_NONE || !is_word(x, word))
		return first;
	list = node(x, kind);
	if (list == STIX_NONE)
		return list;
	x->p->nodes[list].first = first;
	while (take_word(x, word)) {
		uint32_t more = one(x);

		if (more == STIX_NONE)
			return more;
		x->p->nodes[last].next = more;
		last = more;
	}
	return list;
}

static uint32_t comparison_take(struct parser *x);

static uint32_t
comparison_one(struct parser *x)
{
	uint32_t inner;

	if (!is_mark(x, '('))
		return test_take(x);
	if (++x->depth > LIMIT_PATTERN_DEPTH)
		return fail(x, "brackets are nested deeper than the limit");
	next(x);
	inner = comparison_take(x);
	x->depth--;
	if (inner == STIX_NONE || !take_mark(x, ')'))
		return fail(x, "expected AND, OR or )");
	return inner;
}

static uint32_t
comparison_and(struct parser *x)
{
	return list_take(x, comparison_one, "AND", STIX_ALL);
}

static uint32_t
comparison_take(struct parser *x)
{
	return list_take(x, comparison_and, "OR", STIX_ANY);
}

/* ---- observations ---- */

static uint32_t observations_take(struct parser *x);

static uint32_t
observation_take(struct parser *x)
{
	struct stix_pattern *p = x->p;
	uint32_t n = node(x, STIX_OBSERVATION), inner;

	if (n == STIX_NONE)
		return n;
	if (p->parts >= LIMIT_PATTERN_PARTS)
		return fail(x, "more observations than the limit");
	next(x);
	inner = comparison_take(x);
	if (inner == STIX_NONE)
		return inner;
	if (!take_mark(x, ']'))
		return fail(x, "expected AND, OR or ]");
	p->nodes[n].first = inner;
	p->nodes[n].part = p->parts;
	p->observations[p->parts++] = n;
	return n;
}

static bool
time_take(struct parser *x, int64_t *out)
{
	bool zoned;

	if (x->t.kind != TOKEN_LITERAL ||
	    !(x->t.value.kind == LITERAL_TIME ||
		(x->quoted_times && x->t.value.kind == LITERAL_STRING)) ||
	    time_read_iso(x->t.value.text, out, &zoned) == 0)
		return fail(x, "expected a time as t'2025-01-31T10:00:00Z'"),
		       false;
	next(x);
	return true;
}

/* A positive number; whole: without a fraction. */
static bool
number_take(struct parser *x, bool whole, double *out)
{
	char text[40];

	if (x->t.kind != TOKEN_LITERAL || x->t.value.text.n >= sizeof(text) ||
	    (x->t.value.kind != LITERAL_INTEGER &&
		(whole || x->t.value.kind != LITERAL_FLOAT)))
		return fail(x, "expected a number"), false;
	memcpy(text, x->t.value.text.p, x->t.value.text.n);
	text[x->t.value.text.n] = '\0';
	*out = strtod(text, NULL);
	if (!(*out > 0 && *out < 1e15))
		return fail(x, "expected a number above zero"), false;
	next(x);
	return true;
}

/* A qualifier around the expression; STIX_NONE and no error: there is
 * none. */
static uint32_t
qualifier_take(struct parser *x, uint32_t inner)
{
	uint32_t n;
	double v = 0;
	int64_t from = TIME_NONE, until = TIME_NONE;
	enum stix_kind kind;

	if (take_word(x, "WITHIN")) {
		kind = STIX_WITHIN;
		if (!number_take(x, false, &v))
			return STIX_NONE;
		if (!take_word(x, "SECONDS"))
			return fail(x, "expected SECONDS");
	} else if (take_word(x, "REPEATS")) {
		kind = STIX_REPEATS;
		if (!number_take(x, true, &v))
			return STIX_NONE;
		if (!take_word(x, "TIMES"))
			return fail(x, "expected TIMES");
	} else if (take_word(x, "START")) {
		kind = STIX_BETWEEN;
		if (!time_take(x, &from))
			return STIX_NONE;
		if (!take_word(x, "STOP"))
			return fail(x, "expected STOP");
		if (!time_take(x, &until))
			return STIX_NONE;
		if (until <= from)
			return fail(x, "STOP is not later than START");
	} else {
		return STIX_NONE;
	}
	n = node(x, kind);
	if (n == STIX_NONE)
		return n;
	x->p->qualified |= kind != STIX_BETWEEN;
	x->p->nodes[n].first = inner;
	x->p->nodes[n].seconds = v;
	x->p->nodes[n].times = kind == STIX_REPEATS ? (uint64_t)v : 0;
	x->p->nodes[n].from = from;
	x->p->nodes[n].until = until;
	return n;
}

static uint32_t
observation_one(struct parser *x)
{
	uint32_t n, around;
	unsigned kinds = 0;

	if (is_mark(x, '[')) {
		n = observation_take(x);
	} else if (is_mark(x, '(')) {
		if (++x->depth > LIMIT_PATTERN_DEPTH)
			return fail(
			    x, "brackets are nested deeper than the limit");
		next(x);
		n = observations_take(x);
		x->depth--;
		if (n != STIX_NONE && !take_mark(x, ')'))
			return fail(x, "expected AND, OR, FOLLOWEDBY or )");
	} else {
		return fail(x, "expected [ or (");
	}
	while (n != STIX_NONE && (around = qualifier_take(x, n)) != STIX_NONE) {
		unsigned kind = 1u << x->p->nodes[around].kind;

		/* A second one needs brackets around the first. */
		if ((kinds & kind) != 0)
			return fail(x, "the same qualifier twice");
		kinds |= kind;
		n = around;
	}
	return x->error == NULL ? n : STIX_NONE;
}

static uint32_t
observation_and(struct parser *x)
{
	return list_take(x, observation_one, "AND", STIX_BOTH);
}

static uint32_t
observation_or(struct parser *x)
{
	return list_take(x, observation_and, "OR", STIX_EITHER);
}

static uint32_t
observations_take(struct parser *x)
{
	return list_take(x, observation_or, "FOLLOWEDBY", STIX_FOLLOWED);
}

struct stix_pattern *
stix_read(
    struct arena *a, struct span text, bool quoted_times, struct stix_error *e)
{
	struct parser x = {.a = a, .quoted_times = quoted_times};

	x.p = arena_alloc(a, sizeof(*x.p));
	x.p->text = text;
	if (text.n > LIMIT_PATTERN_BYTES) {
		*e = (struct stix_error){
		    1, "the pattern is longer than the limit"};
		return NULL;
	}
	next(&x);
	x.p->root = observations_take(&x);
	if (x.error == NULL && x.t.kind != TOKEN_END)
		fail(&x, "expected the end of the pattern");
	if (x.error == NULL)
		return x.p;
	*e = (struct stix_error){x.column, x.error};
	return NULL;
}
