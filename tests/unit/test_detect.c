/*
 * From records to sightings: what an indicator's role is, how sightings add
 * up, what verdicts rest on, and that the search over raw bytes loses nothing
 * that parsing every line would find.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "detect/detect.h"
#include "detect/judge.h"
#include "detect/role.h"
#include "device/device.h"
#include "lib/random.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* --- roles --- */

struct put {
	enum field_id field;
	const char *text;
};

static const struct role_case {
	enum record_kind kind;
	struct put puts[4];
	enum severity severity;
	enum confidence confidence;
	const char *entity;
} roles[] = {
    {K_ACL_ENTRY, {{F_ACL, "20"}, {F_ACTION, "permit"}, {F_USED_BY, "vty"}},
	SEV_CRITICAL, CONF_HIGH, "let in to management by access list 20"},
    {K_ACL_ENTRY, {{F_ACL, "S"}, {F_ACTION, "permit"}, {F_USED_BY, "snmp"}},
	SEV_CRITICAL, CONF_HIGH, "let in to management by access list S"},
    {K_ACL_ENTRY, {{F_ACL, "20"}, {F_ACTION, "deny"}, {F_USED_BY, "vty"}},
	SEV_INFO, CONF_LOW, "denied by access list 20"},
    {K_ACL_ENTRY,
	{{F_ACL, "E"}, {F_ACTION, "permit"}, {F_USED_BY, "interface"}},
	SEV_HIGH, CONF_MEDIUM, "permitted by access list E"},
    {K_ACL_ENTRY, {{F_ACTION, "permit"}}, SEV_HIGH, CONF_MEDIUM,
	"permitted by access list"},
    {K_AAA_SERVER, {{F_SERVER_IP, "203.0.113.7"}}, SEV_CRITICAL, CONF_HIGH,
	"configured as AAA server"},
    {K_TUNNEL, {{F_DST_IP, "203.0.113.7"}}, SEV_CRITICAL, CONF_HIGH,
	"configured as tunnel end"},
    {K_MIRROR, {{F_NAME, "x"}}, SEV_CRITICAL, CONF_HIGH,
	"configured to receive mirrored traffic"},
    {K_CAPTURE, {{F_NAME, "x"}}, SEV_CRITICAL, CONF_HIGH,
	"configured to receive mirrored traffic"},
    {K_LOGGING, {{F_NAME, "x"}}, SEV_CRITICAL, CONF_HIGH,
	"configured as management server"},
    {K_SNMP, {{F_NAME, "x"}}, SEV_CRITICAL, CONF_HIGH,
	"configured as management server"},
    {K_NTP, {{F_NAME, "x"}}, SEV_CRITICAL, CONF_HIGH,
	"configured as management server"},
    {K_ROUTE, {{F_NEXT_HOP, "203.0.113.7"}}, SEV_CRITICAL, CONF_HIGH,
	"configured in routing"},
    {K_ROUTE, {{F_INTERFACE, "Null0"}}, SEV_INFO, CONF_LOW,
	"sent to a null route"},
    {K_NEIGHBOR, {{F_NAME, "x"}}, SEV_CRITICAL, CONF_HIGH,
	"configured in routing"},
    {K_INTERFACE, {{F_NAME, "x"}}, SEV_CRITICAL, CONF_HIGH,
	"configured in routing"},
    {K_CONFIG, {{F_LINE, "remark from 203.0.113.7"}}, SEV_INFO, CONF_LOW,
	"named in a remark"},
    {K_CONFIG, {{F_LINE, "deny 203.0.113.7"}}, SEV_INFO, CONF_LOW,
	"blocked or taken away"},
    {K_CONFIG, {{F_LINE, "10 deny 203.0.113.7"}}, SEV_INFO, CONF_LOW,
	"blocked or taken away"},
    {K_CONFIG, {{F_LINE, "no permit 203.0.113.7"}}, SEV_INFO, CONF_LOW,
	"blocked or taken away"},
    {K_CONFIG, {{F_LINE, "access-list 20 remark 203.0.113.7"}}, SEV_INFO,
	CONF_LOW, "named in a remark"},
    {K_CONFIG, {{F_LINE, "snmp-server location 203.0.113.7"}}, SEV_INFO,
	CONF_LOW, "named in a remark"},
    {K_CONFIG, {{F_LINE, "snmp-server host 203.0.113.7 x"}}, SEV_CRITICAL,
	CONF_HIGH, "configured as management server"},
    {K_CONFIG, {{F_LINE, "alias exec a telnet 203.0.113.7 no"}}, SEV_HIGH,
	CONF_MEDIUM, "named in the configuration"},
    {K_COMMAND, {{F_COMMAND, "show ip route 203.0.113.7"}}, SEV_INFO,
	CONF_LOW, "asked about in a command"},
    {K_COMMAND, {{F_COMMAND, "ping 203.0.113.7"}}, SEV_INFO, CONF_LOW,
	"asked about in a command"},
    {K_COMMAND, {{F_COMMAND, "do no access-list 20 permit 203.0.113.7"}},
	SEV_INFO, CONF_LOW, "blocked or taken away"},
    {K_COMMAND, {{F_COMMAND, "access-list 20 permit 203.0.113.7"}},
	SEV_CRITICAL, CONF_HIGH, "named in a command"},
    {K_CONFIG, {{F_LINE, "peer 203.0.113.7"}}, SEV_HIGH, CONF_MEDIUM,
	"named in the configuration"},
    {K_SYSLOG, {{F_ACTION, "deny"}, {F_SRC_IP, "203.0.113.7"}}, SEV_INFO,
	CONF_LOW, "denied"},
    {K_SYSLOG, {{F_ACTION, "permit"}}, SEV_HIGH, CONF_MEDIUM,
	"traffic permitted"},
    {K_SYSLOG, {{F_SRC_IP, "203.0.113.7"}, {F_MNEMONIC, "SYS-5-CONFIG_I"}},
	SEV_CRITICAL, CONF_HIGH, "changed the configuration"},
    {K_SYSLOG, {{F_SRC_IP, "10.0.0.1"}, {F_MNEMONIC, "SYS-5-CONFIG_I"}},
	SEV_MEDIUM, CONF_MEDIUM, "named in a log"},
    {K_SYSLOG, {{F_STATUS, "success"}}, SEV_CRITICAL, CONF_HIGH, "logged in"},
    {K_SYSLOG, {{F_STATUS, "failure"}}, SEV_LOW, CONF_LOW, "login refused"},
    {K_SYSLOG, {{F_MESSAGE, "x"}}, SEV_MEDIUM, CONF_MEDIUM, "named in a log"},
    {K_COMMAND, {{F_SRC_IP, "203.0.113.7"}}, SEV_CRITICAL, CONF_HIGH,
	"entered commands"},
    {K_COMMAND, {{F_COMMAND, "copy tftp://203.0.113.7/x flash:"}}, SEV_CRITICAL,
	CONF_HIGH, "named in a command"},
    {K_HTTP, {{F_STATUS, "200"}}, SEV_HIGH, CONF_MEDIUM,
	"web request answered"},
    {K_HTTP, {{F_STATUS, "302"}}, SEV_HIGH, CONF_MEDIUM,
	"web request answered"},
    {K_HTTP, {{F_STATUS, "404"}}, SEV_LOW, CONF_LOW, "web request refused"},
    {K_HTTP, {{F_STATUS, "2000"}}, SEV_LOW, CONF_LOW, "web request refused"},
    {K_FLOW, {{F_CONN_STATE, "SF"}}, SEV_HIGH, CONF_MEDIUM,
	"connection established"},
    {K_FLOW, {{F_CONN_STATE, "S0"}}, SEV_LOW, CONF_LOW,
	"connection not answered"},
    {K_FLOW, {{F_CONN_STATE, "REJ"}}, SEV_LOW, CONF_LOW,
	"connection not answered"},
    {K_FLOW, {{F_UID, "x"}}, SEV_MEDIUM, CONF_LOW,
	"traffic seen, outcome unknown"},
    {K_FLOW, {{F_TCP_FLAGS, ".AP.SF"}}, SEV_HIGH, CONF_MEDIUM,
	"connection answered"},
    {K_FLOW, {{F_TCP_FLAGS, "....S."}}, SEV_LOW, CONF_LOW,
	"connection not answered"},
    {K_FLOW, {{F_ACTION, "deny"}}, SEV_INFO, CONF_LOW, "denied"},
    {K_FLOW, {{F_ACTION, "permit"}}, SEV_HIGH, CONF_MEDIUM,
	"traffic permitted"},
    {K_TEXT, {{F_LINE, "203.0.113.7"}}, SEV_MEDIUM, CONF_LOW, "named in text"},
    {K_SESSION, {{F_SRC_IP, "203.0.113.7"}}, SEV_CRITICAL, CONF_HIGH,
	"logged in at this moment"},
    {K_SOCKET, {{F_DST_IP, "203.0.113.7"}, {F_STATE, "ESTAB"}}, SEV_CRITICAL,
	CONF_HIGH, "connected to the device"},
    {K_SOCKET, {{F_DST_IP, "203.0.113.7"}, {F_STATE, "SYNSENT"}}, SEV_LOW,
	CONF_LOW, "connection not answered"},
    {K_USER, {{F_NAME, "x"}}, SEV_MEDIUM, CONF_LOW, "named in text"},
};

static void
fill(struct record *r, const struct role_case *c)
{
	record_init(r, c->kind, 1, 0, SPAN("raw"));
	for (size_t i = 0; i < 4 && c->puts[i].text != NULL; i++) {
		struct span text = span_str(c->puts[i].text);

		if (field_type(c->puts[i].field) == FT_IP)
			record_put_ip(r, c->puts[i].field, text);
		else
			record_put(r, c->puts[i].field, text);
	}
}

static void
role_is(const struct record *r, const struct indicator *x,
    const struct role_case *c, bool outside)
{
	struct arena a;
	struct role got;
	enum confidence want = c->confidence;
	struct span entity;

	arena_init(&a);
	role_of(r, x, &a, &got);
	if (outside && want > CONF_LOW)
		want--;
	entity = arena_fmt(&a, "%s%s", c->entity,
	    outside ? ", outside the validity window" : "");
	if (!span_eq(got.entity, entity) || got.severity != c->severity ||
	    got.confidence != want)
		fail_msg("\"%.*s\", severity %d, confidence %d; not \"%.*s\"",
		    SPAN_FMT(got.entity), (int)got.severity,
		    (int)got.confidence, SPAN_FMT(entity));
	arena_release(&a);
}

static void
test_roles(void **state)
{
	static const struct {
		int64_t from, until, time;
		bool outside;
	} windows[] = {{TIME_NONE, TIME_NONE, TIME_NONE, false},
	    {TIME_NONE, TIME_NONE, 500, false}, {100, 200, TIME_NONE, false},
	    {100, 200, 100, false}, {100, 200, 200, false},
	    {100, 200, 99, true}, {100, 200, 201, true},
	    {100, TIME_NONE, 5000, false}, {TIME_NONE, 200, 0, false},
	    {TIME_NONE, 200, 300, true}};
	struct indicator_about about = {
	    .from = TIME_NONE, .until = TIME_NONE};
	struct indicator x = {.type = INDICATOR_ADDRESS, .about = &about};

	(void)state;
	assert_true(prefix_read(SPAN("203.0.113.0/24"), &x.prefix));
	for (size_t i = 0; i < COUNT(roles); i++)
		for (size_t w = 0; w < COUNT(windows); w++) {
			struct record r;

			fill(&r, &roles[i]);
			r.time = windows[w].time;
			about.from = windows[w].from;
			about.until = windows[w].until;
			role_is(&r, &x, &roles[i], windows[w].outside);
		}
}

static void
test_role_is_fact(void **state)
{
	static const enum record_kind facts[] = {K_ACL_ENTRY, K_AAA_SERVER,
	    K_TUNNEL, K_MIRROR, K_CAPTURE, K_LOGGING, K_NTP, K_ROUTE,
	    K_NEIGHBOR, K_INTERFACE, K_SESSION, K_SOCKET};
	struct indicator_about about = {
	    .from = TIME_NONE, .until = TIME_NONE};
	struct indicator x = {.type = INDICATOR_ADDRESS, .about = &about};
	struct record r;

	(void)state;
	for (int k = 0; k < K_COUNT; k++) {
		bool wanted = false;

		for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
			wanted |= facts[i] == (enum record_kind)k;
		record_init(&r, (enum record_kind)k, 1, 0, SPAN(""));
		assert_int_equal(role_is_fact(&r), wanted);
		/* Facts without a role do not count, events and plain
		 * configuration lines do. */
		assert_int_equal(role_counts(&r, &x, true),
		    wanted || k == K_CONFIG ||
			!(kind_flags((enum record_kind)k) & FACT));
	}
	/* A logged command is told by its command record. */
	record_init(&r, K_SYSLOG, 1, 0, SPAN(""));
	record_put(&r, F_COMMAND, SPAN("show clock"));
	assert_false(role_counts(&r, &x, true));
	/* The end of a query counts where no flow tells of it. */
	assert_true(prefix_read(SPAN("203.0.113.7"), &x.prefix));
	record_init(&r, K_DNS, 1, 0, SPAN(""));
	record_put_ip(&r, F_DST_IP, SPAN("203.0.113.7"));
	assert_false(role_counts(&r, &x, true));
	assert_true(role_counts(&r, &x, false));
}

/* --- sightings --- */

static struct sighting
sighting_of(uint32_t check, const char *host, const char *entity)
{
	return (struct sighting){.check = check,
	    .host = span_str(host),
	    .entity = span_str(entity),
	    .severity = SEV_HIGH,
	    .confidence = CONF_MEDIUM};
}

static void
add(struct sighting_table *t, const struct sighting *s, int64_t time,
    uint64_t line)
{
	struct evidence at = {line, line * 10, SPAN("evidence")};

	sighting_add(t, s, time, &at);
}

static void
test_sightings_merge(void **state)
{
	struct arena a;
	struct sighting_table t;
	struct sighting s = sighting_of(3, "edge1", "denied"), o;
	static char text[LIMIT_EVIDENCE_TEXT + 50];
	struct evidence at = {9, 9, {text, sizeof(text)}};

	(void)state;
	memset(text, 'x', sizeof(text));
	arena_init(&a);
	sighting_table_init(&t, &a);
	add(&t, &s, TIME_NONE, 1);
	assert_true(t.v[0].first == TIME_NONE && t.v[0].last == TIME_NONE);
	add(&t, &s, 500, 2);
	add(&t, &s, 300, 3);
	add(&t, &s, TIME_NONE, 4);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.v[0].count, 4);
	assert_true(t.v[0].first == 300 && t.v[0].last == 500);
	assert_int_equal(t.v[0].nplaces, 4);
	assert_int_equal(t.v[0].places[2].line, 3);
	/* Whatever tells two apart. */
	o = s, o.check = 4, add(&t, &o, 1, 1);
	o = s, o.host = SPAN("edge2"), add(&t, &o, 1, 1);
	o = s, o.host_addr = SPAN("192.0.2.1"), add(&t, &o, 1, 1);
	o = s, o.entity = SPAN("logged in"), add(&t, &o, 1, 1);
	o = s, o.external = SPAN("192.0.2.1"), add(&t, &o, 1, 1);
	o = s, o.peers = SPAN("192.0.2.1"), add(&t, &o, 1, 1);
	o = s, o.severity = SEV_LOW, add(&t, &o, 1, 1);
	o = s, o.confidence = CONF_HIGH, add(&t, &o, 1, 1);
	/* Not where one text ends and the next begins. */
	o = s, o.host = SPAN("edge1d"), o.entity = SPAN("enied");
	add(&t, &o, 1, 1);
	assert_int_equal(t.n, 10);
	sighting_add(&t, &o, 1, &at);
	assert_int_equal(t.v[9].places[1].text.n, LIMIT_EVIDENCE_TEXT);
	for (uint64_t i = 0; i < LIMIT_EVIDENCE + 10; i++)
		add(&t, &s, TIME_NONE, i);
	assert_int_equal(t.v[0].count, LIMIT_EVIDENCE + 14);
	assert_int_equal(t.v[0].nplaces, LIMIT_EVIDENCE);
	assert_false(t.full);
	arena_release(&a);
}

/* A log may name as many entities as it has lines. */
static void
test_sightings_limits(void **state)
{
	struct arena a;
	struct sighting_table t, all;
	struct sighting s = sighting_of(3, "edge1", "");
	char name[40];
	uint64_t count = 0;

	(void)state;
	arena_init(&a);
	sighting_table_init(&t, &a);
	for (uint64_t i = 0; i < LIMIT_ENTITIES + 5; i++) {
		snprintf(name, sizeof(name), "user%d", (int)i);
		s.entity = span_str(name);
		assert_false(t.full);
		if (i == LIMIT_ENTITIES)
			break;
		add(&t, &s, 100, i + 1);
	}
	add(&t, &s, 50, 9001);
	assert_true(t.full);
	assert_int_equal(t.n, LIMIT_ENTITIES + 1);
	assert_true(span_eq(t.v[LIMIT_ENTITIES].entity, SIGHTING_FURTHER));
	s.entity = SPAN("one more");
	add(&t, &s, 200, 9002);
	assert_int_equal(t.v[LIMIT_ENTITIES].count, 2);
	assert_true(t.v[LIMIT_ENTITIES].first == 50);
	assert_int_equal(t.v[LIMIT_ENTITIES].places[1].line, 9002);
	/* The first ones go on, other hosts and checks have their own. */
	s.entity = SPAN("user0");
	add(&t, &s, 200, 9003);
	assert_int_equal(t.v[0].count, 2);
	s.host = SPAN("edge2");
	add(&t, &s, 200, 9004);
	assert_int_equal(t.n, LIMIT_ENTITIES + 2);
	/* Where the address decides, each is a sighting of its own. */
	s.host = SPAN("edge1");
	s.external = SPAN("203.0.113.9");
	add(&t, &s, 200, 9005);
	assert_int_equal(t.n, LIMIT_ENTITIES + 3);

	/* Merging counts the same and keeps to the same limits. */
	sighting_table_init(&all, &a);
	for (int times = 0; times < 2; times++)
		for (size_t i = 0; i < t.n; i++)
			sighting_merge(&all, &t.v[i]);
	assert_int_equal(all.n, t.n);
	for (size_t i = 0; i < t.n; i++) {
		assert_int_equal(all.v[i].count, 2 * t.v[i].count);
		assert_int_equal(all.v[i].nplaces, 2 * t.v[i].nplaces);
		count += all.v[i].count;
	}
	assert_int_equal(count, 2 * (LIMIT_ENTITIES + 5));
	arena_release(&a);
}

static bool
decodes(struct span bytes, struct sighting *out, struct arena *a)
{
	struct cursor c = cursor_of(bytes);

	return sighting_decode(&c, a, out);
}

static void
test_sighting_bytes(void **state)
{
	struct arena a, scratch;
	struct sighting_table t;
	struct sighting s = sighting_of(3, "edge1", "denied"), back;
	struct buf b;
	uint64_t seed = 3;

	(void)state;
	arena_init(&a);
	arena_init(&scratch);
	buf_init(&b, 1u << 20);
	sighting_table_init(&t, &a);
	s.external = SPAN("203.0.113.7");
	s.peers = SPAN("192.0.2.1 192.0.2.2");
	s.host_addr = SPAN("192.0.2.1");
	for (uint64_t i = 0; i < 3; i++)
		add(&t, &s, 100 + (int64_t)i, i);
	sighting_encode(&b, &t.v[0]);
	assert_true(decodes(buf_span(&b), &back, &a));
	assert_int_equal(back.check, 3);
	assert_true(span_eq(back.host, s.host));
	assert_true(span_eq(back.host_addr, s.host_addr));
	assert_true(span_eq(back.entity, s.entity));
	assert_true(span_eq(back.external, s.external));
	assert_true(span_eq(back.peers, s.peers));
	assert_int_equal(back.severity, SEV_HIGH);
	assert_int_equal(back.confidence, CONF_MEDIUM);
	assert_true(back.count == 3 && back.first == 100 && back.last == 102);
	assert_int_equal(back.nplaces, 3);
	assert_int_equal(back.places[2].offset, 20);
	assert_true(span_is(back.places[2].text, "evidence"));

	for (size_t n = 0; n < b.n; n++)
		assert_false(
		    decodes(span_head(buf_span(&b), n), &back, &scratch));
	for (size_t i = 0; i < b.n; i++)
		for (int k = 0; k < 4; k++) {
			char was = b.p[i];

			arena_reset(&scratch);
			b.p[i] = (char)random_next(&seed);
			if (decodes(buf_span(&b), &back, &scratch)) {
				assert_true(back.severity <= SEV_CRITICAL);
				assert_true(back.confidence <= CONF_HIGH);
				assert_true(back.nplaces <= LIMIT_EVIDENCE);
			}
			b.p[i] = was;
		}
	buf_release(&b);
	arena_release(&scratch);
	arena_release(&a);
}

/* --- judge --- */

static enum verdict
want_weight(enum check_kind k, enum severity s, enum confidence c)
{
	if (k == CHECK_HARDENING)
		return s >= SEV_MEDIUM ? VERDICT_WEAK : VERDICT_UNKNOWN;
	if (c == CONF_LOW)
		return VERDICT_UNKNOWN;
	if (k == CHECK_VULNERABILITY)
		return VERDICT_EXPOSED;
	if (s <= SEV_LOW)
		return VERDICT_UNKNOWN;
	return c == CONF_HIGH ? VERDICT_COMPROMISED : VERDICT_SUSPICIOUS;
}

static void
test_weights(void **state)
{
	(void)state;
	for (int k = CHECK_COMPROMISE; k <= CHECK_HARDENING; k++)
		for (int s = SEV_INFO; s <= SEV_CRITICAL; s++)
			for (int c = CONF_LOW; c <= CONF_HIGH; c++) {
				struct check check = {
				    .kind = (enum check_kind)k};
				struct finding f = {.check = &check,
				    .severity = (enum severity)s,
				    .confidence = (enum confidence)c};

				assert_int_equal(finding_weight(&f),
				    want_weight(
					check.kind, f.severity, f.confidence));
			}
}

static void
test_verdicts(void **state)
{
	enum verdict v;

	(void)state;
	for (int i = VERDICT_UNKNOWN; i <= VERDICT_COMPROMISED; i++) {
		const char *name = verdict_name((enum verdict)i);

		assert_true(verdict_find(span_str(name), &v));
		assert_int_equal(v, i);
		assert_int_equal(judge_device(
				     (enum verdict)i, true, TRUST_OFF_BOX),
		    i > VERDICT_CLEAR ? i : VERDICT_CLEAR);
		assert_int_equal(judge_device(
				     (enum verdict)i, false, TRUST_OFF_BOX),
		    i > VERDICT_CLEAR ? i : VERDICT_UNKNOWN);
		/* What a device says of itself clears nothing. */
		assert_int_equal(judge_device(
				     (enum verdict)i, true, TRUST_DEVICE),
		    i > VERDICT_CLEAR ? i : VERDICT_UNKNOWN);
	}
	v = VERDICT_WEAK;
	assert_false(verdict_find(SPAN("maybe"), &v));
	assert_false(verdict_find(SPAN(""), &v));
	assert_int_equal(v, VERDICT_WEAK);
	for (int i = COVERAGE_UNKNOWN; i <= COVERAGE_NOT_APPLICABLE; i++)
		assert_non_null(coverage_name((enum coverage)i));
}

/* Every combination of what a cell depends on. */
static void
cell_is(bool hit, bool applies, enum coverage answer, bool answered,
    unsigned evidence)
{
	struct span ios = SPAN("ios");
	struct advisory_row row = {.answered = answered,
	    .platforms = {&ios, 1},
	    .clear_when = {EV_CONFIG | EV_SYSLOG, EV_WEBLOG},
	    .nclear = 2};
	struct device d = {.platform = applies ? SPAN("ios") : SPAN("asa"),
	    .evidence = evidence};
	bool enough =
	    (evidence & EV_WEBLOG) != 0 ||
	    (evidence & (EV_CONFIG | EV_SYSLOG)) == (EV_CONFIG | EV_SYSLOG);
	enum coverage want = hit	? COVERAGE_HIT
			     : !applies ? COVERAGE_NOT_APPLICABLE
			     : answer != COVERAGE_NOT_APPLICABLE ? answer
			     : answered && enough ? COVERAGE_CLEAR
						  : COVERAGE_UNKNOWN;

	assert_int_equal(judge_cell(&row, &d, hit, answer), want);
	/* A row that no evidence settles is never clear. */
	row.nclear = 0;
	if (!hit && applies && answer == COVERAGE_NOT_APPLICABLE)
		assert_int_equal(
		    judge_cell(&row, &d, hit, answer), COVERAGE_UNKNOWN);
}

static void
test_cells(void **state)
{
	(void)state;
	for (unsigned bits = 0; bits < 8; bits++)
		for (int a = COVERAGE_UNKNOWN; a <= COVERAGE_NOT_APPLICABLE;
		     a++)
			for (unsigned evidence = 0; evidence < 256; evidence++)
				cell_is((bits & 1) != 0, (bits & 2) != 0,
				    (enum coverage)a, (bits & 4) != 0,
				    evidence);
}

/* --- detectors --- */

struct world {
	struct knowledge knowledge;
	struct detect *detect;
	struct detector *detector;
	struct arena arena;
};

static void
on_problem(void *ctx, const struct knowledge_problem *p)
{
	(void)ctx;
	fail_msg("%.*s: %.*s", SPAN_FMT(p->path), SPAN_FMT(p->text));
}

static int
world_up(void **state)
{
	struct knowledge_options ko = {.evidence_word = evidence_class};
	struct detector_options o = {false};
	struct world *w = calloc(1, sizeof(*w));
	struct err e;

	assert_non_null(w);
	arena_init(&w->arena);
	assert_int_equal(
	    knowledge_load(&ko, &w->knowledge, on_problem, NULL, &e), 0);
	assert_int_equal(detect_new(&w->knowledge, &w->detect, &e), 0);
	assert_int_equal(detector_new(w->detect, &o, &w->detector, &e), 0);
	*state = w;
	return 0;
}

static int
world_down(void **state)
{
	struct world *w = *state;

	detector_free(w->detector);
	detect_free(w->detect);
	knowledge_release(&w->knowledge);
	arena_release(&w->arena);
	free(w);
	return 0;
}

/* One address of an indicator, as text. */
static const char *
bad_address(const struct world *w, size_t at, char out[ADDR_TEXT])
{
	const struct indicator_list *l = &w->knowledge.indicators;
	size_t seen = 0;

	for (size_t i = 0;; i = (i + 1) % l->n)
		if (l->v[i].type == INDICATOR_ADDRESS && seen++ == at)
			return addr_write(&l->v[i].prefix.addr, out);
}

/* A name of an indicator, alone or inside a longer word. */
static struct span
bad_name(const struct world *w, uint64_t *seed, struct arena *a)
{
	const struct indicator_list *l = &w->knowledge.indicators;
	size_t at = random_next(seed) % l->n;

	while (l->v[at].type == INDICATOR_ADDRESS)
		at = (at + 1) % l->n;
	return arena_fmt(a, "%.*s%s", SPAN_FMT(l->v[at].value),
	    random_next(seed) % 2 == 0 ? "" : "0");
}

/* A word or two that some rule looks for. */
static struct span
bait(struct world *w, uint64_t *seed, struct arena *a)
{
	static const char *const words[] = {"show running-config",
	    "username eve privilege 15 secret 5 x", "no logging host 10.1.1.1",
	    "guestshell enable", "monitor capture mycap interface Gi0/0 both",
	    "copy running-config tftp://198.51.100.9/x", "clear logging",
	    "ip http server", "/webui_wsma_https", "/%2577ebui_wsma_http",
	    "write memory", "ip ssh port 22022", "admin", "22", "enable",
	    "interface Tunnel100"};
	const struct ruleset *rs = &w->knowledge.rules;
	char address[ADDR_TEXT];
	struct literal_needs needs;
	struct span text = SPAN("");

	switch (random_next(seed) % 5) {
	case 0:
		return span_str(words[random_next(seed) % COUNT(words)]);
	case 1:
		return arena_copy(a,
		    span_str(bad_address(w, random_next(seed) % 80, address)));
	case 2:
		return arena_fmt(
		    a, "10.%u.0.1", (unsigned)(random_next(seed) % 256));
	case 3:
		return bad_name(w, seed, a);
	default:
		break;
	}
	if (!rule_literals(rs->rules[random_next(seed) % rs->n], &needs, a))
		return text;
	for (size_t i = 0; i < needs.n; i++)
		text = arena_fmt(a, "%.*s %.*s", SPAN_FMT(text),
		    SPAN_FMT(needs.v[i].v[random_next(seed) % needs.v[i].n]));
	return text;
}

static const char *const forms[] = {
    "<189>Mar  1 10:11:12 edge1 55: %%SYS-5-CONFIG_I: Configured from console "
    "by %.*s on vty0 (%.*s)\n",
    "Mar  1 10:11:12.123: %%PARSER-5-CFGLOG_LOGGEDCMD: User:eve  logged "
    "command:%.*s %.*s\r\n",
    "<189>Mar  1 10:11:12 edge2 56: %%SEC-6-IPACCESSLOGP: list 20 denied tcp "
    "%.*s(4444) -> %.*s(22), 1 packet\n",
    "<189>Mar  1 10:11:12 edge2 57: %%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success "
    "[user: %.*s] [Source: %.*s] [localport: 22] at 10:11:12 UTC\n",
    "2024-03-01 10:11:12 +0000\tedge1\teve\ttty2\t%.*s\tstop\ttask_id=7\t"
    "service=shell\tpriv-lvl=15\tcmd=%.*s <cr>\n",
    "Mar  1 10:11:12 192.0.2.1 eve tty1 10.0.0.9 stop task_id=1 "
    "service=shell priv-lvl=15 cmd=%.*s %.*s <cr>\n",
    "%.*s - - [01/Mar/2024:10:11:12 +0000] \"POST %.*s HTTP/1.1\" 200 512 "
    "\"-\" \"curl/8\"\n",
    "10.0.0.1 - - [01/Mar/2024:10:11:12 +0000] \"GET /a%.*s HTTP/1.1\" 404 0 "
    "\"-\" \"%.*s\"\n",
    "1709287872.5\tCAbc1\t%.*s\t51234\t%.*s\t22\ttcp\tssh\t1.0\t10\t20\tSF\n",
    "{\"ts\":1709287872.5,\"uid\":\"C1\",\"id.orig_h\":\"%.*s\","
    "\"id.orig_p\":51234,\"id.resp_h\":\"%.*s\",\"id.resp_p\":22,"
    "\"proto\":\"tcp\",\"conn_state\":\"SF\"}\n",
    "{\"timestamp\":\"2024-03-01T10:11:12.5+0000\",\"event_type\":\"flow\","
    "\"src_ip\":\"%.*s\",\"dest_ip\":\"192.0.2.7\",\"Dest_Port\" : 10122,"
    "\"proto\":\"TCP\",\"app_proto\":\"ssh\",\"note\":\"%.*s\"}\n",
    "{\"time\":1709287872,\"source\":{\"ip\":\"192.0.2.8\"},\"destination\":"
    "{\"ip\":\"192.0.2.7\",\"port\":[1, \"22122\"]},\"service\":\"ssh\"}\n",
    "1709287872.5\tCAbc2\t192.0.2.9\t51234\t192.0.2.7\t22022\ttcp\tssh\t1.0\t"
    "10\t20\tSF\n",
    "%.*s %.*s\n", "plain words of no weight\n", "\n", "\r\n"};

static struct span
log_make(struct world *w, uint64_t *seed, size_t lines, struct buf *b)
{
	struct arena a;

	buf_reset(b);
	buf_puts(b,
	    "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\t"
	    "id.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t"
	    "orig_bytes\tresp_bytes\tconn_state\n");
	arena_init(&a);
	for (size_t i = 0; i < lines; i++) {
		size_t form = random_next(seed) % COUNT(forms);
		struct span x, y;

		arena_reset(&a);
		x = bait(w, seed, &a);
		y = bait(w, seed, &a);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		buf_fmt(b, forms[form], SPAN_FMT(x), SPAN_FMT(y));
#pragma GCC diagnostic pop
	}
	buf_puts(b, "the last line has no end");
	arena_release(&a);
	assert_false(buf_full(b));
	return buf_span(b);
}

struct feeding {
	struct emit emit; /* first */
	struct detector *detector;
	const struct reader *reader;
	struct read_in in;
	void *state;
	struct span bytes;
	struct arena lines;
	size_t handed, last;
};

static void
on_record(struct emit *e, const struct record *r)
{
	detector_record(((struct feeding *)e)->detector, r);
}

static uint64_t
line_number(struct span bytes, size_t offset)
{
	uint64_t n = 1;

	for (size_t i = 0; i < offset; i++)
		n += bytes.p[i] == '\n';
	return n;
}

static void
on_line(void *ctx, size_t offset, size_t length)
{
	struct feeding *f = ctx;
	struct span line = span_sub(f->bytes, offset, offset + length);

	/* A whole line without its end, after the one before. */
	assert_true(line.n == length);
	assert_true(offset == 0 || f->bytes.p[offset - 1] == '\n');
	assert_true(span_find_byte(line, '\n') == SPAN_NONE);
	assert_true(f->handed == 0 || offset > f->last);
	f->last = offset;
	f->handed++;
	if (length == 0)
		return;
	arena_reset(&f->lines);
	f->reader->line(f->state, &f->in, line, line_number(f->bytes, offset),
	    offset, &f->emit);
}

static void
every_line(struct feeding *f)
{
	struct span rest = f->bytes, line;

	while (span_line(&rest, &line))
		on_line(f, (size_t)(line.p - f->bytes.p), line.n);
}

/* The sightings of a log as bytes, all lines parsed or only those found. */
static struct span
sightings(struct world *w, const struct reader *r, struct span log, bool search,
    struct buf *out, size_t *handed)
{
	struct feeding f = {.emit = emit_records(on_record),
	    .detector = w->detector,
	    .reader = r,
	    .bytes = log};
	const struct sighting_table *t;
	struct arena open;

	arena_init(&open);
	arena_init(&f.lines);
	f.in = (struct read_in){.head = span_head(log, LIMIT_PROBE_BYTES),
	    .path = SPAN("log"),
	    .clock = {2024, 1, 1},
	    .arena = &open};
	if (r->open != NULL)
		f.state = r->open(&f.in);
	f.in.arena = &f.lines;
	detector_begin(w->detector, r);
	detector_opened(w->detector, r, f.state);
	if (search)
		detector_lines(w->detector, log, on_line, &f);
	else
		every_line(&f);
	detector_end(w->detector);
	t = detector_sightings(w->detector);
	buf_reset(out);
	for (size_t i = 0; i < t->n; i++)
		sighting_encode(out, &t->v[i]);
	arena_release(&f.lines);
	arena_release(&open);
	*handed = f.handed;
	return buf_span(out);
}

static void
test_search_loses_nothing(void **state)
{
	static const char *const formats[] = {"cisco-syslog",
	    "tacplus-accounting", "web-access-log", "zeek-conn-tsv",
	    "zeek-conn-json", "json-lines", "columns", "text"};
	struct world *w = *state;
	struct buf log, all, some;
	uint64_t seed = 11;

	buf_init(&log, 4u << 20);
	buf_init(&all, 64u << 20);
	buf_init(&some, 64u << 20);
	for (size_t i = 0; i < COUNT(formats); i++)
		for (size_t round = 0; round < 4; round++) {
			const struct reader *r =
			    reader_find(span_str(formats[i]));
			size_t lines, found;
			struct span bytes;

			assert_non_null(r);
			bytes = log_make(w, &seed, 200, &log);
			sightings(w, r, bytes, false, &all, &lines);
			sightings(w, r, bytes, true, &some, &found);
			if (!span_eq(buf_span(&all), buf_span(&some)))
				fail_msg("%s, round %zu", formats[i], round);
			/* Much was seen, and not by parsing everything. */
			assert_true(all.n > 100);
			assert_true(found < lines);
		}
	buf_release(&log);
	buf_release(&all);
	buf_release(&some);
}

static void
test_search_without_reader(void **state)
{
	struct world *w = *state;
	struct feeding f = {.bytes = SPAN("a\n\nb\r\nc")};
	size_t handed = 0;

	/* A format of no known evidence: every line. */
	struct reader odd = {.name = "odd", .evidence = "odd"};
	detector_begin(w->detector, &odd);
	f.reader = reader_find(SPAN("text"));
	f.emit = emit_records(on_record);
	f.detector = w->detector;
	arena_init(&f.lines);
	f.in.arena = &f.lines;
	detector_lines(w->detector, f.bytes, on_line, &f);
	handed = f.handed;
	assert_int_equal(handed, 4);
	/* Nothing in it: no line. */
	f.handed = 0;
	f.bytes = SPAN("nothing\nto\nsee\n");
	detector_begin(w->detector, reader_find(SPAN("text")));
	detector_lines(w->detector, f.bytes, on_line, &f);
	assert_int_equal(f.handed, 0);
	detector_lines(w->detector, SPAN(""), on_line, &f);
	assert_int_equal(f.handed, 0);
	arena_release(&f.lines);
}

static void
test_raw_places(void **state)
{
	struct world *w = *state;
	struct arena a;
	struct span text;
	const struct sighting_table *t;
	char one[ADDR_TEXT], two[ADDR_TEXT];

	arena_init(&a);
	bad_address(w, 0, one);
	bad_address(w, 1, two);
	text = arena_fmt(&a,
	    "first\n%s here\n\nnothing\r\nx %s and %s\n%s\n\n%0200d %s", one,
	    one, two, two, 7, one);
	for (uint64_t line = 0; line < 2; line++) {
		static const uint64_t want_one[] = {2, 5, 8},
				      want_two[] = {5, 6};

		detector_begin(w->detector, NULL);
		detector_raw(w->detector, text, 1000, line * 100);
		t = detector_sightings(w->detector);
		assert_int_equal(t->n, 2);
		assert_int_equal(t->v[0].nplaces, 3);
		assert_int_equal(t->v[1].nplaces, 2);
		for (size_t i = 0; i < 3; i++) {
			const struct evidence *at = &t->v[0].places[i];
			struct span there =
			    span_from(text, (size_t)at->offset - 1000);

			assert_int_equal(at->line, line ? want_one[i] + 99 : 0);
			assert_true(span_starts(there, span_str(one)));
			assert_true(span_has(at->text, one));
			assert_false(span_has(at->text, "\n"));
			assert_true(at->text.n < 150);
		}
		for (size_t i = 0; i < 2; i++)
			assert_int_equal(t->v[1].places[i].line,
			    line ? want_two[i] + 99 : 0);
	}
	assert_true(span_is(t->v[0].entity, "named in text"));
	arena_release(&a);
}

static void
test_secrets_are_not_shown(void **state)
{
	struct world *w = *state;
	struct detector_options o = {true};
	struct detector *open;
	struct err e;
	struct span line = SPAN("username eve privilege 15 secret 5 $1$aXq9Zt");

	assert_false(span_has(detector_text(w->detector, line), "aXq9Zt"));
	assert_true(span_has(detector_text(w->detector, line), "username eve"));
	assert_int_equal(detector_new(w->detect, &o, &open, &e), 0);
	assert_true(span_eq(detector_text(open, line), line));
	detector_free(open);
}

static void
test_configuration_facts_before_lines(void **state)
{
	struct world *w = *state;
	char bad[ADDR_TEXT];
	struct record line, fact;
	struct arena a;
	const struct sighting_table *t;

	arena_init(&a);
	bad_address(w, 0, bad);
	struct span raw = arena_fmt(&a, " permit %s", bad);
	for (int with_fact = 0; with_fact < 2; with_fact++) {
		detector_begin(
		    w->detector, reader_find(SPAN("cisco-ios-config")));
		record_init(&line, K_CONFIG, 7, 70, raw);
		record_put(&line, F_LINE, span_trim(raw));
		record_init(&fact, K_ACL_ENTRY, 7, 70, raw);
		record_put(&fact, F_ACL, SPAN("20"));
		record_put(&fact, F_ACTION, SPAN("permit"));
		record_put(&fact, F_USED_BY, SPAN("vty"));
		detector_record(w->detector, &line);
		if (with_fact)
			detector_record(w->detector, &fact);
		detector_end(w->detector);
		t = detector_sightings(w->detector);
		size_t indicators = 0;
		for (size_t i = 0; i < t->n; i++)
			if (t->v[i].check >= w->knowledge.first_indicator &&
			    t->v[i].check < w->knowledge.first_yara) {
				indicators++;
				assert_true(span_is(t->v[i].entity,
				    with_fact ? "let in to management by "
						"access list 20"
					      : "named in the configuration"));
			}
		assert_int_equal(indicators, 1);
	}
	arena_release(&a);
}

/* Hands the records of a reader to the detector. */
struct to_detector {
	struct emit emit;
	struct detector *detector;
};

static void
detect_it(struct emit *e, const struct record *r)
{
	detector_record(((struct to_detector *)e)->detector, r);
}

static void
drop_diag(struct emit *e, enum diag_code code, uint64_t line, struct span s)
{
	(void)e;
	(void)code;
	(void)line;
	(void)s;
}

/* Sightings of an indicator whose entity says that an entry lets it in. */
static size_t
let_in(struct world *w, struct arena *a, struct span list)
{
	struct to_detector to = {{detect_it, drop_diag}, w->detector};
	const struct reader *reader = reader_find(SPAN("cisco-ios-config"));
	struct read_in in = {.arena = a};
	const struct sighting_table *t;
	size_t n = 0;

	in.bytes = arena_fmt(a,
	    "version 15.2\nhostname r1\nip access-list standard LOGIN\n"
	    "%.*sline vty 0 4\n access-class LOGIN in\n"
	    " transport input ssh telnet\nend\n",
	    SPAN_FMT(list));
	detector_begin(w->detector, reader);
	reader->read(&in, &to.emit);
	detector_end(w->detector);
	t = detector_sightings(w->detector);
	for (size_t i = 0; i < t->n; i++)
		n += span_has(t->v[i].entity, "as part of what an entry");
	return n;
}

/* An actor's address inside what an entry admits: narrow entries count, and
 * an earlier denial takes it out. */
static void
test_admitted_indicator(void **state)
{
	struct world *w = *state;
	char bad[ADDR_TEXT];
	struct arena a;
	struct addr addr;
	struct span net;

	arena_init(&a);
	bad_address(w, 0, bad);
	assert_true(addr_read(span_str(bad), &addr));
	addr = addr_from_v4(addr_v4(&addr) & 0xffffff00u);
	net = arena_fmt(&a, "%u.%u.%u.0 0.0.0.255", addr.bytes[0],
	    addr.bytes[1], addr.bytes[2]);
	/* ssh and telnet. */
	assert_true(let_in(w, &a,
			arena_fmt(&a, " permit %.*s\n", SPAN_FMT(net))) >= 2);
	assert_int_equal(let_in(w, &a,
			     arena_fmt(&a, " deny %.*s\n permit %.*s\n",
				 SPAN_FMT(net), SPAN_FMT(net))),
	    0);
	assert_int_equal(let_in(w, &a,
			     arena_fmt(&a, " permit %u.0.0.0 0.255.255.255\n",
				 addr.bytes[0])),
	    0);
	assert_int_equal(let_in(w, &a, SPAN(" permit any\n")), 0);
	arena_release(&a);
}

/* A line of show output is met as a row and as text: the row tells it. */
static void
test_rows_before_text(void **state)
{
	struct world *w = *state;
	char bad[ADDR_TEXT];
	struct record text, row;
	struct arena a;
	const struct sighting_table *t;
	struct span raw;

	arena_init(&a);
	bad_address(w, 0, bad);
	raw = arena_fmt(&a, "   2 vty 1   noc   idle   00:12:10   %s", bad);
	for (int with_row = 0; with_row < 2; with_row++) {
		size_t indicators = 0;

		detector_begin(w->detector, reader_find(SPAN("text")));
		record_init(&row, K_SESSION, 7, 70, raw);
		record_put_ip(&row, F_SRC_IP, span_str(bad));
		record_init(&text, K_TEXT, 7, 70, raw);
		record_put(&text, F_LINE, span_trim(raw));
		if (with_row)
			detector_record(w->detector, &row);
		detector_record(w->detector, &text);
		detector_end(w->detector);
		t = detector_sightings(w->detector);
		for (size_t i = 0; i < t->n; i++) {
			if (t->v[i].check < w->knowledge.first_indicator ||
			    t->v[i].check >= w->knowledge.first_yara)
				continue;
			indicators++;
			assert_true(span_is(t->v[i].entity,
			    with_row ? "logged in at this moment"
				     : "named in text"));
		}
		assert_int_equal(indicators, 1);
	}
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest plain[] = {
	    cmocka_unit_test(test_roles),
	    cmocka_unit_test(test_role_is_fact),
	    cmocka_unit_test(test_sightings_merge),
	    cmocka_unit_test(test_sightings_limits),
	    cmocka_unit_test(test_sighting_bytes),
	    cmocka_unit_test(test_weights),
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_cells),
	    cmocka_unit_test(test_search_loses_nothing),
	    cmocka_unit_test(test_search_without_reader),
	    cmocka_unit_test(test_raw_places),
	    cmocka_unit_test(test_secrets_are_not_shown),
	    cmocka_unit_test(test_configuration_facts_before_lines),
	    cmocka_unit_test(test_admitted_indicator),
	    cmocka_unit_test(test_rows_before_text),
	};

	return cmocka_run_group_tests(plain, world_up, world_down);
}
