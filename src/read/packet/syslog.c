#include "read/packet/syslog.h"

#include "read/log/syslog_line.h"
#include "read/packet/protocols.h"

struct syslog_emit {
	struct emit emit; /* first: the reader hands it back */
	const struct wire *wire;
};

static void
on_record(struct emit *e, const struct record *r)
{
	const struct wire *w = ((struct syslog_emit *)e)->wire;
	struct record of = *r;
	char text[ADDR_TEXT];

	if (of.time == TIME_NONE)
		of.time = w->time;
	if (of.host.n == 0 && of.host_addr.n == 0)
		of.host_addr =
		    arena_copy(w->arena, span_str(addr_write(&w->src, text)));
	w->out->record(w->out, &of);
}

static void
on_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	const struct wire *w = ((struct syslog_emit *)e)->wire;

	w->out->diag(w->out, code, line, detail);
}

static void
line_read(const struct wire *w, struct span line)
{
	struct syslog_emit e = {{on_record, on_diag}, w};
	struct read_in in = {.arena = w->arena};
	struct time_parts p;

	if (w->time != TIME_NONE) {
		time_to_parts(w->time, &p);
		in.clock = (struct clock_hint){.year = p.year,
		    .month = p.month,
		    .day = p.day};
	}
	line = wire_text(w, line, LIMIT_FIELD_BYTES);
	if (line.n > 0)
		syslog_line(NULL, &in, line, w->number, w->offset, &e.emit);
}

/* "<0>" to "<191>" (RFC 5424 section 6.2.1). */
static bool
priority_like(struct span s)
{
	struct span rest = span_head(s, 5), digits;
	uint64_t v;

	if (!span_starts(s, SPAN("<")))
		return false;
	rest = span_from(rest, 1);
	if (span_find_byte(rest, '>') == SPAN_NONE)
		return false;
	digits = span_until(&rest, '>');
	return span_u64(digits, &v) && v <= 191;
}

bool
syslog_like(struct span s)
{
	size_t i = 0;

	while (i < s.n && i < 6 && ascii_digit((unsigned char)s.p[i]))
		i++;
	if (i > 0 && i < s.n && s.p[i] == ' ')
		return priority_like(span_from(s, i + 1));
	return i == 0 && priority_like(s);
}

bool
syslog_read(const struct wire *w, struct span message)
{
	struct span line;

	if (!syslog_like(message))
		return false;
	while (span_line(&message, &line))
		line_read(w, line);
	return true;
}

/* RFC 6587 section 3.4.1: octet counting. */
static size_t
counted(const struct wire *w, struct span bytes)
{
	struct span rest = span_head(bytes, 8), digits;
	uint64_t n;

	digits = span_until(&rest, ' ');
	if (!span_u64(digits, &n) || n == 0 || n > LIMIT_STREAM_BYTES / 2)
		return digits.n < 8 && bytes.n < 8 ? 0 : STREAM_OVER;
	if (bytes.n < digits.n + 1 + n)
		return 0;
	line_read(w, span_sub(bytes, digits.n + 1, digits.n + 1 + (size_t)n));
	return digits.n + 1 + (size_t)n;
}

size_t
syslog_stream_read(const struct wire *w, struct span bytes)
{
	size_t end;

	if (bytes.n > 12 && !syslog_like(bytes))
		return STREAM_OVER;
	if (ascii_digit((unsigned char)bytes.p[0]))
		return counted(w, bytes);
	end = span_find_byte(bytes, '\n');
	if (end == SPAN_NONE)
		return bytes.n > LIMIT_STREAM_BYTES / 2 ? STREAM_OVER : 0;
	line_read(w, span_head(bytes, end));
	return end + 1;
}
