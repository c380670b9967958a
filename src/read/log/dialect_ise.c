/*
 * Cisco ISE: "CISE_CATEGORY ID SEGMENTS SEGMENT TIME ZONE SEQUENCE NUMBER LEVEL
 * Class: text, Name=value, Name=value, ...".  Commands of device administration
 * stand as CmdSet=[ CmdAV=show version <cr> ].
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"

/* The value behind ", NAME=". */
static struct span
value(struct span s, const char *mark)
{
	struct span v = message_after(s, mark);

	return span_trim(span_head(v, span_find_byte(v, ',')));
}

static struct span
command_text(struct span s)
{
	struct span c = message_between(s, "CmdAV=", " ]");
	size_t cr = span_find(c, SPAN("<cr>"));

	if (c.p == NULL)
		c = value(s, "CmdAV=");
	/* An authorization names each argument: "CmdArgAV=<cr>". */
	c = span_trim(span_head(c, cr));
	if (span_ends(c, SPAN("CmdArgAV=")))
		c = span_rtrim(span_head(c, c.n - 9));
	return c;
}

/* The network device that asked is what the message speaks of. */
static void
put_device(struct record *r, struct span s)
{
	struct span name = value(s, ", NetworkDeviceName=");
	struct span ip = value(s, ", Device IP Address=");
	struct addr a;

	if (name.n == 0 && !addr_read(ip, &a))
		return;
	r->host = name;
	r->host_addr = addr_read(ip, &a) ? ip : (struct span){0};
}

static void
put_fields(struct record *r, struct span s)
{
	struct span user = value(s, ", User=");

	if (user.n == 0)
		user = value(s, ", UserName=");
	record_put(r, F_USER, user);
	record_put(r, F_TTY, value(s, ", Port="));
	record_put_ip(r, F_SRC_IP, value(s, ", Remote-Address="));
	record_put_ip(r, F_SRC_IP, value(s, ", Calling-Station-ID="));
	record_put_number(r, F_PRIVILEGE, value(s, ", Privilege-Level="));
	record_put_str(r, F_PROTOCOL,
	    span_has(s, "TACACS") || span_has(s, "Tacacs") ? "tacacs"
							   : "radius");
}

bool
ise_dialect(struct log_message *m)
{
	struct record *r = &m->event, command;
	struct span s = m->text, word = span_word(&s), c;

	if (!span_starts(word, SPAN("CISE_")) &&
	    !span_starts(m->head.program, SPAN("CISE_")))
		return false;
	s = m->text;
	put_device(r, s);
	command = log_record(m, K_COMMAND);
	record_put(
	    r, F_PROGRAM, m->head.program.n > 0 ? m->head.program : word);
	record_put(r, F_MESSAGE, s);
	put_fields(r, s);
	if (span_has(s, "NOTICE Passed-") || span_has(s, "succeeded"))
		message_put_outcome(r, true);
	else if (span_has(s, "Failed-Attempt") || span_has(s, "failed"))
		message_put_outcome(r, false);
	c = command_text(s);
	record_put(r, F_COMMAND, c);
	put_fields(&command, s);
	record_put_str(&command, F_SERVICE, "shell");
	record_put(&command, F_COMMAND, c);
	log_emit(m);
	if (c.n > 0)
		m->out->record(m->out, &command);
	return true;
}
