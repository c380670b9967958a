#include "read/log/syslog_line.h"

#include <inttypes.h>

#include "read/log/dialect.h"
#include "read/log/pairs.h"

/* Lines of the head that guesses weigh. */
#define GUESS_LINES 50

/* Seconds. */
#define CLOCK_OFF_LEAST 60
#define HALF_A_YEAR (183 * 86400)

/* In order: the first that knows a message has it. */
static log_dialect_fn *const dialects[] = {panos_dialect, clearpass_dialect,
    json_dialect, cef_dialect, fortios_dialect, junos_dialect, cisco_dialect,
    welf_dialect, nat_dialect, carrier_dialect, firewalls_dialect,
    gateway_dialect, bigip_dialect, ise_dialect, tacplus_dialect,
    radius_dialect, audit_dialect, program_dialect};

#define COMMAND (UINT64_C(1) << K_COMMAND)
#define FLOW (UINT64_C(1) << K_FLOW)
#define HTTP (UINT64_C(1) << K_HTTP)
#define NAMED (UINT64_C(1) << K_DNS | UINT64_C(1) << K_TLS)

/* What yields commands and traffic, in all dialects. */
static const struct kind_mark line_marks[] = {
    /* cisco_message.c, cisco_asa.c */
    {"CFGLOG_LOGGEDCMD", COMMAND}, {"HA_EM-6-LOG", COMMAND},
    {"AAA_ACCOUNTING_MESSAGE", COMMAND}, {"-111008", COMMAND},
    {"-111009", COMMAND}, {"-111010", COMMAND},
    /* dialect_junos.c */
    {"UI_CMDLINE_READ_LINE", COMMAND}, {"UI_NETCONF_CMD", COMMAND},
    {"UI_JUNOSCRIPT_CMD", COMMAND}, {"RT_FLOW_SESSION", FLOW},
    {"APPTRACK_SESSION", FLOW},
    /* dialect_panos.c */
    {",TRAFFIC,", FLOW}, {",THREAT,", FLOW | HTTP}, {",CONFIG,", COMMAND},
    /* dialect_pairs.c: either stands in every message of FortiOS */
    {"devid=", FLOW | HTTP}, {"logid=", FLOW | HTTP},
    /* dialect_cef.c */
    {"CEF:", FLOW | HTTP}, {"LEEF:", FLOW | HTTP},
    /* dialect_gateways.c */
    {"CMD_EXECUTED", COMMAND}, {"cmd_data=", COMMAND}, {"CONN_", FLOW},
    {"AUDIT - ", COMMAND}, {"CONNSTAT", FLOW}, {"FLOWSTAT", FLOW},
    {"shell_command=", COMMAND},
    /* dialect_carrier.c */
    {"Command=\"", COMMAND}, {"_user_io-", COMMAND}, {"_config_io-", COMMAND},
    /* cisco_inspect.c */
    {"ACCOUNTING-6-CMD", COMMAND},
    /* dialect_firewalls.c */
    {" CheckPoint ", FLOW}, {"log_subtype=", FLOW}, {"msg_id=\"", FLOW},
    /* dialect_json.c */
    {" {\"", 0}, {":{\"", 0},
    /* dialect_nat.c */
    {"SessionbasedA", FLOW}, {"SessionbasedW", FLOW}, {"NAT-", FLOW},
    {"LSN_", FLOW}, {"--->", FLOW},
    /* dialect_bigip.c */
    {" packet: ", FLOW}, {"bigip_mgmt_ip=", FLOW},
    {"unit_hostname=", FLOW | HTTP},
    /* dialect_ise.c, dialect_program.c */
    {"CmdAV=", COMMAND}, {"COMMAND=", COMMAND},
    /* dialect_tacplus.c, dialect_clearpass.c */
    {"tac_plus", COMMAND}, {"tacplus", COMMAND}, {"ACCT", COMMAND},
    {"AUTHZ-", COMMAND}, {"CPPM_", COMMAND}, {"TACACS.", COMMAND},
    {"|ClearPass|", COMMAND},
    /* dialect_audit.c */
    {"cmd=\"", COMMAND},
    /* audit_text.h: in hex, or in pieces */
    {"argc=", KIND_HIDDEN | COMMAND}, {" cmd=", KIND_HIDDEN | COMMAND},
    {" data=", KIND_HIDDEN | COMMAND}, {" acct=", KIND_HIDDEN},
    {"proctitle=", KIND_HIDDEN}, {NULL, 0}};
static const char *const before_command[] = {
    "logged command:", "executed the '", "executed '", "command '",
    "CmdAV=", "cmd=", "shell_command=\"", "Command=\"", "# ", NULL};
static const char *const joints[] = {"CmdArgAV=", NULL};
static const char *const before_ends[] = {
    /* cisco_message.c, cisco_asa.c: behind "%" */
    "ACCESSLOG", "ACLLOG_", "_ACL-6-", "-106", "-30201", "-30202", "-3023",
    "-43000", "-1100", "-710", "FW-6-", "ACL-6-IPACCESS", "firewall,",
    /* dialect_firewalls.c */
    " CheckPoint ", "log_subtype=", "msg_id=\"",
    /* dialect_json.c */
    "{\"",
    /* dialect_nat.c */
    "SessionbasedA", "SessionbasedW", "NAT-", "LSN_", "--->",
    /* dialect_junos.c */
    "RT_FLOW_SESSION", "APPTRACK_SESSION", "PFE_FW_SYSLOG",
    /* dialect_panos.c, dialect_pairs.c */
    ",TRAFFIC,", "devid=", "logid=", " src=",
    /* dialect_cef.c: before "|"; dialect_gateways.c */
    "CEF:", "LEEF:", "CONN_", "CONNSTAT", "FLOWSTAT",
    " packet: ", "bigip_mgmt_ip=", "unit_hostname=", NULL};
const struct kind_marks syslog_marks = {.kinds = COMMAND | FLOW | HTTP | NAMED,
    .marks = line_marks,
    .before = before_command,
    .joints = joints,
    .traffic = before_ends,
    .traffic_signs = "%_,=|"};

/* The relay's word for the device; where that is only an address, the name by
 * which the device calls itself joins it. */
static void
put_host(struct record *r, const struct syslog_header *h)
{
	const struct span words[] = {h->host, h->origin};
	struct addr a;

	record_put(r, F_HOST, h->host.n > 0 ? h->host : h->origin);
	for (size_t i = 0; i < 2; i++) {
		if (words[i].n == 0)
			continue;
		if (!addr_read(words[i], &a)) {
			if (r->host.n == 0)
				r->host = words[i];
		} else if (r->host_addr.n == 0) {
			r->host_addr = words[i];
		}
	}
}

/* How far off the device's own clock is; without a year, half a year off is
 * the turn of a year. */
static void
put_clock_off(
    struct record *r, const struct syslog_header *h, const struct read_in *in)
{
	bool yearless = h->relay.parts.year == 0 || h->device.parts.year == 0;
	int64_t relay, device, off;

	/* Where only one names its zone, the other's would be a guess. */
	if (!h->relay.present || !h->device.present || h->device.unsure ||
	    h->relay.zoned != h->device.zoned)
		return;
	relay = stamp_time(&h->relay, &in->clock);
	device = stamp_time(&h->device, &in->clock);
	if (relay == TIME_NONE || device == TIME_NONE)
		return;
	off = (device - relay) / TIME_SECOND;
	if ((off > -CLOCK_OFF_LEAST && off < CLOCK_OFF_LEAST) ||
	    (yearless && (off > HALF_A_YEAR || off < -HALF_A_YEAR)))
		return;
	record_put_number(
	    r, F_CLOCK_OFF, arena_fmt(in->arena, "%" PRId64, off));
}

static void
put_time(struct record *r, const struct syslog_header *h,
    const struct read_in *in, struct emit *out)
{
	const struct stamp *s = syslog_header_stamp(h);

	if (s == NULL)
		return;
	r->time = stamp_time(s, &in->clock);
	put_clock_off(r, h, in);
	if (r->time == TIME_NONE && (s->parts.year != 0 || in->clock.year != 0))
		out->diag(out, DIAG_BAD_TIME, r->line, (struct span){0});
}

struct record
log_record(const struct log_message *m, enum record_kind kind)
{
	struct record r;

	record_init(&r, kind, m->event.line, m->event.offset, m->event.raw);
	r.time = m->event.time;
	r.host = m->event.host;
	r.host_addr = m->event.host_addr;
	record_put(&r, F_HOST, record_text(&m->event, F_HOST));
	return r;
}

struct record
log_command(const struct log_message *m)
{
	static const enum field_id fields[] = {F_USER, F_TTY, F_SRC_IP,
	    F_PRIVILEGE, F_PROTOCOL, F_TASK, F_STATUS, F_COMMAND};
	struct record r = log_record(m, K_COMMAND);

	r.raw = m->event.raw;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct value *v = record_get(&m->event, fields[i]);

		if (v != NULL)
			r.values[r.nvalues++] = *v;
	}
	return r;
}

void
log_emit(struct log_message *m)
{
	m->out->record(m->out, &m->event);
}

void
log_put_common(struct log_message *m)
{
	if (m->head.pri >= 0)
		record_put_number(&m->event, F_SEVERITY,
		    span_of(&"01234567"[m->head.pri % 8], 1));
	record_put(&m->event, F_PROGRAM, m->head.program);
	record_put(&m->event, F_MESSAGE, m->text);
}

static void
emit_text(struct log_message *m)
{
	m->event.kind = K_TEXT;
	record_put(&m->event, F_LINE, span_trim(m->line));
	if (m->event.nvalues > 0)
		log_emit(m);
}

void
syslog_line(void *state, const struct read_in *in, struct span line,
    uint64_t number, uint64_t offset, struct emit *out)
{
	struct log_message m = {.in = in, .out = out, .line = line};
	bool header = syslog_header_read(line, &m.head);

	(void)state;
	m.text = span_trim(m.head.rest);
	record_init(&m.event, K_SYSLOG, number, offset, line);
	if (header) {
		put_time(&m.event, &m.head, in, out);
		put_host(&m.event, &m.head);
		record_put_number(&m.event, F_SEQUENCE, m.head.sequence);
	}
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (dialects[i](&m))
			return;
	if (!header) {
		emit_text(&m);
		return;
	}
	log_put_common(&m);
	log_emit(&m);
}

int64_t
syslog_line_when(const struct read_in *in, struct span line)
{
	struct syslog_header h;
	const struct stamp *s;

	/* Other dialects than Cisco's may have a time in their message. */
	if (!syslog_header_read(line, &h) || !span_starts(h.rest, SPAN("%")))
		return TIME_NONE;
	s = syslog_header_stamp(&h);
	return s != NULL ? stamp_time(s, &in->clock) : TIME_NONE;
}

struct span
syslog_line_host(struct span line)
{
	struct span host = syslog_header_host(line), name;
	size_t at;

	if (host.n > 0)
		return host;
	at = span_find(span_head(line, 128), SPAN("devname="));
	if (at == SPAN_NONE)
		return panos_host(line);
	name = span_from(line, at);
	return pair_get(name, "devname");
}

bool
syslog_yearless(struct span line, int *month, int *day)
{
	struct syslog_header h;
	const struct stamp *s;

	syslog_header_read(line, &h);
	s = syslog_header_stamp(&h);
	if (s == NULL || s->parts.year != 0)
		return false;
	*month = s->parts.month;
	*day = s->parts.day;
	return true;
}

void
syslog_count(struct span rest,
    bool (*test)(struct span line, struct span message),
    struct syslog_shares *out)
{
	struct syslog_header h;
	struct span line;

	*out = (struct syslog_shares){0};
	while (out->lines < GUESS_LINES && span_line(&rest, &line)) {
		if (span_trim(line).n == 0)
			continue;
		out->lines++;
		bool header = syslog_header_read(line, &h);

		out->headers += header;
		out->match += test(line, span_trim(h.rest));
	}
}
