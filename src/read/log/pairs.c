#include "read/log/pairs.h"

#include "read/log/message_scan.h"

static bool
separates(char c)
{
	return c == ' ' || c == ',' || c == '|' || c == '\t' || c == ';';
}

/* Up to the closing quote; *rest goes behind it. */
static struct span
take_quoted(struct span *rest)
{
	struct span s = span_from(*rest, 1);
	size_t end = 0;

	while (end < s.n && s.p[end] != '"')
		end += s.p[end] == '\\' ? 2 : 1;
	*rest = span_from(s, end + 1);
	return span_head(s, end);
}

static bool
name_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '_' || c == '-' ||
	       c == '.' || c == ':';
}

bool
pair_next(struct span *rest, char sep, struct span *name, struct span *value)
{
	while (rest->n > 0) {
		size_t i = 0;

		while (rest->n > 0 && separates(rest->p[0]))
			*rest = span_from(*rest, 1);
		while (i < rest->n && name_byte(rest->p[i]))
			i++;
		if (i > 0 && i < rest->n && rest->p[i] == '=') {
			*name = span_head(*rest, i);
			*rest = span_from(*rest, i + 1);
			if (rest->n > 0 && rest->p[0] == '"') {
				*value = take_quoted(rest);
			} else {
				for (i = 0; i < rest->n && rest->p[i] != sep &&
					    rest->p[i] != ' ' &&
					    rest->p[i] != '\t';)
					i++;
				*value = span_head(*rest, i);
				*rest = span_from(*rest, i);
			}
			return true;
		}
		/* Something else: on to the next separator. */
		if (rest->n > 0 && rest->p[0] == '"') {
			take_quoted(rest);
			continue;
		}
		for (i = 0; i < rest->n && !separates(rest->p[i]);)
			i++;
		*rest = span_from(*rest, i);
	}
	return false;
}

struct span
pair_get(struct span s, const char *want)
{
	struct span name, value;

	while (pair_next(&s, ' ', &name, &value))
		if (span_is(name, want))
			return value;
	return (struct span){0};
}

/* Where the next "name=" starts, with a blank before it; s.n when none does.
 * An escaped sign is part of a value. */
static size_t
next_loose(struct span s)
{
	size_t start = SPAN_NONE;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ')
			start = i;
		else if (s.p[i] == '=' && start != SPAN_NONE && i > start + 1)
			return start;
		else if (!name_byte(s.p[i]) && s.p[i] != '[' && s.p[i] != ']')
			start = SPAN_NONE;
	}
	return s.n;
}

bool
pair_next_loose(struct span *rest, struct span *name, struct span *value)
{
	struct span s = span_trim(*rest);
	size_t eq = span_find_byte(s, '='), end;

	if (eq == SPAN_NONE)
		return false;
	*name = span_trim(span_head(s, eq));
	s = span_from(s, eq + 1);
	end = next_loose(s);
	*value = span_trim(span_head(s, end));
	*rest = span_from(s, end);
	return true;
}

size_t
csv_row(struct span line, char sep, struct span *v, size_t max)
{
	size_t n = 0;
	bool more = true;

	while (more && n < max) {
		size_t end = 0;

		if (line.n > 0 && line.p[0] == '"') {
			for (end = 1; end < line.n; end++) {
				if (line.p[end] != '"')
					continue;
				if (end + 1 >= line.n || line.p[end + 1] != '"')
					break;
				end++;
			}
			v[n++] = span_sub(line, 1, end);
			line = span_from(line, end + 1);
			end = span_find_byte(line, sep);
		} else {
			end = span_find_byte(line, sep);
			v[n++] = span_head(line, end);
		}
		more = end != SPAN_NONE;
		line = span_from(line, more ? end + 1 : line.n);
	}
	return n;
}

void
pair_put(struct record *r, enum field_id f, struct span s)
{
	s = span_trim(s);
	if (span_is(s, "-") || span_is(s, "N/A") || span_is(s, "n/a"))
		return;
	if (f == F_PROTOCOL) {
		message_put_protocol(r, s);
		return;
	}
	switch (field_type(f)) {
	case FT_IP:
		/* What firewalls write for no address. */
		if (!span_is(s, "0.0.0.0") && !span_is(s, "::"))
			record_put_ip(r, f, s);
		break;
	case FT_NUMBER:
		record_put_number(r, f, s);
		break;
	default:
		record_put(r, f, s);
	}
}

bool
pair_put_named(struct record *r, const struct pair_field *table,
    struct span name, struct span value)
{
	for (; table->name != NULL; table++)
		if (span_is_nocase(name, table->name)) {
			pair_put(r, (enum field_id)table->field, value);
			return true;
		}
	return false;
}

bool
json_shallow(struct span s)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == '{' || c == '['))
			depth++;
		else if (!quoted && (c == '}' || c == ']') && depth > 0)
			depth--;
		if (depth > LIMIT_JSON_DEPTH)
			return false;
	}
	return true;
}

size_t
json_object_bytes(struct span s)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == '{')
			depth++;
		else if (!quoted && c == '}' && --depth == 0)
			return i + 1;
	}
	return 0;
}
