#include "read/show/textfsm_text.h"

/* Length of the UTF-8 sequence at the start of s, 0 when it is broken (Unicode
 * 15, table 3-7). */
static size_t
sequence_length(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (n == 1)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || s.n < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* Bytes of the line end at the start of s, 0: there is none. */
static size_t
line_end(struct span s)
{
	unsigned char c = (unsigned char)s.p[0];

	if (c == '\r')
		return s.n > 1 && s.p[1] == '\n' ? 2 : 1;
	if ((c >= '\n' && c <= '\f') || (c >= 0x1c && c <= 0x1e))
		return 1;
	if (span_starts(s, SPAN("\xc2\x85")))
		return 2;
	return span_starts(s, SPAN("\xe2\x80\xa8")) ||
		       span_starts(s, SPAN("\xe2\x80\xa9"))
		   ? 3
		   : 0;
}

static struct span
repaired(struct arena *a, struct span s)
{
	char *out = arena_alloc(a, s.n * 3);
	size_t n = 0;

	while (s.n > 0) {
		size_t k = sequence_length(s);

		memcpy(out + n, k > 0 ? s.p : "\xef\xbf\xbd", k > 0 ? k : 3);
		n += k > 0 ? k : 3;
		s = span_from(s, k > 0 ? k : 1);
	}
	return span_of(out, n);
}

static bool
is_utf8(struct span s)
{
	while (s.n > 0) {
		size_t k = sequence_length(s);

		if (k == 0)
			return false;
		s = span_from(s, k);
	}
	return true;
}

bool
text_line(struct span *rest, struct arena *a, struct span *line, bool *ascii)
{
	const struct span s = *rest;
	unsigned char high = 0;
	size_t i = 0, end = 0;

	if (s.n == 0)
		return false;
	for (; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		high |= c;
		if ((c >= 0x20 && c < 0x80) || c == '\t')
			continue;
		end = line_end(span_from(s, i));
		if (end > 0)
			break;
	}
	*line = span_head(s, i);
	*rest = span_from(s, i + end);
	*ascii = high < 0x80;
	if (!*ascii && !is_utf8(*line))
		*line = repaired(a, *line);
	return true;
}
