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
    .host = syslog_line_host,
    .when = syslog_line_when,
    .marks = &syslog_marks,
    .json_inside = true,
};

static bool
panos_like(struct span line, struct span message)
{
	static const char *const types[] = {",TRAFFIC,", ",THREAT,", ",SYSTEM,",
	    ",CONFIG,", ",GLOBALPROTECT,", ",AUTHENTICATION,"};
	struct span head = span_head(message, 64);

	(void)line;
	if (head.n < 24 || span_find_byte(span_head(head, 4), ',') == SPAN_NONE)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_has(head, types[i]))
			return true;
	return false;
}

static struct guess
panos_guess(const struct probe *p)
{
	struct syslog_shares n;

	syslog_count(p->head, panos_like, &n);
	if (n.match > 0 && n.match * 10 >= n.lines * 3)
		return (struct guess){
		    90, "columns of PAN-OS: 1,date,serial,TYPE,subtype"};
	return (struct guess){0, "no columns of PAN-OS"};
}

const struct reader reader_panos_log = {
    .name = "pan-os-log",
    .title = "PAN-OS traffic, threat, system, config and GlobalProtect logs",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = panos_guess,
    .line = syslog_line,
    .yearless = syslog_yearless,
    .host = syslog_line_host,
    .when = syslog_line_when,
    .marks = &syslog_marks,
    .json_inside = true,
};

static bool
pairs_like(struct span line, struct span message)
{
	struct span head = span_head(message, 256);

	(void)line;
	return (span_has(head, "date=") && span_has(head, "devid=")) ||
	       (span_has(head, "logid=") && span_has(message, "type=")) ||
	       (span_has(head, "id=") && span_has(head, " fw=") &&
		   span_has(head, "time=\""));
}

static struct guess
pairs_guess(const struct probe *p)
{
	struct syslog_shares n;

	syslog_count(p->head, pairs_like, &n);
	if (n.match > 0 && n.match * 10 >= n.lines * 3)
		return (struct guess){90,
		    "name=value pairs of a firewall: date= devid=, or id= fw="};
	return (struct guess){0, "no pairs of a firewall"};
}

const struct reader reader_firewall_pairs = {
    .name = "firewall-pairs",
    .title = "FortiOS logs, and WELF of SonicWall and Ivanti",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = pairs_guess,
    .line = syslog_line,
    .yearless = syslog_yearless,
    .host = syslog_line_host,
    .when = syslog_line_when,
    .marks = &syslog_marks,
    .json_inside = true,
};

static bool
cef_like(struct span line, struct span message)
{
	struct span head = span_head(line, 160);

	(void)message;
	return span_has(head, "CEF:0|") || span_has(head, "CEF:1|") ||
	       span_has(head, "LEEF:1.0|") || span_has(head, "LEEF:2.0|");
}

static struct guess
cef_guess(const struct probe *p)
{
	struct syslog_shares n;

	syslog_count(p->head, cef_like, &n);
	if (n.match > 0 && n.match * 10 >= n.lines * 3)
		return (struct guess){90, "events of the form CEF: or LEEF:"};
	return (struct guess){0, "no CEF, no LEEF"};
}

const struct reader reader_cef = {
    .name = "cef",
    .title = "Events in CEF or LEEF",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = cef_guess,
    .line = syslog_line,
    .yearless = syslog_yearless,
    .host = syslog_line_host,
    .when = syslog_line_when,
    .marks = &syslog_marks,
    .json_inside = true,
};

/* Header with a host and a program, or a priority in front.  A time with a
 * year and a colon somewhere behind it is any program's log. */
static bool
syslog_like(struct span line, struct span message)
{
	struct syslog_header h;

	if (!syslog_header_read(line, &h) || message.n == 0)
		return false;
	if (h.pri >= 0)
		return true;
	if (h.host.n == 0)
		return false;
	return h.program.n > 0 || h.origin.n > 0 ||
	       (h.relay.parts.year == 0 && span_has(message, ": "));
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
    .host = syslog_line_host,
    .when = syslog_line_when,
    .marks = &syslog_marks,
    .json_inside = true,
};

static bool
audit_like(struct span line, struct span message)
{
	struct span head = span_head(line, 160);

	(void)message;
	return span_has(head, "type=") && span_has(head, " msg=audit(");
}

static struct guess
audit_guess(const struct probe *p)
{
	struct syslog_shares n;

	syslog_count(p->head, audit_like, &n);
	if (n.match > 0 && n.match * 10 >= n.lines * 6)
		return (struct guess){
		    90, "records of auditd: type= msg=audit("};
	return (struct guess){0, "no records of auditd"};
}

static struct span
audit_host(struct span line)
{
	struct span s;

	if (!span_starts(line, SPAN("node=")))
		return syslog_line_host(line);
	s = span_from(line, 5);
	return span_word(&s);
}

const struct reader reader_audit_log = {
    .name = "audit-log",
    .title = "Records of Linux's auditd",
    .evidence = "syslog",
    .shape = READER_LINES,
    .guess = audit_guess,
    .line = syslog_line,
    .yearless = syslog_yearless,
    .host = audit_host,
    .marks = &syslog_marks,
    .json_inside = true,
};
