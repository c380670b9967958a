#include "read/config/path_tree.h"

struct blocks {
	struct path_tree *t;
	struct emit *out;
	struct span s;
	size_t i;
	uint32_t line;
	uint32_t open[LIMIT_TREE_DEPTH];
	unsigned depth, skipped;
};

static void
skip_line(struct blocks *b)
{
	size_t n = span_find_byte(span_from(b->s, b->i), '\n');

	b->i = n == SPAN_NONE ? b->s.n : b->i + n;
}

static void
skip_comment(struct blocks *b)
{
	size_t n = span_find(span_from(b->s, b->i + 2), SPAN("*/")), to;

	to = n == SPAN_NONE ? b->s.n : b->i + 2 + n + 2;
	for (; b->i < to; b->i++)
		b->line += b->s.p[b->i] == '\n';
	if (n == SPAN_NONE)
		b->out->diag(b->out, DIAG_BLOCK_OPEN, b->line, SPAN("/*"));
}

/* A word of the line, without its quotes; what is quoted may go over lines.
 * False at the line's end. */
static bool
take_word(struct blocks *b, struct span *word, size_t *at)
{
	size_t i = b->i, from;

	while (i < b->s.n && b->s.p[i] != '\n' &&
	       ascii_space((unsigned char)b->s.p[i]))
		i++;
	b->i = *at = from = i;
	if (i >= b->s.n || b->s.p[i] == '\n')
		return false;
	if (b->s.p[i] == '"') {
		for (i++; i < b->s.n && b->s.p[i] != '"'; i++)
			i += b->s.p[i] == '\\' && i + 1 < b->s.n;
		*word = span_sub(b->s, from + 1, i);
		for (size_t k = from; k < i && k < b->s.n; k++)
			b->line += b->s.p[k] == '\n';
		if (i >= b->s.n)
			b->out->diag(
			    b->out, DIAG_BLOCK_OPEN, b->line, SPAN("\""));
		b->i = i < b->s.n ? i + 1 : b->s.n;
		return true;
	}
	while (i < b->s.n && !ascii_space((unsigned char)b->s.p[i]))
		i++;
	b->i = i;
	*word = span_sub(b->s, from, i);
	return true;
}

static void
open_block(struct blocks *b, uint32_t node)
{
	if (b->depth + 1 == LIMIT_TREE_DEPTH) {
		b->skipped++;
		b->t->too_deep = b->t->too_deep ? b->t->too_deep : b->line;
		return;
	}
	b->open[++b->depth] = node;
}

static void
close_block(struct blocks *b)
{
	if (b->skipped > 0)
		b->skipped--;
	else if (b->depth > 0)
		b->depth--;
}

/* What a terminal adds: "vyos@r1:~$ show configuration", "[edit]". */
static bool
is_around(const struct blocks *b, struct span word)
{
	if (b->depth > 0)
		return false;
	return (span_find_byte(word, '@') != SPAN_NONE &&
		   (span_ends(word, SPAN("$")) || span_ends(word, SPAN("#")) ||
		       span_ends(word, SPAN(">")))) ||
	       span_starts(word, SPAN("[edit"));
}

static void
statement(struct blocks *b)
{
	uint32_t node = b->open[b->depth], first_line = b->line;
	size_t first = b->i, at;
	struct span word;
	unsigned n = 0;

	while (take_word(b, &word, &at)) {
		bool bare = b->s.p[at] != '"';

		if (n == 0)
			first = at;
		if (n == 0 && is_around(b, word)) {
			skip_line(b);
			return;
		}
		if (bare && span_is(word, "{")) {
			open_block(b, node);
			return;
		}
		if (bare && span_is(word, "}")) {
			close_block(b);
			return;
		}
		if (word.n > 0)
			node =
			    path_add(b->t, node, word, b->line, (uint32_t)at);
		n++;
	}
	if (n > 0)
		path_state(b->t, b->open[b->depth],
		    span_rtrim(span_sub(b->s, first, b->i)), first_line);
}

void
path_read_blocks(struct path_tree *t, struct emit *out)
{
	struct blocks b = {.t = t, .out = out, .s = t->bytes, .line = 1};

	while (b.i < b.s.n) {
		char c = b.s.p[b.i];
		struct span rest = span_from(b.s, b.i);

		if (c == '\n')
			b.line++;
		if (ascii_space((unsigned char)c) || c == '\0')
			b.i++;
		else if (span_starts(rest, SPAN("/*")))
			skip_comment(&b);
		else if (c == '#' || span_starts(rest, SPAN("//")))
			skip_line(&b);
		else
			statement(&b);
	}
	if (b.depth > 0)
		out->diag(out, DIAG_TRUNCATED, b.line, SPAN("}"));
}
