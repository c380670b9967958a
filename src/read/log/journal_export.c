/*
 * The export form of systemd's journal (journalctl -o export; "Journal Export
 * Formats" of systemd): NAME=value lines, an empty line between entries.  Where
 * a value is no plain text, its name stands alone on a line, then come its
 * length in 64 bits, little endian, its bytes and a line end.
 */
#include "base/cursor.h"
#include "base/limits.h"
#include "read/log/journal.h"

struct journal {
	uint64_t entries;
};

/* The next field at *at: 1; an entry's end: 0; more bytes are needed: -1. */
static int
field_take(struct span s, size_t *at, struct journal_entry *e)
{
	struct span rest = span_from(s, *at), line;
	size_t nl = span_find_byte(rest, '\n'), eq;
	struct cursor c;
	uint64_t n;

	if (nl == SPAN_NONE)
		return -1;
	line = span_head(rest, nl);
	if (line.n == 0) {
		*at += 1;
		return 0;
	}
	eq = span_find_byte(line, '=');
	if (eq != SPAN_NONE) {
		journal_put(e, span_head(line, eq), span_from(line, eq + 1));
		*at += nl + 1;
		return 1;
	}
	c = cursor_of(span_from(rest, nl + 1));
	n = cursor_le64(&c);
	if (c.failed || n > cursor_left(&c) || cursor_left(&c) - n < 1)
		return -1;
	journal_put(e, line, cursor_take(&c, (size_t)n));
	*at += nl + 1 + 8 + (size_t)n + 1;
	return 1;
}

static struct guess
journal_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	bool time = false, first = false;

	for (int i = 0; i < 64 && span_line(&rest, &line); i++) {
		time |= span_starts(line, SPAN("__REALTIME_TIMESTAMP="));
		first |= i == 0 && span_starts(line, SPAN("__"));
	}
	if (time && first)
		return (struct guess){95, "fields of the journal: __CURSOR=, "
					  "__REALTIME_TIMESTAMP="};
	return (struct guess){0, "no export of the journal"};
}

static void *
journal_open(const struct read_in *in)
{
	return arena_array(in->arena, 1, sizeof(struct journal));
}

static size_t
journal_block(void *state, const struct read_in *in, struct span bytes,
    uint64_t offset, struct emit *out)
{
	struct journal *j = state;
	size_t done = 0;

	while (done < bytes.n) {
		struct journal_entry e = {0};
		size_t at = done;
		int r;

		while ((r = field_take(bytes, &at, &e)) > 0)
			;
		if (r < 0)
			break;
		if (e.known > 0)
			journal_emit(&e, ++j->entries, offset + done, in, out);
		done = at;
	}
	return done;
}

/* The last entry needs no empty line behind it. */
static void
journal_close(
    void *state, const struct read_in *in, struct span left, struct emit *out)
{
	struct journal *j = state;
	struct journal_entry e = {0};
	size_t at = 0;

	while (field_take(left, &at, &e) > 0)
		;
	if (e.known > 0)
		journal_emit(&e, ++j->entries, UINT64_MAX, in, out);
	if (at < left.n)
		out->diag(out, DIAG_TRUNCATED, j->entries + 1,
		    SPAN("the last entry is cut off"));
}

const struct reader reader_journal_export = {
    .name = "journal-export",
    .title = "Journal of systemd, export form",
    .evidence = "monitor",
    .shape = READER_BLOCKS,
    .guess = journal_guess,
    .open = journal_open,
    .block = journal_block,
    .close = journal_close,
};
