/*
 * A configuration's statements against a grammar, one after the other.
 */
#include "read/grammar_table.h"

/* A mode of which the lines down to here match so many parts. */
struct progress {
	uint32_t mode;
	uint32_t parts;
};

/* A line that later ones may stand under. */
struct level {
	unsigned depth;
	struct progress *v;
	size_t n, cap;
};

struct grammar_walk {
	const struct grammar *g;
	struct arena *arena;
	struct level levels[LIMIT_TREE_DEPTH + 1];
	unsigned nlevels;
	struct statement s;
};

struct grammar_walk *
grammar_walk_new(struct arena *a, const struct grammar *g)
{
	struct grammar_walk *w = arena_alloc(a, sizeof(*w));

	w->g = g;
	w->arena = a;
	return w;
}

/* ---- words ---- */

static void
put_word(struct statement *s, struct span word)
{
	if (s->n < LIMIT_GRAMMAR_WORDS)
		s->v[s->n++] = word;
}

/* A run of non-blanks, or what stands between quotes. */
static struct span
quoted_word(struct span *rest)
{
	struct span s = *rest, word;
	size_t n = 1;

	while (s.n > 0 && ascii_space((unsigned char)s.p[0]))
		s = span_from(s, 1);
	if (s.n == 0 || s.p[0] != '"') {
		*rest = s;
		return span_word(rest);
	}
	while (n < s.n && s.p[n] != '"')
		n += s.p[n] == '\\' ? 2 : 1;
	word = span_head(s, n + 1);
	*rest = span_from(s, n + 1);
	return word;
}

/* A list in brackets counts as its first word. */
static void
put_words(struct statement *s, struct span text)
{
	struct span word;
	bool list = false, first = false;

	while ((word = quoted_word(&text)).n > 0) {
		if (span_is(word, "[")) {
			list = first = true;
			continue;
		}
		if (span_is(word, "]")) {
			list = false;
			continue;
		}
		if (!list || first)
			put_word(s, word);
		first = false;
	}
}

/* <entry name="x"/>, <port>22</port> */
static void
put_element(struct statement *s, const struct grammar *g, struct span text)
{
	struct span tag = span_from(text, 1), value, name;
	size_t end = span_find_byte(tag, '>');

	value = span_from(tag, end == SPAN_NONE ? tag.n : end + 1);
	tag = span_head(tag, end);
	if (span_ends(tag, SPAN("/")))
		tag = span_head(tag, tag.n - 1);
	name = span_word(&tag);
	if (!grammar_has_word(&g->drop, name))
		put_word(s, name);
	end = span_find(tag, SPAN("name=\""));
	if (end != SPAN_NONE) {
		tag = span_from(tag, end + 6);
		put_word(s, span_until(&tag, '"'));
	}
	value = span_trim(span_head(value, span_find_byte(value, '<')));
	if (value.n > 0)
		put_word(s, value);
}

/* Up to the semicolon that ends it. */
static struct span
without_end(struct span s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			quoted = !quoted;
		else if (s.p[i] == ';' && !quoted)
			return span_head(s, i);
	}
	return s;
}

static void
read_path(struct grammar_walk *w, struct span parent, struct span text)
{
	const struct grammar *g = w->g;
	struct statement *s = &w->s;
	struct span rest = text, word = span_word(&rest);
	bool whole = false;

	while (grammar_has_word(&g->verbs, word)) {
		whole |= grammar_has_word(&g->whole, word);
		text = rest;
		word = span_word(&rest);
	}
	if (!whole)
		while ((word = span_word(&parent)).n > 0)
			put_word(s, word);
	s->loose = g->blanks && !whole ? s->n : 0;
	if (span_starts(text, SPAN("<")) && !whole)
		put_element(s, g, text);
	else
		put_words(s, without_end(text));
}

/* ---- paths ---- */

static bool
body_knows(const struct grammar *g, uint32_t body, const struct statement *s,
    unsigned from, struct span *area)
{
	if (body == GRAMMAR_NONE || from >= s->n)
		return false;
	for (unsigned turn = 0; turn < 2; turn++)
		for (uint32_t i = grammar_first(
			 &g->bodies[body].index, s->v[from], turn);
		     i != GRAMMAR_NONE; i = g->links[i].next) {
			const struct grammar_entry *e =
			    &g->entries[g->links[i].item];

			if (!pattern_match(&e->pattern, s, from))
				continue;
			*area = e->area;
			return true;
		}
	return false;
}

static bool
mode_knows(const struct grammar *g, const struct grammar_mode *m,
    const struct statement *s, unsigned from, struct span *area)
{
	bool ends[LIMIT_GRAMMAR_WORDS + 1];

	if (!pattern_prefixes(&m->parts[0], s, from, ends))
		return false;
	*area = m->area;
	if (ends[s->n])
		return true;
	for (unsigned i = from + 1; i < s->n; i++)
		if (ends[i] && body_knows(g, m->body, s, i, area))
			return true;
	return false;
}

static bool
path_knows_from(const struct grammar *g, const struct statement *s,
    unsigned from, struct span *area)
{
	if (body_knows(g, g->top, s, from, area))
		return true;
	for (unsigned turn = 0; turn < 2; turn++)
		for (uint32_t i = grammar_first(&g->heads, s->v[from], turn);
		     i != GRAMMAR_NONE; i = g->links[i].next)
			if (mode_knows(
				g, &g->modes[g->links[i].item], s, from, area))
				return true;
	return false;
}

/* At the top, or below what paths may stand under. */
static bool
path_knows(
    const struct grammar *g, const struct statement *s, struct span *area)
{
	bool starts[LIMIT_GRAMMAR_WORDS + 1] = {true};
	bool ends[LIMIT_GRAMMAR_WORDS + 1];

	for (unsigned from = 0; from < s->n; from++) {
		if (!starts[from])
			continue;
		if (path_knows_from(g, s, from, area))
			return true;
		for (unsigned u = 0; u < g->nunder; u++) {
			if (!pattern_prefixes(&g->under[u], s, from, ends))
				continue;
			for (unsigned i = from + 1; i <= s->n; i++)
				starts[i] |= ends[i];
		}
	}
	*area = SPAN("structure");
	return s->n > 0 && starts[s->n];
}

/* ---- lines ---- */

static void
advance(struct grammar_walk *w, struct level *l, uint32_t mode, uint32_t parts)
{
	if (l->n == LIMIT_GRAMMAR_MODES)
		return;
	l->v = arena_grow(w->arena, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = (struct progress){mode, parts};
}

/* Which modes the line opens, under level "up" (none: NULL).  Returns whether
 * it is a mode's line where it stands. */
static bool
enter(struct grammar_walk *w, const struct level *up, struct level *l,
    unsigned from, struct span *area)
{
	const struct grammar *g = w->g;
	bool known = false;

	l->n = 0;
	for (size_t i = 0; up != NULL && i < up->n; i++) {
		const struct grammar_mode *m = &g->modes[up->v[i].mode];
		uint32_t parts = up->v[i].parts;

		if (parts == m->nparts ||
		    !pattern_match(&m->parts[parts], &w->s, from))
			continue;
		advance(w, l, up->v[i].mode, parts + 1);
		*area = m->area;
		known |= !m->parts[parts].vague;
	}
	for (unsigned turn = 0; turn < 2; turn++)
		for (uint32_t i = grammar_first(&g->heads, w->s.v[from], turn);
		     i != GRAMMAR_NONE; i = g->links[i].next) {
			const struct grammar_mode *m =
			    &g->modes[g->links[i].item];

			if (!pattern_match(&m->parts[0], &w->s, from))
				continue;
			advance(w, l, g->links[i].item, 1);
			if (up == NULL) {
				*area = m->area;
				known = true;
			}
		}
	return known;
}

static bool
stands_in(struct grammar_walk *w, const struct level *up, unsigned from,
    struct span *area)
{
	const struct grammar *g = w->g;

	if (up == NULL)
		return body_knows(g, g->top, &w->s, from, area);
	for (size_t i = 0; i < up->n; i++) {
		const struct grammar_mode *m = &g->modes[up->v[i].mode];

		if (up->v[i].parts == m->nparts &&
		    body_knows(g, m->body, &w->s, from, area))
			return true;
	}
	return false;
}

/* Known below level n - 1 (0: at the top)?  Leaves it as level n. */
static bool
known_below(struct grammar_walk *w, unsigned n, struct span *area)
{
	const struct level *up = n > 0 ? &w->levels[n - 1] : NULL;
	struct level *l = &w->levels[n];
	unsigned from = 0;

	w->s.part = false;
	for (;;) {
		bool head = enter(w, up, l, from, area);

		if (stands_in(w, up, from, area) || head)
			return true;
		if (from + 1 >= w->s.n ||
		    !grammar_has_word(&w->g->before, w->s.v[from]))
			return false;
		from++;
		w->s.part = true;
	}
}

/* What stands under a line that is not known is only known for itself. */
static void
forget_places(struct level *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].parts == 1)
			l->v[n++] = l->v[i];
	l->n = n;
}

/*
 * The line's place is told by its column.  Where that makes no sense, as in
 * text whose indentation was lost, it may go on in a mode of the line before,
 * which is how a device would take it.
 */
static bool
line_knows(struct grammar_walk *w, unsigned depth, struct span *area)
{
	unsigned before = w->nlevels, n = 0;
	struct level keep[LIMIT_TREE_DEPTH + 1];
	bool known;

	while (n < before && w->levels[n].depth < depth)
		n++;
	if (n > LIMIT_TREE_DEPTH - 1)
		n = LIMIT_TREE_DEPTH - 1;
	memcpy(keep, w->levels, sizeof(keep));
	/* What stands there is needed if the line is not known here. */
	w->levels[n] = (struct level){0};
	known = known_below(w, n, area);
	for (unsigned k = before; !known && k > n && k < LIMIT_TREE_DEPTH;
	     k--) {
		struct level here = w->levels[n];

		w->levels[n] = keep[n];
		w->levels[k] = (struct level){0};
		known = known_below(w, k, area);
		if (known)
			n = k;
		else
			w->levels[n] = here;
	}
	if (!known)
		forget_places(&w->levels[n]);
	w->levels[n].depth = depth;
	w->nlevels = n + 1;
	return known;
}

bool
grammar_knows(struct grammar_walk *w, const struct record *r, struct span *area)
{
	struct span line = record_text(r, F_LINE), none;
	const struct value *depth = record_get(r, F_DEPTH);

	if (area == NULL)
		area = &none;
	*area = (struct span){0};
	w->s.n = w->s.loose = 0;
	w->s.part = false;
	if (w->g->by_words) {
		read_path(w, record_text(r, F_PARENT), line);
		return path_knows(w->g, &w->s, area);
	}
	for (struct span word; (word = quoted_word(&line)).n > 0;)
		put_word(&w->s, word);
	if (w->s.n == 1 && grammar_has_word(&w->g->always, w->s.v[0])) {
		*area = SPAN("structure");
		return true;
	}
	return w->s.n > 0 &&
	       line_knows(w, depth ? (unsigned)depth->u.number : 0, area);
}

bool
grammar_whole(const struct grammar *g, struct span text)
{
	return grammar_has_word(&g->whole, span_word(&text));
}

bool
grammar_verb(const struct grammar *g, struct span text)
{
	return grammar_has_word(&g->verbs, span_word(&text));
}

bool
grammar_passes(const struct grammar *g, struct span line)
{
	struct span word = span_word(&line);

	return grammar_has_word(&g->verbs, word) ||
	       grammar_has_word(&g->open, word);
}
