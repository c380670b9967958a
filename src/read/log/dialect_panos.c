/*
 * PAN-OS in its default syslog form, comma-separated columns whose order the
 * "Syslog Field Descriptions" of the administrator's guide give per type:
 * traffic, threat (with url and the like), system, config, GlobalProtect,
 * authentication.  Later releases add columns at the end.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"
#include "read/log/web_request.h"

/* Columns that any type needs. */
#define COLUMNS 64

enum { C_TYPE = 3, C_SUBTYPE = 4, C_GENERATED = 6 };

struct column {
	uint8_t at;
	uint16_t field;
};

static void
put_columns(struct record *r, const struct span *v, size_t n,
    const struct column *c, size_t nc)
{
	for (size_t i = 0; i < nc; i++)
		if (c[i].at < n)
			pair_put(r, (enum field_id)c[i].field, v[c[i].at]);
}

#define PUT(r, v, n, c) put_columns(r, v, n, c, sizeof(c) / sizeof((c)[0]))

static const struct column session[] = {{7, F_SRC_IP}, {8, F_DST_IP},
    {11, F_ACL}, {12, F_USER}, {14, F_SERVICE}, {24, F_SRC_PORT},
    {25, F_DST_PORT}, {29, F_PROTOCOL}};

static void
put_session(struct record *r, const struct span *v, size_t n)
{
	PUT(r, v, n, session);
	if (n > 27) {
		message_put_translated(r, true, v[9], v[26]);
		message_put_translated(r, false, v[10], v[27]);
	}
}

static void
put_verdict(struct record *r, struct span verb)
{
	record_put_str(r, F_ACTION,
	    span_is(verb, "allow") || span_is(verb, "alert") ? "permit"
							     : "deny");
}

static void
read_traffic(struct log_message *m, const struct span *v, size_t n)
{
	static const struct column more[] = {{32, F_BYTES_OUT},
	    {33, F_BYTES_IN}, {36, F_DURATION}, {44, F_PACKETS_OUT},
	    {45, F_PACKETS_IN}};
	struct record *r = &m->event;

	r->kind = K_FLOW;
	put_session(r, v, n);
	PUT(r, v, n, more);
	if (n > 30)
		put_verdict(r, v[30]);
}

/* Misc is the URL, without its scheme, or the name of a file. */
static void
read_threat(struct log_message *m, const struct span *v, size_t n)
{
	static const struct column web[] = {
	    {46, F_USER_AGENT}, {49, F_REFERER}, {63, F_METHOD}};
	struct record *r = &m->event;
	bool url = span_is(v[C_SUBTYPE], "url") && n > 31 && v[31].n > 0;

	r->kind = url ? K_HTTP : K_FLOW;
	put_session(r, v, n);
	if (n > 30)
		put_verdict(r, v[30]);
	if (url) {
		size_t slash = span_find_byte(v[31], '/');

		web_target_put(r, span_from(v[31], slash), m->in->arena);
		record_put(r, F_DOMAIN,
		    span_head(v[31], span_find_byte(v[31], ':') < slash
					 ? span_find_byte(v[31], ':')
					 : slash));
		PUT(r, v, n, web);
	} else if (n > 32) {
		record_put(r, F_NAME, v[31]);
		record_put(r, F_MESSAGE, v[32]);
	}
}

/* "User 'U' logged in via CLI from A using ...", "failed authentication for
 * user 'U'. ... From: A." */
static void
read_system(struct log_message *m, const struct span *v, size_t n)
{
	struct record *r = &m->event;
	struct span text = n > 14 ? v[14] : (struct span){0}, from;
	struct span user = message_after(text, "ser '");

	record_put(r, F_MESSAGE, text);
	if (n > 8)
		record_put(r, F_VALUE, v[8]);
	if (user.p == NULL)
		return;
	from = message_word(text, "From: ");
	if (from.n == 0)
		from = message_word(text, " from ");
	record_put(r, F_USER, span_head(user, span_find_byte(user, '\'')));
	record_put_ip(r, F_SRC_IP, from);
	if (span_has(v[8], "fail") || span_has(text, "ailed authentication"))
		message_put_outcome(r, false);
	else if (span_has(text, "logged in") || span_has(text, "authenticated"))
		message_put_outcome(r, true);
	else if (span_has(text, "logged out"))
		record_put_str(r, F_STATUS, "stop");
}

/* What was done (set, commit, delete) in the name, where in the command: the
 * path of the configuration. */
static bool
read_config(struct log_message *m, const struct span *v, size_t n,
    struct record *command)
{
	static const struct column columns[] = {{7, F_SRC_IP}, {9, F_NAME},
	    {10, F_USER}, {11, F_SERVICE}, {12, F_STATUS}};
	struct record *both[] = {&m->event, command};
	struct span text;

	if (n < 13)
		return false;
	text = span_trim(n > 13 && v[13].n > 0 ? v[13] : v[9]);
	for (size_t i = 0; i < 2; i++) {
		PUT(both[i], v, n, columns);
		record_put(both[i], F_COMMAND, text);
	}
	return text.n > 0;
}

static void
read_globalprotect(struct log_message *m, const struct span *v, size_t n)
{
	static const struct column columns[] = {{8, F_VALUE}, {12, F_USER},
	    {15, F_SRC_IP}, {16, F_SRC_IP}, {28, F_STATUS}, {27, F_MESSAGE}};

	record_put_str(&m->event, F_SERVICE, "globalprotect");
	PUT(&m->event, v, n, columns);
}

static void
read_authentication(struct log_message *m, const struct span *v, size_t n)
{
	static const struct column columns[] = {
	    {8, F_SRC_IP}, {9, F_USER}, {18, F_MESSAGE}};

	PUT(&m->event, v, n, columns);
	if (n > 20)
		message_put_outcome(&m->event, span_has(v[20], "uccess"));
}

/* Which column names the device. */
static size_t
device_column(struct span type)
{
	static const struct {
		const char *type;
		size_t at;
	} t[] = {
	    {"TRAFFIC", 52}, {"THREAT", 59}, {"SYSTEM", 22}, {"CONFIG", 21}};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (span_is(type, t[i].type))
			return t[i].at;
	return 0;
}

static bool
type_like(struct span s)
{
	static const char *const types[] = {"TRAFFIC", "THREAT", "SYSTEM",
	    "CONFIG", "GLOBALPROTECT", "AUTHENTICATION", "USERID", "HIP-MATCH",
	    "HIPMATCH", "DECRYPTION", "TUNNEL", "CORRELATION", "GTP", "IPTAG"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_is(s, types[i]))
			return true;
	return false;
}

/* "2024/03/01 10:11:12", the device's local time. */
static bool
day_read(struct span s, struct stamp *st)
{
	char text[20];
	size_t n;

	if (s.n < 19 || s.p[4] != '/' || s.p[7] != '/')
		return false;
	memcpy(text, s.p, 19);
	text[4] = text[7] = '-';
	n = stamp_read_iso(span_of(text, 19), st);
	return n == 19;
}

static size_t
columns_read(struct span text, struct span *v)
{
	size_t n;
	struct stamp st;

	/* Only what begins so is taken apart. */
	if (text.n < 24 || span_find_byte(span_head(text, 4), ',') == SPAN_NONE)
		return 0;
	n = csv_row(text, ',', v, COLUMNS);
	if (n < 12 || v[0].n > 3 || !type_like(v[C_TYPE]) ||
	    !day_read(v[1], &st))
		return 0;
	return n;
}

struct span
panos_host(struct span text)
{
	struct span v[COLUMNS];
	size_t n = columns_read(text, v), at;

	if (n == 0)
		return (struct span){0};
	at = device_column(v[C_TYPE]);
	return at > 0 && at < n ? span_trim(v[at]) : (struct span){0};
}

bool
panos_dialect(struct log_message *m)
{
	struct record command, *r = &m->event;
	struct span v[COLUMNS];
	size_t n = columns_read(m->text, v), at;
	struct stamp st;
	bool entered = false;

	if (n == 0)
		return false;
	if ((r->time == TIME_NONE || m->head.relay.parts.year == 0) &&
	    day_read(v[C_GENERATED], &st))
		r->time = stamp_time(&st, &m->in->clock);
	at = device_column(v[C_TYPE]);
	if (r->host.n == 0 && at > 0 && at < n)
		r->host = span_trim(v[at]);
	command = log_record(m, K_COMMAND);
	record_put(r, F_MNEMONIC, v[C_TYPE]);
	record_put(r, F_FACILITY, v[C_SUBTYPE]);
	if (span_is(v[C_TYPE], "TRAFFIC"))
		read_traffic(m, v, n);
	else if (span_is(v[C_TYPE], "THREAT"))
		read_threat(m, v, n);
	else if (span_is(v[C_TYPE], "SYSTEM"))
		read_system(m, v, n);
	else if (span_is(v[C_TYPE], "CONFIG"))
		entered = read_config(m, v, n, &command);
	else if (span_is(v[C_TYPE], "GLOBALPROTECT"))
		read_globalprotect(m, v, n);
	else if (span_is(v[C_TYPE], "AUTHENTICATION"))
		read_authentication(m, v, n);
	if (r->kind == K_SYSLOG && record_get(r, F_MESSAGE) == NULL)
		record_put(r, F_MESSAGE, m->text);
	log_emit(m);
	if (entered)
		m->out->record(m->out, &command);
	return true;
}
