#include "read/config/path_tree.h"
#include <limits.h>

#include "read/config/text_screen.h"

struct level {
	uint32_t node;
	unsigned column;
};

struct indent_lines {
	struct path_tree *t;
	const struct path_indent *dialect;
	struct emit *out;
	size_t i;
	uint32_t line; /* number of the line last taken */
	char eol;
	bool dirty; /* control bytes somewhere */
	bool long_line;
	bool no_quotes; /* no quote closes any more */
	struct level open[LIMIT_TREE_DEPTH];
	unsigned depth; /* levels open; 0 is base */
	uint32_t base;
};

struct line {
	struct span text; /* trimmed */
	unsigned column;
	size_t offset;
};

/* Marks of pagers that were not overwritten, longest first. */
static struct span
without_pager(struct span s)
{
	static const char *const marks[] = {"---- More ----",
	    "Press any key to continue (Q to quit)", "--More--", "--MORE--"};
	struct span t = span_trim(s);

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (span_starts(t, span_str(marks[i])))
			return span_from(t, strlen(marks[i]));
	return s;
}

static bool
take_line(struct indent_lines *l, struct line *out)
{
	struct span rest = span_from(l->t->bytes, l->i), s;
	size_t n = span_find_byte(rest, l->eol), i = 0;

	if (rest.n == 0)
		return false;
	out->offset = l->i;
	l->i += n == SPAN_NONE ? rest.n : n + 1;
	l->line++;
	s = span_head(rest, n);
	if (s.n > LIMIT_LINE_BYTES) {
		if (!l->long_line)
			l->out->diag(
			    l->out, DIAG_LONG_LINE, l->line, (struct span){0});
		l->long_line = true;
		s = span_head(s, LIMIT_LINE_BYTES);
	}
	s = span_rtrim(s);
	if (l->dirty && text_has_control(s))
		s = text_screen(l->t->arena, s);
	s = span_rtrim(without_pager(s));
	out->column = 0;
	for (; i < s.n && ascii_space((unsigned char)s.p[i]); i++)
		out->column += s.p[i] == '\t' ? 8 - out->column % 8 : 1;
	out->text = span_from(s, i);
	return true;
}

/* ---- text over several lines ---- */

/* Does the text end in this line?  Where words are quoted a backslash keeps a
 * quote from closing. */
static bool
closes(const struct indent_lines *l, struct span s, struct span end)
{
	for (size_t i = 0; i < s.n; i++) {
		if (l->dialect->quotes && s.p[i] == '\\')
			i++;
		else if (span_starts(span_from(s, i), end))
			return true;
	}
	return false;
}

/* Skip to behind the line that holds the text's end. */
static void
skip_text(struct indent_lines *l, struct line *open, struct span rest,
    struct span end)
{
	struct indent_lines start = *l;
	struct line next;

	if (closes(l, rest, end))
		return;
	for (unsigned n = 0;
	     n < LIMIT_TEXT_LINES && !l->no_quotes && take_line(l, &next);
	     n++) {
		if (closes(l, next.text, end))
			return;
		if (l->dialect->stops(next.text)) {
			*l = start;
			l->out->diag(
			    l->out, DIAG_BLOCK_OPEN, l->line, open->text);
			return;
		}
	}
	start.no_quotes = l->i >= l->t->bytes.n;
	*l = start;
	l->out->diag(l->out, DIAG_BLOCK_OPEN, l->line, open->text);
}

/* ---- a line ---- */

/* The next word of the line's text; a quoted one without its quotes. */
static bool
take_word(const struct indent_lines *l, struct span *rest, struct span *word)
{
	size_t end;

	while (rest->n > 0 && ascii_blank((unsigned char)rest->p[0]))
		*rest = span_from(*rest, 1);
	if (rest->n == 0)
		return false;
	if (l->dialect->quotes && rest->p[0] == '"') {
		for (end = 1; end < rest->n && rest->p[end] != '"'; end++)
			end += rest->p[end] == '\\';
		end = end < rest->n ? end : rest->n;
		*word = span_sub(*rest, 1, end);
		*rest = span_from(*rest, end + (end < rest->n));
		return true;
	}
	*word = span_word(rest);
	return true;
}

/* Words of the line that name its block. */
static unsigned
naming_words(const struct path_indent *d, struct span word)
{
	const struct path_indent_block *n = d->blocks;

	for (; n != NULL && n->word != NULL; n++)
		if (span_is(word, n->word))
			return n->words;
	return UINT_MAX;
}

static uint32_t
offset_of(
    const struct indent_lines *l, const struct line *line, struct span word)
{
	const char *from = l->t->bytes.p;

	/* A line that was cleaned stands in the arena. */
	if (word.p >= from && word.p < from + l->t->bytes.n)
		return (uint32_t)(word.p - from);
	return (uint32_t)line->offset;
}

/* A text to the end of the line behind "description". */
static bool
is_description(const struct indent_lines *l, struct span word, struct span rest)
{
	rest = span_trim(rest);
	return span_is(word, "description") && rest.n > 0 &&
	       !(l->dialect->quotes && rest.p[0] == '"');
}

/* Is this the first word of a line that is kept in two parts? */
static bool
is_whole(const struct indent_lines *l, struct span word)
{
	const char *const *w = l->dialect->whole;

	for (; w != NULL && *w != NULL; w++)
		if (span_is(word, *w))
			return l->depth == 0;
	return false;
}

/* Put a line into the tree; the node that lines below it belong to. */
static uint32_t
add_words(struct indent_lines *l, const struct line *line, uint32_t node)
{
	const struct path_indent *d = l->dialect;
	struct span rest = line->text, word;
	unsigned naming = UINT_MAX;
	uint32_t block = PATH_NONE;

	for (unsigned n = 0; take_word(l, &rest, &word); n++) {
		if (n == 0)
			naming = naming_words(d, word);
		if (word.n == 0 ||
		    (d->drop != NULL && n > 0 && span_is(word, d->drop) &&
			span_trim(rest).n == 0))
			continue;
		node = path_add(
		    l->t, node, word, l->line, offset_of(l, line, word));
		path_restate(l->t, node);
		if (n + 1 == naming)
			block = node;
		if (n == 0 && is_whole(l, word)) {
			rest = span_trim(rest);
			return path_append(l->t, node, rest, l->line,
			    offset_of(l, line, rest));
		}
		if (!is_description(l, word, rest))
			continue;
		word = span_trim(rest);
		return path_add(
		    l->t, node, word, l->line, offset_of(l, line, word));
	}
	return block != PATH_NONE ? block : node;
}

static void
state(struct indent_lines *l, const struct line *line, uint32_t parent)
{
	struct path_tree *t = l->t;
	uint32_t before = t->nstatements;

	path_state(t, parent, line->text, l->line);
	if (t->nstatements > before)
		path_statement_at(t, before)->offset =
		    offset_of(l, line, line->text);
}

static void
on_line(struct indent_lines *l, struct line *line)
{
	uint32_t parent, node;
	struct span end = {0};
	size_t from = line->text.n;

	while (l->depth > 0 && l->open[l->depth - 1].column >= line->column)
		l->depth--;
	parent = l->depth > 0 ? l->open[l->depth - 1].node : l->base;
	if (l->dialect->text != NULL)
		end = l->dialect->text(line->text, &from);
	if (end.n > 0) {
		struct span rest = span_from(line->text, from);

		line->text = span_rtrim(span_head(line->text, from));
		node = add_words(l, line, parent);
		state(l, line, parent);
		skip_text(l, line, rest, end);
		return;
	}
	node = add_words(l, line, parent);
	state(l, line, parent);
	if (l->depth == LIMIT_TREE_DEPTH) {
		l->t->too_deep = l->t->too_deep ? l->t->too_deep : l->line;
		return;
	}
	l->open[l->depth++] = (struct level){node, line->column};
}

static void
meet_line(struct indent_lines *l, struct line *line)
{
	const struct path_indent *d = l->dialect;
	uint32_t node = PATH_ROOT;

	if (line->text.n == 0)
		return;
	if (d->resets != NULL && d->resets(line->text, line->column)) {
		l->depth = 0;
		l->base = PATH_ROOT;
		return;
	}
	if (d->context != NULL && d->context(l->t, line->text, l->line,
				      (uint32_t)line->offset, &node)) {
		l->depth = 0;
		l->base = node;
		return;
	}
	if (!d->skips(line->text, line->column))
		on_line(l, line);
}

void
path_read_indent(
    struct path_tree *t, const struct path_indent *dialect, struct emit *out)
{
	struct span s = t->bytes;
	bool cr = span_find_byte(s, '\r') != SPAN_NONE;
	struct indent_lines l = {
	    .t = t, .dialect = dialect, .out = out, .base = PATH_ROOT};
	struct line line;

	l.eol = cr && span_find_byte(s, '\n') == SPAN_NONE ? '\r' : '\n';
	l.dirty = cr || span_find_byte(s, '\0') != SPAN_NONE ||
		  span_find_byte(s, '\b') != SPAN_NONE ||
		  span_find_byte(s, 0x1b) != SPAN_NONE;
	if (span_find_byte(s, '\0') != SPAN_NONE)
		out->diag(out, DIAG_NUL_BYTES, 0, (struct span){0});
	if (span_starts(s, SPAN("\xef\xbb\xbf")))
		l.i = 3;
	while (take_line(&l, &line))
		meet_line(&l, &line);
}
