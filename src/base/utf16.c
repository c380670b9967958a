#include "base/utf16.h"

bool
utf16_marked(struct span s)
{
	if (s.n < 2)
		return false;
	if ((unsigned char)s.p[0] == 0xfe && (unsigned char)s.p[1] == 0xff)
		return true;
	return (unsigned char)s.p[0] == 0xff && (unsigned char)s.p[1] == 0xfe &&
	       (s.n < 4 || s.p[2] != 0 || s.p[3] != 0);
}

static uint32_t
unit(struct span s, size_t i, bool big)
{
	uint32_t a = (unsigned char)s.p[i], b = (unsigned char)s.p[i + 1];

	return big ? a << 8 | b : b << 8 | a;
}

static size_t
utf8_put(char *p, uint32_t c)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = n; i-- > 1; c >>= 6)
		p[i] = (char)(0x80 | (c & 0x3f));
	p[0] = (char)(lead[n] | c);
	return n;
}

struct span
utf16_read(struct arena *a, struct span s)
{
	bool big = (unsigned char)s.p[0] == 0xfe;
	/* A unit is three bytes at most, a pair of them four. */
	char *p = arena_alloc(a, s.n / 2 * 3 + 1);
	size_t n = 0;

	for (size_t i = 2; i + 2 <= s.n; i += 2) {
		uint32_t c = unit(s, i, big);

		if (c >= 0xd800 && c < 0xdc00 && i + 4 <= s.n &&
		    (unit(s, i + 2, big) & 0xfc00) == 0xdc00) {
			c = 0x10000 + ((c & 0x3ff) << 10) +
			    (unit(s, i + 2, big) & 0x3ff);
			i += 2;
		} else if (c >= 0xd800 && c < 0xe000) {
			c = 0xfffd;
		}
		n += utf8_put(p + n, c);
	}
	return span_of(p, n);
}
