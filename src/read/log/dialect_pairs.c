/*
 * Firewalls that log name=value pairs: FortiOS ("Log Message Reference") and
 * the WebTrends form (WELF) of SonicWall and of Ivanti Connect Secure.
 */
#include "read/log/dialect.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"
#include "read/log/web_request.h"

static const struct pair_field fortios_fields[] = {{"srcip", F_SRC_IP},
    {"dstip", F_DST_IP}, {"srcport", F_SRC_PORT}, {"dstport", F_DST_PORT},
    {"proto", F_PROTOCOL}, {"service", F_SERVICE}, {"user", F_USER},
    {"sentbyte", F_BYTES_OUT}, {"rcvdbyte", F_BYTES_IN},
    {"sentpkt", F_PACKETS_OUT}, {"rcvdpkt", F_PACKETS_IN},
    {"duration", F_DURATION}, {"policyid", F_ACL}, {"msg", F_MESSAGE},
    {"srcintf", F_INTERFACE}, {"remip", F_SRC_IP}, {"agent", F_USER_AGENT},
    {"referralurl", F_REFERER}, {"httpmethod", F_METHOD},
    {"hostname", F_DOMAIN}, {"ui", F_TTY}, {"cfgpath", F_NAME}, {NULL, 0}};

static int
decimal(struct span s)
{
	uint64_t v;

	return span_u64(s, &v) && v < 10000 ? (int)v : 0;
}

/* date= time= tz=, or eventtime= in seconds, milli- or nanoseconds. */
static int64_t
fortios_time(const struct log_message *m)
{
	struct span date = pair_get(m->text, "date");
	struct span clock = pair_get(m->text, "time");
	struct span zone = pair_get(m->text, "tz");
	struct stamp st = {.present = true};
	uint64_t event;

	if (span_u64(pair_get(m->text, "eventtime"), &event) && event > 0) {
		while (event >= 100000000000ull)
			event /= 10;
		/* Sixteen or nineteen digits were a fraction's; without a zone
		 * this is the better clock. */
		if (zone.n == 0 && event >= 1000000000ull &&
		    event < 10000000000ull)
			return (int64_t)event * TIME_SECOND;
	}
	st.parts.year = decimal(span_head(date, 4));
	st.parts.month = decimal(span_sub(date, 5, 7));
	st.parts.day = decimal(span_sub(date, 8, 10));
	if (date.n != 10 || time_read_clock(clock, &st.parts) == 0)
		return TIME_NONE;
	st.zoned = stamp_zone(zone, &st.zone);
	return stamp_time(&st, &m->in->clock);
}

/* "ssh(192.0.2.5)", "https(192.0.2.5)" */
static void
put_ui(struct record *r, struct span ui)
{
	struct span service = span_until(&ui, '(');

	record_put_ip(r, F_SRC_IP, span_head(ui, span_find_byte(ui, ')')));
	if (record_get(r, F_SRC_IP) != NULL)
		record_put(r, F_SERVICE, service);
}

static void
fortios_event(struct log_message *m)
{
	struct record *r = &m->event;
	struct span status = pair_get(m->text, "status");
	struct span action = pair_get(m->text, "action");

	if (record_get(r, F_SRC_IP) == NULL)
		put_ui(r, pair_get(m->text, "ui"));
	if (span_is(status, "success"))
		message_put_outcome(r, true);
	else if (span_is(status, "failed") || span_is(status, "failure"))
		message_put_outcome(r, false);
	/* VPN: "ssl-login-fail", "tunnel-up", "tunnel-down". */
	else if (span_has(action, "login-fail"))
		message_put_outcome(r, false);
	else if (span_is(action, "tunnel-up"))
		record_put_str(r, F_STATUS, "start");
	else if (span_is(action, "tunnel-down"))
		record_put_str(r, F_STATUS, "stop");
}

static void
fortios_traffic(struct log_message *m)
{
	struct span action = pair_get(m->text, "action");
	bool denied = span_is(action, "deny") || span_is(action, "blocked") ||
		      span_is(action, "block") || span_is(action, "dropped") ||
		      span_is(action, "ip-conn");

	m->event.kind = K_FLOW;
	/* "snat", "dnat", "snat+dnat", "noop": which end the pair is of. */
	if (span_has(pair_get(m->text, "trandisp"), "snat"))
		message_put_translated(&m->event, true,
		    pair_get(m->text, "transip"),
		    pair_get(m->text, "transport"));
	if (span_has(pair_get(m->text, "trandisp"), "dnat"))
		message_put_translated(&m->event, false,
		    pair_get(m->text, "tranip"), pair_get(m->text, "tranport"));
	if (action.n > 0)
		record_put_str(&m->event, F_ACTION, denied ? "deny" : "permit");
}

static void
fortios_web(struct log_message *m)
{
	struct span url = pair_get(m->text, "url");

	fortios_traffic(m);
	if (url.n == 0)
		return;
	m->event.kind = K_HTTP;
	web_target_put(&m->event, url, m->in->arena);
}

bool
fortios_dialect(struct log_message *m)
{
	struct span s = m->text, name, value, type;
	struct record *r = &m->event;
	int64_t t;

	if (span_find(span_head(s, 256), SPAN("devid=")) == SPAN_NONE &&
	    span_find(span_head(s, 256), SPAN("logid=")) == SPAN_NONE)
		return false;
	type = pair_get(s, "type");
	if (type.n == 0)
		return false;
	t = fortios_time(m);
	if (t != TIME_NONE)
		r->time = t;
	name = pair_get(s, "devname");
	if (name.n > 0)
		r->host = name;
	record_put(r, F_MNEMONIC, pair_get(s, "logid"));
	record_put(r, F_FACILITY, type);
	record_put(r, F_PROGRAM, pair_get(s, "subtype"));
	while (pair_next(&s, ' ', &name, &value))
		pair_put_named(r, fortios_fields, name, value);
	s = m->text;
	if (span_is(type, "traffic"))
		fortios_traffic(m);
	else if (span_is(type, "event"))
		fortios_event(m);
	else
		fortios_web(m);
	if (record_get(r, F_MESSAGE) == NULL && r->kind == K_SYSLOG)
		record_put(r, F_MESSAGE, s);
	log_emit(m);
	return true;
}

/* "A:port:INTERFACE[:name]" */
static void
put_colons(
    struct record *r, struct span s, enum field_id ip, enum field_id port)
{
	struct addr a;

	if (addr_read(s, &a)) {
		record_put_ip(r, ip, s);
		return;
	}
	record_put_ip(r, ip, span_until(&s, ':'));
	record_put_number(r, port, span_until(&s, ':'));
}

/* "Connection Opened", "Connection Closed", "TCP connection dropped" */
static void
welf_connection(struct record *r, struct span said)
{
	if (span_starts_nocase(said, SPAN("connection opened")) ||
	    span_starts_nocase(said, SPAN("connection closed")))
		record_put_str(r, F_ACTION, "permit");
	else if (span_ends_nocase(said, SPAN(" dropped")) ||
		 span_ends_nocase(said, SPAN(" denied")))
		record_put_str(r, F_ACTION, "deny");
}

bool
welf_dialect(struct log_message *m)
{
	static const struct pair_field fields[] = {{"user", F_USER},
	    {"usr", F_USER}, {"op", F_METHOD}, {"agent", F_USER_AGENT},
	    {"sent", F_BYTES_OUT}, {"rcvd", F_BYTES_IN}, {"msg", F_MESSAGE},
	    {"duration", F_DURATION}, {"pri", F_SEVERITY}, {NULL, 0}};
	struct record *r = &m->event;
	struct span s = m->text, name, value, proto, fw;
	size_t at = span_find(span_head(s, 64), SPAN("id="));
	bool zoned;
	int64_t t;

	if (at == SPAN_NONE || (at > 0 && s.p[at - 1] != ' '))
		return false;
	s = span_from(s, at);
	fw = pair_get(s, "fw");
	value = pair_get(s, "time");
	if (fw.n == 0 || time_read_iso(value, &t, &zoned) == 0)
		return false;
	if (r->time == TIME_NONE || m->head.relay.parts.year == 0)
		r->time = t;
	if (r->host.n == 0 && r->host_addr.n == 0)
		r->host_addr = fw;
	record_put(r, F_MNEMONIC, pair_get(s, "m"));
	put_colons(r, pair_get(s, "src"), F_SRC_IP, F_SRC_PORT);
	put_colons(r, pair_get(s, "dst"), F_DST_IP, F_DST_PORT);
	proto = pair_get(s, "proto");
	at = span_find_byte(proto, '/');
	message_put_protocol(r, span_head(proto, at));
	if (at != SPAN_NONE)
		record_put(r, F_SERVICE, span_from(proto, at + 1));
	name = pair_get(s, "sn");
	record_put(r, F_SERIAL, name);
	for (struct span rest = s; pair_next(&rest, ' ', &name, &value);)
		pair_put_named(r, fields, name, value);
	welf_connection(r, record_text(r, F_MESSAGE));
	if (span_has(record_text(r, F_MESSAGE), "login denied") ||
	    span_has(record_text(r, F_MESSAGE), "ogin failed") ||
	    span_has(record_text(r, F_MESSAGE), "authentication failed"))
		message_put_outcome(r, false);
	else if (span_has(record_text(r, F_MESSAGE), "login allowed") ||
		 span_has(record_text(r, F_MESSAGE), "ogin succeeded") ||
		 span_has(
		     record_text(r, F_MESSAGE), "authentication successful"))
		message_put_outcome(r, true);
	log_emit(m);
	return true;
}
