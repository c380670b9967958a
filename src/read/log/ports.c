#include "read/log/ports.h"

#include "base/err.h"
#include "match/column.h"
#include "read/log/named_values.h"

/* Digits of a port; false: none, or no port. */
static bool
port_read(struct span s, uint16_t *out, size_t *used)
{
	unsigned port = 0;
	size_t i = 0;

	while (i < s.n && ascii_digit((unsigned char)s.p[i])) {
		port = port * 10 + (unsigned)(s.p[i++] - '0');
		if (port > UINT16_MAX)
			return false;
	}
	*out = (uint16_t)port;
	*used = i;
	return i > 0;
}

void
ports_in_cell(struct span text, size_t at, struct port_set *set,
    reader_at_fn *fn, void *ctx)
{
	uint16_t port;
	size_t used;

	if (port_read(span_from(text, at), &port, &used) &&
	    port_wanted(set, port))
		fn(ctx, at);
}

void
ports_in_column(struct span block, char separator, unsigned column,
    struct port_set *set, reader_at_fn *fn, void *ctx)
{
	struct column_list list;

	for (size_t from = 0; from < block.n; from += list.done) {
		column_find(span_from(block, from), separator, column, &list);
		for (size_t i = 0; i < list.n; i++)
			ports_in_cell(block, from + list.at[i], set, fn, ctx);
	}
}

static void
key_add(struct port_keys *k, struct span name)
{
	for (size_t i = 0; i < k->n; i++)
		if (span_eq(k->v[i], name))
			return;
	ASSERT(k->n < sizeof(k->v) / sizeof(*k->v));
	k->v[k->n++] = name;
}

struct port_keys *
ports_keys(struct arena *a)
{
	struct port_keys *k = arena_alloc(a, sizeof(*k));
	struct span name;

	k->n = 0;
	for (unsigned i = 0; (name = named_of(F_DST_PORT, i)).n > 0; i++) {
		size_t dot = span_rfind_byte(name, '.');

		key_add(k, name);
		if (dot != SPAN_NONE)
			key_add(k, span_from(name, dot + 1));
	}
	return k;
}

/* Does the text end with a quote and one of the names? */
static bool
key_fits(const struct port_keys *keys, struct span before)
{
	/* Nearly all that are none are told by this. */
	if (before.n < 2 || (before.p[before.n - 2] != '_' &&
				(before.p[before.n - 2] | 0x20) != 'r'))
		return false;
	for (size_t i = 0; i < keys->n; i++) {
		size_t n = keys->v[i].n;

		if (before.n > n && before.p[before.n - n - 1] == '"' &&
		    span_ends_nocase(before, keys->v[i]))
			return true;
	}
	return false;
}

static bool
between(char c)
{
	return c == ' ' || c == '\t' || c == '"';
}

/* The value behind a key, or the members of its list. */
static void
value_look(struct span block, size_t at, struct port_set *set, reader_at_fn *fn,
    void *ctx)
{
	bool list = false;
	uint16_t port;
	size_t used;

	for (; at < block.n; at++) {
		struct span rest = span_from(block, at);

		if (port_read(rest, &port, &used)) {
			if (port_wanted(set, port))
				fn(ctx, at);
			if (!list)
				return;
			at += used - 1;
		} else if (rest.p[0] == '[') {
			list = true;
		} else if (!between(rest.p[0]) && !(list && rest.p[0] == ',')) {
			return;
		}
	}
}

static void
key_look(const struct port_keys *keys, struct span block, size_t end,
    struct port_set *set, reader_at_fn *fn, void *ctx)
{
	size_t at = end + 1;

	if (!key_fits(keys, span_head(block, end)))
		return;
	while (at < block.n && (block.p[at] == ' ' || block.p[at] == '\t'))
		at++;
	if (at < block.n && block.p[at] == ':')
		value_look(block, at + 1, set, fn, ctx);
}

void
ports_in_json(const struct port_keys *keys, struct span block,
    struct port_set *set, reader_at_fn *fn, void *ctx)
{
	struct column_list list;

	for (size_t from = 0; from < block.n; from += list.done) {
		keyend_find(span_from(block, from), &list);
		for (size_t i = 0; i < list.n; i++)
			key_look(keys, block, from + list.at[i], set, fn, ctx);
	}
}
