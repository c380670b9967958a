#include "read/log/journal.h"

#include "base/limits.h"
#include "read/log/dialect.h"

void
journal_put(struct journal_entry *e, struct span name, struct span value)
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

/* A message of several lines is one of its first. */
static struct span
first_line(struct span s)
{
	return span_head(
	    span_head(s, span_find_byte(s, '\n')), LIMIT_FIELD_BYTES);
}

void
journal_emit(const struct journal_entry *e, uint64_t number, uint64_t offset,
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
	if (audit_dialect(&m) || tacplus_dialect(&m) || radius_dialect(&m) ||
	    program_dialect(&m))
		return;
	log_put_common(&m);
	record_put_number(&m.event, F_SEVERITY, e->priority);
	log_emit(&m);
}
