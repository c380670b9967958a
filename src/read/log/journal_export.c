/*
 * The export form of systemd's journal (journalctl -o export; "Journal Export
 * Formats" of systemd): NAME=value lines, an empty line between entries.  Where
 * a value is no plain text, its name stands alone on a line, then come its
 * length in 64 bits, little endian, its bytes and a line end.
 */
#include "base/cursor.h"
#include "base/limits.h"
#include "read/log/dialect.h"

struct entry {
	struct span message, host, program, priority, time;
	unsigned known;
};

struct journal {
	uint64_t entries;
};

static void
put(struct entry *e, struct span name, struct span value)
{
	const struct {
		const char *name;
		struct span *to;
	} fields[] = {{"MESSAGE", &e->message}, {"_HOSTNAME", &e->host},
	    {"SYSLOG_IDENTIFIER", &e->program}, {"PRIORITY", &e->priority},
	    {"_SOURCE_REALTIME_TIMESTAMP", &e->time}};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (span_is(name, fields[i].name)) {
			*fields[i].to = value;
			e->known++;
		}
	if (e->program.n == 0 && span_is(name, "_COMM"))
		e->program = value;
	if (e->time.n == 0 && span_is(name, "__REALTIME_TIMESTAMP"))
		e->time = value;
}

/* The next field at *at: 1; an entry's end: 0; more bytes are needed: -1. */
static int
field_take(struct span s, size_t *at, struct entry *e)
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
		put(e, span_head(line, eq), span_from(line, eq + 1));
		*at += nl + 1;
		return 1;
	}
	c = cursor_of(span_from(rest, nl + 1));
	n = cursor_le64(&c);
	if (c.failed || n > cursor_left(&c) || cursor_left(&c) - n < 1)
		return -1;
	put(e, line, cursor_take(&c, (size_t)n));
	*at += nl + 1 + 8 + (size_t)n + 1;
	return 1;
}

/* A message of several lines is one of its first. */
static struct span
first_line(struct span s)
{
	return span_head(
	    span_head(s, span_find_byte(s, '\n')), LIMIT_FIELD_BYTES);
}

static void
entry_emit(const struct entry *e, uint64_t number, uint64_t offset,
    const struct read_in *in, struct emit *out)
{
	struct span text = first_line(e->message), line;
	struct log_message m = {.in = in, .out = out};
	uint64_t micro;

	if (text.n == 0)
		return;
	line = arena_fmt(in->arena, "%.*s %.*s: %.*s", SPAN_FMT(e->host),
	    SPAN_FMT(e->program), SPAN_FMT(text));
	m.line = line;
	m.head.pri = -1;
	m.head.host = e->host;
	m.head.program = e->program;
	m.text = m.head.rest = span_from(line, line.n - text.n);
	record_init(&m.event, K_SYSLOG, number, offset, line);
	m.event.host = e->host;
	record_put(&m.event, F_HOST, e->host);
	if (span_u64(e->time, &micro) && micro < INT64_MAX / 4)
		m.event.time = (int64_t)micro;
	else
		out->diag(out, DIAG_BAD_TIME, number, (struct span){0});
	if (program_dialect(&m))
		return;
	log_put_common(&m);
	record_put_number(&m.event, F_SEVERITY, e->priority);
	log_emit(&m);
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
		struct entry e = {0};
		size_t at = done;
		int r;

		while ((r = field_take(bytes, &at, &e)) > 0)
			;
		if (r < 0)
			break;
		if (e.known > 0)
			entry_emit(&e, ++j->entries, offset + done, in, out);
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
	struct entry e = {0};
	size_t at = 0;

	while (field_take(left, &at, &e) > 0)
		;
	if (e.known > 0)
		entry_emit(&e, ++j->entries, UINT64_MAX, in, out);
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
