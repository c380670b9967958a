/*
 * Web access logs in the common and combined log formats of NCSA, Apache and
 * nginx, also with the virtual host in front:
 *
 *	[vhost[:port]] client ident user [time] "request" status bytes
 *	    ["referer" "user agent" [more]]
 */
#include "read/log/among.h"
#include "read/log/dialect.h"
#include "read/log/web_request.h"
#include "read/reader.h"

#define GUESS_LINES 50

struct request_line {
	struct span vhost, client, user;
	int64_t time; /* TIME_NONE: impossible */
	struct span request, status, bytes, referer, agent;
};

/* "01/Mar/2024:10:11:12 +0100" or RFC 3339; whole span.  False when it is
 * neither; an impossible date gives TIME_NONE. */
static bool
time_read(struct span s, int64_t *out)
{
	struct time_parts p = {0};
	struct span day = span_head(s, 2), zone;
	uint64_t d, y, z;
	bool zoned;
	size_t n;

	n = time_read_iso(s, out, &zoned);
	if (n > 0)
		return n == s.n;
	if (s.n < 20 || s.p[2] != '/' || s.p[6] != '/' || s.p[11] != ':' ||
	    !span_u64(day, &d) || !span_u64(span_sub(s, 7, 11), &y))
		return false;
	p.day = (int)d;
	p.year = (int)y;
	p.month = time_month(span_sub(s, 3, 6));
	n = time_read_clock(span_from(s, 12), &p);
	if (p.month == 0 || n == 0)
		return false;
	*out = time_from_parts(&p);
	zone = span_trim(span_from(s, 12 + n));
	if (zone.n == 0 || *out == TIME_NONE)
		return true;
	if (zone.n != 5 || !span_u64(span_from(zone, 1), &z))
		return false;
	z = (z / 100 * 60 + z % 100) * 60;
	*out += (zone.p[0] == '-' ? (int64_t)z : -(int64_t)z) * TIME_SECOND;
	return true;
}

/* A quoted field; quotes inside are escaped by a backslash.  Moves on. */
static bool
take_quoted(struct span *rest, struct span *out)
{
	struct span s = span_trim(*rest);

	if (s.n == 0 || s.p[0] != '"')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '\\') {
			i++;
		} else if (s.p[i] == '"') {
			*out = span_sub(s, 1, i);
			*rest = span_from(s, i + 1);
			return true;
		}
	}
	return false;
}

/* The bracket that opens the time: a user name may hold others. */
static bool
find_time(
    struct span line, struct span *before, struct span *after, int64_t *time)
{
	struct span s = line;
	size_t at;

	for (int tries = 0; tries < 8; tries++) {
		at = span_find(s, SPAN(" ["));
		if (at == SPAN_NONE)
			return false;
		struct span inner = span_from(s, at + 2);
		size_t end = span_find_byte(inner, ']');

		if (end == SPAN_NONE)
			return false;
		if (end < 48 && time_read(span_head(inner, end), time)) {
			*before = span_head(
			    line, line.n - inner.n - (sizeof(" [") - 1));
			*after = span_from(inner, end + 1);
			return true;
		}
		s = inner;
	}
	return false;
}

static bool
is_address(struct span s)
{
	struct addr a;

	return addr_read(s, &a);
}

/* "[vhost] client ident user", where only the user may hold blanks. */
static bool
names_read(struct span s, struct request_line *q)
{
	struct span first = span_word(&s), rest = s, second, third;

	second = span_word(&rest);
	third = span_word(&rest);
	if (third.n == 0)
		return false;
	if (span_trim(rest).n > 0 && !is_address(first) && is_address(second)) {
		q->vhost = first;
		q->client = second;
		q->user = span_trim(rest);
	} else {
		q->client = first;
		span_word(&s);
		q->user = span_trim(s);
	}
	return true;
}

static bool
request_read(struct span line, struct request_line *q)
{
	struct span before, rest;
	uint64_t status;

	*q = (struct request_line){.time = TIME_NONE};
	if (!find_time(line, &before, &rest, &q->time) ||
	    !names_read(before, q) || !take_quoted(&rest, &q->request))
		return false;
	q->status = span_word(&rest);
	if (!span_u64(q->status, &status) || status > 999)
		return false;
	q->bytes = span_word(&rest);
	if (take_quoted(&rest, &q->referer))
		take_quoted(&rest, &q->agent);
	return true;
}

static void
put_present(struct record *r, enum field_id f, struct span s)
{
	if (!span_is(s, "-"))
		record_put(r, f, s);
}

static void
put_request(struct record *r, const struct request_line *q, struct arena *arena)
{
	r->time = q->time;
	put_present(r, F_HOST, q->vhost);
	record_put_ip(r, F_SRC_IP, q->client);
	put_present(r, F_USER, q->user);
	web_request_put(r, q->request, arena);
	record_put(r, F_STATUS, q->status);
	record_put_number(r, F_BYTES, q->bytes);
	put_present(r, F_REFERER, q->referer);
	put_present(r, F_USER_AGENT, q->agent);
}

bool
web_access_among(const struct read_in *in, struct span line, uint64_t number,
    uint64_t offset, struct emit *out)
{
	struct request_line q;
	struct record r;

	if (!request_read(line, &q))
		return false;
	record_init(&r, K_HTTP, number, offset, line);
	put_request(&r, &q, in->arena);
	if (q.time == TIME_NONE)
		out->diag(out, DIAG_BAD_TIME, number, (struct span){0});
	out->record(out, &r);
	return true;
}

bool
web_dialect(struct log_message *m)
{
	struct request_line q;
	struct record r;

	if (!request_read(m->text, &q))
		return false;
	r = log_record(m, K_HTTP);
	put_request(&r, &q, m->in->arena);
	if (q.time == TIME_NONE)
		r.time = m->event.time;
	record_put(&r, F_PROGRAM, m->head.program);
	m->out->record(m->out, &r);
	return true;
}

static void
web_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct record r;

	(void)state;
	if (span_trim(line).n == 0 ||
	    web_access_among(in, line, number, offset, out))
		return;
	out->diag(out, DIAG_BAD_LINE, number, (struct span){0});
	record_init(&r, K_TEXT, number, offset, line);
	record_put(&r, F_LINE, span_trim(line));
	out->record(out, &r);
}

static struct guess
web_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	unsigned lines = 0, good = 0;
	struct request_line q;

	while (lines < GUESS_LINES && span_line(&rest, &line)) {
		if (span_trim(line).n == 0)
			continue;
		lines++;
		good += request_read(line, &q);
	}
	if (good > 0 && good * 10 >= lines * 7)
		return (struct guess){95,
		    "client, [time], \"request\", status: common or combined "
		    "log"};
	if (good > 1 && good * 10 >= lines * 3)
		return (struct guess){60, "access log lines among others"};
	return (struct guess){0, "no access log lines"};
}

const struct reader reader_web_access = {
    .name = "web-access-log",
    .title = "Web access log, common or combined format",
    .evidence = "weblog",
    .shape = READER_LINES,
    .guess = web_guess,
    .line = web_line,
};
