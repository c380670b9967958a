#include "read/config/path_tree.h"

enum token { T_END, T_WORD, T_OPEN, T_CLOSE, T_STOP, T_LIST, T_LIST_END };

struct braces {
	struct path_tree *t;
	struct emit *out;
	const struct path_braces *dialect; /* of BIG-IP, or NULL */
	bool lines; /* MD-CLI: a line's end ends a statement */
	struct span s;
	size_t i;
	uint32_t line;
	size_t at; /* where the last token began */
	struct span word;
	uint32_t open[LIMIT_TREE_DEPTH];
	unsigned depth, skipped;

	/* The statement under way. */
	uint32_t base, node, first_line;
	size_t first;
	unsigned words;
	bool inactive;
	bool uncounted; /* the braces of a script did not come out */
	bool flat;    /* "/configure ...": from the root, wherever it stands */
	bool deleted; /* "/configure a delete b" */
};

static bool
ends_word(char c)
{
	return ascii_space((unsigned char)c) || c == '{' || c == '}' ||
	       c == ';' || c == '[' || c == ']' || c == '"';
}

static void
skip_line(struct braces *b)
{
	size_t n = span_find_byte(span_from(b->s, b->i), '\n');

	b->i = n == SPAN_NONE ? b->s.n : b->i + n;
}

/* Behind the text "end", or to the end of the source. */
static void
skip_past(struct braces *b, struct span end)
{
	size_t n = span_find(span_from(b->s, b->i), end), to;

	to = n == SPAN_NONE ? b->s.n : b->i + n + end.n;
	for (; b->i < to; b->i++)
		b->line += b->s.p[b->i] == '\n';
	if (n == SPAN_NONE)
		b->out->diag(b->out, DIAG_BLOCK_OPEN, b->line, end);
}

/* Bytes that a pager of SR OS or a terminal left here, or 0. */
static size_t
terminal_bytes(struct span s)
{
	static const char *const pagers[] = {
	    "Press any key to continue (Q to quit)",
	    "Press Q to quit, Enter to print next line or any other key to "
	    "print next page."};
	size_t n = 2;

	for (size_t i = 0; i < sizeof(pagers) / sizeof(*pagers); i++)
		if (span_starts(s, span_str(pagers[i])))
			return strlen(pagers[i]);
	if (s.p[0] != 0x1b)
		return 0;
	if (s.n < 2 || s.p[1] != '[')
		return 1;
	while (n < s.n && n < 16 && (s.p[n] < '@' || s.p[n] > '~'))
		n++;
	return n < s.n ? n + 1 : s.n;
}

/* The same where a line's end counts. */
static void
skip_blanks_of_line(struct braces *b)
{
	while (b->i < b->s.n && b->s.p[b->i] != '\n') {
		char c = b->s.p[b->i];
		size_t n;

		if (ascii_space((unsigned char)c) || c == '\b' || c == '\0')
			b->i++;
		else if (c == '#' && b->words == 0)
			skip_line(b);
		else if ((c == 'P' || c == 0x1b) &&
			 (n = terminal_bytes(span_from(b->s, b->i))) > 0)
			b->i += n;
		else
			break;
	}
}

/* Blanks, comments, and what pagers left.  In the dialect of BIG-IP a line end
 * behind a word is none. */
static void
skip_blanks(struct braces *b)
{
	bool lines = b->dialect != NULL;

	if (b->lines) {
		skip_blanks_of_line(b);
		return;
	}
	while (b->i < b->s.n) {
		char c = b->s.p[b->i];

		if (lines && b->words > 0 && (c == '\n' || c == '#'))
			break;
		if (c == '\n')
			b->line++;
		if (ascii_space((unsigned char)c) || c == '\b' || c == '\0') {
			b->i++;
		} else if (c == '#') {
			skip_line(b);
		} else if (c == '/' && !lines &&
			   span_starts(span_from(b->s, b->i), SPAN("/*"))) {
			skip_past(b, SPAN("*/"));
		} else if (c == '-' && (span_starts(span_from(b->s, b->i),
					   SPAN("---(more")))) {
			skip_past(b, SPAN(")---"));
		} else {
			break;
		}
	}
}

/* Does a statement begin or end here, so that no text goes on over it? */
static bool
is_statement_line(struct span rest)
{
	struct span line =
	    span_trim(span_head(rest, span_find_byte(rest, '\n')));

	return span_is(line, "}") || span_ends(line, SPAN(" {")) ||
	       span_starts(line, SPAN("/configure "));
}

/* Where lines are statements, a text that does not close ends with its
 * line. */
static bool
take_text(struct braces *b)
{
	size_t from = b->i + 1;

	for (size_t i = from; i < b->s.n; i++) {
		char c = b->s.p[i];

		if (c == '"') {
			b->word = span_sub(b->s, from, i);
			for (size_t k = from; k < i; k++)
				b->line += b->s.p[k] == '\n';
			b->i = i + 1;
			return true;
		}
		if (c == '\\' && i + 1 < b->s.n && b->s.p[i + 1] != '\n')
			i++;
		else if (c == '\n' && is_statement_line(span_from(b->s, i + 1)))
			break;
	}
	b->out->diag(b->out, DIAG_BLOCK_OPEN, b->line, SPAN("\""));
	b->i = from;
	skip_line(b);
	b->word = span_rtrim(span_sub(b->s, from, b->i));
	return false;
}

static void
take_quoted(struct braces *b)
{
	size_t from = b->i + 1;

	if (b->lines) {
		take_text(b);
		return;
	}
	b->i++;
	while (b->i < b->s.n && b->s.p[b->i] != '"') {
		b->i += b->s.p[b->i] == '\\' && b->i + 1 < b->s.n;
		b->line += b->s.p[b->i] == '\n';
		b->i++;
	}
	b->word = span_sub(b->s, from, b->i);
	if (b->i >= b->s.n)
		b->out->diag(b->out, DIAG_BLOCK_OPEN, b->line, SPAN("\""));
	else
		b->i++;
}

/* "<ge-0/0/[0-3]>" is one word; brackets elsewhere are lists. */
static void
take_word(struct braces *b)
{
	size_t from = b->i;
	bool pattern = b->s.p[from] == '<';

	for (; b->i < b->s.n; b->i++) {
		char c = b->s.p[b->i];

		if (pattern ? ascii_space((unsigned char)c) || c == ';'
			    : ends_word(c))
			break;
		if (c == '>')
			pattern = false;
	}
	b->word = span_sub(b->s, from, b->i);
}

/* Up to a blank that no backslash stands before: "fe80::[1];" is one word. */
static void
take_bare_word(struct braces *b)
{
	size_t from = b->i;

	for (; b->i < b->s.n; b->i++) {
		char c = b->s.p[b->i];

		if (ascii_space((unsigned char)c))
			break;
		if (c == '\\' && b->i + 1 < b->s.n && b->s.p[b->i + 1] != '\n')
			b->i++;
	}
	b->word = span_sub(b->s, from, b->i);
}

/* A token where lines end statements: a brace is one only when it stands
 * alone. */
static enum token
next_in_lines(struct braces *b)
{
	struct span rest = span_from(b->s, b->i);
	bool alone = rest.n == 1 || ascii_space((unsigned char)rest.p[1]) ||
		     rest.p[1] == '{' || rest.p[1] == '}';

	if (rest.p[0] == '\n')
		return T_STOP;
	if (alone && (rest.p[0] == '{' || rest.p[0] == '}')) {
		b->i++;
		return rest.p[0] == '{' ? T_OPEN : T_CLOSE;
	}
	if (rest.p[0] == '"')
		take_quoted(b);
	else
		take_bare_word(b);
	return T_WORD;
}

static enum token
next_token(struct braces *b)
{
	skip_blanks(b);
	b->at = b->i;
	if (b->i >= b->s.n)
		return T_END;
	if (b->dialect != NULL)
		return next_in_lines(b);
	switch (b->s.p[b->i]) {
	case '\n': /* only where lines count */
		b->i++;
		b->line++;
		return T_STOP;
	case '{':
		b->i++;
		return T_OPEN;
	case '}':
		b->i++;
		return T_CLOSE;
	case ';':
		b->i++;
		return T_STOP;
	case '[':
		b->i++;
		return T_LIST;
	case ']':
		b->i++;
		return T_LIST_END;
	case '"':
		take_quoted(b);
		return T_WORD;
	default:
		take_word(b);
		return T_WORD;
	}
}

static void
begin(struct braces *b)
{
	b->base = b->node = b->open[b->depth];
	b->words = 0;
	b->inactive = b->flat = b->deleted = false;
}

/* "[ex:/configure system]", "(gl)[/configure router "Base" bgp]": where the
 * statements below belong.  False: no such line. */
static bool
meet_context(struct braces *b, struct span line)
{
	size_t slash;
	struct span rest;
	size_t end = b->i;
	uint32_t number = b->line;

	if (!span_ends(line, SPAN("]")) || b->depth > 0)
		return false;
	slash = span_find_byte(line, '/');
	if (slash == SPAN_NONE || slash > 10 ||
	    span_find_byte(span_head(line, slash), '[') == SPAN_NONE)
		return false;
	rest = span_sub(line, slash + 1, line.n - 1);
	b->open[0] = PATH_ROOT;
	while (rest.n > 0) {
		b->i = (size_t)(rest.p - b->s.p);
		if (next_token(b) != T_WORD || b->word.p >= rest.p + rest.n)
			break;
		b->open[0] = path_add(
		    b->t, b->open[0], b->word, b->line, (uint32_t)b->at);
		rest = span_from(rest, b->i - (size_t)(rest.p - b->s.p));
	}
	b->i = end;
	b->line = number;
	begin(b);
	return true;
}

/* "user@host> show configuration", "[edit system]", "{master:0}" */
static bool
is_around(struct braces *b, enum token token)
{
	struct span before = span_head(b->s, b->at), rest, line;
	size_t mark = span_rfind_byte(
	    span_from(before, before.n > 64 ? before.n - 64 : 0), '\n');
	bool starts =
	    b->at == 0 || before.p[before.n - 1] == '\n' || mark == SPAN_NONE;

	if (b->words > 0 || !starts)
		return false;
	rest = span_from(b->s, b->at);
	line = span_trim(span_head(rest, span_find_byte(rest, '\n')));
	if (b->lines && (token == T_LIST || span_starts(line, SPAN("("))))
		return meet_context(b, line);
	if (token == T_LIST)
		return span_starts(line, SPAN("[edit"));
	if (token == T_OPEN)
		return line.n > 1 && span_find_byte(line, '}') == line.n - 1;
	if (token != T_WORD || span_find_byte(b->word, '@') == SPAN_NONE)
		return false;
	return span_ends(b->word, SPAN(">")) || span_ends(b->word, SPAN("#")) ||
	       span_ends(b->word, SPAN("%"));
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
	if (b->words == 0) {
		if (is_mark(b->word)) {
			b->inactive |=
			    b->word.p[0] == 'i' || b->word.p[0] == 'd';
			return;
		}
		b->first = b->at;
		b->first_line = b->line;
		b->flat = b->lines && b->s.p[b->at] == '/';
	}
	b->words++;
	if (b->flat && b->words == 1) {
		b->word = span_from(b->word, 1);
		b->base = b->node = PATH_ROOT;
	} else if (b->flat && span_is(b->word, "delete") &&
		   b->s.p[b->at] != '"') {
		b->deleted = true;
		return;
	}
	if (b->deleted) {
		b->node = path_find(b->t, b->node, b->word);
		return;
	}
	b->node = path_add(b->t, b->node, b->word, b->line, (uint32_t)b->at);
}

/* word [ a b c ] */
static void
on_list(struct braces *b)
{
	enum token token;
	size_t back;

	while ((token = next_token(b)) == T_WORD || token == T_LIST) {
		if (token == T_LIST)
			continue;
		b->words++;
		path_add(b->t, b->node, b->word, b->line, (uint32_t)b->at);
	}
	back = b->at;
	if (token != T_LIST_END) {
		b->i = back;
		b->line -= token == T_STOP && b->s.p[back] == '\n';
	}
}

static void
mark_inactive(struct braces *b)
{
	if (b->inactive && b->node != PATH_NONE && b->words > 0)
		path_at(b->t, b->node)->flags |= PATH_INACTIVE;
}

static void
on_stop(struct braces *b, size_t end)
{
	struct span text = span_rtrim(span_sub(b->s, b->first, end));

	mark_inactive(b);
	if (b->deleted && b->node != PATH_NONE && b->node != PATH_ROOT)
		path_at(b->t, b->node)->flags |= PATH_INACTIVE | PATH_DELETED;
	if (b->words > 0)
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

	for (i = b->i; i < b->s.n && !b->uncounted; i++) {
		char c = b->s.p[i];

		if (c == '\\')
			i++;
		else if (c == '{')
			depth++;
		else if (c == '}' && --depth == 0)
			return i;
	}
	b->uncounted = true;
	i = span_find(span_from(b->s, b->i), SPAN("\n}"));
	return i == SPAN_NONE ? b->s.n : b->i + i + 1;
}

/* The body is one word below what the block is called; as a statement stands
 * only its head. */
static void
take_script(struct braces *b)
{
	size_t from = b->i, end = script_end(b);
	struct span body = span_trim(span_sub(b->s, from, end));
	struct span head = span_sub(b->s, b->first, from - 1);

	if (end == b->s.n)
		b->out->diag(b->out, DIAG_BLOCK_OPEN, b->line, SPAN("}"));
	if (body.n > 0)
		path_add(b->t, b->node, body, b->line, (uint32_t)from);
	path_state(b->t, b->open[b->depth], span_rtrim(head), b->first_line);
	for (; b->i < end; b->i++)
		b->line += b->s.p[b->i] == '\n';
	b->i += b->i < b->s.n;
	begin(b);
}

/* Is what opens here closed on this line, with words only in it? */
static bool
is_inline(const struct braces *b)
{
	for (size_t i = b->i; i + 1 < b->s.n; i++) {
		char c = b->s.p[i], next = b->s.p[i + 1];

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
	enum token token;

	while ((token = next_token(b)) == T_WORD) {
		if (object && name != PATH_NONE) {
			path_add(b->t, name, b->word, b->line, (uint32_t)b->at);
			name = PATH_NONE;
			continue;
		}
		name =
		    path_add(b->t, b->node, b->word, b->line, (uint32_t)b->at);
	}
	if (token != T_CLOSE)
		b->i = b->at;
	on_stop(b, b->i);
}

static void
on_open(struct braces *b)
{
	const struct path_braces *dialect = b->dialect;

	if (dialect != NULL && b->words > 0 && b->node != PATH_NONE) {
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
		b->t->too_deep = b->t->too_deep ? b->t->too_deep : b->line;
	} else {
		b->open[++b->depth] = b->node;
	}
	begin(b);
}

static void
on_close(struct braces *b)
{
	if (b->words > 0)
		on_stop(b, b->at);
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
	    .out = out,
	    .dialect = dialect,
	    .lines = lines,
	    .s = t->bytes,
	    .line = 1};
	enum token token;

	begin(&b);
	while ((token = next_token(&b)) != T_END) {
		if (dialect == NULL && b.words == 0 && is_around(&b, token))
			skip_line(&b);
		else if (token == T_WORD)
			on_word(&b);
		else if (token == T_OPEN)
			on_open(&b);
		else if (token == T_CLOSE)
			on_close(&b);
		else if (token == T_STOP)
			on_stop(&b, b.i);
		else if (token == T_LIST)
			on_list(&b);
	}
	if ((b.words > 0 && !lines) || b.depth > 0)
		out->diag(out, DIAG_TRUNCATED, b.line, SPAN("}"));
	if (b.words > 0)
		on_stop(&b, b.i);
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
