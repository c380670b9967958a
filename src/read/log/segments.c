#include "read/log/segments.h"

#include "base/limits.h"
#include "read/log/syslog_header.h"

static bool
take_count(struct span *rest, unsigned *out)
{
	struct span word = span_word(rest);
	uint64_t n;

	if (!span_u64(word, &n) || n > LIMIT_SEGMENTS)
		return false;
	*out = (unsigned)n;
	return true;
}

/* One blank ends the numbers; what follows is the text, blank or not. */
static struct span
text_behind(struct span rest)
{
	return span_from(rest, rest.n > 0);
}

bool
segment_read(struct span text, size_t name_bytes, struct segment *out)
{
	struct span rest = span_from(text, name_bytes), id = span_word(&rest);
	struct segment s = {0};
	uint64_t n;

	if (!span_u64(id, &n) || !take_count(&rest, &s.total))
		return false;
	s.key = span_of(text.p, (size_t)(rest.p - text.p) + (rest.n > 0));
	if (!take_count(&rest, &s.number) || s.number >= s.total)
		return false;
	s.text = text_behind(rest);
	*out = s;
	return true;
}

/* The bytes around the line in which its other parts are sought. */
static struct span
near_of(const struct read_in *in, struct span line)
{
	size_t at = (size_t)(line.p - in->around.p);
	size_t from = at > LIMIT_SEGMENT_REACH ? at - LIMIT_SEGMENT_REACH : 0;

	return span_sub(in->around, from, at + line.n + LIMIT_SEGMENT_REACH);
}

/* The whole line within s that has byte at; its start may be cut off. */
static struct span
line_at(struct span s, size_t at)
{
	size_t start = span_rfind_byte(span_head(s, at), '\n');
	struct span line = span_from(s, start == SPAN_NONE ? 0 : start + 1);

	return span_head(line, span_find_byte(line, '\n'));
}

static void
parts_find(const struct read_in *in, struct span line, struct span host,
    const struct segment *part, struct span *parts)
{
	struct span near = near_of(in, line), other, rest;
	size_t from = 0, at;
	unsigned number;

	for (unsigned i = 0; i < 2 * LIMIT_SEGMENTS; i++) {
		at = span_find(span_from(near, from), part->key);
		if (at == SPAN_NONE)
			return;
		at += from;
		from = at + part->key.n;
		other = line_at(near, at);
		rest = span_from(near, from);
		rest = span_rtrim(span_head(rest, span_find_byte(rest, '\n')));
		if (!take_count(&rest, &number) || number >= part->total ||
		    parts[number].p != NULL ||
		    !span_eq(syslog_header_host(other), host))
			continue;
		parts[number] = text_behind(rest);
	}
}

struct span
segment_join(const struct read_in *in, struct span line, struct span host,
    const struct segment *part)
{
	struct span parts[LIMIT_SEGMENTS] = {{0}}, whole = {0};

	if (part->total < 2 || line.p < in->around.p || line.n == 0 ||
	    line.p >= in->around.p + in->around.n)
		return part->text;
	parts[part->number] = part->text;
	parts_find(in, line, host, part, parts);
	for (unsigned i = 0; i < part->total; i++) {
		if (parts[i].p == NULL)
			continue;
		whole = segment_glue(in->arena, whole, parts[i]);
	}
	return whole;
}

struct span
segment_raw(struct arena *a, struct span line, const struct segment *part,
    struct span whole)
{
	return segment_glue(
	    a, span_head(line, (size_t)(part->text.p - line.p)), whole);
}

struct span
segment_glue(struct arena *a, struct span x, struct span y)
{
	char *p;

	if (x.n == 0 || y.n == 0)
		return x.n == 0 ? y : x;
	p = arena_array(a, x.n + y.n, 1);
	memcpy(p, x.p, x.n);
	memcpy(p + x.n, y.p, y.n);
	return span_of(p, x.n + y.n);
}
