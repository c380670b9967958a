/*
 * Aruba ClearPass ("ClearPass Policy Manager User Guide", syslog export
 * filters), in the three forms that a filter may ask for:
 *
 *	TIME SERVER FILTER ID SEGMENTS SEGMENT Name=value,Name=value,...
 *	CEF:0|Aruba Networks|ClearPass|release|id|name|severity|pairs
 *	LEEF:1.0|Aruba Networks|ClearPass|release|id|pairs with tabs
 *
 * Filters have names that an operator chose, with blanks or without.  Columns
 * are called after the part of the server that they come from, each form in its
 * own spelling: TACACS.NAS-IP-Address, Tacacs.NAS-IP-Address, a numbered column
 * of CEF whose label is "NAS IP Address".  So names are compared by their
 * letters, from the end.  Of details (CPPM_TACACS_Accounting_Detail) each line
 * has one attribute, as attr_name= and attr_value=.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"
#include "read/log/segments.h"

/* Letters of a name that are compared. */
#define NAME_BYTES 80

/* What is no field of a record. */
enum {
	P_ADDRESS = F_COUNT,
	P_NAME,
	P_LOGIN,
	P_ERROR,
	P_STATUS,
	P_COMMAND,
	P_TIME,
	P_DESCRIPTION,
	P_CATEGORY
};

/* By the end of a name, the longer first where one ends in another. */
static const struct pair_field endings[] = {{"hostipaddress", F_SRC_IP},
    {"clientipaddress", F_SRC_IP}, {"nasipaddress", P_ADDRESS},
    {"nasipv6address", P_ADDRESS}, {"nasidentifier", P_NAME},
    {"networkdevicename", P_NAME}, {"remoteaddress", F_SRC_IP},
    {"callingstationid", F_SRC_IP}, {"username", F_USER},
    {"privilegelevel", F_PRIVILEGE}, {"privlvl", F_PRIVILEGE},
    {"loginstatus", P_LOGIN}, {"authstatus", P_LOGIN}, {"errorcode", P_ERROR},
    {"acctstatustype", P_STATUS}, {"acctflags", P_STATUS}, {"cmd", P_COMMAND},
    {"command", P_COMMAND}, {"commands", P_COMMAND}, {"acctsessionid", F_TASK},
    {"taskid", F_TASK}, {"nasportid", F_TTY}, {"tacacsport", F_TTY},
    {"acctport", F_TTY}, {"requesttimestamp", P_TIME}, {"logtimestamp", P_TIME},
    {NULL, 0}};

/* The whole of it. */
static const struct pair_field wholes[] = {{"user", F_USER}, {"duser", F_USER},
    {"suser", F_USER}, {"usrname", F_USER}, {"timestamp", P_TIME},
    {"devtime", P_TIME}, {"rt", P_TIME}, {"port", F_TTY},
    {"description", P_DESCRIPTION}, {"category", P_CATEGORY}, {NULL, 0}};

struct told {
	struct span name, address; /* of the network device */
	struct span src;	   /* CEF and LEEF: who sent the request */
	struct span command;
	const char *login, *accounting;
	bool failed, error_told;
	int64_t time;
};

static size_t
squeeze(struct span name, char out[NAME_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < NAME_BYTES; i++)
		if (ascii_alnum((unsigned char)name.p[i]))
			out[n++] = (char)ascii_lower((unsigned char)name.p[i]);
	return n;
}

static unsigned
meaning(struct span name)
{
	char room[NAME_BYTES];
	struct span s = span_of(room, squeeze(name, room));

	for (const struct pair_field *f = wholes; f->name != NULL; f++)
		if (span_is(s, f->name))
			return f->field;
	for (const struct pair_field *f = endings; f->name != NULL; f++)
		if (span_ends(s, span_str(f->name)))
			return f->field;
	return F_NONE;
}

/* A zone of hours alone: "-04". */
static bool
hours_read(struct span s, int64_t *out)
{
	uint64_t n;

	if (s.n != 3 || (s.p[0] != '+' && s.p[0] != '-') ||
	    !span_u64(span_from(s, 1), &n) || n > 14)
		return false;
	*out = s.p[0] == '-' ? -(int64_t)n : (int64_t)n;
	return true;
}

/* "2024-06-28 12:33:44+01:00", "2014-03-28 16:37:24.417+05:30", "Sep 05 2018
 * 09:10:03.062 CDT"; milliseconds.  A time without a zone is no better than the
 * header's. */
static int64_t
time_of(struct span s)
{
	const int64_t first_milli = INT64_C(100000000000);
	struct stamp st = {0};
	struct clock_hint none = {0};
	int64_t t, hours;
	bool zoned;
	size_t n;

	s = span_trim(s);
	if (span_i64(s, &t))
		return t > first_milli && t < INT64_MAX / 1000 ? t * 1000
							       : TIME_NONE;
	n = time_read_iso(s, &t, &zoned);
	if (n == s.n && n > 0 && zoned)
		return t;
	if (n > 0 && !zoned && hours_read(span_from(s, n), &hours))
		return t - hours * 3600 * TIME_SECOND;
	n = stamp_read(s, &st);
	if (n == 0 || !stamp_zone(span_trim(span_from(s, n)), &st.zone))
		return TIME_NONE;
	st.zoned = true;
	return stamp_time(&st, &none);
}

/* "User: admin\nRole: ...\nClient IP Address: 192.0.2.5", the line ends written
 * as such or as blanks. */
static void
put_description(struct record *r, struct span s)
{
	struct span user = message_after(s, "User: ");

	if (record_get(r, F_USER) == NULL) {
		user = span_head(user, span_find_byte(user, '\\'));
		record_put(r, F_USER, span_word(&user));
	}
	s = message_after(s, "Client IP Address: ");
	s = span_head(s, span_find_byte(s, '\\'));
	if (record_get(r, F_SRC_IP) == NULL)
		record_put_ip(r, F_SRC_IP, span_word(&s));
}

static struct span
without_cr(struct span s)
{
	s = span_trim(s);
	return span_ends(s, SPAN("<cr>")) ? span_rtrim(span_head(s, s.n - 4))
					  : s;
}

static const char *
login_of(struct span value)
{
	if (span_starts_nocase(value, SPAN("accept")) ||
	    span_starts_nocase(value, SPAN("success")) ||
	    span_starts_nocase(value, SPAN("pass")))
		return "success";
	return span_starts_nocase(value, SPAN("reject")) ||
		       span_starts_nocase(value, SPAN("fail"))
		   ? "failure"
		   : NULL;
}

static const char *
accounting_of(struct span value)
{
	if (span_find_nocase(value, SPAN("start")) != SPAN_NONE)
		return "start";
	if (span_find_nocase(value, SPAN("stop")) != SPAN_NONE)
		return "stop";
	return "update";
}

static void
put_special(struct record *r, unsigned what, struct span value, struct told *t)
{
	struct addr a;

	switch (what) {
	case P_ADDRESS:
		if (t->address.n == 0 && addr_read(value, &a))
			t->address = value;
		break;
	case P_NAME:
		if (t->name.n == 0)
			t->name = value;
		break;
	case P_LOGIN:
		if (t->login == NULL)
			t->login = login_of(value);
		break;
	case P_ERROR:
		t->failed = !span_is(value, "0");
		t->error_told = true;
		break;
	case P_STATUS:
		if (t->accounting == NULL)
			t->accounting = accounting_of(value);
		break;
	case P_COMMAND:
		if (t->command.n == 0)
			t->command = without_cr(value);
		break;
	case P_TIME:
		if (t->time == TIME_NONE)
			t->time = time_of(value);
		break;
	case P_DESCRIPTION:
		put_description(r, value);
		break;
	default:
		if (span_is_nocase(value, "logged in"))
			t->login = "success";
		else if (span_is_nocase(value, "login failed"))
			t->login = "failure";
	}
}

/* Of the same field the first that a message has counts. */
static void
put(struct record *r, struct span name, struct span value, struct told *t)
{
	unsigned what = meaning(name);

	value = span_trim(value);
	if (what == F_NONE || value.n == 0)
		return;
	if (what >= F_COUNT)
		put_special(r, what, value, t);
	else if (record_get(r, (enum field_id)what) == NULL)
		pair_put(r, (enum field_id)what, value);
}

static bool
name_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '-' || c == '_' ||
	       c == '.' || c == ':';
}

/* Values may hold commas: one ends where ",Name=" follows. */
static size_t
value_end(struct span s)
{
	size_t comma = SPAN_NONE;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ',')
			comma = i;
		else if (s.p[i] == '=' && comma != SPAN_NONE && i > comma + 1)
			return comma;
		else if (!name_byte(s.p[i]))
			comma = SPAN_NONE;
	}
	return s.n;
}

static bool
pair_take(struct span *rest, struct span *name, struct span *value)
{
	size_t eq = span_find_byte(*rest, '='), end;

	if (eq == SPAN_NONE)
		return false;
	*name = span_trim(span_head(*rest, eq));
	*rest = span_from(*rest, eq + 1);
	end = value_end(*rest);
	*value = span_trim(span_head(*rest, end));
	*rest = span_from(*rest, end + 1);
	return true;
}

/* attr_name=Radius:IETF:User-Name,attr_value=alice */
static void
read_native(struct record *r, struct span s, struct told *t)
{
	struct span name, value, attribute = {0};

	while (pair_take(&s, &name, &value)) {
		if (span_is(name, "attr_name"))
			attribute = value;
		else if (span_is(name, "attr_value"))
			put(r, attribute, value, t);
		else if (span_is(name, "session_id"))
			record_put(r, F_TASK, value);
		else
			put(r, name, value, t);
	}
}

/* cs4=ACCEPT cs4Label=Login Status: the label says what it is. */
static void
put_column(struct record *r, struct span all, struct span name,
    struct span value, struct arena *a, struct told *t)
{
	bool numbered = name.n == 3 && name.p[0] == 'c' &&
			ascii_digit((unsigned char)name.p[2]);
	struct span label;
	size_t at;

	if (numbered) {
		label = arena_fmt(a, " %.*sLabel=", SPAN_FMT(name));
		at = span_find(all, label);
		label = span_from(all, at == SPAN_NONE ? all.n : at + label.n);
		/* A label ends where the next name begins. */
		at = span_find_byte(label, '=');
		label = span_head(label, at);
		if (at != SPAN_NONE)
			label = span_head(label, span_rfind_byte(label, ' '));
		name = label;
	}
	if (span_is(name, "src"))
		t->src = value;
	else
		put(r, name, value, t);
}

static void
read_event(struct record *r, struct span s, struct arena *a, struct told *t)
{
	struct span all = s, name, value;
	bool tabs = span_find_byte(s, '\t') != SPAN_NONE;

	while (s.n > 0) {
		if (tabs) {
			value = span_until(&s, '\t');
			name = span_until(&value, '=');
		} else if (!pair_next_loose(&s, &name, &value)) {
			break;
		}
		put_column(r, all, name, value, a, t);
	}
}

static void
settle(struct log_message *m, struct told *t, struct span own)
{
	struct record *r = &m->event, command;
	bool tacacs = span_find_nocase(m->text, SPAN("tacacs")) != SPAN_NONE;
	const char *status = t->login;

	if (t->time != TIME_NONE)
		r->time = t->time;
	/* Who sent the request is the network device or, where that is named
	 * otherwise, the client. */
	if (record_get(r, F_SRC_IP) == NULL && !span_eq(t->src, t->address))
		record_put_ip(r, F_SRC_IP, t->src);
	if (t->address.n > 0 || t->name.n > 0) {
		r->host = t->name;
		r->host_addr = t->address;
	}
	if (tacacs || span_find_nocase(m->text, SPAN("radius")) != SPAN_NONE)
		record_put_str(r, F_PROTOCOL, tacacs ? "tacacs" : "radius");
	if (status == NULL && t->accounting == NULL && t->error_told)
		status = t->failed ? "failure" : "success";
	if (status == NULL)
		status = t->accounting;
	if (status != NULL)
		record_put_str(r, F_STATUS, status);
	record_put(r, F_COMMAND, t->command);
	log_emit(m);
	/* Of a message in several parts, the one in which it stands. */
	if (t->command.n == 0 || span_find(own, t->command) == SPAN_NONE)
		return;
	command = log_command(m);
	record_put_str(&command, F_SERVICE, "shell");
	m->out->record(m->out, &command);
}

/* Do columns of the server follow?  Their names are its own. */
static bool
has_columns(struct span s)
{
	static const char *const first[] = {"Common.", "TACACS.", "Tacacs.",
	    "RADIUS.", "Radius.", "WEBAUTH.", "OnGuard.", "Endpoint.",
	    "CppmAlert.", "CppmNode.", "CppmErrorCode.", "CppmSystemEvent.",
	    "AuditRecords."};

	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (span_starts(s, span_str(first[i])))
			return span_has(span_head(s, 80), "=");
	return false;
}

/* "FILTER 4711 1 0 Name=value": where the filter's name begins, and its bytes.
 * A relay may have put what the server wrote behind a header of its own. */
static struct span
filter_find(struct span s, size_t *bytes)
{
	struct span head = span_head(s, 160), rest;
	size_t at = span_find(head, SPAN("CPPM_")), eq;
	struct segment part;
	struct addr a;

	if (at != SPAN_NONE && (at == 0 || head.p[at - 1] == ' ')) {
		s = span_from(s, at);
		*bytes = span_find_byte(s, ' ');
		return *bytes == SPAN_NONE ? (struct span){0} : s;
	}
	/* The server's address stands before the filter's name. */
	rest = head;
	if (addr_read(span_word(&rest), &a))
		s = span_trim(span_from(s, (size_t)(rest.p - head.p)));
	head = span_head(s, 160);
	eq = span_find_byte(head, '=');
	for (size_t i = 1; eq != SPAN_NONE && i < eq; i++) {
		if (s.p[i] != ' ' || !ascii_digit((unsigned char)s.p[i + 1]) ||
		    !segment_read(s, i, &part) || !has_columns(part.text))
			continue;
		*bytes = i;
		return s;
	}
	return (struct span){0};
}

/* Behind the header of an event: LEEF has a column less, of its severity and
 * name. */
static struct span
event_members(struct span s, bool cef)
{
	for (int i = 0; i < (cef ? 7 : 5); i++)
		(void)span_until(&s, '|');
	return s;
}

static bool
read_as_event(struct log_message *m)
{
	struct span head = span_head(m->text, 200), s;
	size_t at = span_find(head, SPAN("|ClearPass|"));
	size_t cef = span_find(head, SPAN("CEF:")),
	       leef = span_find(head, SPAN("LEEF:"));
	struct told t = {.time = TIME_NONE};

	if (at == SPAN_NONE || (cef > at && leef > at))
		return false;
	s = span_from(m->text, leef < at ? leef : cef);
	record_put(&m->event, F_PROGRAM, SPAN("ClearPass"));
	record_put(&m->event, F_MESSAGE, m->text);
	s = event_members(s, leef >= at);
	read_event(&m->event, s, m->in->arena, &t);
	settle(m, &t, s);
	return true;
}

bool
clearpass_dialect(struct log_message *m)
{
	struct told t = {.time = TIME_NONE};
	struct record *r = &m->event;
	struct segment part;
	size_t bytes = 0;
	struct span s, whole;

	if (read_as_event(m))
		return true;
	s = filter_find(m->text, &bytes);
	if (s.p == NULL || !segment_read(s, bytes, &part))
		return false;
	whole = segment_join(m->in, m->line, m->head.host, &part);
	record_put(r, F_PROGRAM, span_head(s, bytes));
	record_put(r, F_MESSAGE, part.text);
	read_native(r, whole, &t);
	if (whole.p != part.text.p)
		r->raw = segment_raw(m->in->arena, m->line, &part, whole);
	settle(m, &t, part.text);
	return true;
}

struct span
clearpass_device(struct span line)
{
	static const char *const names[] = {
	    "NAS-IP-Address=", "NAS-IPv6-Address=", "NAS-Identifier="};

	if (!span_has(line, "|ClearPass|") && !span_has(line, " CPPM_") &&
	    !span_has(line, "Common.") &&
	    span_find_nocase(line, SPAN(" tacacs.")) == SPAN_NONE)
		return (struct span){0};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct span s = message_after(line, names[i]);

		s = span_head(s, span_find_byte(s, ','));
		s = span_head(s, span_find_byte(s, '\t'));
		if (span_trim(s).n > 0)
			return span_word(&s);
	}
	return (struct span){0};
}
