#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "read/log/json_plain.h"
#include "read/log/stamp.h"
#include "read/reader.h"

extern const struct reader reader_cisco_syslog, reader_tacplus_accounting,
    reader_web_access, reader_zeek_tsv, reader_zeek_json, reader_text;

static const struct reader *const log_readers[] = {&reader_zeek_tsv,
    &reader_zeek_json, &reader_tacplus_accounting, &reader_web_access,
    &reader_cisco_syslog, &reader_text};

#define NREADERS (sizeof(log_readers) / sizeof(log_readers[0]))
#define MAX_RECORDS 8
#define GOLDEN "tests/golden/log"

/* What one line yields. */
struct got {
	struct emit emit;
	struct record records[MAX_RECORDS];
	size_t nrecords, ndiags, bad;
	enum diag_code last_diag;
};

/* Every field that promises to stand verbatim in the line must do so. */
static void
got_record(struct emit *e, const struct record *r)
{
	struct got *g = (struct got *)e;

	for (unsigned i = 0; i < r->nvalues; i++) {
		const struct value *v = &r->values[i];

		if (v->text.n == 0)
			g->bad++;
		if (field_verbatim(v->field) &&
		    span_find(r->raw, v->text) == SPAN_NONE)
			g->bad++;
	}
	if (g->nrecords < MAX_RECORDS)
		g->records[g->nrecords] = *r;
	g->nrecords++;
}

static void
got_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	struct got *g = (struct got *)e;

	(void)line;
	(void)detail;
	g->ndiags++;
	g->last_diag = code;
}

/* State shared by the tests of one line: the arena lives until the next. */
static struct arena line_arena, state_arena;
static struct got got;

static void
read_line(const struct reader *r, const char *text)
{
	struct read_in in = {.head = span_str(text),
	    .clock = {2024, 2, 10},
	    .arena = &state_arena};
	void *state = r->open ? r->open(&in) : NULL;

	arena_reset(&line_arena);
	in.arena = &line_arena;
	got = (struct got){.emit = {got_record, got_diag}};
	r->line(state, &in, span_str(text), 7, 70, &got.emit);
	assert_int_equal(got.bad, 0);
}

/* The first record's field. */
static void
expect(enum field_id f, const char *text)
{
	struct span s = record_text(&got.records[0], f);

	if (!span_is(s, text))
		fail_msg("%s is \"%.*s\", not \"%s\"", field_name(f),
		    SPAN_FMT(s), text);
}

static void
expect_host(const char *name, const char *address)
{
	assert_true(span_is(got.records[0].host, name));
	assert_true(span_is(got.records[0].host_addr, address));
}

static void
expect_time(const char *text)
{
	char buf[TIME_TEXT];

	assert_string_equal(time_write(got.records[0].time, buf), text);
}

static void
syslog_line(const char *text)
{
	read_line(&reader_cisco_syslog, text);
}

static void
test_headers(void **state)
{
	/* line, host, address, sequence, program, time */
	static const char *const cases[][6] = {
	    {"*Mar  1 00:01:02.345: %A-5-B: m", "", "", "", "", ""},
	    {"*Mar  2 00:01:02.345: %A-5-B: m", "", "", "", "",
		"2024-03-02T00:01:02.345Z"},
	    {"Mar  1 1993 00:01:02: %A-5-B: m", "", "", "", "", ""},
	    {"000123: .Mar  1 10:01:02.345 PET: %A-5-B: m", "", "", "000123",
		"", "2024-03-01T10:01:02.345Z"},
	    {"Mar  1 10:01:02.000 PET: %A-5-B: m", "", "", "", "",
		"2024-03-01T10:01:02Z"},
	    {"<189>123: Mar  1 10:01:02.345 CET: %A-5-B: m", "", "", "123", "",
		"2024-03-01T09:01:02.345Z"},
	    {"<189>123: edge1: %A-5-B: m", "edge1", "", "123", "", ""},
	    {"1y5w: %A-5-B: m", "", "", "", "", ""},
	    {"12: 00:01:02: %A-5-B: m", "", "", "12", "", ""},
	    {"%A-5-B: m", "", "", "", "", ""},
	    {"Jan  5 10:01:02 10.0.0.1 7: %A-5-B: m", "", "10.0.0.1", "7", "",
		"2025-01-05T10:01:02Z"},
	    {"Jan  5 10:01:02 [10.0.9.9.7.2] 7: %A-5-B: m", "", "10.0.9.9", "7",
		"", "2025-01-05T10:01:02Z"},
	    {"Fri Mar  1 10:00:00 2019: %A-5-B: m", "", "", "", "",
		"2019-03-01T10:00:00Z"},
	    {"Mar  1 10:00:00 2019: %A-5-B: m", "", "", "2019", "",
		"2024-03-01T10:00:00Z"},
	    {"Feb  8 10:01:02 ::1 %A-5-B: m", "", "::1", "", "",
		"2024-02-08T10:01:02Z"},
	    /* A device that is sure of its clock knows the year. */
	    {"Mar  1 10:01:02 e 7: Mar  1 2021 10:01:01: %A-5-B: m", "e", "",
		"7", "", "2021-03-01T10:01:01Z"},
	    {"Mar  1 10:01:02 e 7: *Mar  1 2002 10:01:01: %A-5-B: m", "e", "",
		"7", "", "2024-03-01T10:01:02Z"},
	    {"2024-03-01T10:01:02-05:00 e 7: Mar  1 2021 10:01:01: %A-5-B: m",
		"e", "", "7", "", "2024-03-01T15:01:02Z"},
	    {"Mar  1 10:01:02 10.0.0.1 7: e: Mar  1 10:01:01: %A-5-B: m", "e",
		"10.0.0.1", "7", "", "2024-03-01T10:01:02Z"},
	    {"RP/0/0/CPU0:Mar  1 10:01:02.3 : p[9]: %A-B-5-C : m", "", "", "",
		"p", "2024-03-01T10:01:02.300Z"},
	    {"7: x RP/0/0/CPU0:2023 Mar  1 10:01:02.3 UTC: p[9]: %A-B-5-C : m",
		"x", "", "7", "p", "2023-03-01T10:01:02.300Z"},
	    {"2024 Mar  1 10:01:02 n %$ VDC-2 %$ %A-2-B: m", "n", "", "", "",
		"2024-03-01T10:01:02Z"},
	    {"Mar 01 2024 10:01:02 fw : %ASA-5-1: m", "fw", "", "", "",
		"2024-03-01T10:01:02Z"},
	    {"<1>1 - - p 1 - [a b=\"\\\"]\"][c] %A-5-B: m", "", "", "", "p",
		""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const *c = cases[i];

		syslog_line(c[0]);
		assert_int_equal(got.nrecords, 1);
		assert_int_equal(got.records[0].kind, K_SYSLOG);
		assert_int_equal(got.records[0].line, 7);
		assert_int_equal(got.records[0].offset, 70);
		expect_host(c[1], c[2]);
		expect(F_SEQUENCE, c[3]);
		expect(F_PROGRAM, c[4]);
		expect_time(c[5]);
		expect(F_MESSAGE, "m");
	}
}

static void
test_host_agrees(void **state)
{
	static const char *const lines[] = {
	    "Mar  1 10:01:02 e.example.net 7: e: Mar  1 10:01:02: %A-5-B: m",
	    "Mar  1 10:01:02 10.0.0.1 7: x: Mar  1 10:01:02: %A-5-B: m",
	    "<9>7: x: Mar  1 10:01:02: %A-5-B: m", "%A-5-B: m",
	    "Mar 01 2024 10:01:02 fw : %ASA-5-1: m"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct record *r = &got.records[0];
		struct span host = reader_cisco_syslog.host(span_str(lines[i]));

		syslog_line(lines[i]);
		assert_true(
		    span_eq(host, r->host_addr.n ? r->host_addr : r->host));
	}
}

static bool
yearless(const struct reader *r, const char *text, int month, int day)
{
	int m = 0, d = 0;

	return r->yearless(span_str(text), &m, &d) && m == month && d == day;
}

static void
test_yearless(void **state)
{
	const struct reader *r = &reader_cisco_syslog;
	int m, d;

	(void)state;
	assert_true(yearless(r, "Dec 31 23:59:59 e 7: %A-5-B: m", 12, 31));
	assert_true(yearless(r, "*Mar  1 01:00:00: %A-5-B: m", 3, 1));
	/* A clock that has just started says nothing about the year. */
	assert_false(r->yearless(SPAN("*Mar  1 00:00:30: %A-5-B: m"), &m, &d));
	assert_false(
	    r->yearless(SPAN("2024-03-01T10:11:12Z e 7: %A-5-B: m"), &m, &d));
	assert_false(r->yearless(SPAN("1w2d: %A-5-B: m"), &m, &d));
	assert_false(r->yearless(SPAN(""), &m, &d));
	r = &reader_tacplus_accounting;
	assert_true(
	    yearless(r, "Mar  1 10:11:12\tn\tu\tt\ta\tstop\tcmd=x", 3, 1));
	assert_false(r->yearless(
	    SPAN("Mar  1 10:11:12\tn\tu\tt\ta\tstop\tstart_time=1709287872"),
	    &m, &d));
}

static void
test_stamp_years(void **state)
{
	struct clock_hint clock = {2023, 3, 1, 0}, none = {0};
	struct stamp s;
	char buf[TIME_TEXT];

	(void)state;
	assert_int_not_equal(stamp_read(SPAN("Feb 27 10:00:00"), &s), 0);
	assert_string_equal(
	    time_write(stamp_time(&s, &clock), buf), "2023-02-27T10:00:00Z");
	assert_int_equal(stamp_time(&s, &none), TIME_NONE);
	stamp_read(SPAN("Feb 20 10:00:00"), &s);
	assert_string_equal(
	    time_write(stamp_time(&s, &clock), buf), "2024-02-20T10:00:00Z");
	stamp_read(SPAN("Feb 29 10:00:00"), &s);
	assert_string_equal(
	    time_write(stamp_time(&s, &clock), buf), "2024-02-29T10:00:00Z");
	assert_int_equal(stamp_read(SPAN("Mar 1"), &s), 0);
	assert_int_equal(stamp_read(SPAN("Mar 1 2024"), &s), 0);
	assert_int_equal(stamp_read(SPAN("Mar 41 10:00:00"), &s), 0);
	assert_int_equal(stamp_read(SPAN("May be 10:00:00"), &s), 0);
	assert_int_equal(
	    stamp_read(SPAN("Fri Mar  1 10:11:12 2024\tx"), &s), 24);
	assert_int_equal(s.parts.year, 2024);
	/* The zone that was asked for holds where none is written. */
	clock.zone = -330;
	assert_string_equal(
	    time_write(stamp_time(&s, &clock), buf), "2024-03-01T15:41:12Z");
	stamp_read(SPAN("2024-03-01T10:11:12Z"), &s);
	assert_string_equal(
	    time_write(stamp_time(&s, &clock), buf), "2024-03-01T10:11:12Z");
	stamp_read(SPAN("2024-03-01 10:11:12"), &s);
	assert_string_equal(
	    time_write(stamp_time(&s, &clock), buf), "2024-03-01T15:41:12Z");
}

static void
test_logins(void **state)
{
	(void)state;
	syslog_line("%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: a] "
		    "[Source: 192.0.2.1]] [Source: 198.51.100.7] [localport: "
		    "22] [Reason: x] at 1");
	expect(F_USER, "a] [Source: 192.0.2.1]");
	expect(F_SRC_IP, "198.51.100.7");
	expect(F_LOCAL_PORT, "22");
	expect(F_STATUS, "failure");
	syslog_line("%SECURITY-SSHD-4-INFO_FAILURE : Failed authentication "
		    "attempt by user 'a' from '192.0.2.1' from '198.51.100.7' "
		    "on 'vty1'");
	expect(F_USER, "a' from '192.0.2.1");
	expect(F_SRC_IP, "198.51.100.7");
	expect(F_TTY, "vty1");
	syslog_line(
	    "%WEBSERVER-5-LOGIN_PASSED: R0/0: nginx: Login Successful "
	    "from host 192.0.2.1 by user 'noc' using crypto cipher 'x'");
	expect(F_USER, "noc");
	expect(F_STATUS, "success");
	syslog_line("Mar  1 10:11:12 s sshd[1]: Failed password for invalid "
		    "user root from 192.0.2.1 from 198.51.100.7 port 9 ssh2");
	expect(F_USER, "root from 192.0.2.1");
	expect(F_SRC_IP, "198.51.100.7");
	expect(F_SRC_PORT, "9");
	syslog_line("%SYS-5-CONFIG_I: Configured from 192.0.2.60 by snmp");
	expect(F_USER, "");
	expect(F_SERVICE, "snmp");
	syslog_line("%SYS-5-CONFIG_I: Configured from console by vty0 "
		    "(192.0.2.60)");
	expect(F_USER, "");
	expect(F_TTY, "vty0");
	expect(F_SRC_IP, "192.0.2.60");
	syslog_line("%SYS-5-CONFIG_P: Configured programmatically by process "
		    "HTTP CORE from console as noc on vty1");
	expect(F_PROGRAM, "HTTP CORE");
	expect(F_USER, "noc");
	expect(F_TTY, "vty1");
}

static void
expect_command(const char *command, const char *user)
{
	assert_int_equal(got.nrecords, 2);
	assert_int_equal(got.records[0].kind, K_SYSLOG);
	assert_int_equal(got.records[1].kind, K_COMMAND);
	assert_int_equal(got.records[1].line, got.records[0].line);
	assert_int_equal(got.records[1].time, got.records[0].time);
	got.records[0] = got.records[1];
	expect(F_COMMAND, command);
	expect(F_USER, user);
}

static void
test_commands(void **state)
{
	(void)state;
	syslog_line("Mar  1 10:11:12 e 7: %PARSER-5-CFGLOG_LOGGEDCMD: User:noc "
		    " logged command:!exec: enable");
	expect_command("!exec: enable", "noc");
	expect_host("e", "");
	syslog_line("%PARSER-5-CFGLOG_LOGGEDCMD: <x><cli>no logging on</cli>"
		    "<user>noc</user><srcIP>192.0.2.1</srcIP></x>");
	expect_command("no logging on", "noc");
	expect(F_SRC_IP, "192.0.2.1");
	syslog_line("%HA_EM-6-LOG: CLIaccounting: show run");
	expect_command("show run", "");
	syslog_line("%HA_EM-6-LOG: linkwatch: show run");
	assert_int_equal(got.nrecords, 1);
	syslog_line("%AAA-6-AAA_ACCOUNTING_MESSAGE: update:2001:db8::1@pts/0:"
		    "noc:copy a: b (SUCCESS)");
	expect_command("copy a: b", "noc");
	expect(F_SRC_IP, "2001:db8::1");
	expect(F_STATUS, "success");
	syslog_line("%AAA-6-AAA_ACCOUNTING_MESSAGE: update:console0:noc:"
		    "copy scp://u@192.0.2.1/x bootflash: (FAILURE)");
	expect_command("copy scp://u@192.0.2.1/x bootflash:", "noc");
	expect(F_TTY, "console0");
	expect(F_STATUS, "failure");
	syslog_line("%ASA-5-111008: User 'noc' executed the 'banner 'x' y' "
		    "command.");
	expect_command("banner 'x' y", "noc");
	syslog_line("%FTD-5-111010: User 'noc', running 'CLI' from IP "
		    "192.0.2.1, executed 'clear log'");
	expect_command("clear log", "noc");
	expect(F_SRC_IP, "192.0.2.1");
}

static void
test_access_lists(void **state)
{
	/* line, protocol, src, sport, dst, dport, action, acl */
	static const char *const cases[][8] = {
	    {"%SEC-6-IPACCESSLOGP: list 102 denied tcp 192.0.2.1(3067) -> "
	     "192.0.2.2(22), 1 packet",
		"tcp", "192.0.2.1", "3067", "192.0.2.2", "22", "deny", "102"},
	    {"%SEC-6-IPACCESSLOGS: list A permitted 192.0.2.1 5 packets", "",
		"192.0.2.1", "", "", "", "permit", "A"},
	    {"%ACL-IPV6_ACL-6-IPACCESSLOGP : access-list B (10) permit udp "
	     "2001:db8::1(5) TenGigE0/0/0/0-> 2001:db8::2(161), 1 packet",
		"udp", "2001:db8::1", "5", "2001:db8::2", "161", "permit", "B"},
	    {"%ASA-6-302013: Built outbound TCP connection 1 for "
	     "outside:192.0.2.9/443 (192.0.2.9/443) to inside:10.0.0.1/5 "
	     "(10.0.0.1/5)",
		"tcp", "10.0.0.1", "5", "192.0.2.9", "443", "permit", ""},
	    {"%ASA-4-106023: Deny udp src outside:2001:db8::1/5(LOCAL\\u) dst "
	     "inside:2001:db8::2/53 by access-group \"X\" [0x0, 0x0]",
		"udp", "2001:db8::1", "5", "2001:db8::2", "53", "deny", "X"},
	    {"%ASA-4-106023: Deny protocol 47 src o:192.0.2.1 dst i:10.0.0.1 "
	     "by access-group \"X\"",
		"gre", "192.0.2.1", "", "10.0.0.1", "", "deny", "X"},
	    {"%ASA-6-106100: access-list X est-allowed tcp o/192.0.2.1(1) -> "
	     "i/10.0.0.1(2) hit-cnt 1",
		"tcp", "192.0.2.1", "1", "10.0.0.1", "2", "permit", "X"},
	    {"%ASA-2-106016: Deny IP spoof from (192.0.2.1) to 10.0.0.1 on "
	     "interface o",
		"ip", "192.0.2.1", "", "10.0.0.1", "", "deny", ""},
	    {"%ASA-3-710003: TCP access denied by ACL from 192.0.2.1/5 to "
	     "o:10.0.0.1/22",
		"tcp", "192.0.2.1", "5", "10.0.0.1", "22", "deny", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const *c = cases[i];

		syslog_line(c[0]);
		expect(F_PROTOCOL, c[1]);
		expect(F_SRC_IP, c[2]);
		expect(F_SRC_PORT, c[3]);
		expect(F_DST_IP, c[4]);
		expect(F_DST_PORT, c[5]);
		expect(F_ACTION, c[6]);
		expect(F_ACL, c[7]);
	}
}

static void
test_no_message(void **state)
{
	static const char *const texts[] = {"hello", "12: hello",
	    "% Invalid input detected", "%A-9-B: x", "%A-5-B x",
	    " description x%SYS-5-CONFIG_I: x", "May be later", "<9999>x"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		syslog_line(texts[i]);
		assert_int_equal(got.nrecords, 1);
		assert_int_equal(got.records[0].kind, K_TEXT);
	}
	syslog_line("   ");
	assert_int_equal(got.nrecords, 0);
	/* Words of a relay in front are no matter. */
	syslog_line("seen by relay %SYS-5-CONFIG_I: x");
	assert_int_equal(got.records[0].kind, K_SYSLOG);
	expect(F_MNEMONIC, "SYS-5-CONFIG_I");
	syslog_line("Mar  1 10:11:12 s cron[7]: job");
	expect(F_PROGRAM, "cron");
	expect(F_MNEMONIC, "");
}

static void
test_tacplus(void **state)
{
	const struct reader *r = &reader_tacplus_accounting;

	(void)state;
	read_line(r, "Mar  1 10:11:12\t192.0.2.9\tnoc\ttty2\t192.0.2.1\tstop\t"
		     "task_id=4\tstart_time=1709287872\tservice=shell\t"
		     "priv-lvl=15\tcmd=show run <cr>");
	expect_time("2024-03-01T10:11:12Z");
	expect_host("", "192.0.2.9");
	expect(F_COMMAND, "show run");
	expect(F_PRIVILEGE, "15");
	expect(F_TASK, "4");
	assert_true(
	    span_is(r->host(SPAN("Mar  1 10:11:12\tn\tu\tt\ta\tstop\t")), "n"));
	/* A clock that was never set does not count. */
	read_line(r, "2024-03-01 10:11:12 +0100\tn\tu\tt\t::1\tstart\t"
		     "start_time=730944012");
	expect_time("2024-03-01T09:11:12Z");
	expect(F_SRC_IP, "::1");
	expect(F_COMMAND, "");
	read_line(r, "Mar  1 10:11:12\tn\tu\tt\ta\tnothing\tcmd=x");
	assert_int_equal(got.records[0].kind, K_TEXT);
	assert_int_equal(got.last_diag, DIAG_BAD_LINE);
}

static void
test_web(void **state)
{
	const struct reader *r = &reader_web_access;

	(void)state;
	read_line(r,
	    "h.example.net:443 2001:db8::1 - a b [01/Mar/2024:10:11:12 -0100] "
	    "\"POST /%252577ebui%5fWSMA_http?q=%41 HTTP/1.1\" 200 12 "
	    "\"r\\\"r\" \"u\\x22\"");
	assert_int_equal(got.records[0].kind, K_HTTP);
	expect_time("2024-03-01T11:11:12Z");
	expect(F_HOST, "h.example.net:443");
	expect(F_SRC_IP, "2001:db8::1");
	expect(F_USER, "a b");
	expect(F_METHOD, "POST");
	expect(F_URI, "/%252577ebui%5fWSMA_http?q=%41");
	expect(F_PATH_DECODED, "/webui_wsma_http");
	expect(F_QUERY, "q=%41");
	expect(F_STATUS, "200");
	expect(F_BYTES, "12");
	expect(F_REFERER, "r\\\"r");
	expect(F_USER_AGENT, "u\\x22");
	/* Four layers: the fourth stays. */
	read_line(r, "192.0.2.1 - - [01/Mar/2024:10:11:12 +0000] "
		     "\"GET /%25252541 HTTP/1.0\" 404 -");
	expect(F_PATH_DECODED, "/%41");
	expect(F_BYTES, "");
	read_line(r, "192.0.2.1 - - [01/Mar/2024:10:11:12 +0000] \"-\" 408 -");
	expect(F_METHOD, "");
	expect(F_STATUS, "408");
	read_line(r, "192.0.2.1 - - [40/Mar/2024:10:11:12 +0000] \"-\" 408 -");
	assert_int_equal(got.last_diag, DIAG_BAD_TIME);
	read_line(r, "192.0.2.1 - - [01/Mar/2024:10:11:12 +0000] \"GET");
	assert_int_equal(got.last_diag, DIAG_BAD_LINE);
}

static void
test_zeek_json(void **state)
{
	const struct reader *r = &reader_zeek_json;

	(void)state;
	read_line(r, "{\"ts\": 1709287872.123456, \"uid\":\"duration\","
		     "\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":8,"
		     "\"id.resp_h\":\"::2\",\"id.resp_p\":0,\"proto\":\"icmp\","
		     "\"duration\":0.10,\"conn_state\":\"OTH\"}");
	assert_int_equal(got.records[0].kind, K_FLOW);
	expect_time("2024-03-01T10:11:12.123456Z");
	expect(F_UID, "duration");
	expect(F_DURATION, "0.10");
	expect(F_SRC_PORT, "");
	expect(F_DST_IP, "::2");
	read_line(r, "{\"id.orig_h\":\"192.0.2.1\",\"query\":\"x\"}");
	assert_int_equal(got.records[0].kind, K_TEXT);
	assert_int_equal(got.ndiags, 0);
	read_line(r, "{\"id.orig_h\":");
	assert_int_equal(got.last_diag, DIAG_BAD_LINE);

	char deep[2 * LIMIT_JSON_DEPTH + 2];

	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	read_line(r, deep);
	assert_int_equal(got.records[0].kind, K_TEXT);
	assert_int_equal(got.ndiags, 2);
}

static void
test_zeek_tsv_header(void **state)
{
	const struct reader *r = &reader_zeek_tsv;

	(void)state;
	/* read_line shows the line itself as head: no header. */
	read_line(r, "1\t2\t3");
	assert_int_equal(got.records[0].kind, K_TEXT);
	assert_int_equal(got.last_diag, DIAG_HEADER_MISSING);
}

/* Prompts of devices are commands too; other text is only text. */
static void
test_prompts(void **state)
{
	static const struct {
		const char *line, *host, *command;
	} cases[] = {{"edge1#show clock", "edge1", "show clock"},
	    {"edge1>enable", "edge1", "enable"},
	    {"edge-1.net(config-if)# no shutdown", "edge-1.net", "no shutdown"},
	    {"  leaf_2# dir bootflash: ", "leaf_2", "dir bootflash:"},
	    {"RP/0/RSP0/CPU0:xr1#run", "xr1", "run"},
	    {"RP/0/RSP0/CPU0:xr1(config)#exit", "xr1", "exit"},
	    {" --More-- \b\b\b\b    \b\b\b\bedge1#show x", "edge1", "show x"},
	    {"edge1#", NULL, NULL}, {"edge1# ", NULL, NULL},
	    {"#show clock", NULL, NULL}, {"edge1#1 2", NULL, NULL},
	    {"edge1##x", NULL, NULL}, {"-edge1#x", NULL, NULL},
	    {"it is edge1#show", NULL, NULL}, {"p->next", NULL, NULL},
	    {"<b>bold", NULL, NULL}, {"rp/0:xr1#run", NULL, NULL},
	    {"no prompt", NULL, NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct record *r = &got.records[1];

		read_line(&reader_text, cases[i].line);
		assert_int_equal(got.records[0].kind, K_TEXT);
		assert_int_equal(got.nrecords, cases[i].host ? 2 : 1);
		if (cases[i].host == NULL)
			continue;
		assert_int_equal(r->kind, K_COMMAND);
		assert_int_equal(r->line, 7);
		assert_true(span_is(r->host, cases[i].host));
		assert_true(
		    span_is(record_text(r, F_COMMAND), cases[i].command));
	}
}

/* The reader that identify would take. */
static const struct reader *
choose(struct span head)
{
	struct probe p = {head, SPAN("x"), head.n, true};
	const struct reader *best = NULL;
	int score = 0;

	for (size_t i = 0; i < NREADERS; i++) {
		struct guess g = log_readers[i]->guess(&p);

		assert_non_null(g.reason);
		if (g.score > score) {
			score = g.score;
			best = log_readers[i];
		}
	}
	return best;
}

static void
test_guess(void **state)
{
	static const char config[] =
	    "version 15.7\nservice timestamps log datetime msec\n!\nhostname "
	    "e\n"
	    "!\nlogging host 192.0.2.9\n!\nbanner motd ^C\n"
	    "%SYS-5-CONFIG_I: do not worry\n^C\n!\n"
	    "event manager applet x\n event syslog pattern \"%SYS-5-CONFIG_I: "
	    "\"\n action 1 cli command \"enable\"\n!\nline vty 0 4\n!\nend\n";
	static const char auth[] =
	    "Mar  1 10:11:12 s sshd[1]: Accepted password for a from 192.0.2.1 "
	    "port 9 ssh2\nMar  1 10:11:13 s cron[1]: job\n";

	(void)state;
	assert_ptr_equal(choose(span_str(config)), &reader_text);
	assert_ptr_equal(choose(span_str(auth)), &reader_text);
	assert_ptr_equal(choose(SPAN("plain\n")), &reader_text);
	assert_null(choose(SPAN("")));
	assert_null(choose(SPAN("\x7f"
				"ELF\x01\x02\x00\x00\xff\xfe\xff\x80\x81")));
}

/* A file of a golden folder, read whole. */
static struct span
load(const char *folder, const char *name, char *path, size_t cap)
{
	char *text = calloc(1, 1 << 16);
	FILE *f;
	size_t n;

	assert_non_null(text);
	snprintf(path, cap, GOLDEN "/%s/%s", folder, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(text, 1, 1 << 16, f);
	fclose(f);
	assert_true(n < 1 << 16);
	return span_of(text, n);
}

/* Read all of a source whose bytes end exactly at an allocation's end, so that
 * a sanitizer sees a step beyond. */
static void
read_all(const struct reader *r, struct span bytes)
{
	char *copy = malloc(bytes.n ? bytes.n : 1);
	struct span rest, line;
	struct arena states;
	struct read_in in = {.clock = {2024, 2, 10}, .arena = &states};
	uint64_t number = 0;
	void *state;
	int m, d;

	assert_non_null(copy);
	if (bytes.n > 0)
		memcpy(copy, bytes.p, bytes.n);
	rest = in.head = span_of(copy, bytes.n);
	arena_init(&states);
	state = r->open ? r->open(&in) : NULL;
	in.arena = &line_arena;
	got = (struct got){.emit = {got_record, got_diag}};
	while (span_line(&rest, &line)) {
		arena_reset(&line_arena);
		r->line(state, &in, line, ++number, (uint64_t)(line.p - copy),
		    &got.emit);
		if (r->yearless)
			r->yearless(line, &m, &d);
		if (r->host)
			r->host(line);
	}
	assert_int_equal(got.bad, 0);
	arena_release(&states);
	free(copy);
}

/* Each sample is recognised as what its folder says; each prefix of it reads
 * without harm, as itself and as every other format. */
static void
check_sample(const struct reader *r, const char *name)
{
	char path[512];
	struct span all = load(r->name, name, path, sizeof(path));

	if (choose(all) != r)
		fail_msg("%s: not recognised as %s", path, r->name);
	for (size_t i = 0; i < NREADERS; i++)
		read_all(log_readers[i], all);
	for (size_t n = 0; n < all.n; n++) {
		struct span line = span_head(all, n);
		size_t start = span_rfind_byte(line, '\n');

		/* Earlier lines are as before: only the last one is new,
		 * except where a header governs all. */
		if (r->open == NULL && start != SPAN_NONE)
			line = span_from(line, start + 1);
		read_all(r, line);
		if (n % 64 == 0)
			choose(span_head(all, n));
	}
	free((void *)(uintptr_t)all.p);
}

static void
test_samples(void **state)
{
	unsigned samples = 0;

	(void)state;
	for (size_t i = 0; i < NREADERS; i++) {
		char folder[512];
		struct dirent *e;
		DIR *d;

		snprintf(
		    folder, sizeof(folder), GOLDEN "/%s", log_readers[i]->name);
		d = opendir(folder);
		assert_non_null(d);
		while ((e = readdir(d)) != NULL)
			if (span_ends(span_str(e->d_name), SPAN(".in"))) {
				check_sample(log_readers[i], e->d_name);
				samples++;
			}
		closedir(d);
	}
	assert_true(samples >= 18);
}

static int
setup(void **state)
{
	(void)state;
	arena_init(&line_arena);
	arena_init(&state_arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_release(&line_arena);
	arena_release(&state_arena);
	return 0;
}

static void
test_json_plain(void **state)
{
	static const struct {
		const char *written, *plain;
	} cases[] = {
	    {"\"\\/a\\/b\"\n", "\"/a/b\"\n"},
	    {"\\u0065vil \\u00e9 \\u20AC", "evil \xc3\xa9 \xe2\x82\xac"},
	    {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
	    {"\\u0022 \\u005c \\u000a \\u0009", "\\\" \\\\ \\n \\t"},
	    {"\\\\u0065 \\\\/ \\\" \\b", "\\\\u0065 \\\\/ \\\" \\b"},
	    {"\\u0000 \\u001f", "\\u0000 \\u001f"},
	    {"\\ud83d \\ude00 \\ud83d\\u0041", "\\ud83d \\ude00 \\ud83dA"},
	    {"\\u00g0 \\u12", "\\u00g0 \\u12"},
	    {"a\\", "a\\"},
	    {"\\", "\\"},
	    {"\\u", "\\u"},
	    {"", ""},
	};
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct span want = span_str(cases[i].plain), made;

		buf_reset(&b);
		json_plain(span_str(cases[i].written), &b);
		made = buf_span(&b);
		if (!span_eq(made, want))
			fail_msg("%s: %.*s", cases[i].written, SPAN_FMT(made));
		/* What would change is told, and only that needs a look. */
		if (strcmp(cases[i].written, cases[i].plain) != 0)
			assert_true(json_escaped(span_str(cases[i].written)));
	}
	assert_false(json_escaped(SPAN("{\"a\": \"\\\"\\\\/\\n\"}\n{}")));
	buf_release(&b);
	assert_true(span_is(json_written(&line_arena, SPAN("a\"b\\c\n/")),
	    "a\\\"b\\\\c\\n/"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_headers),
	    cmocka_unit_test(test_host_agrees),
	    cmocka_unit_test(test_yearless),
	    cmocka_unit_test(test_stamp_years),
	    cmocka_unit_test(test_logins),
	    cmocka_unit_test(test_commands),
	    cmocka_unit_test(test_access_lists),
	    cmocka_unit_test(test_no_message),
	    cmocka_unit_test(test_tacplus),
	    cmocka_unit_test(test_web),
	    cmocka_unit_test(test_zeek_json),
	    cmocka_unit_test(test_zeek_tsv_header),
	    cmocka_unit_test(test_prompts),
	    cmocka_unit_test(test_json_plain),
	    cmocka_unit_test(test_guess),
	    cmocka_unit_test(test_samples),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
