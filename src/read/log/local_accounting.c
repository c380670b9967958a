/*
 * What devices keep themselves of commands: NX-OS "show accounting log",
 *
 *	Fri Mar  1 10:11:12 2024:type=update:id=A@pts/0:user=U:cmd=C (SUCCESS)
 *
 * and IOS "show archive log config all",
 *
 *	idx   sess           user@line      Logged command
 *	  1      1          U@vty0     |  C
 */
#include "read/log/log_scan.h"
#include "read/log/message_scan.h"
#include "read/log/stamp.h"
#include "read/reader.h"

#define GUESS_LINES 50

static void
emit_text(struct span line, uint64_t number, uint64_t offset, struct emit *out)
{
	struct record r;

	record_init(&r, K_TEXT, number, offset, line);
	record_put(&r, F_LINE, span_trim(line));
	if (r.nvalues > 0)
		out->record(out, &r);
}

static bool
nxos_parts(struct span line, struct stamp *st, struct span *rest)
{
	size_t n = stamp_read(line, st);

	*rest = span_from(line, n);
	return n > 0 && span_starts(*rest, SPAN(":type="));
}

/* "A@pts/0" or "console0" */
static void
put_origin(struct record *r, struct span id)
{
	size_t at = span_find_byte(id, '@');

	if (at != SPAN_NONE) {
		record_put_ip(r, F_SRC_IP, span_head(id, at));
		id = span_from(id, at + 1);
	}
	record_put(r, F_TTY, id);
}

static void
nxos_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct span rest, command, status, user;
	struct stamp st;
	struct record r;

	(void)state;
	if (!nxos_parts(line, &st, &rest)) {
		emit_text(line, number, offset, out);
		return;
	}
	record_init(&r, K_COMMAND, number, offset, line);
	r.time = stamp_time(&st, &in->clock);
	put_origin(&r, message_between(rest, ":id=", ":user="));
	user = message_between(rest, ":user=", ":cmd=");
	command = span_trim(message_after(rest, ":cmd="));
	status = message_after_last(command, " (");
	if (span_is(status, "SUCCESS)") || span_is(status, "FAILURE)")) {
		command = span_head(command, command.n - status.n - 2);
		message_put_outcome(&r, status.p[0] == 'S');
	} else {
		record_put(&r, F_STATUS, message_between(rest, "type=", ":"));
	}
	record_put(&r, F_USER, user);
	record_put_str(&r, F_SERVICE, "shell");
	/* The text of the other types is no command. */
	if (span_starts(rest, SPAN(":type=update")))
		record_put(&r, F_COMMAND, span_trim(command));
	out->record(out, &r);
}

static bool
nxos_like(struct span line)
{
	struct stamp st;
	struct span rest;

	return nxos_parts(line, &st, &rest) && span_has(rest, ":user=");
}

/* "  1      1          U@vty0     |  C" */
static bool
archive_parts(
    struct span line, struct span *user, struct span *tty, struct span *command)
{
	struct span idx = span_word(&line), sess = span_word(&line);
	struct span who = span_word(&line);
	size_t at = span_rfind_byte(who, '@');
	uint64_t n;

	if (!span_u64(idx, &n) || !span_u64(sess, &n) || at == SPAN_NONE)
		return false;
	line = skip_blanks(line);
	if (byte_at(line, 0) != '|')
		return false;
	*user = span_head(who, at);
	*tty = span_from(who, at + 1);
	*command = span_trim(span_from(line, 1));
	return command->n > 0;
}

static void
archive_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct span user, tty, command;
	struct record r;

	(void)state;
	(void)in;
	if (!archive_parts(line, &user, &tty, &command)) {
		emit_text(line, number, offset, out);
		return;
	}
	record_init(&r, K_COMMAND, number, offset, line);
	record_put(&r, F_USER, user);
	record_put(&r, F_TTY, tty);
	record_put_str(&r, F_SERVICE, "shell");
	record_put(&r, F_COMMAND, command);
	out->record(out, &r);
}

static bool
archive_like(struct span line)
{
	struct span user, tty, command;

	return archive_parts(line, &user, &tty, &command);
}

/* The share of lines that are entries, in per cent. */
static unsigned
share(struct span rest, bool (*like)(struct span line))
{
	unsigned lines = 0, good = 0;
	struct span line;

	while (lines < GUESS_LINES && span_line(&rest, &line)) {
		if (span_trim(line).n == 0)
			continue;
		lines++;
		good += like(line);
	}
	return lines > 0 ? good * 100 / lines : 0;
}

static struct guess
nxos_guess(const struct probe *p)
{
	if (share(p->head, nxos_like) >= 30)
		return (struct guess){
		    95, "entries of the form time:type=...:id=...:user=..."};
	return (struct guess){0, "no accounting log of NX-OS"};
}

static struct guess
archive_guess(const struct probe *p)
{
	if (share(p->head, archive_like) >= 30)
		return (struct guess){90,
		    "entries of the form index session user@line | command"};
	return (struct guess){0, "no archive log of IOS"};
}

/* Every entry holds these; traffic stands in none. */
#define COMMAND (UINT64_C(1) << K_COMMAND)
#define TRAFFIC (UINT64_C(1) << K_FLOW | UINT64_C(1) << K_HTTP)
static const struct kind_mark nxos_entry[] = {{":type=", COMMAND}, {NULL, 0}};
static const char *const nxos_before[] = {":cmd=", NULL};
static const struct kind_marks nxos_marks = {
    .kinds = COMMAND | TRAFFIC, .marks = nxos_entry, .before = nxos_before};
static const struct kind_mark archive_bar[] = {{"|", COMMAND}, {NULL, 0}};
static const char *const archive_before[] = {"|", NULL};
static const struct kind_marks archive_marks = {
    .kinds = COMMAND | TRAFFIC, .marks = archive_bar, .before = archive_before};

/* The device's own words: no class that counts as kept elsewhere. */
const struct reader reader_nx_os_accounting = {
    .name = "nx-os-accounting",
    .title = "NX-OS: show accounting log",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = nxos_guess,
    .line = nxos_line,
    .marks = &nxos_marks,
};

const struct reader reader_ios_archive_log = {
    .name = "ios-archive-log",
    .title = "IOS and IOS XE: show archive log config",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = archive_guess,
    .line = archive_line,
    .marks = &archive_marks,
};
