/*
 * Syslog of Cisco devices as a collector or "show logging" keeps it.  A line
 * with a mnemonic gives a K_SYSLOG record with the fields of its message, and
 * a K_COMMAND record at the same place when it tells of a command.  Other
 * lines with a header (a server's own daemons in the same file) give K_SYSLOG
 * with program and message; lines without one give K_TEXT.
 */
#include "read/log/cisco_message.h"
#include "read/log/dialect.h"
#include "read/log/syslog_line.h"

/* Lines of the head that guess weighs. */
#define GUESS_LINES 50

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

bool
cisco_dialect(struct log_message *m)
{
	struct cisco_mnemonic name;
	struct span message;
	struct record command;

	if (!cisco_mnemonic_read(m->head.rest, &name, &message) &&
	    !mnemonic_behind(m->line, &name, &message))
		return false;
	command = log_record(m, K_COMMAND);
	record_put(&command, F_MNEMONIC, name.text);
	record_put(&m->event, F_MNEMONIC, name.text);
	record_put(&m->event, F_FACILITY, name.facility);
	record_put_number(&m->event, F_SEVERITY, name.severity);
	record_put(&m->event, F_PROGRAM, m->head.program);
	record_put(&m->event, F_MESSAGE, message);
	bool entered = cisco_message_read(&name, message, &m->event, &command);

	log_emit(m);
	if (entered)
		m->out->record(m->out, &command);
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
    .host = syslog_line_host,
    .when = syslog_line_when,
    .marks = &syslog_marks,
    .json_inside = true,
};
