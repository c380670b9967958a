/*
 * Accounting files of the tac_plus family: fields with tabs between them,
 *
 *	time  NAS  user  terminal  remote address  start|stop|update
 *name=value...
 *
 * where time is "Mar  1 10:11:12", ctime's form, or "2024-03-01 10:11:12
 * +0100".  The meaning of the pairs is that of RFC 8907 section 8.3.
 */
#include "read/log/stamp.h"
#include "read/reader.h"

#define GUESS_LINES 50

/* A NAS that never set its clock counts from 1993 or 1970. */
#define FIRST_TIME (INT64_C(946684800) * TIME_SECOND) /* 2000-01-01 */

/* The fixed columns. */
struct entry {
	struct stamp stamp;
	struct span nas, user, tty, remote, type;
	struct span pairs; /* what follows, with its tabs */
};

static bool
record_type(struct span s)
{
	return span_is(s, "start") || span_is(s, "stop") ||
	       span_is(s, "update");
}

/* The first column: a time, with a zone or (when it came through syslog)
 * with "host tac_plus[7]: NAS" behind it. */
static bool
time_column(struct span s, struct entry *e, struct span *more)
{
	size_t n;

	s = span_trim(s);
	n = stamp_read(s, &e->stamp);
	if (n == 0)
		return false;
	s = span_trim(span_from(s, n));
	if (stamp_zone(s, &e->stamp.zone)) {
		e->stamp.zoned = true;
		s = (struct span){0};
	}
	*more = s;
	return true;
}

static bool
entry_read(struct span line, struct entry *e)
{
	struct span rest = line, more;
	size_t colon;

	*e = (struct entry){0};
	if (!time_column(span_until(&rest, '\t'), e, &more))
		return false;
	if (more.n > 0) {
		colon = span_find(more, SPAN(": "));
		if (colon == SPAN_NONE)
			return false;
		e->nas = span_trim(span_from(more, colon + 2));
	} else {
		e->nas = span_trim(span_until(&rest, '\t'));
	}
	e->user = span_trim(span_until(&rest, '\t'));
	e->tty = span_trim(span_until(&rest, '\t'));
	e->remote = span_trim(span_until(&rest, '\t'));
	e->type = span_trim(span_until(&rest, '\t'));
	e->pairs = rest;
	return e->nas.n > 0 && record_type(e->type);
}

/* The value of a pair; optional ones are written name*value. */
static struct span
pair_value(struct span pairs, const char *name)
{
	struct span want = span_str(name), pair;

	while (pairs.n > 0) {
		pair = span_until(&pairs, '\t');
		if (pair.n > want.n && span_starts(pair, want) &&
		    (pair.p[want.n] == '=' || pair.p[want.n] == '*'))
			return span_trim(span_from(pair, want.n + 1));
	}
	return (struct span){0};
}

/* The device's own start time, when its clock was set. */
static bool
start_time(const struct entry *e, int64_t *t)
{
	return time_read_epoch(pair_value(e->pairs, "start_time"), t) &&
	       *t >= FIRST_TIME;
}

static struct span
without_cr(struct span s)
{
	s = span_trim(s);
	if (span_ends(s, SPAN("<cr>")))
		s = span_rtrim(span_head(s, s.n - 4));
	return s;
}

static void
put_host(struct record *r, struct span nas)
{
	struct addr a;

	record_put(r, F_HOST, nas);
	if (addr_read(nas, &a))
		r->host_addr = nas;
	else
		r->host = nas;
}

static void
put_time(struct record *r, const struct entry *e, const struct read_in *in,
    struct emit *out)
{
	if (start_time(e, &r->time))
		return;
	r->time = stamp_time(&e->stamp, &in->clock);
	if (r->time == TIME_NONE &&
	    (e->stamp.parts.year != 0 || in->clock.year != 0))
		out->diag(out, DIAG_BAD_TIME, r->line, (struct span){0});
}

static void
bad_line(struct span line, uint64_t number, uint64_t offset, struct emit *out)
{
	struct record r;

	if (span_trim(line).n == 0)
		return;
	out->diag(out, DIAG_BAD_LINE, number, (struct span){0});
	record_init(&r, K_TEXT, number, offset, line);
	record_put(&r, F_LINE, span_trim(line));
	out->record(out, &r);
}

/* tac_plus-ng writes columns instead of pairs: service, command. */
static void
put_columns(struct record *r, struct span rest)
{
	struct span service = span_trim(span_until(&rest, '\t'));

	record_put(r, F_SERVICE, service);
	record_put(r, F_COMMAND, without_cr(span_until(&rest, '\t')));
}

static bool
has_pairs(struct span s)
{
	struct span first = span_until(&s, '\t');

	return first.n == 0 || span_find_byte(first, '=') != SPAN_NONE ||
	       span_find_byte(first, '*') != SPAN_NONE;
}

static void
tacplus_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct entry e;
	struct record r;

	(void)state;
	if (!entry_read(line, &e)) {
		bad_line(line, number, offset, out);
		return;
	}
	record_init(&r, K_COMMAND, number, offset, line);
	put_time(&r, &e, in, out);
	put_host(&r, e.nas);
	record_put(&r, F_USER, e.user);
	record_put(&r, F_TTY, e.tty);
	record_put_ip(&r, F_SRC_IP, e.remote);
	record_put(&r, F_STATUS, e.type);
	record_put_str(&r, F_PROTOCOL, "tacacs");
	if (!has_pairs(e.pairs)) {
		put_columns(&r, e.pairs);
		out->record(out, &r);
		return;
	}
	record_put(&r, F_TASK, pair_value(e.pairs, "task_id"));
	record_put(&r, F_SERVICE, pair_value(e.pairs, "service"));
	record_put_number(&r, F_PRIVILEGE, pair_value(e.pairs, "priv-lvl"));
	record_put(&r, F_COMMAND, without_cr(pair_value(e.pairs, "cmd")));
	out->record(out, &r);
}

static bool
tacplus_yearless(struct span line, int *month, int *day)
{
	struct stamp s;
	struct entry e;
	int64_t t;

	if (stamp_read(line, &s) == 0 || s.parts.year != 0)
		return false;
	if (entry_read(line, &e) && start_time(&e, &t))
		return false;
	*month = s.parts.month;
	*day = s.parts.day;
	return true;
}

static struct span
tacplus_host(struct span line)
{
	struct entry e;

	return entry_read(line, &e) ? e.nas : (struct span){0};
}

static struct guess
tacplus_guess(const struct probe *p)
{
	struct span rest = p->head, line;
	unsigned lines = 0, good = 0;
	struct entry e;

	while (lines < GUESS_LINES && span_line(&rest, &line)) {
		if (span_trim(line).n == 0)
			continue;
		lines++;
		good += entry_read(line, &e);
	}
	if (good > 0 && good * 10 >= lines * 6)
		return (struct guess){95,
		    "tab-separated accounting: time, NAS, user, terminal, "
		    "address, start/stop/update"};
	if (good > 1 && good * 10 >= lines * 3)
		return (struct guess){60, "accounting entries among others"};
	return (struct guess){0, "no accounting entries"};
}

/* Every entry is one of these. */
static const struct kind_mark entry_marks[] = {
    {"start", 0}, {"stop", 0}, {"update", 0}, {NULL, 0}};
static const char *const before_command[] = {"cmd=", "cmd*", NULL};
static const struct kind_marks marks = {.kinds = UINT64_C(1) << K_COMMAND,
    .marks = entry_marks,
    .before = before_command};

const struct reader reader_tacplus_accounting = {
    .name = "tacplus-accounting",
    .title = "TACACS+ accounting of the tac_plus family",
    .evidence = "accounting",
    .shape = READER_LINES,
    .guess = tacplus_guess,
    .line = tacplus_line,
    .yearless = tacplus_yearless,
    .host = tacplus_host,
    .marks = &marks,
};
