/*
 * Syslog of Cisco devices as a collector or "show logging" keeps it.  A line
 * with a mnemonic gives a K_SYSLOG record with the fields of its message, and
 * a K_COMMAND record at the same place when it tells of a command.  Other
 * lines with a header (a server's own daemons in the same file) give K_SYSLOG
 * with program and message; lines without one give K_TEXT.
 */
#include "read/log/cisco_message.h"
#include "read/log/syslog_header.h"
#include "read/reader.h"

/* Lines of the head that guess weighs. */
#define GUESS_LINES 50

/* One digit as a span, for numbers that a record derives. */
static struct span
digit_span(int d)
{
	return span_of(&"01234567"[d & 7], 1);
}

/* The relay's word for the device; where that is only an address, the name by
 * which the device calls itself joins it. */
static void
put_host(struct record *r, const struct syslog_header *h)
{
	const struct span words[] = {h->host, h->origin};
	struct addr a;

	record_put(r, F_HOST, h->host.n > 0 ? h->host : h->origin);
	for (size_t i = 0; i < 2; i++) {
		if (words[i].n == 0)
			continue;
		if (!addr_read(words[i], &a)) {
			if (r->host.n == 0)
				r->host = words[i];
		} else if (r->host_addr.n == 0) {
			r->host_addr = words[i];
		}
	}
}

static void
put_time(struct record *r, const struct syslog_header *h,
    const struct read_in *in, struct emit *out)
{
	const struct stamp *s = syslog_header_stamp(h);

	if (s == NULL)
		return;
	r->time = stamp_time(s, &in->clock);
	if (r->time == TIME_NONE && (s->parts.year != 0 || in->clock.year != 0))
		out->diag(out, DIAG_BAD_TIME, r->line, (struct span){0});
}

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
sshd(struct span program)
{
	return span_is(program, "sshd") || span_is(program, "sshd-session") ||
	       span_is(program, "dropbear");
}

/* A line of some other program in the same file. */
static void
emit_plain(struct record *r, const struct syslog_header *h, struct emit *out)
{
	struct span message = span_trim(h->rest);

	if (h->pri >= 0)
		record_put_number(r, F_SEVERITY, digit_span(h->pri % 8));
	record_put(r, F_PROGRAM, h->program);
	record_put(r, F_MESSAGE, message);
	if (sshd(h->program))
		sshd_message_read(message, r);
	out->record(out, r);
}

/* Messages that tell of a command that somebody entered: what yields K_COMMAND
 * in cisco_message.c and cisco_asa.c. */
static const char *const command_marks[] = {"CFGLOG_LOGGEDCMD", "HA_EM-6-LOG",
    "AAA_ACCOUNTING_MESSAGE", "-111008", "-111009", "-111010", NULL};
static const char *const before_command[] = {"logged command:", "cmd=", NULL};
static const struct kind_marks marks = {
    K_COMMAND, command_marks, before_command};

/* A relay may put words of its own between header and message: the first
 * mnemonic that a blank, a colon or a bracket leads counts. */
static bool
mnemonic_behind(
    struct span line, struct cisco_mnemonic *m, struct span *message)
{
	for (size_t at = 1; at < line.n; at++) {
		size_t step = span_find_byte(span_from(line, at), '%');
		char before;

		if (step == SPAN_NONE)
			return false;
		at += step;
		before = line.p[at - 1];
		if ((before == ' ' || before == ':' || before == ']' ||
			before == '\t') &&
		    cisco_mnemonic_read(span_from(line, at), m, message))
			return true;
	}
	return false;
}

static void
syslog_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct syslog_header h;
	struct cisco_mnemonic m;
	struct span message;
	struct record event, command;
	bool header = syslog_header_read(line, &h);
	bool cisco = cisco_mnemonic_read(h.rest, &m, &message) ||
		     mnemonic_behind(line, &m, &message);

	(void)state;
	if (!header && !cisco) {
		emit_text(line, number, offset, out);
		return;
	}
	record_init(&event, K_SYSLOG, number, offset, line);
	put_time(&event, &h, in, out);
	put_host(&event, &h);
	record_put_number(&event, F_SEQUENCE, h.sequence);
	if (!cisco) {
		emit_plain(&event, &h, out);
		return;
	}
	record_init(&command, K_COMMAND, number, offset, line);
	command.time = event.time;
	command.host = event.host;
	command.host_addr = event.host_addr;
	record_put(&command, F_HOST, record_text(&event, F_HOST));
	record_put(&command, F_MNEMONIC, m.text);

	record_put(&event, F_MNEMONIC, m.text);
	record_put(&event, F_FACILITY, m.facility);
	record_put_number(&event, F_SEVERITY, m.severity);
	record_put(&event, F_PROGRAM, h.program);
	record_put(&event, F_MESSAGE, message);
	bool entered = cisco_message_read(&m, message, &event, &command);

	out->record(out, &event);
	if (entered)
		out->record(out, &command);
}

static bool
syslog_yearless(struct span line, int *month, int *day)
{
	struct syslog_header h;
	const struct stamp *s;

	syslog_header_read(line, &h);
	s = syslog_header_stamp(&h);
	if (s == NULL || s->parts.year != 0)
		return false;
	*month = s->parts.month;
	*day = s->parts.day;
	return true;
}

/* What guess counts. */
struct shares {
	unsigned lines;	  /* that are not blank */
	unsigned headers; /* with a syslog header */
	unsigned cisco;	  /* with a mnemonic */
	bool buffer;	  /* begins as "show logging" does */
};

/*
 * Shares over the first lines.  In a collector's file the first lines may all
 * be a server's own, and "show logging" begins with its settings: then, as
 * long as no Cisco line has come, the look goes on to the end of the head.
 */
static void
count_shares(struct span rest, struct shares *n)
{
	struct span line, message;
	struct syslog_header h;
	struct cisco_mnemonic m;

	*n = (struct shares){0};
	while (span_line(&rest, &line)) {
		if (span_trim(line).n == 0)
			continue;
		if (n->lines >= GUESS_LINES &&
		    (n->cisco > 0 ||
			(!n->buffer && n->headers * 10 < n->lines * 6)))
			break;
		n->lines++;
		if (n->lines < 5 && span_starts(line, SPAN("Syslog logging: ")))
			n->buffer = true;
		bool header = syslog_header_read(line, &h);

		n->headers += header;
		if (cisco_mnemonic_read(h.rest, &m, &message) ||
		    (header && mnemonic_behind(line, &m, &message)))
			n->cisco++;
	}
}

static struct guess
syslog_guess(const struct probe *p)
{
	struct shares n;

	count_shares(p->head, &n);
	if (n.cisco == 0)
		return (struct guess){0, "no Cisco message"};
	if (n.cisco * 2 >= n.lines)
		return (struct guess){
		    95, "most lines are %FACILITY-SEVERITY-NAME messages"};
	if (n.cisco * 10 >= n.lines * 3)
		return (struct guess){
		    80, "many lines are %FACILITY-SEVERITY-NAME messages"};
	if (n.buffer)
		return (struct guess){
		    80, "a log buffer as show logging prints"};
	if (n.headers * 10 >= n.lines * 6)
		return (struct guess){
		    70, "syslog lines, Cisco messages among them"};
	return (struct guess){0, "Cisco messages in a text that is no log"};
}

const struct reader reader_cisco_syslog = {
    .name = "cisco-syslog",
    .title = "Syslog of Cisco IOS, IOS XE, IOS XR, NX-OS and ASA",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = syslog_guess,
    .line = syslog_line,
    .yearless = syslog_yearless,
    .host = syslog_header_host,
    .marks = &marks,
};
