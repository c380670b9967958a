/*
 * The raw material of a source as bytes, the timeline, and a store of one
 * file.  Whole cases are tested from outside, by tests/lib/store.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "store/casebook.h"
#include "store/raw.h"

static int
knowledge_up(void **state)
{
	struct knowledge_options o = {.evidence_word = evidence_class};
	struct knowledge *k = calloc(1, sizeof(*k));
	struct err e;

	assert_non_null(k);
	assert_int_equal(knowledge_load(&o, k, NULL, NULL, &e), 0);
	*state = k;
	return 0;
}

static int
knowledge_down(void **state)
{
	knowledge_release(*state);
	free(*state);
	return 0;
}

/* ---- a source with something of everything ---- */

static struct fact *
fact(struct casefile *c, enum record_kind kind)
{
	struct fact *f = arena_alloc(&c->arena, sizeof(*f));
	struct record r;
	struct prefix p;

	record_init(&r, kind, 3, 30, SPAN("hostname edge1"));
	record_put_str(&r, F_HOSTNAME, "edge1");
	record_put_number(&r, F_PORT, SPAN("22"));
	record_put_ip(&r, F_ADDRESS, SPAN("2001:db8::7"));
	assert_true(prefix_read(SPAN("192.0.2.0/24"), &p));
	record_put_prefix(&r, F_PREFIX, &p, SPAN("192.0.2.0 0.0.0.255"));
	fact_of(&r, &c->arena, f);
	return f;
}

static struct sighting *
sighting(uint32_t check, struct evidence *place)
{
	static struct sighting s;

	s = (struct sighting){.check = check,
	    .host = SPAN("edge1"),
	    .host_addr = SPAN("192.0.2.1"),
	    .entity = SPAN("user noc"),
	    .external = SPAN("198.51.100.9"),
	    .severity = SEV_HIGH,
	    .confidence = CONF_MEDIUM,
	    .count = 7,
	    .first = 5,
	    .last = TIME_DAY,
	    .places = place,
	    .nplaces = 1};
	return &s;
}

static uint32_t
rule_of_kind(const struct knowledge *k, enum check_kind kind)
{
	for (uint32_t i = 0; i < k->rules.n; i++)
		if (knowledge_check(k, i)->kind == kind &&
		    k->rules.rules[i]->ngives == 0)
			return i;
	fail();
	return 0;
}

static void
source_fill(struct casefile *c, struct source *s)
{
	static struct evidence place = {4, 40, SPAN("a line")};
	static struct source_net net = {.kind = FLEET_LINK};
	static struct seen_host host = {.host = SPAN("edge1"),
	    .heard = {.lines = 3,
		.first = 10,
		.last = 20,
		.silent_from = TIME_NONE,
		.silent_to = TIME_NONE,
		.second = 0,
		.hole_from = TIME_NONE,
		.hole_to = TIME_NONE},
	    .shown = EV_LOGIN_LOG};
	static struct source_trait trait = {
	    TRAIT_LOG, 5, 50, SPAN("192.0.2.9"), SPAN("logging 192.0.2.9")};
	static struct source_secret secret = {.kind = K_USER,
	    .readable = true,
	    .id = {1, 2, 3},
	    .line = 6,
	    .offset = 60,
	    .user = SPAN("noc"),
	    .text = SPAN("username noc secret <redacted>")};
	static struct source_moment moment = {.time = 12 * TIME_DAY,
	    .kind = TIMELINE_CAPTURE,
	    .clock_off = -7200,
	    .line = 7,
	    .offset = 70,
	    .host = SPAN("edge1"),
	    .actor = SPAN("noc"),
	    .peer = SPAN("198.51.100.9"),
	    .text = SPAN("monitor capture mycap start")};
	static struct table_event event = {
	    .time = 99, .host = SPAN("edge1"), .at = {8, 80, SPAN("b")}};
	static struct contact contact = {.port = 49,
	    .protocol = 6,
	    .nclient_ports = 1,
	    .client_ports = {4711},
	    .answered = true,
	    .flows = 3,
	    .first = 5,
	    .last = 6,
	    .last_start = 6,
	    .beats = {[4] = 2}};
	static struct sighting two[2];

	s->format = SPAN("syslog");
	s->evidence = SPAN("syslog");
	s->hashes.sha256 = SPAN("aa");
	s->hashes.xxh3 = SPAN("bb");
	s->hashes.md5 = SPAN("cc");
	s->hashes.sha512 = SPAN("dd");
	s->magic = SPAN("text");
	s->bytes = 1000;
	s->records = 9;
	s->state = SOURCE_READ;
	s->shown = EV_LOGIN_LOG;
	source_diag(c, s, DIAG_LONG_LINE, 4, SPAN("cut"));
	s->facts = fact(c, K_DEVICE);
	s->nfacts = 1;
	assert_true(prefix_read(SPAN("192.0.2.0/24"), &net.prefix));
	s->nets = &net;
	s->hosts = &host;
	s->traits = &trait;
	s->secrets = &secret;
	s->moments = &moment;
	s->moments_dropped = 11;
	two[0] =
	    *sighting(rule_of_kind(c->knowledge, CHECK_COMPROMISE), &place);
	two[1] = *sighting(rule_of_kind(c->knowledge, CHECK_HARDENING), &place);
	s->sightings = two;
	s->nsightings = 2;
	event.rule = rule_of_kind(c->knowledge, CHECK_COMPROMISE);
	s->events = &event;
	assert_true(addr_read(SPAN("192.0.2.1"), &contact.client));
	assert_true(addr_read(SPAN("192.0.2.2"), &contact.server));
	s->contacts = &contact;
	s->ncontacts = 1;
	s->nnets = s->nhosts = s->ntraits = s->nsecrets = s->nmoments =
	    s->nevents = 1;
}

static void
write_one(struct buf *b, const struct knowledge *k)
{
	struct casefile c;
	struct source *s;

	casefile_init(&c, k);
	s = casefile_source(&c, SPAN("logs/edge1.log"));
	source_fill(&c, s);
	buf_init(b, LIMIT_STORE_VALUE);
	raw_write(b, s, k);
	assert_false(buf_full(b));
	casefile_release(&c);
}

static bool
read_one(struct casefile *c, const struct knowledge *k, struct span bytes,
    enum raw_part part, uint64_t *forgotten)
{
	struct raw_reader r;
	bool done;

	casefile_init(c, k);
	raw_reader_init(&r, c);
	done = raw_read(&r, bytes, part);
	if (forgotten != NULL)
		*forgotten = r.forgotten;
	return done;
}

static void
test_raw_is_the_same(void **state)
{
	struct casefile c;
	struct buf b, again;
	uint64_t forgotten;

	write_one(&b, *state);
	assert_true(read_one(&c, *state, buf_span(&b), RAW_ALL, &forgotten));
	assert_int_equal(forgotten, 0);
	assert_int_equal(c.nsources, 1);
	assert_false(c.complete); /* a line was cut */
	assert_int_equal(c.sources[0].moments[0].clock_off, -7200);
	assert_int_equal(c.sources[0].facts[0].nvalues, 4);
	assert_int_equal(c.sources[0].device, DEVICE_NONE);
	buf_init(&again, LIMIT_STORE_VALUE);
	raw_write(&again, &c.sources[0], *state);
	assert_true(span_eq(buf_span(&b), buf_span(&again)));
	casefile_release(&c);
	buf_release(&again);
	buf_release(&b);
}

static void
test_raw_cut_anywhere(void **state)
{
	struct casefile c;
	struct buf b;

	write_one(&b, *state);
	for (size_t n = 0; n < b.n; n++) {
		assert_false(read_one(
		    &c, *state, span_head(buf_span(&b), n), RAW_ALL, NULL));
		assert_int_equal(c.nsources, 0);
		casefile_release(&c);
	}
	buf_byte(&b, 0);
	assert_false(read_one(&c, *state, buf_span(&b), RAW_ALL, NULL));
	casefile_release(&c);
	buf_release(&b);
}

static void
test_raw_of_a_past_state(void **state)
{
	struct casefile c;
	const struct source *s;
	struct buf b;

	write_one(&b, *state);
	assert_true(read_one(&c, *state, buf_span(&b), RAW_SIGNS, NULL));
	s = &c.sources[0];
	assert_true(s->past);
	assert_int_equal(s->nfacts, 1);
	assert_int_equal(s->nsightings, 1);
	assert_int_equal(s->nmoments, 1);
	assert_int_equal(s->nnets + s->nhosts + s->ntraits + s->nsecrets +
			     s->nevents + s->ncontacts,
	    0);
	casefile_release(&c);
	buf_release(&b);
}

/* What another program knew by other names. */
static void
test_raw_forgets_what_is_unknown(void **state)
{
	const struct knowledge *k = *state;
	const char *names[] = {"hostname", "device", NULL, "capture"};
	struct casefile c;
	struct buf b;

	for (size_t i = 0; i < 4; i++) {
		struct span name = names[i] != NULL
				       ? span_str(names[i])
				       : knowledge_check_id(k,
					     rule_of_kind(k, CHECK_COMPROMISE));
		uint64_t forgotten = 0;
		size_t at = 0;

		write_one(&b, k);
		/* Names follow their length. */
		for (;; at++) {
			struct cursor x =
			    cursor_of(span_from(buf_span(&b), at));

			assert_true(at < b.n);
			if (span_eq(cursor_bytes(&x), name))
				break;
		}
		b.p[at + 4] = '?';
		assert_true(read_one(&c, k, buf_span(&b), RAW_ALL, &forgotten));
		assert_int_equal(c.nsources, 1);
		/* A kind of moment that is unknown is left out. */
		assert_int_equal(forgotten > 0, i < 3);
		assert_int_equal(c.sources[0].nmoments, i == 3 ? 0 : 1);
		casefile_release(&c);
		buf_release(&b);
	}
}

/* ---- the timeline ---- */

static void
moment(struct casefile *c, struct source *s, int64_t time,
    enum timeline_kind kind, const char *host)
{
	s->moments = arena_grow(&c->arena, s->moments, s->nmoments,
	    &s->moments_cap, sizeof(*s->moments));
	s->moments[s->nmoments++] = (struct source_moment){.time = time,
	    .kind = kind,
	    .line = s->nmoments + 1,
	    .offset = UINT64_MAX,
	    .host = span_str(host),
	    .text = SPAN("x")};
}

static void
test_timeline_order(void **state)
{
	struct casefile c;
	struct source *s;

	casefile_init(&c, *state);
	s = casefile_source(&c, SPAN("b.log"));
	s->state = SOURCE_READ;
	s->evidence = SPAN("syslog");
	moment(&c, s, 30, TIMELINE_LOGIN, "r1");
	moment(&c, s, 10, TIMELINE_CHANGE, "r2");
	source_diag(&c, s, DIAG_YEAR_ASSUMED, 0, SPAN("2025"));
	s = casefile_source(&c, SPAN("a.log"));
	s->state = SOURCE_READ;
	s->evidence = SPAN("syslog");
	s->moments_dropped = 4;
	moment(&c, s, 10, TIMELINE_LOGIN, "r1");
	casefile_close(&c);
	/* A moment makes no device: those are judged by now. */
	assert_int_equal(c.fleet.n, 2); /* after the files */
	assert_int_equal(c.timeline.v[0].device, 0);
	assert_int_equal(c.timeline.n, 3);
	assert_int_equal(c.timeline.dropped, 4);
	assert_int_equal(c.timeline.v[0].time, 10);
	assert_int_equal(c.timeline.v[0].clock, CLOCK_STATED);
	assert_int_equal(c.timeline.v[1].kind, TIMELINE_CHANGE);
	assert_int_equal(c.timeline.v[1].clock, CLOCK_ASSUMED);
	assert_int_equal(c.timeline.v[2].time, 30);
	assert_string_equal(
	    timeline_kind_name(TIMELINE_LOGIN_FAILED), "login-failed");
	casefile_release(&c);
}

/* Beyond the limit what is rare stays, and the earliest of the rest. */
static void
test_timeline_limit(void **state)
{
	struct casefile c;
	size_t captures = 0, per = 20000;

	casefile_init(&c, *state);
	for (size_t i = 0; i < 6; i++) {
		char path[16];
		struct source *s;

		snprintf(path, sizeof(path), "%zu.log", i);
		s = casefile_source(&c, span_str(path));
		s->state = SOURCE_READ;
		for (size_t k = 0; k < per; k++)
			moment(&c, s, (int64_t)(i * per + k),
			    i == 5 && k % 2 == 0 ? TIMELINE_CAPTURE
						 : TIMELINE_LOGIN,
			    "");
	}
	casefile_close(&c);
	assert_int_equal(c.timeline.n, LIMIT_TIMELINE);
	assert_int_equal(c.timeline.dropped, 6 * per - LIMIT_TIMELINE);
	for (size_t i = 0; i < c.timeline.n; i++) {
		captures += c.timeline.v[i].kind == TIMELINE_CAPTURE;
		if (i > 0)
			assert_true(
			    c.timeline.v[i - 1].time <= c.timeline.v[i].time);
	}
	assert_int_equal(captures, per / 2);
	assert_int_equal(c.timeline.v[0].time, 0);
	casefile_release(&c);
}

static void
test_moments(void **state)
{
	static const struct {
		enum record_kind kind;
		enum field_id field;
		const char *text;
		int want; /* -1: none */
	} cases[] = {
	    {K_COMMAND, F_COMMAND, "monitor capture mycap start",
		TIMELINE_CAPTURE},
	    {K_COMMAND, F_COMMAND, "mon cap mycap start", TIMELINE_CAPTURE},
	    {K_COMMAND, F_COMMAND, "clear logging", TIMELINE_LOG},
	    {K_COMMAND, F_COMMAND, "conf t", TIMELINE_CHANGE},
	    {K_COMMAND, F_COMMAND, "show version", -1},
	    {K_COMMAND, F_COMMAND, "show running-config", -1},
	    {K_COMMAND, F_COMMAND, "run", TIMELINE_CONTAINER},
	    {K_COMMAND, F_COMMAND, "runt", -1},
	    {K_SYSLOG, F_MNEMONIC, "SEC_LOGIN-5-LOGIN_SUCCESS", TIMELINE_LOGIN},
	    {K_SYSLOG, F_MNEMONIC, "SYS-5-CONFIG_I", TIMELINE_CHANGE},
	    {K_SYSLOG, F_MNEMONIC, "SYS-5-RESTART", TIMELINE_RESTART},
	    {K_SYSLOG, F_MNEMONIC, "LINK-3-UPDOWN", -1},
	    {K_SYSLOG, F_INTERFACE, "Tunnel7", TIMELINE_TUNNEL},
	    {K_TRANSFER, F_NAME, "x.pcap", TIMELINE_TRANSFER},
	    {K_FLOW, F_SERVICE, "ssh", -1},
	};
	const struct knowledge *k = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum timeline_kind got = TIMELINE_COUNT;
		struct record r;
		bool is;

		record_init(&r, cases[i].kind, 1, 0, SPAN("x"));
		record_put_str(&r, cases[i].field, cases[i].text);
		assert_false(moment_of(&k->moments, &k->commands, &r, &got));
		r.time = 1;
		is = moment_of(&k->moments, &k->commands, &r, &got);
		if (is != (cases[i].want >= 0) ||
		    (is && (int)got != cases[i].want))
			fail_msg("%s: %d", cases[i].text, is ? (int)got : -1);
	}
}

/* ---- a store ---- */

struct place {
	char folder[64], file[96];
	struct store store;
	struct arena arena;
	struct err e;
};

static void
place_up(struct place *p)
{
	strcpy(p->folder, "/tmp/tidemark-test-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->file, sizeof(p->file), "%s/a b#c?%%.db", p->folder);
	arena_init(&p->arena);
	assert_int_equal(
	    store_open(&p->store, p->file, STORE_CREATE, &p->e), 0);
}

static void
place_down(struct place *p)
{
	store_close(&p->store);
	unlink(p->file);
	rmdir(p->folder);
	arena_release(&p->arena);
}

static int64_t
number(struct place *p, const char *sql)
{
	struct store_value v;
	bool found;

	assert_int_equal(
	    store_one(&p->store, sql, NULL, 0, &p->arena, &v, &found, &p->e),
	    0);
	assert_true(found);
	return v.number;
}

static void
test_store_statements(void **state)
{
	struct place p;
	const struct store_value v[] = {
	    store_str("second"), store_str("first")};
	const struct store_value r[][2] = {
	    {store_str("c"), store_str("d")}, {store_str("e"), store_str("f")}};

	(void)state;
	place_up(&p);
	assert_int_equal(store_begin(&p.store, &p.e), 0);
	/* Parameters by their numbers, not in the order they stand in. */
	assert_int_equal(store_run(&p.store,
			     "INSERT INTO meta (name, value) VALUES ($2, $1)",
			     v, 2, NULL, NULL, &p.e),
	    0);
	assert_int_equal(store_commit(&p.store, &p.e), 0);
	assert_int_equal(
	    number(&p, "SELECT count(*) FROM meta WHERE name = 'first' AND "
		       "value = 'second'"),
	    1);
	assert_int_equal(store_begin(&p.store, &p.e), 0);
	assert_int_equal(
	    store_bulk_begin(&p.store, "meta", "name, value", 2, &p.e), 0);
	assert_int_equal(store_bulk_row(&p.store, r[0], &p.e), 0);
	assert_int_equal(store_bulk_row(&p.store, r[1], &p.e), 0);
	assert_int_equal(store_bulk_end(&p.store, &p.e), 0);
	assert_int_equal(number(&p, "SELECT count(*) FROM meta"), 3);
	store_rollback(&p.store);
	assert_int_equal(number(&p, "SELECT count(*) FROM meta"), 1);
	assert_int_equal(
	    store_run(&p.store, "SELECT nonsense", NULL, 0, NULL, NULL, &p.e),
	    -1);
	/* A foreign key holds. */
	assert_int_equal(store_run(&p.store,
			     "INSERT INTO source_devices (source, device) "
			     "VALUES (7, 7)",
			     NULL, 0, NULL, NULL, &p.e),
	    -1);
	place_down(&p);
}

static void
test_store_remembers(void **state)
{
	struct place p;
	struct span body;
	bool found;

	(void)state;
	place_up(&p);
	assert_int_equal(casebook_remember(&p.store, SPAN("blob"), SPAN("r1"),
			     SPAN("old"), &p.e),
	    0);
	assert_int_equal(casebook_remember(&p.store, SPAN("blob"), SPAN("r2"),
			     SPAN("n\0w"), &p.e),
	    0);
	assert_int_equal(casebook_recall(&p.store, SPAN("blob"), SPAN("r2"),
			     &p.arena, &body, &found, &p.e),
	    0);
	assert_true(found && span_eq(body, SPAN("n\0w")));
	assert_int_equal(casebook_recall(&p.store, SPAN("blob"), SPAN("r1"),
			     &p.arena, &body, &found, &p.e),
	    0);
	assert_false(found);
	assert_int_equal(store_run(&p.store, "UPDATE memory SET body = 'other'",
			     NULL, 0, NULL, NULL, &p.e),
	    0);
	assert_int_equal(casebook_recall(&p.store, SPAN("blob"), SPAN("r2"),
			     &p.arena, &body, &found, &p.e),
	    0);
	assert_false(found);
	place_down(&p);
}

static void
test_store_clean(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_true(span_is(
	    store_clean(&a, SPAN("gr\xc3\xbc\xc3\x9f")), "gr\xc3\xbc\xc3\x9f"));
	assert_true(span_is(store_clean(&a, SPAN("a\xff\0b")),
	    "a\xef\xbf\xbd\xef\xbf\xbd"
	    "b"));
	assert_int_equal(store_clean(&a, SPAN("")).n, 0);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_raw_is_the_same),
	    cmocka_unit_test(test_raw_cut_anywhere),
	    cmocka_unit_test(test_raw_of_a_past_state),
	    cmocka_unit_test(test_raw_forgets_what_is_unknown),
	    cmocka_unit_test(test_timeline_order),
	    cmocka_unit_test(test_timeline_limit),
	    cmocka_unit_test(test_moments),
	    cmocka_unit_test(test_store_statements),
	    cmocka_unit_test(test_store_remembers),
	    cmocka_unit_test(test_store_clean),
	};

	return cmocka_run_group_tests(tests, knowledge_up, knowledge_down);
}
