/*
 * Files of AAA servers that are kept as syslog: Cisco ISE and ACS, Aruba
 * ClearPass, tac_plus and tac_plus-ng, FreeRADIUS.  The lines are read as in
 * any syslog file (syslog_line.c).  What differs is whom they speak of: the
 * device that asked the server, of which such a file is accounting.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/syslog_line.h"
#include "read/log/tacplus_entry.h"

static struct span
tacplus_device(struct span line)
{
	struct syslog_header h;
	struct tacplus_entry e;
	size_t bar;

	if (!span_has(line, "tac") && !span_has(line, "ACCT"))
		return (struct span){0};
	syslog_header_read(line, &h);
	bar = span_find_byte(span_head(h.rest, 48), '|');
	if (span_starts(h.rest, SPAN("A")) && bar != SPAN_NONE)
		h.rest = span_from(h.rest, bar + 1);
	return tacplus_entry_read(h.rest, &e) ? e.nas : (struct span){0};
}

static struct span
radius_device(struct span line)
{
	struct span s = message_after_last(line, "(from client ");

	return span_word(&s);
}

static struct span
device_of(struct span line)
{
	struct span s = ise_device(line);

	if (s.n == 0)
		s = clearpass_device(line);
	if (s.n == 0)
		s = radius_device(line);
	return s.n > 0 ? s : tacplus_device(line);
}

/* Messages that carry their own time have its year. */
static bool
aaa_yearless(struct span line, int *month, int *day)
{
	struct span head = span_head(line, 256);

	if (span_has(head, " CISE_") || span_has(head, " CSCOacs_"))
		return false;
	return syslog_yearless(line, month, day);
}

static bool
aaa_like(struct span line, struct span message)
{
	struct span head = span_head(line, 256);

	if (span_has(head, "CISE_") || span_has(head, "CSCOacs_") ||
	    span_has(head, " CPPM_") || span_has(head, "|ClearPass|"))
		return true;
	if (span_has(head, " radiusd") ||
	    (span_has(line, "(from client ") && span_has(line, "Login ")))
		return true;
	if (clearpass_device(line).n > 0)
		return true;
	return (span_starts(message, SPAN("ACCT")) ||
		   span_starts(message, SPAN("AUTH")) ||
		   span_has(head, "tac_plus") || span_has(head, "tacplus")) &&
	       tacplus_device(line).n > 0;
}

static struct guess
aaa_guess(const struct probe *p)
{
	struct syslog_shares n;

	syslog_count(p->head, aaa_like, &n);
	if (n.match > 0 && n.match * 10 >= n.lines * 6)
		return (struct guess){93,
		    "lines of an AAA server: ISE, ClearPass, tac_plus, "
		    "FreeRADIUS"};
	return (struct guess){0, "few lines of an AAA server"};
}

const struct reader reader_aaa_syslog = {
    .name = "aaa-syslog",
    .title = "AAA servers in syslog: ISE, ACS, ClearPass, tac_plus, FreeRADIUS",
    .evidence = "accounting",
    .shape = READER_LINES,
    .guess = aaa_guess,
    .line = syslog_line,
    .yearless = aaa_yearless,
    .host = device_of,
    .when = syslog_line_when,
    .marks = &syslog_marks,
    .json_inside = true,
};
