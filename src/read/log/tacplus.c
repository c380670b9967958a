/*
 * Accounting files of the tac_plus family: fields with tabs between them,
 *
 *	time  NAS  user  terminal  remote address  start|stop|update
 *name=value...
 *
 * where time is "Mar  1 10:11:12", ctime's form, or "2024-03-01 10:11:12
 * +0100".  The meaning of the pairs is that of RFC 8907 section 8.3.
 */
#include "read/log/among.h"
#include "read/log/log_scan.h"
#include "read/log/stamp.h"
#include "read/log/tacplus_entry.h"
#include "read/reader.h"

#define GUESS_LINES 50

/* A NAS that never set its clock counts from 1993 or 1970. */
#define FIRST_TIME (INT64_C(946684800) * TIME_SECOND) /* 2000-01-01 */

struct entry {
	struct stamp stamp;
	struct tacplus_entry e;
};

/* The time, with a zone or (when it came through syslog) with "host
 * tac_plus[7]: " behind it; *more: what follows. */
static bool
time_take(struct span s, struct entry *e, struct span *more)
{
	size_t n, colon;
	struct span word;

	s = span_trim(s);
	n = stamp_read(s, &e->stamp);
	if (n == 0)
		return false;
	s = skip_blanks(span_from(s, n));
	word = span_head(s, 6);
	word = span_word(&word);
	if (stamp_zone(word, &e->stamp.zone)) {
		e->stamp.zoned = true;
		s = skip_blanks(span_from(s, word.n));
	}
	colon = span_find(span_head(s, span_find_byte(s, '\t')), SPAN(": "));
	if (colon != SPAN_NONE && !span_starts(s, SPAN("\t"))) {
		struct stamp own;

		/* A relay may have put its header before the whole line. */
		s = skip_blanks(span_from(s, colon + 2));
		s = skip_blanks(span_from(s, stamp_read(s, &own)));
	}
	*more = s;
	return true;
}

static bool
entry_read(struct span line, struct entry *e)
{
	struct span more;

	*e = (struct entry){0};
	return time_take(line, e, &more) && tacplus_entry_read(more, &e->e);
}

/* The device's own start time, when its clock was set. */
static bool
start_time(const struct entry *e, int64_t *t)
{
	return time_read_epoch(e->e.started, t) && *t >= FIRST_TIME;
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

bool
tacplus_among(const struct read_in *in, struct span line, uint64_t number,
    uint64_t offset, struct emit *out)
{
	struct entry e;
	struct record r;

	if (!entry_read(line, &e))
		return false;
	record_init(&r, K_COMMAND, number, offset, line);
	put_time(&r, &e, in, out);
	record_put(&r, F_HOST, e.e.nas);
	tacplus_put_device(&r, &e.e);
	tacplus_put(&r, &e.e);
	/* What is no accounting is a message: a login, or what was let run. */
	if (e.e.type.n == 0 && e.e.command.n == 0) {
		r.kind = K_SYSLOG;
		record_put(&r, F_MESSAGE, e.e.hint);
	}
	out->record(out, &r);
	return true;
}

static void
tacplus_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	(void)state;
	if (!tacplus_among(in, line, number, offset, out))
		bad_line(line, number, offset, out);
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

struct span
tacplus_among_host(struct span line)
{
	struct entry e;

	return entry_read(line, &e) ? e.e.nas : (struct span){0};
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
    .host = tacplus_among_host,
    .marks = &marks,
};
