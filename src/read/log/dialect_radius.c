/*
 * FreeRADIUS: logins as radiusd tells them ("Login OK: [alice] (from client
 * edge1 port 1 cli 192.0.2.5)", in syslog or in radius.log), and what its
 * module linelog writes where nobody changed its texts ("Connect: [alice] (did
 * D cli C port P ip A)", "Accepted user: alice").
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"

/* "[alice]", "[alice/<via Auth-Type = PAP>]"; a password may stand there. */
static struct span
bracketed_user(struct span s, const char *close)
{
	size_t end = span_find(s, span_str(close));

	s = span_head(s, end == SPAN_NONE ? span_find_byte(s, ']') : end);
	return span_head(s, span_find_byte(s, '/'));
}

/* The device is what the server knows as a client. */
static void
put_client(struct record *r, struct span name)
{
	struct addr a;

	if (name.n == 0)
		return;
	r->host = r->host_addr = (struct span){0};
	if (addr_read(name, &a))
		r->host_addr = name;
	else
		r->host = name;
}

static void
put_cli(struct record *r, struct span s)
{
	record_put_ip(r, F_SRC_IP, message_word(s, " cli "));
}

/* Behind "Login OK" or "Login incorrect". */
static void
read_login(struct record *r, struct span s, bool good)
{
	struct span from;

	record_put(r, F_USER,
	    bracketed_user(message_after(s, ": ["), "] (from client"));
	from = message_after_last(s, "(from client ");
	put_client(r, span_word(&from));
	put_cli(r, message_after_last(s, "(from client "));
	message_put_outcome(r, good);
}

/* Behind "Connect: [" or "Disconnect: [". */
static void
read_session(struct record *r, struct span s, bool start)
{
	record_put(r, F_USER, bracketed_user(s, "] ("));
	put_cli(r, message_after_last(s, "] ("));
	record_put_str(r, F_STATUS, start ? "start" : "stop");
}

static bool
read_line(struct record *r, struct span s)
{
	static const struct {
		const char *mark;
		bool session, good;
	} forms[] = {{"Login OK", false, true},
	    {"Login incorrect", false, false}, {"Disconnect: [", true, false},
	    {"Connect: [", true, true}};
	struct span behind;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		behind = message_after(span_head(s, 96), forms[i].mark);
		if (behind.p == NULL)
			continue;
		behind = span_from(s, (size_t)(behind.p - s.p));
		if (!forms[i].session && !span_has(behind, ": ["))
			continue;
		(forms[i].session ? read_session : read_login)(
		    r, behind, forms[i].good);
		return true;
	}
	if (!span_starts(s, SPAN("Accepted user: ")) &&
	    !span_starts(s, SPAN("Rejected user: ")))
		return false;
	record_put(r, F_USER, span_trim(span_from(s, 15)));
	message_put_outcome(r, s.p[0] == 'A');
	return true;
}

/* In radius.log: "Fri Mar  1 10:11:12 2024 : Auth: ..." */
static bool
is_server(const struct log_message *m)
{
	static const char *const names[] = {
	    "radiusd", "freeradius", "radius", "Auth", NULL};

	for (size_t i = 0; names[i] != NULL; i++)
		if (span_is(m->head.program, names[i]))
			return true;
	return span_starts(m->text, SPAN(": ")) && m->head.program.n == 0;
}

bool
radius_dialect(struct log_message *m)
{
	struct span s = m->text;

	if (!is_server(m))
		return false;
	if (span_starts(s, SPAN(": ")))
		s = span_from(s, 2);
	if (!read_line(&m->event, s))
		return false;
	m->text = s;
	log_put_common(m);
	record_put_str(&m->event, F_PROTOCOL, "radius");
	log_emit(m);
	return true;
}
