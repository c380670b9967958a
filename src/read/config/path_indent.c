#include "read/config/path_tree.h"

struct indent_reader {
	struct path_tree *t;
	struct emit *out;
	const char *const *rules;
	struct span s;
	uint32_t line;
	uint32_t open[LIMIT_TREE_DEPTH]; /* what the lines below stand under */
	unsigned column[LIMIT_TREE_DEPTH];
	unsigned depth;
};

/* Of the first byte that is no blank; a tab goes to a multiple of eight. */
static unsigned
column_of(struct span line)
{
	unsigned column = 0;

	for (size_t i = 0; i < line.n && column < 10000; i++) {
		if (line.p[i] == ' ')
			column++;
		else if (line.p[i] == '\t')
			column = (column / 8 + 1) * 8;
		else
			break;
	}
	return column;
}

/* A word; quotes may hold blanks and belong to one line. */
static bool
take_word(struct span *rest, struct span *word)
{
	size_t from = 0, end;
	char c;

	while (from < rest->n && ascii_space((unsigned char)rest->p[from]))
		from++;
	*rest = span_from(*rest, from);
	if (rest->n == 0)
		return false;
	c = rest->p[0];
	if (c == '"' || c == '\'') {
		for (end = 1; end < rest->n && rest->p[end] != c; end++)
			end += rest->p[end] == '\\' && end + 1 < rest->n;
		if (end < rest->n) {
			*word = span_sub(*rest, 1, end);
			*rest = span_from(*rest, end + 1);
			return true;
		}
	}
	*word = span_word(rest);
	return true;
}

static bool
is_rule(const struct indent_reader *r, struct span first)
{
	for (const char *const *w = r->rules; *w != NULL; w++)
		if (span_is(first, *w))
			return r->depth == 0;
	return false;
}

static uint32_t
place(const struct indent_reader *r, struct span word)
{
	return (uint32_t)(word.p - r->s.p);
}

static uint32_t
add_words(struct indent_reader *r, struct span text)
{
	uint32_t node = r->open[r->depth];
	struct span rest = text, word;
	bool first = true;

	while (take_word(&rest, &word)) {
		node = path_add(r->t, node, word, r->line, place(r, word));
		if (first && is_rule(r, word)) {
			rest = span_trim(rest);
			return path_append(
			    r->t, node, rest, r->line, place(r, rest));
		}
		first = false;
	}
	return node;
}

static void
on_line(struct indent_reader *r, struct span line)
{
	struct span text = span_trim(line);
	unsigned column = column_of(line);
	uint32_t node;

	if (text.n == 0 || text.p[0] == '#' || text.p[0] == '!' ||
	    span_is(text, "exit") || span_is(text, "end") ||
	    span_starts(text, SPAN("--MORE--")))
		return;
	while (r->depth > 0 && r->column[r->depth] >= column)
		r->depth--;
	node = add_words(r, text);
	path_state(r->t, r->open[r->depth], text, r->line);
	if (r->depth + 1 == LIMIT_TREE_DEPTH) {
		r->t->too_deep = r->t->too_deep ? r->t->too_deep : r->line;
		return;
	}
	r->depth++;
	r->open[r->depth] = node;
	r->column[r->depth] = column;
}

void
path_read_indent(
    struct path_tree *t, const char *const *rules, struct emit *out)
{
	struct indent_reader r = {
	    .t = t, .out = out, .rules = rules, .s = t->bytes};
	struct span rest = t->bytes, line;

	if (span_starts(rest, SPAN("\xef\xbb\xbf")))
		rest = span_from(rest, 3);
	while (span_line(&rest, &line)) {
		r.line++;
		on_line(&r, line);
	}
}
