#include "report/markdown_put.h"

#include <string.h>

#include "base/safe.h"

/* Could the character at i be markup, a link or a mention? */
static bool
is_mark(struct span s, size_t i)
{
	char c = s.p[i];

	if (c == ':')
		return i + 1 < s.n && s.p[i + 1] == '/';
	if (c == '.')
		return i >= 3 && span_is_nocase(span_sub(s, i - 3, i), "www");
	return strchr("\\`*_{}[]<>#!|~&@$", c) != NULL;
}

void
markdown_put(FILE *f, struct buf *room, struct span s)
{
	buf_reset(room);
	safe_put(room, s);
	s = buf_span(room);
	for (size_t i = 0; i < s.n; i++) {
		if (is_mark(s, i))
			putc('\\', f);
		putc(s.p[i], f);
	}
}

void
markdown_code(FILE *f, const struct span *v, size_t n)
{
	putc('\n', f);
	for (size_t i = 0; i < n; i++) {
		fputs("    ", f);
		safe_write(f, v[i]);
		putc('\n', f);
	}
}
