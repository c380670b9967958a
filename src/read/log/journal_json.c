/*
 * The journal of systemd as JSON ("Journal JSON Format"): journalctl -o json
 * (an object a line), json-pretty (objects over many lines), json-seq (RFC
 * 7464) and json-sse.  A field whose value is no UTF-8 is a list of its bytes,
 * one that was too large is null, one that was given several times a list of
 * its values.
 */
#include <jansson.h>

#include "base/limits.h"
#include "read/log/journal.h"
#include "read/log/pairs.h"

struct journal {
	uint64_t entries;
};

/* Bytes as numbers. */
static struct span
bytes_text(const json_t *list, struct arena *a)
{
	size_t n = json_array_size(list), got = 0;
	char *p;

	if (n > LIMIT_FIELD_BYTES)
		n = LIMIT_FIELD_BYTES;
	p = arena_array(a, n + 1, 1);
	while (got < n && json_is_integer(json_array_get(list, got))) {
		json_int_t c = json_integer_value(json_array_get(list, got));

		if (c < 0 || c > UINT8_MAX)
			break;
		p[got++] = (char)c;
	}
	return span_of(p, got);
}

static struct span
value_text(const json_t *value, struct arena *a)
{
	if (json_is_string(value))
		return span_of(
		    json_string_value(value), json_string_length(value));
	if (!json_is_array(value))
		return (struct span){0};
	if (json_is_integer(json_array_get(value, 0)))
		return bytes_text(value, a);
	return json_is_string(json_array_get(value, 0))
		   ? value_text(json_array_get(value, 0), a)
		   : (struct span){0};
}

static void
object_take(struct journal *j, struct span s, uint64_t offset,
    const struct read_in *in, struct emit *out)
{
	struct journal_entry e = {0};
	json_t *object = NULL, *value;
	const char *name;

	j->entries++;
	if (!json_shallow(s))
		out->diag(out, DIAG_DEPTH, j->entries, (struct span){0});
	else
		object = json_loadb(s.p, s.n, 0, NULL);
	if (!json_is_object(object))
		out->diag(out, DIAG_BAD_LINE, j->entries, (struct span){0});
	json_object_foreach(object, name, value)
	    journal_put(&e, span_str(name), value_text(value, in->arena));
	if (e.known > 0)
		journal_emit(&e, j->entries, offset, in, out);
	json_decref(object);
}

static void *
journal_open(const struct read_in *in)
{
	/* As in json_lines.c: no seed from a device file. */
	json_object_seed(1);
	return arena_array(in->arena, 1, sizeof(struct journal));
}

static size_t
journal_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct journal *j = state;
	size_t done = 0, brace, n;

	while ((brace = span_find_byte(span_from(bytes, done), '{')) !=
	       SPAN_NONE) {
		done += brace;
		n = json_object_bytes(span_from(bytes, done));
		if (n == 0)
			return done;
		object_take(
		    j, span_sub(bytes, done, done + n), offset + done, in, out);
		done += n;
	}
	return bytes.n;
}

static void
journal_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	const struct journal *j = state;

	(void)in;
	if (left.n > 0)
		out->diag(out, DIAG_TRUNCATED, j->entries + 1,
		    SPAN("the last entry is cut off"));
}

static struct guess
journal_guess(const struct probe *p)
{
	struct span head = span_head(p->head, 8192);
	struct span s = span_trim(head);

	if (s.n > 0 && s.p[0] == '\x1e')
		s = span_from(s, 1);
	if (span_starts(s, SPAN("data: ")))
		s = span_from(s, 6);
	if (s.n == 0 || s.p[0] != '{' ||
	    !span_has(head, "\"__REALTIME_TIMESTAMP\""))
		return (struct guess){0, "no fields of the journal"};
	return (struct guess){
	    95, "JSON with fields of the journal: __REALTIME_TIMESTAMP"};
}

const struct reader reader_journal_json = {
    .name = "journal-json",
    .title = "Journal of systemd as JSON, all forms",
    .evidence = "monitor",
    .shape = READER_BLOCKS,
    .guess = journal_guess,
    .open = journal_open,
    .block = journal_block,
    .close = journal_close,
};
