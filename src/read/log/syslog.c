/*
 * Syslog files by what most of their lines are.  All share the reading of
 * lines (syslog_line.c); they differ in what they ask of the head.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/syslog_line.h"

static bool
junos_like(struct span line, struct span message)
{
	static const char *const names[] = {"UI_", "RT_FLOW_", "RPD_",
	    "SNMP_TRAP_LINK_", "CHASSISD_", "SSHD_LOGIN_", "LIBJNX_"};
	struct syslog_header h;

	(void)message;
	if (!syslog_header_read(line, &h))
		return false;
	if (span_has(line, "[junos@2636."))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span name = span_str(names[i]);

		if (span_starts(span_trim(h.rest), name) ||
		    span_starts(h.program, name) || span_starts(h.msgid, name))
			return true;
	}
	return false;
}

static struct guess
junos_guess(const struct probe *p)
{
	struct syslog_shares n;

	syslog_count(p->head, junos_like, &n);
	if (n.match == 0 || n.headers * 10 < n.lines * 6)
		return (struct guess){0, "no events of Junos"};
	if (n.match * 10 >= n.lines)
		return (struct guess){
		    90, "syslog lines with event names of Junos"};
	return (struct guess){62, "syslog lines, events of Junos among them"};
}

const struct reader reader_junos_syslog = {
    .name = "junos-syslog",
    .title = "Syslog of Junos, BSD form and structured",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = junos_guess,
    .line = syslog_line,
    .yearless = syslog_yearless,
    .host = syslog_header_host,
    .marks = &syslog_marks,
};

/* Header with a host and a program, or a priority in front. */
static bool
syslog_like(struct span line, struct span message)
{
	struct syslog_header h;

	return syslog_header_read(line, &h) && message.n > 0 &&
	       (h.pri >= 0 || (h.host.n > 0 && h.program.n > 0));
}

static struct guess
generic_guess(const struct probe *p)
{
	struct syslog_shares n;

	syslog_count(p->head, syslog_like, &n);
	if (n.match > 0 && n.match * 10 >= n.lines * 7)
		return (struct guess){
		    60, "syslog lines: time, host, program[pid]: message"};
	if (n.match > 1 && n.match * 10 >= n.lines * 3)
		return (struct guess){52, "syslog lines among others"};
	return (struct guess){0, "no syslog lines"};
}

const struct reader reader_syslog = {
    .name = "syslog",
    .title = "Syslog, RFC 3164 and RFC 5424: servers, sshd, sudo, auth.log",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = generic_guess,
    .line = syslog_line,
    .yearless = syslog_yearless,
    .host = syslog_header_host,
    .marks = &syslog_marks,
};
