#include "read/show/show_clean.h"

/* The questions of pagers; what follows overwrites them. */
static const char *const pagers[] = {"--More--", "<--- More --->",
    "---(more)---", "-- More --", "--MORE--", "---(more ", NULL};

static bool
is_dirty(struct span s)
{
	for (size_t i = 0; pagers[i] != NULL; i++)
		if (span_has(s, pagers[i]))
			return true;
	return span_find_byte(s, '\b') != SPAN_NONE ||
	       span_find_byte(s, '\033') != SPAN_NONE ||
	       span_find_byte(s, '\a') != SPAN_NONE;
}

/* Bytes of the escape sequence at the start of s. */
static size_t
escape_length(struct span s)
{
	size_t i = 2;

	if (s.n < 2)
		return 1;
	if (s.p[1] != '[')
		return 2;
	while (i < s.n &&
	       ((unsigned char)s.p[i] < 0x40 || (unsigned char)s.p[i] > 0x7e))
		i++;
	return i < s.n ? i + 1 : s.n;
}

/* Bytes of a pager's question at the start of s; 0: none. */
static size_t
pager_length(struct span s)
{
	for (size_t i = 0; pagers[i] != NULL; i++) {
		struct span p = span_str(pagers[i]);
		size_t end;

		if (!span_starts(s, p))
			continue;
		if (!span_ends(p, SPAN(" ")))
			return p.n;
		/* "---(more 42%)---" */
		end = span_find(span_head(s, p.n + 16), SPAN(")---"));
		return end == SPAN_NONE ? p.n : end + 4;
	}
	return 0;
}

/* A pager's question of n bytes.  The terminal wipes it out with what follows;
 * where a collector kept the blanks of that alone, they and the blank in front
 * go too.  Returns how many bytes are done with. */
static size_t
question(struct span line, size_t n, char *out, size_t *at)
{
	size_t blanks = 0;

	if (line.n > n &&
	    (line.p[n] == '\b' || line.p[n] == '\r' || line.p[n] == '\033' ||
		(line.n > n + 1 && line.p[n] == ' ' &&
		    line.p[n + 1] == '\b'))) {
		memset(out + *at, ' ', n);
		*at += n;
		return n;
	}
	while (blanks < 10 && n + blanks < line.n && line.p[n + blanks] == ' ')
		blanks++;
	*at -= *at == 1 && out[0] == ' ';
	return n + blanks;
}

/* A line as it looked in the end: a carriage return goes back to its start. */
static size_t
line_clean(struct span line, char *out)
{
	size_t at = 0, end = 0, n;

	line = span_rtrim(line);
	while (line.n > 0) {
		char c = line.p[0];

		n = 1;
		if (c == '\033') {
			n = escape_length(line);
		} else if (c == '\b') {
			at -= at > 0;
		} else if (c == '\r') {
			at = 0;
		} else if ((c == '-' || c == '<') &&
			   (n = pager_length(line)) > 0) {
			n = question(line, n, out, &at);
			end = at;
		} else if (c != '\a') {
			n = 1;
			out[at++] = c;
			end = at > end ? at : end;
		}
		line = span_from(line, n > 0 ? n : 1);
	}
	while (end > 0 && out[end - 1] == ' ')
		end--;
	return end;
}

struct span
show_clean(struct arena *a, struct span text)
{
	struct span rest = text, line;
	char *out;
	size_t n = 0;

	if (!is_dirty(text))
		return text;
	out = arena_alloc(a, text.n + 1);
	while (span_line(&rest, &line)) {
		n += line_clean(line, out + n);
		if (rest.n > 0 || span_ends(text, SPAN("\n")))
			out[n++] = '\n';
	}
	return span_of(out, n);
}
