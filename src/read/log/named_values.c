#include "read/log/named_values.h"

#include "read/log/json_plain.h"
#include "read/log/message_scan.h"
#include "read/log/pairs.h"
#include "read/log/stamp.h"
#include "read/log/web_request.h"

/* What is no field of a record. */
enum {
	N_TIME = F_COUNT,
	N_TYPE,
	N_DEVICE,
	N_TARGET,
	N_OUTCOME,
	N_VERB,
	N_FLOW_STATE,
	N_FLOW_START,
	N_FLAGS_TS,
	N_FLAGS_TC,
	N_APP
};

static const struct pair_field names[] = {{"ts", N_TIME}, {"timestamp", N_TIME},
    {"@timestamp", N_TIME}, {"time", N_TIME}, {"_time", N_TIME}, {"__realtime_timestamp", N_TIME},
    {"_hostname", N_DEVICE}, {"syslog_identifier", F_PROGRAM},
    {"event_type", N_TYPE}, {"_path", N_TYPE}, {"host.name", N_DEVICE},
    {"hostname", N_DEVICE}, {"device", N_DEVICE}, {"devname", N_DEVICE},
    {"observer.name", N_DEVICE}, {"sensor_name", N_DEVICE}, {"uid", F_UID},
    {"flow_id", F_UID}, {"id.orig_h", F_SRC_IP}, {"src_ip", F_SRC_IP},
    {"srcip", F_SRC_IP}, {"source.ip", F_SRC_IP}, {"client.ip", F_SRC_IP},
    {"src", F_SRC_IP}, {"source_ip", F_SRC_IP}, {"client_ip", F_SRC_IP},
    {"remote_addr", F_SRC_IP}, {"id.orig_p", F_SRC_PORT},
    {"src_port", F_SRC_PORT}, {"srcport", F_SRC_PORT},
    {"source.port", F_SRC_PORT}, {"id.resp_h", F_DST_IP}, {"dest_ip", F_DST_IP},
    {"dst_ip", F_DST_IP}, {"dstip", F_DST_IP}, {"destination.ip", F_DST_IP},
    {"dst", F_DST_IP}, {"destination_ip", F_DST_IP}, {"id.resp_p", F_DST_PORT},
    {"dest_port", F_DST_PORT}, {"dst_port", F_DST_PORT},
    {"dstport", F_DST_PORT}, {"destination.port", F_DST_PORT},
    {"proto", F_PROTOCOL}, {"protocol", F_PROTOCOL},
    {"network.transport", F_PROTOCOL}, {"service", F_SERVICE},
    {"app_proto", N_APP}, {"orig_bytes", F_BYTES_OUT},
    {"flow.bytes_toserver", F_BYTES_OUT}, {"source.bytes", F_BYTES_OUT},
    {"resp_bytes", F_BYTES_IN}, {"flow.bytes_toclient", F_BYTES_IN},
    {"flow.pkts_toserver", F_PACKETS_OUT},
    {"flow.pkts_toclient", F_PACKETS_IN}, {"flow.age", F_DURATION},
    {"destination.bytes", F_BYTES_IN}, {"duration", F_DURATION},
    {"conn_state", F_CONN_STATE}, {"uri", N_TARGET}, {"http.url", N_TARGET},
    {"url", N_TARGET}, {"request_uri", N_TARGET}, {"url.original", N_TARGET},
    {"method", F_METHOD}, {"http.http_method", F_METHOD},
    {"request_method", F_METHOD}, {"http.request.method", F_METHOD},
    {"host", F_DOMAIN}, {"http.hostname", F_DOMAIN}, {"url.domain", F_DOMAIN},
    {"user_agent", F_USER_AGENT}, {"http.http_user_agent", F_USER_AGENT},
    {"http_user_agent", F_USER_AGENT}, {"user_agent.original", F_USER_AGENT},
    {"referrer", F_REFERER}, {"http.http_refer", F_REFERER},
    {"http_referer", F_REFERER}, {"cs-uri-query", F_QUERY},
    {"status_code", F_STATUS}, {"http.status", F_STATUS}, {"status", F_STATUS},
    {"http.response.status_code", F_STATUS}, {"query", F_DNS_NAME},
    {"dns.rrname", F_DNS_NAME}, {"dns.query.rrname", F_DNS_NAME},
    {"dns.queries.rrname", F_DNS_NAME}, {"dns.question.name", F_DNS_NAME},
    {"qtype_name", F_DNS_TYPE}, {"dns.rrtype", F_DNS_TYPE},
    {"dns.query.rrtype", F_DNS_TYPE}, {"dns.queries.rrtype", F_DNS_TYPE},
    {"answers", F_DNS_ANSWER}, {"dns.rdata", F_DNS_ANSWER},
    {"dns.answers.rdata", F_DNS_ANSWER}, {"server_name", F_SERVER_NAME},
    {"tls.sni", F_SERVER_NAME}, {"ja3", F_JA3}, {"tls.ja3.hash", F_JA3},
    {"ja4", F_JA4}, {"tls.ja4", F_JA4}, {"subject", F_SUBJECT},
    {"tls.subject", F_SUBJECT}, {"certificate.subject", F_SUBJECT},
    {"issuer", F_ISSUER}, {"tls.issuerdn", F_ISSUER},
    {"certificate.issuer", F_ISSUER}, {"user", F_USER}, {"username", F_USER},
    {"user.name", F_USER}, {"cookie", F_USER}, {"remote_user", F_USER},
    {"client", F_VALUE}, {"ssh.client.software_version", F_VALUE},
    {"fileinfo.filename", F_NAME}, {"filename", F_NAME}, {"path", F_NAME},
    {"command", F_COMMAND}, {"ftp.command", F_COMMAND}, {"msg", F_MESSAGE},
    {"message", F_MESSAGE}, {"alert.signature", F_MESSAGE}, {"name", F_NAME},
    {"log", F_MESSAGE}, {"note", F_MNEMONIC},
    {"alert.signature_id", F_MNEMONIC}, {"program", F_PROGRAM},
    {"process.name", F_PROGRAM}, {"auth_success", N_OUTCOME},
    {"action", N_VERB}, {"alert.action", N_VERB}, {"flow.action", N_VERB},
    {"flow.state", N_FLOW_STATE}, {"flow.start", N_FLOW_START},
    {"tcp.tcp_flags_ts", N_FLAGS_TS}, {"tcp.tcp_flags_tc", N_FLAGS_TC},
    {NULL, 0}};

static const struct pair_field *
name_find(struct span name)
{
	for (const struct pair_field *f = names; f->name != NULL; f++)
		if (span_is_nocase(name, f->name))
			return f;
	return NULL;
}

bool
named_known(struct span name)
{
	return name_find(name) != NULL;
}

struct span
named_of(enum field_id field, unsigned i)
{
	for (const struct pair_field *f = names; f->name != NULL; f++)
		if (f->field == (uint16_t)field && i-- == 0)
			return span_str(f->name);
	return (struct span){0};
}

bool
named_time(struct span s, int64_t *out)
{
	/* Seconds reach this in the year 5138; microseconds are beyond what
	 * milliseconds reach then. */
	const uint64_t first_milli = 100000000000ull;
	uint64_t whole;
	bool zoned;

	if (span_u64(s, &whole) && whole >= 1000 * first_milli &&
	    whole < INT64_MAX) {
		*out = (int64_t)whole;
		return true;
	}
	if (span_u64(s, &whole) && whole >= first_milli &&
	    whole < 1000 * first_milli) {
		*out = (int64_t)whole * 1000;
		return true;
	}
	return time_read_epoch(s, out) || time_read_iso(s, out, &zoned) > 0;
}

void
named_begin(struct named_event *e, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset)
{
	*e = (struct named_event){.in = in, .line = line};
	record_init(&e->r, K_SYSLOG, number, offset, line);
}

static void
put_device(struct named_event *e, struct span value)
{
	struct addr a;

	if (addr_read(value, &a))
		e->r.host_addr = value;
	else
		e->r.host = value;
}

/* A value as it stands in the line; empty: it does not. */
static struct span
as_written(const struct named_event *e, struct span value)
{
	if (span_find(e->line, value) != SPAN_NONE)
		return value;
	if (!e->json)
		return (struct span){0};
	value = json_written(e->in->arena, value);
	return span_find(e->line, value) != SPAN_NONE ? value
						      : (struct span){0};
}

static void
put_target(struct named_event *e, struct span value)
{
	if (span_find(e->line, value) != SPAN_NONE) {
		web_target_put(&e->r, value, e->in->arena);
	} else {
		/* Escaped in the line: only what is derived from it. */
		struct record t = {0};

		web_target_put(&t, value, e->in->arena);
		record_put(
		    &e->r, F_PATH_DECODED, record_text(&t, F_PATH_DECODED));
	}
}

static void
put_special(struct named_event *e, unsigned what, struct span value)
{
	int64_t t;

	switch (what) {
	case N_TIME:
		if (named_time(value, &t))
			e->r.time = t;
		else
			e->bad_time = true;
		break;
	case N_TYPE:
		e->type = value;
		break;
	case N_DEVICE:
		put_device(e, value);
		break;
	case N_TARGET:
		put_target(e, value);
		break;
	case N_OUTCOME:
		message_put_outcome(
		    &e->r, span_is(value, "T") || span_is(value, "true"));
		break;
	case N_FLOW_STATE:
		e->flow.state = value;
		break;
	case N_FLOW_START:
		e->flow.start = value;
		break;
	case N_FLAGS_TS:
		e->flow.flags_ts = value;
		break;
	case N_FLAGS_TC:
		e->flow.flags_tc = value;
		break;
	case N_APP:
		/* The sensor looked and could not tell. */
		if (!span_is(value, "failed") && !span_is(value, "unknown"))
			pair_put(&e->r, F_SERVICE,
			    span_head(value, LIMIT_FIELD_BYTES));
		break;
	default:
		if (span_is(value, "allowed") || span_is(value, "pass") ||
		    span_is(value, "accept"))
			record_put_str(&e->r, F_ACTION, "permit");
		else
			message_put_action(&e->r, value);
		if (span_is(value, "blocked") || span_is(value, "drop"))
			record_put_str(&e->r, F_ACTION, "deny");
	}
}

void
named_put(struct named_event *e, struct span name, struct span value)
{
	const struct pair_field *f = name_find(name);

	value = span_trim(value);
	if (f == NULL || value.n == 0)
		return;
	e->known++;
	if (f->field >= F_COUNT) {
		put_special(e, f->field, value);
		return;
	}
	if (field_verbatim((enum field_id)f->field))
		value = as_written(e, value);
	if (value.n > 0)
		pair_put(&e->r, (enum field_id)f->field,
		    span_head(value, LIMIT_FIELD_BYTES));
}

static enum record_kind
settle(const struct record *r)
{
	if (record_get(r, F_DNS_NAME) != NULL)
		return K_DNS;
	/* Mails have subjects too, but no issuer. */
	if (record_get(r, F_SERVER_NAME) != NULL ||
	    record_get(r, F_ISSUER) != NULL ||
	    record_get(r, F_JA3) != NULL || record_get(r, F_JA4) != NULL)
		return K_TLS;
	if (record_get(r, F_PATH_DECODED) != NULL ||
	    (record_get(r, F_METHOD) != NULL && record_get(r, F_STATUS)))
		return K_HTTP;
	if (record_get(r, F_SRC_IP) != NULL && record_get(r, F_DST_IP) != NULL)
		return K_FLOW;
	return K_SYSLOG;
}

void
named_emit(struct named_event *e, struct emit *out)
{
	if (e->bad_time && e->r.time == TIME_NONE)
		out->diag(out, DIAG_BAD_TIME, e->r.line, (struct span){0});
	e->r.kind = settle(&e->r);
	if (e->r.kind == K_FLOW && span_is(e->type, "flow"))
		eve_flow_settle(&e->flow, &e->r);
	if (e->r.kind == K_FLOW && span_is(e->type, "drop"))
		record_put_str(&e->r, F_ACTION, "deny");
	/* Of a request it is the server's name, of a message the device's. */
	if (e->r.kind == K_SYSLOG && e->r.host.n == 0)
		e->r.host = record_text(&e->r, F_DOMAIN);
	if (e->r.kind == K_SYSLOG && record_get(&e->r, F_MESSAGE) == NULL) {
		e->r.kind = K_TEXT;
		record_put(&e->r, F_LINE, span_trim(e->line));
	} else if (e->r.nvalues < LIMIT_RECORD_FIELDS &&
		   span_find(e->line, e->type) != SPAN_NONE) {
		record_put(&e->r, F_FACILITY, e->type);
	}
	if (e->r.nvalues > 0)
		out->record(out, &e->r);
	/* A message in a wrapping is text all the same. */
	if (e->r.kind != K_SYSLOG)
		return;
	e->r.kind = K_TEXT;
	e->r.nvalues = 0;
	record_put(&e->r, F_LINE, span_trim(e->line));
	out->record(out, &e->r);
}
