#include "base/span.h"

bool
span_eq_nocase(struct span a, struct span b)
{
	return a.n == b.n && span_starts_nocase(a, b);
}

bool
span_starts_nocase(struct span a, struct span b)
{
	if (a.n < b.n)
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (ascii_lower((unsigned char)a.p[i]) !=
		    ascii_lower((unsigned char)b.p[i]))
			return false;
	return true;
}

bool
span_ends_nocase(struct span a, struct span b)
{
	return a.n >= b.n && span_starts_nocase(span_from(a, a.n - b.n), b);
}

bool
span_is_nocase(struct span a, const char *lit)
{
	for (size_t i = 0; i < a.n; i++)
		if (ascii_lower((unsigned char)a.p[i]) !=
			ascii_lower((unsigned char)lit[i]) ||
		    lit[i] == '\0')
			return false;
	return lit[a.n] == '\0';
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t
span_find(struct span hay, struct span needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (hay.n < needle.n)
		return SPAN_NONE;
	at = memmem(hay.p, hay.n, needle.p, needle.n);
	return at ? (size_t)(at - hay.p) : SPAN_NONE;
}

size_t
span_find_nocase(struct span hay, struct span needle)
{
	if (needle.n == 0)
		return 0;
	for (size_t i = 0; i + needle.n <= hay.n; i++)
		if (span_starts_nocase(span_from(hay, i), needle))
			return i;
	return SPAN_NONE;
}

size_t
span_find_byte(struct span hay, char c)
{
	const char *at = hay.n ? memchr(hay.p, c, hay.n) : NULL;

	return at ? (size_t)(at - hay.p) : SPAN_NONE;
}

size_t
span_rfind_byte(struct span hay, char c)
{
	const char *at = hay.n ? memrchr(hay.p, c, hay.n) : NULL;

	return at ? (size_t)(at - hay.p) : SPAN_NONE;
}

struct span
span_rtrim(struct span s)
{
	while (s.n > 0 && ascii_space((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

struct span
span_trim(struct span s)
{
	s = span_rtrim(s);
	while (s.n > 0 && ascii_space((unsigned char)s.p[0]))
		s = span_from(s, 1);
	return s;
}

struct span
span_word(struct span *rest)
{
	size_t from = 0, to;

	while (from < rest->n && ascii_space((unsigned char)rest->p[from]))
		from++;
	for (to = from; to < rest->n; to++)
		if (ascii_space((unsigned char)rest->p[to]))
			break;
	struct span word = span_sub(*rest, from, to);
	*rest = span_from(*rest, to);
	return word;
}

struct span
span_until(struct span *rest, char c)
{
	size_t at = span_find_byte(*rest, c);
	struct span got = *rest;

	if (at == SPAN_NONE) {
		*rest = span_from(*rest, rest->n);
		return got;
	}
	got = span_head(*rest, at);
	*rest = span_from(*rest, at + 1);
	return got;
}

bool
span_line(struct span *rest, struct span *line)
{
	if (rest->n == 0)
		return false;
	*line = span_until(rest, '\n');
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool
span_u64(struct span s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (d > 9 || v > (UINT64_MAX - d) / 10)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

bool
span_i64(struct span s, int64_t *out)
{
	bool neg = s.n > 0 && s.p[0] == '-';
	uint64_t v;

	if (!span_u64(neg ? span_from(s, 1) : s, &v) || v > INT64_MAX)
		return false;
	*out = neg ? -(int64_t)v : (int64_t)v;
	return true;
}

static uint64_t
hash_end(uint64_t h)
{
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ull;
	h ^= h >> 32;
	return h;
}

uint64_t
span_hash(struct span s)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3ull;
	return hash_end(h);
}

uint64_t
span_hash_nocase(struct span s)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ ascii_lower((unsigned char)s.p[i])) * 0x100000001b3ull;
	return hash_end(h);
}

size_t
span_zeros(struct span s)
{
	size_t n = 0;

	/* All the same as the first, by far the most frequent. */
	if (s.n > 0 && s.p[0] == '\0' && memcmp(s.p, s.p + 1, s.n - 1) == 0)
		return s.n;
	while (n < s.n && s.p[n] == '\0')
		n++;
	return n;
}
