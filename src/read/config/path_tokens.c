/* The tokens of configurations in braces. */
#include "read/config/path_tokens.h"

static bool
ends_word(char c)
{
	return ascii_space((unsigned char)c) || c == '{' || c == '}' ||
	       c == ';' || c == '[' || c == ']' || c == '"';
}

void
path_token_skip_line(struct path_tokens *b)
{
	size_t n = span_find_byte(span_from(b->s, b->i), '\n');

	b->i = n == SPAN_NONE ? b->s.n : b->i + n;
}

/* Behind the text "end", or to the end of the source. */
static void
skip_past(struct path_tokens *b, struct span end)
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
skip_blanks_of_line(struct path_tokens *b)
{
	while (b->i < b->s.n && b->s.p[b->i] != '\n') {
		char c = b->s.p[b->i];
		size_t n;

		if (ascii_space((unsigned char)c) || c == '\b' || c == '\0')
			b->i++;
		else if (c == '#' && b->words == 0)
			path_token_skip_line(b);
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
skip_blanks(struct path_tokens *b)
{
	bool lines = b->dialect != NULL;

	if (b->lines) {
		skip_blanks_of_line(b);
		return;
	}
	while (b->i < b->s.n) {
		char c = b->s.p[b->i];

		if (lines && b->words > 0 &&
		    (c == '\n' || c == '#' || c == '/'))
			break;
		if (c == '\n')
			b->line++;
		if (ascii_space((unsigned char)c) || c == '\b' || c == '\0') {
			b->i++;
		} else if (c == '#') {
			path_token_skip_line(b);
		} else if (c == '/' && (!lines || b->dialect->slashes) &&
			   span_starts(span_from(b->s, b->i), SPAN("/*"))) {
			skip_past(b, SPAN("*/"));
		} else if (c == '/' && lines && b->dialect->slashes &&
			   span_starts(span_from(b->s, b->i), SPAN("//"))) {
			path_token_skip_line(b);
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
take_text(struct path_tokens *b)
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
	path_token_skip_line(b);
	b->word = span_rtrim(span_sub(b->s, from, b->i));
	return false;
}

static void
take_quoted(struct path_tokens *b)
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
take_word(struct path_tokens *b)
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
take_bare_word(struct path_tokens *b)
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
static enum path_token
next_in_lines(struct path_tokens *b)
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

enum path_token
path_token_next(struct path_tokens *b)
{
	skip_blanks(b);
	b->at = b->i;
	b->at_line = b->line;
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
