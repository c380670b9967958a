#include "read/log/web_request.h"

/* Characters outside the unreserved set may be encoded any number of times;
 * the flaw that is looked for needs two. */
#define DECODE_ROUNDS 3

static int
hex_digit(unsigned char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Replace mark+two hexadecimal digits by the byte, in place.  Returns the new
 * length; the same as before when there was nothing to replace.
 */
static size_t
decode_once(char *text, size_t n, const char *mark)
{
	size_t m = strlen(mark), to = 0;

	for (size_t i = 0; i < n; to++) {
		int hi = -1, lo = -1;

		if (n - i >= m + 2 && memcmp(text + i, mark, m) == 0) {
			hi = hex_digit((unsigned char)text[i + m]);
			lo = hex_digit((unsigned char)text[i + m + 1]);
		}
		if (hi >= 0 && lo >= 0) {
			text[to] = (char)(hi * 16 + lo);
			i += m + 2;
		} else {
			text[to] = text[i++];
		}
	}
	return to;
}

static struct span
path_decode(struct span path, struct arena *arena)
{
	char *text;
	size_t n, before;

	path = span_head(path, LIMIT_FIELD_BYTES);
	text = arena_alloc(arena, path.n);
	n = path.n;
	if (n > 0)
		memcpy(text, path.p, n);
	n = decode_once(text, n, "\\x"); /* the log's own escape */
	for (int round = 0; round < DECODE_ROUNDS; round++) {
		before = n;
		n = decode_once(text, n, "%");
		if (n == before)
			break;
	}
	for (size_t i = 0; i < n; i++)
		text[i] = (char)ascii_lower((unsigned char)text[i]);
	return span_of(text, n);
}

static bool
method_like(struct span s)
{
	if (s.n == 0 || s.n > 32)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alpha((unsigned char)s.p[i]) && s.p[i] != '-' &&
		    s.p[i] != '_')
			return false;
	return true;
}

/* "http://host/path": the path begins behind the authority. */
static struct span
origin_form(struct span uri)
{
	size_t scheme = span_find(span_head(uri, 16), SPAN("://")), slash;
	struct span rest;

	if (scheme == SPAN_NONE || uri.p[0] == '/')
		return uri;
	rest = span_from(uri, scheme + 3);
	slash = span_find_byte(rest, '/');
	return span_from(rest, slash == SPAN_NONE ? rest.n : slash);
}

void
web_target_put(struct record *r, struct span uri, struct arena *arena)
{
	struct span path = origin_form(uri);
	size_t cut = span_find_byte(path, '?');

	record_put(r, F_URI, uri);
	if (cut != SPAN_NONE)
		record_put(r, F_QUERY, span_from(path, cut + 1));
	record_put(r, F_PATH_DECODED, path_decode(span_head(path, cut), arena));
}

void
web_request_put(struct record *r, struct span request, struct arena *arena)
{
	struct span s = request, method = span_word(&s), uri = span_trim(s);
	size_t blank = span_rfind_byte(uri, ' ');

	if (span_is(request, "-"))
		return;
	if (blank != SPAN_NONE &&
	    span_starts(span_from(uri, blank + 1), SPAN("HTTP/")))
		uri = span_rtrim(span_head(uri, blank));
	if (!method_like(method) || uri.n == 0) {
		record_put(r, F_MESSAGE, request);
		return;
	}
	record_put(r, F_METHOD, method);
	web_target_put(r, uri, arena);
}
