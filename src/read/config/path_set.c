#include "read/config/path_tree.h"

struct set_line {
	struct path_tree *t;
	struct emit *out;
	struct span s; /* the source */
	size_t i;
	uint32_t line;
	/* The line before: most lines begin with its words. */
	struct span before[LIMIT_CONFIG_WORDS];
	uint32_t nodes[LIMIT_CONFIG_WORDS];
	unsigned nbefore;
	size_t unclosed; /* no single quote closes before this place */
};

static bool
is_verb_line(struct span rest)
{
	return span_starts(rest, SPAN("set ")) ||
	       span_starts(rest, SPAN("deactivate ")) ||
	       span_starts(rest, SPAN("delete ")) ||
	       span_starts(rest, SPAN("annotate ")) ||
	       span_starts(rest, SPAN("activate "));
}

/* Position behind the closing quote of one that opens at from; a quote that
 * does not close before the next command ends with its line. */
static size_t
quote_end(struct set_line *l, size_t from)
{
	for (size_t i = from + 1; i < l->s.n; i++) {
		char c = l->s.p[i];

		if (c == '"')
			return i + 1;
		if (c == '\\' && i + 1 < l->s.n && l->s.p[i + 1] != '\n')
			i++;
		if (c == '\n' && is_verb_line(span_from(l->s, i + 1)))
			break;
	}
	l->out->diag(l->out, DIAG_BLOCK_OPEN, l->line, SPAN("\""));
	from = span_find_byte(span_from(l->s, from), '\n') == SPAN_NONE
		   ? l->s.n
		   : from + span_find_byte(span_from(l->s, from), '\n');
	return from;
}

/* VyOS writes 'two words' for one.  Position behind the quote that closes on
 * this line with nothing at it; otherwise "to", the end of the bare word. */
static size_t
single_end(struct set_line *l, size_t from, size_t to)
{
	size_t i = from + 1;

	if (from < l->unclosed)
		return to;
	for (; i < l->s.n && l->s.p[i] != '\n'; i++)
		if (l->s.p[i] == '\'' &&
		    (i + 1 == l->s.n ||
			ascii_space((unsigned char)l->s.p[i + 1])))
			return i + 1;
	l->unclosed = i;
	return to;
}

/* A word of the line; *at is its place.  False at the line's end. */
static bool
take_word(struct set_line *l, struct span *word, size_t *at)
{
	size_t i = l->i, from;

	while (i < l->s.n && l->s.p[i] != '\n' &&
	       ascii_space((unsigned char)l->s.p[i]))
		i++;
	l->i = i;
	if (i >= l->s.n || l->s.p[i] == '\n')
		return false;
	from = *at = i;
	if (l->s.p[i] == '"') {
		i = quote_end(l, i);
		*word = span_sub(l->s, from + 1, i);
		if (word->n > 0 && word->p[word->n - 1] == '"')
			word->n--;
		for (size_t k = from; k < i; k++)
			l->line += l->s.p[k] == '\n';
		l->i = i;
		return true;
	}
	while (i < l->s.n && !ascii_space((unsigned char)l->s.p[i]))
		i++;
	if (l->s.p[from] == '\'')
		i = single_end(l, from, i);
	*word = span_sub(l->s, from, i);
	l->i = i;
	/* 'quoted' as a whole */
	if (word->n >= 2 && word->p[0] == '\'' && word->p[word->n - 1] == '\'')
		*word = span_sub(*word, 1, word->n - 1);
	return true;
}

/* The n-th word of a line below node. */
static uint32_t
step(struct set_line *l, uint32_t node, struct span word, unsigned n, size_t at)
{
	if (n < l->nbefore && span_eq(l->before[n], word))
		return l->nodes[n];
	l->nbefore = n;
	node = path_add(l->t, node, word, l->line, (uint32_t)at);
	if (n < LIMIT_CONFIG_WORDS && node != PATH_NONE) {
		l->before[n] = word;
		l->nodes[n] = node;
		l->nbefore = n + 1;
	}
	return node;
}

/* set a b [ c d ] */
static void
set_path(struct set_line *l, size_t first, uint32_t first_line)
{
	uint32_t node = PATH_ROOT, parent = PATH_ROOT, added;
	struct span word;
	size_t at;
	bool list = false, listed = false;
	unsigned n = 0;

	while (take_word(l, &word, &at)) {
		if (word.n == 1 && (word.p[0] == '[' || word.p[0] == ']')) {
			list = word.p[0] == '[';
			listed = true;
			l->nbefore = n < l->nbefore ? n : l->nbefore;
			continue;
		}
		if (word.n == 0)
			continue;
		added = listed
			    ? path_add(l->t, node, word, l->line, (uint32_t)at)
			    : step(l, node, word, n++, at);
		if (added == PATH_NONE)
			continue;
		parent = node;
		if (!list)
			node = added;
		path_restate(l->t, added);
	}
	path_state(
	    l->t, parent, span_rtrim(span_sub(l->s, first, l->i)), first_line);
}

/* deactivate a b: mark what the path leads to. */
static void
unset_path(struct set_line *l, bool deleted)
{
	uint32_t node = PATH_ROOT;
	struct span word;
	size_t at;

	while (take_word(l, &word, &at))
		node = deleted
			   ? path_find(l->t, node, word)
			   : path_add(l->t, node, word, l->line, (uint32_t)at);
	if (node != PATH_NONE && node != PATH_ROOT)
		path_at(l->t, node)->flags |=
		    deleted ? PATH_INACTIVE | PATH_DELETED : PATH_INACTIVE;
}

void
path_read_set(struct path_tree *t, struct emit *out)
{
	struct set_line l = {.t = t, .out = out, .s = t->bytes, .line = 1};
	struct span word;
	size_t at, n;

	while (l.i < l.s.n) {
		uint32_t first = l.line;

		if (take_word(&l, &word, &at)) {
			if (span_is(word, "set"))
				set_path(&l, at, first);
			else if (span_is(word, "deactivate"))
				unset_path(&l, false);
			else if (span_is(word, "delete"))
				unset_path(&l, true);
			else if (span_is(word, "net") &&
				 take_word(&l, &word, &n) &&
				 span_is(word, "add"))
				set_path(&l, at, first);
		}
		n = span_find_byte(span_from(l.s, l.i), '\n');
		l.i = n == SPAN_NONE ? l.s.n : l.i + n + 1;
		l.line++;
	}
}

bool
path_is_set(struct span bytes)
{
	struct span rest = span_head(bytes, LIMIT_PROBE_BYTES), line;
	unsigned sets = 0, others = 0;

	while (span_line(&rest, &line)) {
		line = span_trim(line);
		sets += span_starts(line, SPAN("set "));
		others +=
		    span_ends(line, SPAN(";")) || span_ends(line, SPAN("{"));
	}
	return sets > others;
}

/* A declaration and comments stand in front of the root. */
#define ROOT_BYTES 4096

void
path_read_any(struct path_tree *t, const char *root,
    const struct path_xml *dialect, struct emit *out)
{
	if (span_has(span_head(t->bytes, ROOT_BYTES), root))
		path_read_xml(t, dialect, out);
	else if (path_is_set(t->bytes))
		path_read_set(t, out);
	else
		path_read_braces(t, out);
}
