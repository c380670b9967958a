#include "read/config/path_tree.h"

struct edit {
	struct path_tree *t;
	struct emit *out;
	struct span s;
	size_t i;
	uint32_t line;
	uint32_t open[LIMIT_TREE_DEPTH];
	bool is_edit[LIMIT_TREE_DEPTH]; /* opened by "edit", not "config" */
	unsigned depth, skipped;
	bool no_quotes; /* no quote closes any more */
};

/* Place of the quote that closes the one at from. */
static size_t
quote_end(const struct edit *e, size_t from)
{
	for (size_t i = from + 1; i < e->s.n; i++) {
		if (e->s.p[i] == '\\')
			i++;
		else if (e->s.p[i] == '"')
			return i;
	}
	return SPAN_NONE;
}

static bool
take_quoted(struct edit *e, struct span *word)
{
	size_t end = e->no_quotes ? SPAN_NONE : quote_end(e, e->i);
	size_t from = e->i + 1;

	if (end == SPAN_NONE) {
		if (!e->no_quotes)
			e->out->diag(
			    e->out, DIAG_BLOCK_OPEN, e->line, SPAN("\""));
		e->no_quotes = true;
		return false;
	}
	*word = span_sub(e->s, from, end);
	for (size_t k = from; k < end; k++)
		e->line += e->s.p[k] == '\n';
	e->i = end + 1;
	return true;
}

static bool
take_word(struct edit *e, struct span *word, size_t *at)
{
	size_t i = e->i;

	while (i < e->s.n && e->s.p[i] != '\n' &&
	       ascii_space((unsigned char)e->s.p[i]))
		i++;
	e->i = *at = i;
	if (i >= e->s.n || e->s.p[i] == '\n')
		return false;
	if (e->s.p[i] == '"' && take_quoted(e, word))
		return true;
	while (i < e->s.n && !ascii_space((unsigned char)e->s.p[i]))
		i++;
	*word = span_sub(e->s, e->i, i);
	e->i = i;
	return true;
}

static void
push(struct edit *e, uint32_t node, bool edit)
{
	if (e->depth + 1 == LIMIT_TREE_DEPTH) {
		e->skipped++;
		e->t->too_deep = e->t->too_deep ? e->t->too_deep : e->line;
		return;
	}
	e->depth++;
	e->open[e->depth] = node;
	e->is_edit[e->depth] = edit;
}

static void
pop(struct edit *e)
{
	if (e->skipped > 0)
		e->skipped--;
	else if (e->depth > 0)
		e->depth--;
}

/* "config global" and "config vdom" of a device with several virtual ones:
 * the first leaves no word. */
static void
on_block(struct edit *e, bool edit)
{
	uint32_t node = e->open[e->depth];
	struct span word;
	size_t at;
	unsigned n = 0;
	bool top = e->depth == 0;

	for (; take_word(e, &word, &at); n++) {
		if (top && n == 0 && span_is(word, "global"))
			continue;
		node = path_add(e->t, node, word, e->line, (uint32_t)at);
		path_restate(e->t, node);
		if (edit)
			break;
	}
	push(e, node, edit);
}

static void
on_set(struct edit *e, size_t first, bool append)
{
	uint32_t line = e->line, key = PATH_NONE;
	struct span word;
	size_t at;

	for (unsigned n = 0; take_word(e, &word, &at); n++) {
		if (n > 0) {
			path_append(e->t, key, word, e->line, (uint32_t)at);
			continue;
		}
		key = path_add(
		    e->t, e->open[e->depth], word, e->line, (uint32_t)at);
		path_restate(e->t, key);
		if (!append)
			path_clear(e->t, key);
	}
	path_state(e->t, e->open[e->depth],
	    span_rtrim(span_sub(e->s, first, e->i)), line);
}

static void
on_line(struct edit *e)
{
	struct span word;
	size_t at;
	uint32_t key;

	if (!take_word(e, &word, &at) || word.p[0] == '#')
		return;
	if (span_is(word, "set")) {
		on_set(e, at, false);
	} else if (span_is(word, "append")) {
		on_set(e, at, true);
	} else if (span_is(word, "config")) {
		on_block(e, false);
	} else if (span_is(word, "edit")) {
		on_block(e, true);
	} else if (span_is(word, "next")) {
		if (e->is_edit[e->depth])
			pop(e);
	} else if (span_is(word, "end")) {
		/* Also ends an entry that "next" did not. */
		if (e->is_edit[e->depth])
			pop(e);
		pop(e);
	} else if (span_is(word, "unset")) {
		if (!take_word(e, &word, &at))
			return;
		key = path_find(e->t, e->open[e->depth], word);
		path_clear(e->t, key);
		if (key != PATH_NONE)
			path_at(e->t, key)->flags |=
			    PATH_INACTIVE | PATH_DELETED;
	} else if (span_is(word, "delete") && take_word(e, &word, &at)) {
		key = path_find(e->t, e->open[e->depth], word);
		if (key != PATH_NONE)
			path_at(e->t, key)->flags |=
			    PATH_INACTIVE | PATH_DELETED;
	}
}

void
path_read_edit(struct path_tree *t, struct emit *out)
{
	struct edit e = {.t = t, .out = out, .s = t->bytes, .line = 1};
	size_t n;

	while (e.i < e.s.n) {
		on_line(&e);
		n = span_find_byte(span_from(e.s, e.i), '\n');
		e.i = n == SPAN_NONE ? e.s.n : e.i + n + 1;
		e.line++;
	}
	if (e.depth > 0)
		out->diag(out, DIAG_TRUNCATED, e.line, SPAN("end"));
}
