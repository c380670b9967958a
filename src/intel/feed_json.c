#include "intel/feed_json.h"

#include "base/limits.h"

static size_t
blanks(struct span s, size_t i)
{
	while (i < s.n && ascii_space((unsigned char)s.p[i]))
		i++;
	return i;
}

/* Behind the string that begins at i; 0: it does not end. */
static size_t
string_end(struct span s, size_t i)
{
	for (i++; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return 0;
}

size_t
feed_json_skip(struct span s)
{
	size_t i = blanks(s, 0), depth = 0;

	while (i < s.n) {
		char c = s.p[i];

		if (c == '"') {
			i = string_end(s, i);
			if (i == 0 || depth == 0)
				return i;
			continue;
		}
		if (c == '{' || c == '[') {
			if (++depth > LIMIT_FEED_DEPTH)
				return 0;
		} else if (c == '}' || c == ']') {
			if (depth == 0)
				return i;
			if (--depth == 0)
				return i + 1;
		} else if (depth == 0 &&
			   (c == ',' || ascii_space((unsigned char)c))) {
			return i;
		}
		i++;
	}
	return depth == 0 ? i : 0;
}

struct span
feed_json_member(struct span object, const char *key)
{
	size_t i = blanks(object, 0), n = strlen(key);

	if (i >= object.n || object.p[i] != '{')
		return (struct span){0};
	for (i++;;) {
		struct span name;
		size_t end;

		i = blanks(object, i);
		if (i >= object.n || object.p[i] != '"')
			return (struct span){0};
		end = string_end(object, i);
		if (end == 0)
			return (struct span){0};
		name = span_sub(object, i + 1, end - 1);
		i = blanks(object, end);
		if (i >= object.n || object.p[i] != ':')
			return (struct span){0};
		i++;
		end = feed_json_skip(span_from(object, i));
		if (name.n == n && memcmp(name.p, key, n) == 0)
			/* One that does not end is told of by its reader. */
			return end == 0 ? span_from(object, i)
					: span_sub(object, i, i + end);
		if (end == 0)
			return (struct span){0};
		i = blanks(object, i + end);
		if (i >= object.n || object.p[i] != ',')
			return (struct span){0};
		i++;
	}
}

static uint64_t
lines_in(struct span s)
{
	uint64_t n = 0;

	for (const char *p = s.p;
	     s.n > 0 && (p = memchr(p, '\n', s.n - (size_t)(p - s.p))) != NULL;
	     p++)
		n++;
	return n;
}

bool
feed_json_list(struct span whole, struct span list, struct feed_json_list *out)
{
	size_t i = blanks(list, 0);

	if (i >= list.n || list.p[i] != '[')
		return false;
	out->rest = span_from(list, i + 1);
	out->line =
	    1 + lines_in(span_head(whole, (size_t)(out->rest.p - whole.p)));
	out->broken = false;
	return true;
}

bool
feed_json_next(struct feed_json_list *l, struct span *element, uint64_t *line)
{
	size_t i = blanks(l->rest, 0), n;

	if (i < l->rest.n && l->rest.p[i] == ',')
		i = blanks(l->rest, i + 1);
	l->line += lines_in(span_head(l->rest, i));
	l->rest = span_from(l->rest, i);
	if (l->rest.n == 0 || l->rest.p[0] == ']') {
		l->broken = l->rest.n == 0;
		return false;
	}
	n = feed_json_skip(l->rest);
	if (n == 0) {
		l->broken = true;
		return false;
	}
	*element = span_head(l->rest, n);
	*line = l->line;
	l->line += lines_in(*element);
	l->rest = span_from(l->rest, n);
	return true;
}

json_t *
feed_json_read(struct feed_read *r, struct span s, uint64_t line)
{
	json_error_t e;
	json_t *v;

	if (feed_json_skip(s) == 0) {
		feed_refuse(
		    r, line, 0, "the JSON does not end, or is nested too deep");
		return NULL;
	}
	if (s.n > LIMIT_FEED_ELEMENT) {
		feed_refuse(r, line, 0, "one element is larger than the limit");
		return NULL;
	}
	v = json_loadb(s.p, s.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &e);
	if (v == NULL)
		feed_refuse(r, line + (e.line > 0 ? (uint64_t)e.line - 1 : 0),
		    e.column > 0 ? (uint64_t)e.column : 0, "no JSON: %s",
		    e.text);
	return v;
}

struct span
feed_json_text(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (!json_is_string(v))
		return (struct span){0};
	return span_of(json_string_value(v), json_string_length(v));
}

bool
feed_json_true(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_true(v) ||
	       (json_is_string(v) && strcmp(json_string_value(v), "1") == 0);
}

int64_t
feed_json_number(const json_t *object, const char *key, int64_t less)
{
	const json_t *v = json_object_get(object, key);
	int64_t n;

	if (json_is_integer(v))
		return json_integer_value(v);
	if (json_is_string(v) && span_i64(feed_json_text(object, key), &n))
		return n;
	return less;
}

void
feed_json_prepare(void)
{
	json_object_seed(0);
}
