#include "read/pattern.h"

struct compiler {
	struct pattern_step v[LIMIT_GRAMMAR_STEPS];
	unsigned n;
	struct span rest; /* of the pattern */
	unsigned depth;
	struct err *e;
};

static int
emit_step(struct compiler *c, enum pattern_op op, struct span word)
{
	if (c->n == LIMIT_GRAMMAR_STEPS)
		return err_set(c->e, "the pattern is too long");
	c->v[c->n++] = (struct pattern_step){.op = (uint8_t)op, .word = word};
	return 0;
}

/* Make room for one step at a place; jumps behind it move along. */
static int
insert_step(struct compiler *c, unsigned at, enum pattern_op op)
{
	if (emit_step(c, OP_GO, (struct span){0}) != 0)
		return -1;
	for (unsigned i = c->n - 1; i > at; i--)
		c->v[i] = c->v[i - 1];
	for (unsigned i = at + 1; i < c->n; i++) {
		struct pattern_step *s = &c->v[i];

		if (s->op != OP_SPLIT && s->op != OP_GO)
			continue;
		if (s->to >= at)
			s->to++;
		if (s->or_to >= at)
			s->or_to++;
	}
	c->v[at] =
	    (struct pattern_step){.op = (uint8_t)op, .to = (uint16_t)(at + 1)};
	return 0;
}

static bool
is_bracket(char c)
{
	return c == '(' || c == ')' || c == '[' || c == ']' || c == '{' ||
	       c == '}';
}

/* A bracket, a lone bar or a word. */
static struct span
next_token(struct compiler *c)
{
	struct span s, rest = c->rest;

	while (rest.n > 0 && ascii_blank((unsigned char)rest.p[0]))
		rest = span_from(rest, 1);
	s = rest;
	if (s.n > 0 && is_bracket(s.p[0])) {
		c->rest = span_from(rest, 1);
		return span_head(s, 1);
	}
	s.n = 0;
	while (s.n < rest.n && !ascii_blank((unsigned char)rest.p[s.n]) &&
	       (rest.p[0] == '\\' || !is_bracket(rest.p[s.n])))
		s.n++;
	c->rest = span_from(rest, s.n);
	return s;
}

static int
emit_word(struct compiler *c, struct span word)
{
	if (span_is(word, "*"))
		return emit_step(c, OP_ANY, word);
	if (span_is(word, "N"))
		return emit_step(c, OP_NUMBER, word);
	if (span_is(word, "A"))
		return emit_step(c, OP_ADDRESS, word);
	if (span_is(word, ".."))
		return emit_step(c, OP_REST, word);
	if (word.p[0] == '\\')
		word = span_from(word, 1);
	else if (word.n > 1 && word.p[word.n - 1] == '*')
		return emit_step(c, OP_STARTS, span_head(word, word.n - 1));
	return emit_step(c, OP_WORD, word);
}

/* "a|b|c": each but the last with a way around it. */
static int
emit_words(struct compiler *c, struct span token)
{
	unsigned from = c->n;
	bool escaped = token.p[0] == '\\';

	while (token.n > 0) {
		struct span word = escaped ? token : span_until(&token, '|');
		unsigned at = c->n;
		bool more = !escaped && token.n > 0;

		if (escaped)
			token.n = 0;
		if (word.n == 0)
			return err_set(c->e, "an empty word beside a bar");
		if ((more && emit_step(c, OP_SPLIT, word) != 0) ||
		    emit_word(c, word) != 0 ||
		    (more && emit_step(c, OP_GO, word) != 0))
			return -1;
		if (more) {
			c->v[at].to = (uint16_t)(at + 1);
			c->v[at].or_to = (uint16_t)c->n;
			c->v[c->n - 1].to = UINT16_MAX;
		}
	}
	for (unsigned i = from; i < c->n; i++)
		if (c->v[i].op == OP_GO && c->v[i].to == UINT16_MAX)
			c->v[i].to = (uint16_t)c->n;
	return 0;
}

static int compile_rows(struct compiler *c, char close);

static int
compile_group(struct compiler *c, char open)
{
	unsigned from = c->n;

	if (++c->depth > LIMIT_GRAMMAR_NESTING)
		return err_set(c->e, "brackets nest too deep");
	if (open == '(') {
		if (compile_rows(c, ')') != 0)
			return -1;
	} else {
		if (compile_rows(c, open == '[' ? ']' : '}') != 0 ||
		    insert_step(c, from, OP_SPLIT) != 0)
			return -1;
		if (open == '{') {
			if (emit_step(c, OP_GO, (struct span){0}) != 0)
				return -1;
			c->v[c->n - 1].to = (uint16_t)from;
		}
		c->v[from].or_to = (uint16_t)c->n;
	}
	c->depth--;
	return 0;
}

/* Rows between bars up to the closing bracket, or to the end. */
static int
compile_rows(struct compiler *c, char close)
{
	unsigned row = c->n, ends[LIMIT_GRAMMAR_ROWS], nends = 0;

	for (;;) {
		struct span t = next_token(c);

		if (t.n == 0 && close != '\0')
			return err_set(c->e, "'%c' is missing", close);
		if (t.n == 0 || (t.n == 1 && t.p[0] == close))
			break;
		if (span_is(t, "|")) {
			if (insert_step(c, row, OP_SPLIT) != 0 ||
			    emit_step(c, OP_GO, t) != 0)
				return -1;
			if (nends == LIMIT_GRAMMAR_ROWS)
				return err_set(c->e, "too many rows");
			ends[nends++] = c->n - 1;
			c->v[row].or_to = (uint16_t)c->n;
			row = c->n;
		} else if (t.n == 1 && is_bracket(t.p[0])) {
			if (t.p[0] == ')' || t.p[0] == ']' || t.p[0] == '}')
				return err_set(
				    c->e, "'%c' closes nothing", t.p[0]);
			if (compile_group(c, t.p[0]) != 0)
				return -1;
		} else if (emit_words(c, t) != 0) {
			return -1;
		}
	}
	for (unsigned i = 0; i < nends; i++)
		c->v[ends[i]].to = (uint16_t)c->n;
	return 0;
}

static void
note_vague(void *ctx, struct span word)
{
	struct pattern *p = ctx;

	p->vague |= word.n == 0;
}

int
pattern_read(
    struct arena *a, struct span text, struct pattern *out, struct err *e)
{
	struct compiler c = {.rest = text, .e = e};

	if (compile_rows(&c, '\0') != 0 ||
	    emit_step(&c, OP_MATCH, (struct span){0}) != 0)
		return -1;
	out->v = arena_array(a, c.n, sizeof(*out->v));
	out->n = (uint16_t)c.n;
	memcpy(out->v, c.v, c.n * sizeof(*out->v));
	out->vague = false;
	pattern_first(out, note_vague, out);
	return 0;
}

/* ---- following ---- */

struct threads {
	uint16_t v[LIMIT_GRAMMAR_STEPS];
	unsigned n;
	bool has[LIMIT_GRAMMAR_STEPS];
	bool rest, match;
};

static void
follow(const struct pattern *p, struct threads *t, unsigned at)
{
	const struct pattern_step *s;

	while (at < p->n && !t->has[at]) {
		t->has[at] = true;
		s = &p->v[at];
		if (s->op == OP_SPLIT) {
			follow(p, t, s->to);
			at = s->or_to;
		} else if (s->op == OP_GO) {
			at = s->to;
		} else {
			t->rest |= s->op == OP_REST;
			t->match |= s->op == OP_MATCH || s->op == OP_REST;
			t->v[t->n++] = (uint16_t)at;
			return;
		}
	}
}

static void
threads_clear(const struct pattern *p, struct threads *t)
{
	memset(t->has, 0, p->n * sizeof(*t->has));
	t->n = 0;
	t->rest = t->match = false;
}

static bool
is_number(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_digit((unsigned char)s.p[i]) &&
		    (i == 0 || (s.p[i] != '-' && s.p[i] != ',' &&
				   s.p[i] != '.' && s.p[i] != ':')))
			return s.n > 2 && s.p[0] == '0' && s.p[1] == 'x';
	return s.n > 0;
}

/* Of the shape of one: what it is worth is the readers' matter. */
static bool
is_address(struct span s)
{
	unsigned dots = 0, colons = 0, digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char low = ascii_lower(c);

		if (c == '/' && i > 0)
			break;
		if (c == '%' && colons > 1)
			break;
		dots += c == '.';
		colons += c == ':';
		digits += ascii_digit(c) || (low >= 'a' && low <= 'f');
		if (c != '.' && c != ':' && !ascii_digit(c) &&
		    (low < 'a' || low > 'f'))
			return false;
	}
	return (dots >= 2 && digits >= 3) || colons >= 2;
}

static bool
takes(const struct pattern_step *s, struct span word)
{
	switch (s->op) {
	case OP_WORD:
		return span_eq(s->word, word);
	case OP_STARTS:
		return span_starts(word, s->word);
	case OP_ANY:
		return word.n > 0;
	case OP_NUMBER:
		return is_number(word);
	case OP_ADDRESS:
		return is_address(word);
	default:
		return false;
	}
}

static void
step(const struct pattern *p, const struct threads *now, struct threads *next,
    struct span word, bool loose)
{
	threads_clear(p, next);
	for (unsigned i = 0; i < now->n; i++) {
		const struct pattern_step *s = &p->v[now->v[i]];

		if (!takes(s, word))
			continue;
		follow(p, next, now->v[i] + 1u);
		if (loose && s->op == OP_ANY)
			follow(p, next, now->v[i]);
	}
}

bool
pattern_match(const struct pattern *p, const struct statement *s, unsigned from)
{
	struct threads a, b, *now = &a, *next = &b;

	threads_clear(p, now);
	follow(p, now, 0);
	for (unsigned i = from; i < s->n && now->n > 0 && !now->rest; i++) {
		struct threads *old = now;

		step(p, now, next, s->v[i], i < s->loose);
		now = next;
		next = old;
	}
	return now->match || (s->part && now->n > 0);
}

bool
pattern_prefixes(const struct pattern *p, const struct statement *s,
    unsigned from, bool *ends)
{
	struct threads a, b, *now = &a, *next = &b;
	bool any = false;

	memset(ends, 0, (LIMIT_GRAMMAR_WORDS + 1) * sizeof(*ends));
	threads_clear(p, now);
	follow(p, now, 0);
	for (unsigned i = from;; i++) {
		struct threads *old = now;

		ends[i] = now->match;
		any |= now->match;
		if (i == s->n || now->n == 0)
			return any;
		step(p, now, next, s->v[i], i < s->loose);
		now = next;
		next = old;
	}
}

void
pattern_first(const struct pattern *p,
    void (*word)(void *ctx, struct span word), void *ctx)
{
	struct threads t;
	bool any;

	threads_clear(p, &t);
	follow(p, &t, 0);
	any = t.match;
	for (unsigned i = 0; i < t.n; i++)
		any |= p->v[t.v[i]].op != OP_WORD;
	if (any)
		word(ctx, (struct span){0});
	for (unsigned i = 0; i < t.n && !any; i++)
		word(ctx, p->v[t.v[i]].word);
}
