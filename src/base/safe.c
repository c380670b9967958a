#include "base/safe.h"

size_t
utf8_len(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned lo = 0x80, hi = 0xbf;
	size_t n;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (s.n < n)
		return 0;
	if (p[0] == 0xe0)
		lo = 0xa0;
	else if (p[0] == 0xed)
		hi = 0x9f;
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)
		hi = 0x8f;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* U+0080..U+009F, U+200E, U+200F, U+202A..U+202E, U+2066..U+2069. */
static bool
unseen(struct span sequence)
{
	const unsigned char *p = (const unsigned char *)sequence.p;

	if (sequence.n == 2)
		return p[0] == 0xc2 && p[1] < 0xa0;
	if (sequence.n != 3 || p[0] != 0xe2)
		return false;
	if (p[1] == 0x80)
		return p[2] == 0x8e || p[2] == 0x8f ||
		    (p[2] >= 0xaa && p[2] <= 0xae);
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9;
}

/* The next piece of s that may be shown, or '?' for what may not. */
static struct span
safe_next(struct span *s)
{
	unsigned char c = (unsigned char)s->p[0];
	size_t n = utf8_len(*s);
	struct span piece = span_head(*s, n);

	*s = span_from(*s, n > 0 ? n : 1);
	if (c == '\t')
		return SPAN(" ");
	if (n == 0 || c < 0x20 || c == 0x7f || unseen(piece))
		return SPAN("?");
	return piece;
}

bool
safe_shown(struct span s)
{
	while (s.n > 0) {
		const char *at = s.p;

		if (safe_next(&s).p != at)
			return false;
	}
	return true;
}

void
safe_write(FILE *f, struct span s)
{
	while (s.n > 0) {
		struct span piece = safe_next(&s);

		fwrite(piece.p, 1, piece.n, f);
	}
}

void
safe_put(struct buf *b, struct span s)
{
	while (s.n > 0)
		buf_put(b, safe_next(&s));
}
