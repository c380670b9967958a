#include "detect/pair.h"

static bool
key_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '_' || c == '-' ||
	       c == '.';
}

static struct span
value_at(struct span s)
{
	size_t n = 0;

	if (s.n > 0 && s.p[0] == '"') {
		s = span_from(s, 1);
		return span_head(s, span_find_byte(s, '"'));
	}
	while (n < s.n && !ascii_space((unsigned char)s.p[n]) && s.p[n] != ',')
		n++;
	return span_head(s, n);
}

bool
pair_find(struct span line, struct span key, struct span *value)
{
	struct span rest = line, found;
	size_t at;

	while (key.n > 0 && (at = span_find(rest, key)) != SPAN_NONE) {
		const char *p = rest.p + at;

		rest = span_from(rest, at + key.n);
		if ((p > line.p && key_byte(p[-1])) || rest.n == 0 ||
		    rest.p[0] != '=')
			continue;
		found = value_at(span_from(rest, 1));
		if (found.n > 0)
			*value = found;
		return found.n > 0;
	}
	return false;
}
