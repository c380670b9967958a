#include "base/shell.h"

#include "base/safe.h"

static bool
is_bare(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alnum((unsigned char)s.p[i]) &&
		    memchr("_@%+:,./-", s.p[i], 9) == NULL)
			return false;
	return s.n > 0;
}

static void
put_single(struct buf *b, struct span s)
{
	buf_byte(b, '\'');
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\'')
			buf_puts(b, "'\\''");
		else
			buf_byte(b, s.p[i]);
	buf_byte(b, '\'');
}

/* Three octal digits are never taken for more than they are. */
static void
put_dollar(struct buf *b, struct span s)
{
	buf_puts(b, "$'");
	while (s.n > 0) {
		size_t n = utf8_len(s);
		struct span piece = span_head(s, n > 0 ? n : 1);

		if (!safe_shown(piece))
			for (size_t i = 0; i < piece.n; i++)
				buf_fmt(b, "\\%03o", (unsigned char)piece.p[i]);
		else if (piece.p[0] == '\'' || piece.p[0] == '\\')
			buf_fmt(b, "\\%c", piece.p[0]);
		else
			buf_put(b, piece);
		s = span_from(s, piece.n);
	}
	buf_byte(b, '\'');
}

void
shell_put(struct buf *b, struct span s)
{
	if (is_bare(s))
		buf_put(b, s);
	else if (safe_shown(s))
		put_single(b, s);
	else
		put_dollar(b, s);
}
