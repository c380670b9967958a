/*
 * Records: the tables of kinds and fields, putting and getting, and records as
 * bytes, which the parent does not trust.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "record/codec.h"
#include "record/record.h"

static void
word_is_clean(struct span s, const char *signs)
{
	assert_true(s.n > 0);
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
		    !ascii_digit((unsigned char)s.p[i]) &&
		    strchr(signs, s.p[i]) == NULL)
			fail_msg("%.*s is no word", SPAN_FMT(s));
}

static void
test_kinds(void **state)
{
	(void)state;
	for (int k = 0; k < K_COUNT; k++) {
		enum record_kind kind = (enum record_kind)k;
		unsigned flags = kind_flags(kind);

		word_is_clean(span_str(kind_name(kind)), "_");
		assert_int_equal(kind_find(span_str(kind_name(kind))), k);
		assert_true(strlen(kind_meaning(kind)) > 5);
		/* Either happened at a time or is so. */
		assert_true(((flags & EVENT) != 0) != ((flags & FACT) != 0));
		assert_true((flags & KEPT) == 0 || (flags & FACT) != 0);
	}
	assert_int_equal(kind_find(SPAN("nothing")), -1);
	assert_int_equal(kind_find(SPAN("")), -1);
	/* A rule's kinds are bits of 64. */
	assert_true(K_COUNT <= 64);
}

static void
test_fields(void **state)
{
	(void)state;
	for (int f = 0; f < F_COUNT; f++) {
		enum field_id id = (enum field_id)f;

		word_is_clean(span_str(field_name(id)), "_");
		/* The first of a name is found: so names are unique. */
		assert_int_equal(field_find(span_str(field_name(id))), f);
		assert_true(strlen(field_meaning(id)) > 3);
		assert_in_range(field_type(id), FT_TEXT, FT_SECRET);
		/* A secret is never something to search for. */
		if (field_type(id) == FT_SECRET)
			assert_false(field_verbatim(id));
	}
	assert_int_equal(field_find(SPAN("nothing")), -1);
	assert_true(F_COUNT < F_NONE);
}

static void
test_put_and_get(void **state)
{
	struct record r;
	struct prefix p;

	(void)state;
	record_init(&r, K_SYSLOG, 3, 99, SPAN("raw"));
	assert_int_equal(r.nvalues, 0);
	assert_true(r.time == TIME_NONE && r.line == 3 && r.offset == 99);
	assert_null(record_get(&r, F_USER));
	assert_int_equal(record_text(&r, F_USER).n, 0);
	/* What is no value leaves no field. */
	record_put(&r, F_USER, SPAN(""));
	record_put_str(&r, F_USER, NULL);
	record_put_ip(&r, F_SRC_IP, SPAN("no address"));
	record_put_number(&r, F_SRC_PORT, SPAN("22x"));
	record_put_number(&r, F_SRC_PORT, SPAN(""));
	assert_int_equal(r.nvalues, 0);

	record_put(&r, F_USER, SPAN("eve"));
	record_put(&r, F_USER, SPAN("bob"));
	record_put_ip(&r, F_SRC_IP, SPAN("::ffff:203.0.113.7"));
	record_put_number(&r, F_SRC_PORT, SPAN("22"));
	record_put_bool(&r, F_LOG, true);
	record_put_bool(&r, F_SHUTDOWN, false);
	assert_true(prefix_read(SPAN("10.1.0.0/16"), &p));
	record_put_prefix(&r, F_SRC_PREFIX, &p, SPAN("10.1.0.0 0.0.255.255"));
	assert_int_equal(r.nvalues, 7);
	assert_true(span_is(record_text(&r, F_USER), "eve"));
	assert_int_equal(record_get(&r, F_SRC_IP)->u.prefix.addr.family, 4);
	assert_int_equal(record_get(&r, F_SRC_IP)->u.prefix.bits, 32);
	assert_int_equal(record_get(&r, F_SRC_PORT)->u.number, 22);
	assert_int_equal(record_get(&r, F_LOG)->u.number, 1);
	assert_true(span_is(record_text(&r, F_SHUTDOWN), "false"));
	assert_int_equal(record_get(&r, F_SHUTDOWN)->u.number, 0);
	assert_int_equal(record_get(&r, F_SRC_PREFIX)->u.prefix.bits, 16);
}

static void
test_put_limits(void **state)
{
	static char large[LIMIT_FIELD_BYTES + 10];
	struct record r;

	(void)state;
	record_init(&r, K_SYSLOG, 1, 0, SPAN(""));
	for (unsigned i = 0; i < LIMIT_RECORD_FIELDS + 20; i++)
		record_put(&r, F_NAME, SPAN("x"));
	record_put_ip(&r, F_SRC_IP, SPAN("10.0.0.1"));
	record_put_bool(&r, F_LOG, true);
	assert_int_equal(r.nvalues, LIMIT_RECORD_FIELDS);
	memset(large, 'x', sizeof(large));
	record_init(&r, K_SYSLOG, 1, 0, SPAN(""));
	record_put(&r, F_NAME, span_of(large, sizeof(large)));
	assert_int_equal(record_text(&r, F_NAME).n, LIMIT_FIELD_BYTES);
}

static void
sample(struct record *r)
{
	struct prefix p;

	record_init(r, K_ACL_ENTRY, 120, 4096, SPAN(" permit ip any any"));
	r->time = 1700000000 * TIME_SECOND;
	r->host = SPAN("edge1");
	r->host_addr = SPAN("192.0.2.1");
	record_put(r, F_ACL, SPAN("20"));
	record_put_ip(r, F_SRC_IP, SPAN("2001:db8::1"));
	record_put_number(r, F_DEPTH, SPAN("-1"));
	record_put_bool(r, F_LOG, true);
	prefix_read(SPAN("10.0.0.0/8"), &p);
	record_put_prefix(r, F_SRC_PREFIX, &p, SPAN("10/8"));
	record_put(r, F_BODY, span_of("a\0b\nc", 5));
}

static void
records_equal(const struct record *a, const struct record *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_true(
	    a->time == b->time && a->line == b->line && a->offset == b->offset);
	assert_true(span_eq(a->host, b->host));
	assert_true(span_eq(a->host_addr, b->host_addr));
	assert_true(span_eq(a->raw, b->raw));
	assert_int_equal(a->nvalues, b->nvalues);
	for (unsigned i = 0; i < a->nvalues; i++) {
		assert_int_equal(a->values[i].field, b->values[i].field);
		assert_true(span_eq(a->values[i].text, b->values[i].text));
		assert_memory_equal(
		    &a->values[i].u, &b->values[i].u, sizeof(a->values[i].u));
	}
}

static void
test_round_trip(void **state)
{
	struct arena a;
	struct buf b;
	struct record r, back;
	struct cursor c;
	struct fact f;

	(void)state;
	arena_init(&a);
	buf_init(&b, 1u << 20);
	for (unsigned n = 0; n < 3; n++) {
		sample(&r);
		if (n == 1)
			r.nvalues = 0;
		if (n == 2)
			record_init(&r, K_TEXT, 0, UINT64_MAX, SPAN(""));
		record_encode(&b, &r);
	}
	c = cursor_of(buf_span(&b));
	for (unsigned n = 0; n < 3; n++) {
		sample(&r);
		if (n == 1)
			r.nvalues = 0;
		if (n == 2)
			record_init(&r, K_TEXT, 0, UINT64_MAX, SPAN(""));
		assert_true(record_decode(&c, &a, &back));
		records_equal(&r, &back);
		fact_of(&back, &a, &f);
		record_of(&f, &back);
		r.time = TIME_NONE;
		r.host = r.host_addr = SPAN("");
		r.offset = 0;
		records_equal(&r, &back);
	}
	assert_int_equal(cursor_left(&c), 0);
	sample(&r);
	fact_of(&r, &a, &f);
	assert_true(span_is(fact_text(&f, F_ACL), "20"));
	assert_int_equal(fact_get(&f, F_LOG)->u.number, 1);
	assert_null(fact_get(&f, F_USER));
	assert_int_equal(fact_text(&f, F_USER).n, 0);
	buf_release(&b);
	arena_release(&a);
}

/* The bytes alone in memory that ends where they end. */
static bool
decodes(struct span bytes)
{
	struct arena a;
	struct record r;
	char *p = malloc(bytes.n + 1);
	bool ok;

	assert_non_null(p);
	memcpy(p, bytes.p, bytes.n);
	p = realloc(p, bytes.n > 0 ? bytes.n : 1);
	struct cursor c = cursor_of(span_of(p, bytes.n));
	arena_init(&a);
	ok = record_decode(&c, &a, &r);
	if (ok) {
		assert_true(r.kind < K_COUNT);
		assert_true(r.nvalues <= LIMIT_RECORD_FIELDS);
		for (unsigned i = 0; i < r.nvalues; i++)
			assert_true(r.values[i].field < F_COUNT);
	}
	arena_release(&a);
	free(p);
	return ok;
}

static void
test_hostile_bytes(void **state)
{
	struct record r;
	struct buf b;
	uint64_t seed = 7;

	(void)state;
	buf_init(&b, 1u << 20);
	sample(&r);
	record_encode(&b, &r);
	assert_true(decodes(buf_span(&b)));
	for (size_t n = 0; n < b.n; n++)
		assert_false(decodes(span_head(buf_span(&b), n)));
	/* Every byte set to what hurts. */
	for (size_t i = 0; i < b.n; i++) {
		static const char bad[] = {'\0', '\x7f', '\x80', '\xff'};
		char was = b.p[i];

		for (size_t k = 0; k < sizeof(bad); k++) {
			b.p[i] = bad[k];
			(void)decodes(buf_span(&b));
		}
		b.p[i] = was;
	}
	for (int round = 0; round < 20000; round++) {
		char room[96];
		size_t n;

		for (size_t i = 0; i < sizeof(room); i++) {
			seed =
			    seed * 6364136223846793005u + 1442695040888963407u;
			/* Small numbers get further. */
			room[i] = (char)((seed >> 33) % 7 ? (seed >> 40) % 4
							  : seed >> 50);
		}
		n = (seed >> 20) % sizeof(room);
		(void)decodes(span_of(room, n));
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_put_and_get),
	    cmocka_unit_test(test_put_limits),
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_hostile_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
