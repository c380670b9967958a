#include "read/config/path_tree.h"

#include "read/config/path_tokens.h"

struct braces {
	struct path_tree *t;
	struct path_tokens k;
	uint32_t open[LIMIT_TREE_DEPTH];
	unsigned depth, skipped;

	/* The statement under way. */
	uint32_t base, node, first_line;
	size_t first;
	bool inactive;
	bool uncounted; /* the braces of a script did not come out */
	bool flat;    /* "/configure ...": from the root, wherever it stands */
	bool deleted; /* "/configure a delete b" */
};

static void
begin(struct braces *b)
{
	b->base = b->node = b->open[b->depth];
	b->k.words = 0;
	b->inactive = b->flat = b->deleted = false;
}

/* "[ex:/configure system]", "(gl)[/configure router "Base" bgp]": where the
 * statements below belong.  False: no such line. */
static bool
meet_context(struct braces *b, struct span line)
{
	size_t slash;
	struct span rest;
	size_t end = b->k.i;
	uint32_t number = b->k.line;

	if (!span_ends(line, SPAN("]")) || b->depth > 0)
		return false;
	slash = span_find_byte(line, '/');
	if (slash == SPAN_NONE || slash > 10 ||
	    span_find_byte(span_head(line, slash), '[') == SPAN_NONE)
		return false;
	rest = span_sub(line, slash + 1, line.n - 1);
	b->open[0] = PATH_ROOT;
	while (rest.n > 0) {
		b->k.i = (size_t)(rest.p - b->k.s.p);
		if (path_token_next(&b->k) != T_WORD ||
		    b->k.word.p >= rest.p + rest.n)
			break;
		b->open[0] = path_add(
		    b->t, b->open[0], b->k.word, b->k.line, (uint32_t)b->k.at);
		rest = span_from(rest, b->k.i - (size_t)(rest.p - b->k.s.p));
	}
	b->k.i = end;
	b->k.line = number;
	begin(b);
	return true;
}

/* "user@host> show configuration", "[edit system]", "{master:0}" */
static bool
is_around(struct braces *b, enum path_token token)
{
	struct span before = span_head(b->k.s, b->k.at), rest, line;
	size_t mark = span_rfind_byte(
	    span_from(before, before.n > 64 ? before.n - 64 : 0), '\n');
	bool starts =
	    b->k.at == 0 || before.p[before.n - 1] == '\n' || mark == SPAN_NONE;

	if (b->k.words > 0 || !starts)
		return false;
	rest = span_from(b->k.s, b->k.at);
	line = span_trim(span_head(rest, span_find_byte(rest, '\n')));
	if (b->k.lines && (token == T_LIST || span_starts(line, SPAN("("))))
		return meet_context(b, line);
	if (b->k.dialect != NULL && b->depth > 0)
		return false;
	if (span_starts(line, SPAN("[edit")))
		return true;
	if (token == T_OPEN)
		return line.n > 1 && span_find_byte(line, '}') == line.n - 1;
	if (token != T_WORD || span_find_byte(b->k.word, '@') == SPAN_NONE)
		return false;
	return span_find_byte(SPAN(">#%$"), b->k.word.p[b->k.word.n - 1]) !=
	       SPAN_NONE;
}

static bool
is_mark(struct span w)
{
	return span_is(w, "inactive:") || span_is(w, "protect:") ||
	       span_is(w, "replace:") || span_is(w, "active:") ||
	       span_is(w, "delete:");
}

static void
on_word(struct braces *b)
{
	if (b->k.words == 0) {
		if (is_mark(b->k.word)) {
			b->inactive |=
			    b->k.word.p[0] == 'i' || b->k.word.p[0] == 'd';
			return;
		}
		b->first = b->k.at;
		b->first_line = b->k.at_line;
		b->flat = b->k.lines && b->k.s.p[b->k.at] == '/';
	}
	b->k.words++;
	if (b->flat && b->k.words == 1) {
		b->k.word = span_from(b->k.word, 1);
		b->base = b->node = PATH_ROOT;
	} else if (b->flat && span_is(b->k.word, "delete") &&
		   b->k.s.p[b->k.at] != '"') {
		b->deleted = true;
		return;
	}
	if (b->deleted) {
		b->node = path_find(b->t, b->node, b->k.word);
		return;
	}
	if (b->k.word.n > 0 || b->k.dialect == NULL || !b->k.dialect->slashes)
		b->node = path_add(
		    b->t, b->node, b->k.word, b->k.line, (uint32_t)b->k.at);
}

/* word [ a b c ] */
static void
on_list(struct braces *b)
{
	enum path_token token;
	size_t back;

	while ((token = path_token_next(&b->k)) == T_WORD || token == T_LIST) {
		if (token == T_LIST)
			continue;
		b->k.words++;
		path_add(
		    b->t, b->node, b->k.word, b->k.line, (uint32_t)b->k.at);
	}
	back = b->k.at;
	if (token != T_LIST_END) {
		b->k.i = back;
		b->k.line -= token == T_STOP && b->k.s.p[back] == '\n';
	}
}

static void
mark_inactive(struct braces *b)
{
	if (b->inactive && b->node != PATH_NONE && b->k.words > 0)
		path_at(b->t, b->node)->flags |= PATH_INACTIVE;
}

static void
on_stop(struct braces *b, size_t end)
{
	struct span text = span_rtrim(span_sub(b->k.s, b->first, end));

	mark_inactive(b);
	if (b->deleted && b->node != PATH_NONE && b->node != PATH_ROOT)
		path_at(b->t, b->node)->flags |= PATH_INACTIVE | PATH_DELETED;
	if (b->k.words > 0)
		path_state(b->t, b->base, text, b->first_line);
	begin(b);
}

/* The brace that closes a script, counting as Tcl does: a backslash takes a
 * brace away, quotes and comments do not.  Where the count does not come out,
 * a brace at a line's start ends this script and all later ones, so that no
 * byte is counted often. */
static size_t
script_end(struct braces *b)
{
	size_t depth = 1, i;

	for (i = b->k.i; i < b->k.s.n && !b->uncounted; i++) {
		char c = b->k.s.p[i];

		if (c == '\\')
			i++;
		else if (c == '{')
			depth++;
		else if (c == '}' && --depth == 0)
			return i;
	}
	b->uncounted = true;
	i = span_find(span_from(b->k.s, b->k.i), SPAN("\n}"));
	return i == SPAN_NONE ? b->k.s.n : b->k.i + i + 1;
}

/* The body is one word below what the block is called; as a statement stands
 * only its head. */
static void
take_script(struct braces *b)
{
	size_t from = b->k.i, end = script_end(b);
	struct span body = span_trim(span_sub(b->k.s, from, end));
	struct span head = span_sub(b->k.s, b->first, from - 1);

	if (end == b->k.s.n)
		b->k.out->diag(b->k.out, DIAG_BLOCK_OPEN, b->k.line, SPAN("}"));
	if (body.n > 0)
		path_add(b->t, b->node, body, b->k.line, (uint32_t)from);
	path_state(b->t, b->open[b->depth], span_rtrim(head), b->first_line);
	for (; b->k.i < end; b->k.i++)
		b->k.line += b->k.s.p[b->k.i] == '\n';
	b->k.i += b->k.i < b->k.s.n;
	begin(b);
}

/* Is what opens here closed on this line, with words only in it? */
static bool
is_inline(const struct braces *b)
{
	for (size_t i = b->k.i; i + 1 < b->k.s.n; i++) {
		char c = b->k.s.p[i], next = b->k.s.p[i + 1];

		if (c == '\n')
			return false;
		if (ascii_blank((unsigned char)c) &&
		    (next == '{' || next == '}'))
			return next == '}';
	}
	return false;
}

/* word { a b c }: values; of an object of its own a name and its value. */
static void
on_inline(struct braces *b)
{
	bool object = b->depth == 0;
	uint32_t name = PATH_NONE;
	enum path_token token;

	while ((token = path_token_next(&b->k)) == T_WORD) {
		if (object && name != PATH_NONE) {
			path_add(b->t, name, b->k.word, b->k.line,
			    (uint32_t)b->k.at);
			name = PATH_NONE;
			continue;
		}
		name = path_add(
		    b->t, b->node, b->k.word, b->k.line, (uint32_t)b->k.at);
	}
	if (token != T_CLOSE)
		b->k.i = b->k.at;
	on_stop(b, b->k.i);
}

static void
on_open(struct braces *b)
{
	const struct path_braces *dialect = b->k.dialect;

	if (dialect != NULL && dialect->is_script != NULL && b->k.words > 0 &&
	    b->node != PATH_NONE) {
		if (dialect->is_script(b->t, b->node)) {
			take_script(b);
			return;
		}
		if (is_inline(b)) {
			on_inline(b);
			return;
		}
	}
	mark_inactive(b);
	if (b->depth + 1 == LIMIT_TREE_DEPTH) {
		b->skipped++;
		b->t->too_deep = b->t->too_deep ? b->t->too_deep : b->k.line;
	} else {
		b->open[++b->depth] = b->node;
	}
	begin(b);
}

static void
on_close(struct braces *b)
{
	if (b->k.words > 0)
		on_stop(b, b->k.at);
	if (b->skipped > 0)
		b->skipped--;
	else if (b->depth > 0)
		b->depth--;
	begin(b);
}

static void
read_all(struct path_tree *t, const struct path_braces *dialect, bool lines,
    struct emit *out)
{
	struct braces b = {.t = t,
	    .k = {.out = out,
		.dialect = dialect,
		.lines = lines,
		.s = t->bytes,
		.line = 1}};
	bool around = dialect == NULL || dialect->slashes;
	enum path_token token;

	begin(&b);
	while ((token = path_token_next(&b.k)) != T_END) {
		if (around && is_around(&b, token))
			path_token_skip_line(&b.k);
		else if (token == T_WORD)
			on_word(&b);
		else if (token == T_OPEN)
			on_open(&b);
		else if (token == T_CLOSE)
			on_close(&b);
		else if (token == T_STOP)
			on_stop(&b, b.k.i);
		else if (token == T_LIST)
			on_list(&b);
	}
	if ((b.k.words > 0 && !lines && (dialect == NULL || !around)) ||
	    b.depth > 0)
		out->diag(out, DIAG_TRUNCATED, b.k.line, SPAN("}"));
	if (b.k.words > 0)
		on_stop(&b, b.k.i);
}

void
path_read_braces(struct path_tree *t, struct emit *out)
{
	read_all(t, NULL, false, out);
}

void
path_read_brace_lines(struct path_tree *t, struct emit *out)
{
	read_all(t, NULL, true, out);
}

void
path_read_braces_as(
    struct path_tree *t, const struct path_braces *dialect, struct emit *out)
{
	read_all(t, dialect, false, out);
}
