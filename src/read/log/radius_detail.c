/*
 * FreeRADIUS "detail" files (rlm_detail): a line with the time, then one
 * attribute a line behind a tab, then an empty line.  Each block gives a
 * K_COMMAND record as other accounting does; most tell of sessions and hold no
 * command.
 */
#include "read/log/log_scan.h"
#include "read/log/stamp.h"
#include "read/reader.h"

/* Text in quotes comes without them. */
static struct span
unquote(struct span s)
{
	s = span_trim(s);
	if (s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		return span_sub(s, 1, s.n - 1);
	return s;
}

static void
put_status(struct record *r, struct span v)
{
	if (span_is(v, "Start"))
		record_put_str(r, F_STATUS, "start");
	else if (span_is(v, "Stop"))
		record_put_str(r, F_STATUS, "stop");
	else
		record_put_str(r, F_STATUS, "update");
}

/* "shell:cmd=show version" and the like of Cisco. */
static void
put_pair(struct record *r, struct span v)
{
	size_t at = span_find(span_head(v, 32), SPAN("cmd="));

	if (at != SPAN_NONE)
		record_put(r, F_COMMAND, span_trim(span_from(v, at + 4)));
}

static void
put_attribute(struct record *r, struct span name, struct span v)
{
	if (span_is(name, "User-Name")) {
		record_put(r, F_USER, v);
	} else if (span_is(name, "NAS-Identifier")) {
		r->host = v;
	} else if (span_is(name, "NAS-IP-Address") ||
		   span_is(name, "NAS-IPv6-Address")) {
		r->host_addr = v;
		record_put(r, F_HOST, v);
	} else if (span_is(name, "NAS-Port-Id")) {
		record_put(r, F_TTY, v);
	} else if (span_is(name, "Calling-Station-Id")) {
		record_put_ip(r, F_SRC_IP, v);
	} else if (span_is(name, "Acct-Status-Type")) {
		put_status(r, v);
	} else if (span_is(name, "Acct-Session-Id")) {
		record_put(r, F_TASK, v);
	} else if (span_is(name, "Cisco-AVPair")) {
		put_pair(r, v);
	} else if (span_is(name, "Service-Type")) {
		record_put(r, F_SERVICE, v);
	} else if (span_is(name, "Timestamp")) {
		int64_t t;

		if (time_read_epoch(v, &t))
			r->time = t;
	}
}

/* A line with nothing but a time in ctime's form. */
static bool
block_start(struct span line, struct stamp *st)
{
	size_t n;

	if (line.n < 20 || !ascii_alpha((unsigned char)line.p[0]))
		return false;
	n = stamp_read(line, st);
	return n > 0 && span_trim(span_from(line, n)).n == 0;
}

/* Takes one block behind its first line. */
static struct span
block_read(struct span *rest, struct record *r, uint64_t *number)
{
	struct span after = *rest, line, name;
	struct stamp st;
	const char *end = rest->p;

	while (span_line(&after, &line)) {
		if (span_trim(line).n == 0 || block_start(line, &st))
			break;
		name = span_trim(span_until(&line, '='));
		/* "Attribute += value" */
		if (name.n > 0 && name.p[name.n - 1] == '+')
			name = span_rtrim(span_head(name, name.n - 1));
		put_attribute(r, name, unquote(line));
		*rest = after;
		(*number)++;
		end = after.p;
	}
	return span_of(r->raw.p, (size_t)(end - r->raw.p));
}

static void
detail_read(const struct read_in *in, struct emit *out)
{
	struct span rest = in->bytes, line;
	uint64_t number = 0;
	struct record r;
	struct stamp st;

	while (span_line(&rest, &line)) {
		number++;
		if (!block_start(line, &st))
			continue;
		record_init(&r, K_COMMAND, number,
		    (uint64_t)(line.p - in->bytes.p), line);
		r.time = stamp_time(&st, &in->clock);
		record_put_str(&r, F_PROTOCOL, "radius");
		r.raw = span_rtrim(block_read(&rest, &r, &number));
		if (r.nvalues > 1)
			out->record(out, &r);
	}
}

static struct guess
detail_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	struct stamp st;

	for (int i = 0; i < 20 && span_line(&rest, &line); i++)
		if (block_start(line, &st) && span_line(&rest, &line) &&
		    line.n > 0 && line.p[0] == '\t' &&
		    (span_has(line, " = ") || span_has(line, " += ")))
			return (struct guess){95,
			    "a time, then attributes of RADIUS behind tabs"};
	return (struct guess){0, "no blocks of attributes"};
}

const struct reader reader_radius_detail = {
    .name = "radius-detail",
    .title = "RADIUS accounting, detail files of FreeRADIUS",
    .evidence = "accounting",
    .shape = READER_WHOLE,
    .guess = detail_guess,
    .read = detail_read,
};
