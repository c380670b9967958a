/*
 * Cisco ISE and ACS ("Cisco ISE Syslogs", message format): "CISE_CATEGORY ID
 * SEGMENTS SEGMENT TIME ZONE SEQUENCE NUMBER LEVEL Class: text, Name=value,
 * Name=value, ...", CSCOacs_CATEGORY of ACS alike.  Long messages come in
 * several segments.  A comma within a value is written "\,".  Commands of
 * device administration stand as CmdSet=[ CmdAV=show version <cr> ], those of
 * an authorization as CmdSet=[ CmdAV=show CmdArgAV=version CmdArgAV=<cr> ].
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"
#include "read/log/segments.h"

/* What is no field of a record. */
enum { I_NAME = F_COUNT, I_ADDRESS, I_COMMAND, I_FLAGS, I_PAIR };

/* Of the same field the first that a message has counts. */
static const struct pair_field names[] = {{"NetworkDeviceName", I_NAME},
    {"Device IP Address", I_ADDRESS}, {"NAS-IP-Address", I_ADDRESS},
    {"NAS-IPv6-Address", I_ADDRESS}, {"CmdSet", I_COMMAND},
    {"AcctRequest-Flags", I_FLAGS}, {"Acct-Status-Type", I_FLAGS},
    {"AVPair", I_PAIR}, {"cisco-av-pair", I_PAIR}, {"User", F_USER},
    {"UserName", F_USER}, {"User-Name", F_USER}, {"AdminName", F_USER},
    {"Port", F_TTY}, {"NAS-Port-Id", F_TTY}, {"Remote-Address", F_SRC_IP},
    {"Calling-Station-ID", F_SRC_IP}, {"AdminIPAddress", F_SRC_IP},
    {"Privilege-Level", F_PRIVILEGE}, {"Acct-Session-Id", F_TASK}, {NULL, 0}};

struct told {
	struct span name, address; /* of the network device */
	struct span command;
	const char *status; /* of accounting, or NULL */
};

/* Up to the next comma that is none of a value's. */
static struct span
item_next(struct span *rest)
{
	struct span item = *rest;
	size_t i = 0;

	while (i < rest->n && rest->p[i] != ',')
		i += rest->p[i] == '\\' ? 2 : 1;
	item = span_head(*rest, i);
	*rest = span_from(*rest, i + 1);
	return span_trim(item);
}

/* "[ CmdAV=show CmdArgAV=version CmdArgAV=<cr> ]" as "show version": the line
 * without what kind_marks calls joints. */
static struct span
command_text(struct span s, struct arena *a)
{
	const struct span argument = SPAN("CmdArgAV=");
	struct span c = message_after(s, "CmdAV="), whole;
	size_t at, close;

	c = span_head(c, span_find(c, SPAN("<cr>")));
	close = span_rfind_byte(c, ']');
	if (close != SPAN_NONE && span_trim(span_from(c, close + 1)).n == 0)
		c = span_head(c, close);
	c = span_trim(c);
	at = span_find(c, argument);
	whole = span_head(c, at);
	for (unsigned i = 0; i < LIMIT_COMMAND_ARGUMENTS && at != SPAN_NONE;
	     i++) {
		c = span_from(c, at + argument.n);
		at = span_find(c, argument);
		whole = segment_glue(a, whole, span_head(c, at));
	}
	return span_trim(whole);
}

static const char *
status_of(struct span flags)
{
	if (span_is_nocase(flags, "start"))
		return "start";
	if (span_is_nocase(flags, "stop"))
		return "stop";
	return "update";
}

static void
put_special(struct record *r, unsigned what, struct span value, struct arena *a,
    struct told *t)
{
	struct addr ip;

	switch (what) {
	case I_NAME:
		if (t->name.n == 0)
			t->name = value;
		break;
	case I_ADDRESS:
		if (t->address.n == 0 && addr_read(value, &ip))
			t->address = value;
		break;
	case I_COMMAND:
		if (t->command.n == 0)
			t->command = command_text(value, a);
		break;
	case I_FLAGS:
		if (t->status == NULL)
			t->status = status_of(value);
		break;
	default:
		if (span_starts(value, SPAN("task_id=")))
			record_put(r, F_TASK, span_from(value, 8));
	}
}

static void
read_items(struct record *r, struct span s, struct arena *a, struct told *t)
{
	while (s.n > 0) {
		struct span value = item_next(&s);
		struct span name = span_trim(span_until(&value, '='));

		for (const struct pair_field *f = names; f->name != NULL; f++) {
			if (!span_is_nocase(name, f->name))
				continue;
			if (f->field >= F_COUNT)
				put_special(r, f->field, value, a, t);
			else if (record_get(r, (enum field_id)f->field) == NULL)
				pair_put(r, (enum field_id)f->field, value);
		}
	}
}

/* "2024-03-01 10:11:12.123 +00:00" at the start of a message. */
static int64_t
time_of(struct span s)
{
	struct span rest;
	bool zoned;
	int zone;
	int64_t t;
	size_t n;

	s = span_trim(s);
	n = time_read_iso(s, &t, &zoned);
	rest = span_from(s, n);
	if (n == 0)
		return TIME_NONE;
	if (zoned)
		return t;
	return stamp_zone(span_word(&rest), &zone) ? t - zone * 60 * TIME_SECOND
						   : TIME_NONE;
}

/* Classes and texts of the messages (52xx, 54xx; 51001 and 51000 of logins to
 * the server itself). */
static void
put_outcome(struct record *r, struct span s)
{
	s = span_head(s, span_find(s, SPAN(", ")));
	if (span_has(s, "NOTICE Passed-") || span_has(s, "succeeded"))
		message_put_outcome(r, true);
	else if (span_has(s, "Failed-Attempt") || span_has(s, "failed") ||
		 span_has(s, "rejected"))
		message_put_outcome(r, false);
}

/* Where the category's name begins in the line, and its bytes. */
static struct span
category(const struct log_message *m, size_t *bytes)
{
	struct span head = span_head(m->line, 256), s, rest;
	size_t at = span_find(head, SPAN("CISE_"));

	if (at == SPAN_NONE)
		at = span_find(head, SPAN("CSCOacs_"));
	if (at == SPAN_NONE || (at > 0 && head.p[at - 1] != ' '))
		return (struct span){0};
	s = span_from(m->line, at);
	rest = s;
	*bytes = span_word(&rest).n;
	return s;
}

/* The command as an event of its own, from the part in which it stands. */
static void
emit_command(struct log_message *m)
{
	struct record command = log_command(m);

	record_put_str(&command, F_SERVICE, "shell");
	m->out->record(m->out, &command);
}

static bool
is_tacacs(struct span s, struct span name)
{
	return span_has(name, "TACACS") || span_has(s, "TACACS") ||
	       span_has(s, "Tacacs") || span_has(s, "Device-Administration");
}

bool
ise_dialect(struct log_message *m)
{
	struct record *r = &m->event;
	size_t bytes = 0;
	struct span s = category(m, &bytes), name = span_head(s, bytes);
	struct segment part = {.text = span_from(s, bytes)};
	struct told t = {0};
	int64_t time;

	if (s.p == NULL)
		return false;
	if (segment_read(s, bytes, &part))
		s = segment_join(m->in, m->line, m->head.host, &part);
	else
		s = part.text;
	time = time_of(s);
	if (time != TIME_NONE)
		r->time = time;
	record_put(r, F_PROGRAM, name);
	record_put(r, F_MESSAGE, span_trim(part.text));
	read_items(r, s, m->in->arena, &t);
	/* The network device that asked is what the message speaks of. */
	if (t.name.n > 0 || t.address.n > 0) {
		r->host = t.name;
		r->host_addr = t.address;
	}
	if (is_tacacs(s, name))
		record_put_str(r, F_PROTOCOL, "tacacs");
	else if (t.name.n > 0 || t.address.n > 0)
		record_put_str(r, F_PROTOCOL, "radius");
	put_outcome(r, s);
	if (t.status != NULL && record_get(r, F_STATUS) == NULL)
		record_put_str(r, F_STATUS, t.status);
	record_put(r, F_COMMAND, t.command);
	if (s.p < m->line.p || s.p >= m->line.p + m->line.n)
		r->raw = segment_raw(m->in->arena, m->line, &part, s);
	log_emit(m);
	if (t.command.n > 0 && span_has(part.text, "CmdAV="))
		emit_command(m);
	return true;
}

struct span
ise_device(struct span line)
{
	size_t at = span_find(line, SPAN("CISE_"));
	struct span s;

	if (at == SPAN_NONE)
		at = span_find(line, SPAN("CSCOacs_"));
	if (at == SPAN_NONE)
		return (struct span){0};
	line = span_from(line, at);
	s = message_after(line, ", NetworkDeviceName=");
	if (s.n == 0)
		s = message_after(line, ", Device IP Address=");
	return span_trim(span_head(s, span_find_byte(s, ',')));
}
