#include "read/log/json_plain.h"

/* What follows the backslash; the value that it stands for. */
static const struct {
	char letter, value;
} letters[] = {{'"', '"'}, {'\\', '\\'}, {'b', '\b'}, {'f', '\f'}, {'n', '\n'},
    {'r', '\r'}, {'t', '\t'}};

static char
letter_of(uint32_t value)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		if ((uint32_t)(unsigned char)letters[i].value == value)
			return letters[i].letter;
	return '\0';
}

/* The next backslash, or the end. */
static size_t
escape_next(struct span s, size_t from)
{
	size_t at = span_find_byte(span_from(s, from), '\\');

	return at == SPAN_NONE ? s.n : from + at;
}

bool
json_escaped(struct span s)
{
	for (size_t at = escape_next(s, 0); at + 1 < s.n;
	     at = escape_next(s, at + 2))
		if (s.p[at + 1] == '/' || s.p[at + 1] == 'u')
			return true;
	return false;
}

/* Four hex digits behind "\u"; false: there are none. */
static bool
unit_read(struct span s, uint32_t *out)
{
	uint32_t value = 0;

	if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
		return false;
	for (size_t i = 2; i < 6; i++) {
		unsigned char c = ascii_lower((unsigned char)s.p[i]);

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
		value = value << 4 |
			(uint32_t)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
	}
	*out = value;
	return true;
}

/* A character of one or two units (RFC 8259 section 7): how many bytes they
 * take; 0: they make none. */
static size_t
character_read(struct span s, uint32_t *out)
{
	uint32_t high, low;

	if (!unit_read(s, &high))
		return 0;
	if (high < 0xd800 || high > 0xdfff) {
		*out = high;
		return 6;
	}
	if (high > 0xdbff || !unit_read(span_from(s, 6), &low) ||
	    low < 0xdc00 || low > 0xdfff)
		return 0;
	*out = 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
	return 12;
}

/* RFC 3629 section 3. */
static void
put_utf8(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_byte(b, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_byte(b, (char)(0xc0 | c >> 6));
	} else if (c < 0x10000) {
		buf_byte(b, (char)(0xe0 | c >> 12));
		buf_byte(b, (char)(0x80 | (c >> 6 & 0x3f)));
	} else {
		buf_byte(b, (char)(0xf0 | c >> 18));
		buf_byte(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_byte(b, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_byte(b, (char)(0x80 | (c & 0x3f)));
}

static void
put_letter(struct buf *b, char letter)
{
	buf_byte(b, '\\');
	buf_byte(b, letter);
}

/* The escape at the beginning; returns how many bytes it has. */
static size_t
escape_put(struct span s, struct buf *out)
{
	uint32_t c;
	size_t n = s.n < 2 ? s.n : 2;

	if (s.n > 1 && s.p[1] == '/') {
		buf_byte(out, '/');
		return 2;
	}
	if (s.n > 1 && s.p[1] == 'u' && character_read(s, &c) > 0) {
		n = character_read(s, &c);
		if (letter_of(c) != '\0') {
			put_letter(out, letter_of(c));
			return n;
		}
		if (c >= 0x20) {
			put_utf8(out, c);
			return n;
		}
	}
	buf_put(out, span_head(s, n));
	return n;
}

void
json_plain(struct span s, struct buf *out)
{
	size_t from = 0;

	while (from < s.n) {
		size_t at = escape_next(s, from);

		buf_put(out, span_sub(s, from, at));
		from = at;
		if (at < s.n)
			from += escape_put(span_from(s, at), out);
	}
}

void
json_plain_inside(struct span s, struct buf *out)
{
	size_t from = 0;

	while (from < s.n) {
		struct span rest = span_from(s, from);
		size_t n = span_find_byte(rest, '\n'), at;

		n = n == SPAN_NONE ? rest.n : n + 1;
		at = span_find(span_head(rest, n), SPAN("{\""));
		at = at < n ? at : n;
		buf_put(out, span_head(rest, at));
		json_plain(span_sub(rest, at, n), out);
		from += n;
	}
}

struct span
json_written(struct arena *a, struct span value)
{
	char *p = arena_alloc(a, 2 * value.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		char letter = letter_of((unsigned char)value.p[i]);

		if (letter != '\0')
			p[n++] = '\\';
		p[n++] = letter != '\0' ? letter : value.p[i];
	}
	return span_of(p, n);
}
