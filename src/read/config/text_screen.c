#include "read/config/text_screen.h"

/* Bytes of a terminal escape sequence (ECMA-48 section 5.4) at its start. */
static size_t
escape_length(struct span s)
{
	size_t n = 2;

	if (s.n < 2 || s.p[1] != '[')
		return s.n < 2 ? s.n : 2;
	while (n < s.n && (s.p[n] < '@' || s.p[n] > '~'))
		n++;
	return n < s.n ? n + 1 : n;
}

/* Columns that "ESC [ n D" goes back, 0 for any other sequence. */
static size_t
columns_back(struct span escape)
{
	uint64_t n;

	if (escape.n < 3 || escape.p[escape.n - 1] != 'D')
		return 0;
	if (escape.n == 3)
		return 1;
	return span_u64(span_sub(escape, 2, escape.n - 1), &n) ? (size_t)n : 0;
}

bool
text_has_control(struct span line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '\b' || line.p[i] == '\r' ||
		    line.p[i] == '\0' || line.p[i] == 0x1b)
			return true;
	return false;
}

struct span
text_screen(struct arena *a, struct span line)
{
	char *out = arena_alloc(a, line.n + 1);
	size_t at = 0, n = 0, back;

	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (c == '\b') {
			at -= at > 0;
		} else if (c == '\r') {
			at = 0;
		} else if (c == 0x1b) {
			struct span rest = span_from(line, i);
			size_t length = escape_length(rest);

			back = columns_back(span_head(rest, length));
			at -= back < at ? back : at;
			i += length - 1;
		} else {
			out[at++] = c == '\0' ? ' ' : c;
			n = at > n ? at : n;
		}
	}
	return span_of(out, n);
}
