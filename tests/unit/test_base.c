/*
 * What everything stands on: spans, buffers, cursors, arenas, maps, addresses,
 * time, JSON, diagnostics.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/addr.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/json_out.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/sort.h"
#include "base/timestamp.h"
#include "base/words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void
span_equal(struct span got, const char *want)
{
	if (!span_is(got, want))
		fail_msg("\"%.*s\" is not \"%s\"", SPAN_FMT(got), want);
}

/* --- span --- */

static void
test_span_parts(void **state)
{
	struct span s = SPAN("abcdef"), none = {0};

	(void)state;
	span_equal(span_from(s, 2), "cdef");
	span_equal(span_from(s, 6), "");
	span_equal(span_from(s, SIZE_MAX), "");
	span_equal(span_head(s, 2), "ab");
	span_equal(span_head(s, SIZE_MAX), "abcdef");
	span_equal(span_sub(s, 1, 3), "bc");
	span_equal(span_sub(s, 3, 1), "");
	span_equal(span_sub(s, 4, 99), "ef");
	assert_null(span_from(none, 3).p);
	assert_true(span_eq(none, SPAN("")));
	assert_int_equal(span_str(NULL).n, 0);
}

static void
test_span_compare(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
		bool nocase;
	} t[] = {{"", "", 0, true}, {"a", "", 1, false}, {"", "a", -1, false},
	    {"abc", "abd", -1, false}, {"abc", "ab", 1, false},
	    {"Edge1", "edge1", -1, true}, {"\xff", "a", 1, false},
	    {"[", "{", -1, false}, {"@", "`", -1, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct span a = span_str(t[i].a), b = span_str(t[i].b);
		int got = span_cmp(a, b);

		assert_int_equal((got > 0) - (got < 0), t[i].order);
		assert_int_equal(span_eq(a, b), t[i].order == 0);
		assert_int_equal(span_eq_nocase(a, b), t[i].nocase);
		assert_int_equal(span_is_nocase(a, t[i].b), t[i].nocase);
		if (t[i].nocase)
			assert_true(span_hash_nocase(a) == span_hash_nocase(b));
	}
	assert_true(span_starts(SPAN("show run"), SPAN("show")));
	assert_false(span_starts(SPAN("sh"), SPAN("show")));
	assert_true(span_starts(SPAN("x"), SPAN("")));
	assert_true(span_ends(SPAN("edge1.cfg"), SPAN(".cfg")));
	assert_false(span_ends(SPAN("cfg"), SPAN(".cfg")));
	assert_true(span_starts_nocase(SPAN("SHOW run"), SPAN("show")));
	assert_true(span_ends_nocase(SPAN("EDGE1.CFG"), SPAN(".cfg")));
	assert_false(span_ends_nocase(SPAN("CFG"), SPAN(".cfg")));
}

static void
test_span_find(void **state)
{
	static const struct {
		const char *hay, *needle;
		size_t at, nocase;
	} t[] = {{"", "", 0, 0}, {"abc", "", 0, 0}, {"abc", "c", 2, 2},
	    {"abc", "abcd", SPAN_NONE, SPAN_NONE}, {"aab", "ab", 1, 1},
	    {"xxAB", "ab", SPAN_NONE, 2}, {"abab", "b", 1, 1},
	    {"", "a", SPAN_NONE, SPAN_NONE}};
	struct span none = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct span hay = span_str(t[i].hay),
			    needle = span_str(t[i].needle);

		assert_true(span_find(hay, needle) == t[i].at);
		assert_true(span_find_nocase(hay, needle) == t[i].nocase);
	}
	assert_int_equal(span_find_byte(SPAN("a/b/c"), '/'), 1);
	assert_int_equal(span_rfind_byte(SPAN("a/b/c"), '/'), 3);
	assert_true(span_find_byte(none, '/') == SPAN_NONE);
	assert_true(span_rfind_byte(none, '/') == SPAN_NONE);
	assert_true(span_has(SPAN("ip http server"), "http"));
	assert_int_equal(span_find(span_of("a\0b", 3), span_of("\0b", 2)), 1);
}

static void
test_word_number(void **state)
{
	static const struct {
		const char *text;
		size_t digits;
		uint64_t number;
	} rows[] = {
	    {"041632: ", 6, 41632},
	    {"1: %SYS-", 1, 1},
	    {": 123456", 0, 0},
	    {"12345678", 8, 12345678},
	    {"99999999", 8, 99999999},
	    {"1234567/", 7, 1234567},
	    {"0\xb0"
	     "123456",
		1, 0},
	    {"\xff"
	     "1234567",
		0, 0},
	    {"10\0"
	     "20304",
		2, 10},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint64_t number = 77;

		assert_int_equal(word_number(word_at(rows[i].text), &number),
		    rows[i].digits);
		assert_int_equal(number, rows[i].number);
	}
}

static void
test_span_words(void **state)
{
	struct span s = SPAN("  ip\thttp  server \r"), none = {0};

	(void)state;
	span_equal(span_word(&s), "ip");
	span_equal(span_word(&s), "http");
	span_equal(span_word(&s), "server");
	span_equal(span_word(&s), "");
	span_equal(span_word(&s), "");
	assert_int_equal(span_word(&none).n, 0);
	s = SPAN("a,b,");
	span_equal(span_until(&s, ','), "a");
	span_equal(span_until(&s, ','), "b");
	span_equal(span_until(&s, ','), "");
	assert_int_equal(s.n, 0);
	s = SPAN("rest");
	span_equal(span_until(&s, ','), "rest");
	assert_int_equal(s.n, 0);
	span_equal(span_trim(SPAN(" \t\v\fx y\r\n")), "x y");
	span_equal(span_rtrim(SPAN(" x ")), " x");
	span_equal(span_trim(SPAN(" \n ")), "");
}

static void
test_span_lines(void **state)
{
	static const struct {
		const char *text;
		const char *lines[5];
	} t[] = {{"", {NULL}}, {"\n", {"", NULL}}, {"a", {"a", NULL}},
	    {"a\n", {"a", NULL}}, {"a\r\nb", {"a", "b", NULL}},
	    {"a\n\nb\n", {"a", "", "b", NULL}},
	    {"a\rb\r\r\n", {"a\rb\r", NULL}}, {"\r\n\r", {"", "", NULL}}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct span rest = span_str(t[i].text), line;
		size_t n = 0;

		while (span_line(&rest, &line)) {
			assert_non_null(t[i].lines[n]);
			span_equal(line, t[i].lines[n++]);
		}
		assert_null(t[i].lines[n]);
	}
}

static void
test_span_numbers(void **state)
{
	static const struct {
		const char *text;
		bool is_u, is_i;
		uint64_t u;
		int64_t i;
	} t[] = {{"0", true, true, 0, 0}, {"007", true, true, 7, 7},
	    {"", false, false, 0, 0}, {"-", false, false, 0, 0},
	    {"+1", false, false, 0, 0}, {" 1", false, false, 0, 0},
	    {"1a", false, false, 0, 0}, {"-5", false, true, 0, -5},
	    {"--5", false, false, 0, 0},
	    {"9223372036854775807", true, true, INT64_MAX, INT64_MAX},
	    {"9223372036854775808", true, false, 9223372036854775808u, 0},
	    {"18446744073709551615", true, false, UINT64_MAX, 0},
	    {"18446744073709551616", false, false, 0, 0},
	    {"99999999999999999999", false, false, 0, 0},
	    {"000000000000000000001", false, false, 0, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		uint64_t u = 77;
		int64_t n = 77;

		assert_int_equal(span_u64(span_str(t[i].text), &u), t[i].is_u);
		assert_true(u == (t[i].is_u ? t[i].u : 77));
		assert_int_equal(span_i64(span_str(t[i].text), &n), t[i].is_i);
		assert_true(n == (t[i].is_i ? t[i].i : 77));
	}
}

/* --- buf and cursor --- */

static void
test_buf_ceiling(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_put(&b, (struct span){0});
	assert_int_equal(b.n, 0);
	buf_puts(&b, "12345");
	buf_puts(&b, "6789");
	assert_false(buf_full(&b));
	buf_puts(&b, "ab");
	assert_true(buf_full(&b));
	span_equal(buf_span(&b), "123456789");
	/* Full stays full, even for what would fit. */
	buf_byte(&b, 'x');
	span_equal(buf_span(&b), "123456789");
	buf_reset(&b);
	assert_false(buf_full(&b));
	buf_fmt(&b, "%d-%s", 42, "x");
	span_equal(buf_span(&b), "42-x");
	buf_fmt(&b, "%0100d", 1);
	assert_true(buf_full(&b));
	span_equal(buf_span(&b), "42-x");
	assert_null(buf_room(&b, 1));
	buf_release(&b);
	buf_puts(&b, "again");
	span_equal(buf_span(&b), "again");
	buf_release(&b);
	buf_release(NULL);
}

static void
test_buf_grows(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100000);
	for (int i = 0; i < 100000; i++)
		buf_byte(&b, (char)('a' + i % 26));
	assert_false(buf_full(&b));
	assert_int_equal(b.n, 100000);
	for (int i = 0; i < 100000; i++)
		if (b.p[i] != (char)('a' + i % 26))
			fail_msg("byte %d is lost", i);
	assert_true(b.cap <= 100000);
	buf_byte(&b, 'x');
	assert_true(buf_full(&b));
	buf_release(&b);
}

static void
test_cursor(void **state)
{
	struct buf b;
	struct cursor c, sub;

	(void)state;
	buf_init(&b, 4096);
	buf_u8(&b, 0xfe);
	buf_u32(&b, 0x01020304);
	buf_u64(&b, 0x1122334455667788u);
	buf_bytes(&b, SPAN("text"));
	buf_bytes(&b, SPAN(""));
	buf_put(&b, SPAN("\x01\x02\x03\x04\x05\x06\x07\x08"));
	buf_put(&b, SPAN("\x01\x02\x03\x04\x05\x06"));
	c = cursor_of(buf_span(&b));
	assert_int_equal(cursor_u8(&c), 0xfe);
	assert_int_equal(cursor_le32(&c), 0x01020304);
	assert_true(cursor_le64(&c) == 0x1122334455667788u);
	span_equal(cursor_bytes(&c), "text");
	span_equal(cursor_bytes(&c), "");
	assert_true(cursor_be64(&c) == 0x0102030405060708u);
	sub = cursor_sub(&c, 6);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_be16(&sub), 0x0102);
	assert_int_equal(cursor_be32(&sub), 0x03040506);
	assert_false(sub.failed || c.failed);
	assert_int_equal(cursor_le16(&sub), 0);
	assert_true(sub.failed);
	assert_false(c.failed);
	buf_release(&b);
}

static void
test_cursor_fails_for_good(void **state)
{
	struct cursor c = cursor_of(SPAN("\x01\x02\x03"));

	(void)state;
	assert_int_equal(cursor_be32(&c), 0);
	assert_true(c.failed);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(cursor_take(&c, 0).n, 0);
	assert_null(cursor_take(&c, 1).p);
	assert_int_equal(cursor_left(&c), 0);
	/* A length that points beyond the end. */
	c = cursor_of(SPAN("\xff\xff\xff\xff"
			   "ab"));
	assert_int_equal(cursor_bytes(&c).n, 0);
	assert_true(c.failed);
	c = cursor_of((struct span){0});
	assert_int_equal(cursor_take(&c, 0).n, 0);
	assert_false(c.failed);
	cursor_skip(&c, 1);
	assert_true(c.failed);
	c = cursor_of(SPAN("ab"));
	cursor_skip(&c, SIZE_MAX);
	assert_true(c.failed);
}

/* --- arena and map --- */

static void
test_arena(void **state)
{
	struct arena a;
	uint32_t *v = NULL;
	size_t cap = 0;

	(void)state;
	arena_init(&a);
	for (uint32_t i = 0; i < 50000; i++) {
		v = arena_grow(&a, v, i, &cap, sizeof(*v));
		v[i] = i;
	}
	for (uint32_t i = 0; i < 50000; i++)
		if (v[i] != i)
			fail_msg("element %u is lost", i);
	for (size_t n = 0; n < 200; n++) {
		char *p = arena_alloc(&a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xaa, n);
	}
	span_equal(arena_copy(&a, SPAN("x\ty")), "x\ty");
	assert_int_equal(arena_copy(&a, SPAN("abc")).p[3], 0);
	assert_non_null(arena_copy(&a, (struct span){0}).p);
	assert_string_equal(arena_str(&a, span_of("a\0b", 3)), "a b");
	span_equal(arena_fmt(&a, "%s-%d", "n", 7), "n-7");
	assert_non_null(arena_alloc(&a, 3u << 20));
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	/* What was dirty comes back clean. */
	char *p = arena_alloc(&a, 4096);
	for (size_t i = 0; i < 4096; i++)
		assert_int_equal(p[i], 0);
	arena_release(&a);
	arena_release(&a);
	arena_release(NULL);
}

static void
test_map(void **state)
{
	struct arena a;
	struct map m;
	char key[32];

	(void)state;
	arena_init(&a);
	map_init(&m, &a);
	assert_int_equal(map_get(&m, SPAN("x")), MAP_NONE);
	for (uint32_t i = 0; i < 10000; i++) {
		snprintf(key, sizeof(key), "key-%u", i);
		assert_int_equal(map_add(&m, span_str(key), i), i);
	}
	assert_int_equal(m.n, 10000);
	for (uint32_t i = 0; i < 10000; i++) {
		snprintf(key, sizeof(key), "key-%u", i);
		assert_int_equal(map_get(&m, span_str(key)), i);
		assert_int_equal(map_add(&m, span_str(key), 5), i);
		if (i % 3 == 0)
			map_put(&m, span_str(key), i + 7);
	}
	for (uint32_t i = 0; i < 10000; i++) {
		snprintf(key, sizeof(key), "key-%u", i);
		assert_int_equal(
		    map_get(&m, span_str(key)), i % 3 == 0 ? i + 7 : i);
	}
	assert_int_equal(m.n, 10000);
	assert_int_equal(map_get(&m, SPAN("key-10000")), MAP_NONE);
	/* An empty key and a key with NUL are keys like any other. */
	map_put(&m, SPAN(""), 1);
	map_put(&m, span_of("a\0b", 3), 2);
	map_put(&m, span_of("a\0c", 3), 3);
	assert_int_equal(map_get(&m, (struct span){0}), 1);
	assert_int_equal(map_get(&m, span_of("a\0b", 3)), 2);
	assert_int_equal(map_get(&m, span_of("a\0c", 3)), 3);
	arena_release(&a);
}

/* --- addresses --- */

static void
test_addr_forms(void **state)
{
	static const struct {
		const char *text;
		const char *canonical; /* NULL: no address */
	} t[] = {{"0.0.0.0", "0.0.0.0"}, {"255.255.255.255", "255.255.255.255"},
	    {"203.0.113.7", "203.0.113.7"}, {"1.2.3", NULL},
	    {"1.2.3.4.5", NULL}, {"1.2.3.256", NULL}, {"01.2.3.4", NULL},
	    {"1.2.3.04", NULL}, {"1.2.3.00", NULL}, {"1..2.3", NULL},
	    {".1.2.3.4", NULL}, {"1.2.3.4.", NULL}, {"1.2.3.4 ", NULL},
	    {" 1.2.3.4", NULL}, {"1.2.3.-4", NULL}, {"1.2.3.4a", NULL},
	    {"0x1.2.3.4", NULL}, {"", NULL}, {"1", NULL}, {"...", NULL},
	    {"1.2.3.4%eth0", NULL}, {"1234.1.1.1", NULL}, {"::", "::"},
	    {"::1", "::1"}, {"1::", "1::"}, {":1", NULL}, {"1:", NULL},
	    {":", NULL}, {":::", NULL}, {"2001:db8:0:0:0:0:0:1", "2001:db8::1"},
	    {"2001:0DB8::0001", "2001:db8::1"},
	    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"}, {"1:2:3:4:5:6:7:8:9", NULL},
	    {"1:2:3:4:5:6:7", NULL}, {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"}, {"1::2::3", NULL},
	    {"12345::", NULL}, {"g::", NULL},
	    {"fe80::1%GigabitEthernet0/0", "fe80::1"}, {"%eth0", NULL},
	    {"::ffff:203.0.113.7", "203.0.113.7"},
	    {"::FFFF:CB00:7107", "203.0.113.7"},
	    {"0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"},
	    {"::ffff:203.0.113.07", NULL}, {"::ffff:203.0.113", NULL},
	    {"64:ff9b::203.0.113.7", "64:ff9b::cb00:7107"},
	    {"1:2:3:4:5:6:203.0.113.7", "1:2:3:4:5:6:cb00:7107"},
	    {"1:2:3:4:5:6:7:203.0.113.7", NULL}, {"[::1]", NULL},
	    {"::1/64", NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct addr a, b;
		char text[ADDR_TEXT];

		if (addr_read(span_str(t[i].text), &a) !=
		    (t[i].canonical != NULL))
			fail_msg("\"%s\" is read wrongly", t[i].text);
		if (t[i].canonical == NULL)
			continue;
		assert_string_equal(addr_write(&a, text), t[i].canonical);
		assert_true(addr_read(span_str(text), &b));
		assert_true(addr_eq(&a, &b));
	}
	assert_false(addr_read(span_of("::1\0", 4), &(struct addr){0}));
}

static void
test_addr_order(void **state)
{
	static const char *const in_order[] = {"0.0.0.0", "10.0.0.1",
	    "10.0.0.2", "255.255.255.255", "::", "::1", "ff::", "2001:db8::"};

	(void)state;
	for (size_t i = 0; i < COUNT(in_order); i++)
		for (size_t k = 0; k < COUNT(in_order); k++) {
			struct addr a, b;

			assert_true(addr_read(span_str(in_order[i]), &a));
			assert_true(addr_read(span_str(in_order[k]), &b));
			assert_int_equal(addr_cmp(&a, &b) < 0, i < k);
			assert_int_equal(addr_eq(&a, &b), i == k);
		}
	for (uint64_t v = 0; v < UINT32_MAX; v = v * 3 + 1) {
		struct addr a = addr_from_v4((uint32_t)v);

		assert_true(addr_v4(&a) == v);
	}
}

static void
test_prefix(void **state)
{
	static const struct {
		const char *text, *inside, *outside;
		unsigned bits;
	} t[] = {{"10.0.0.0/8", "10.255.255.255", "11.0.0.0", 8},
	    {"10.1.2.3/8", "10.0.0.0", "9.255.255.255", 8},
	    {"0.0.0.0/0", "255.1.2.3", "::1", 0},
	    {"192.168.16.0/20", "192.168.31.255", "192.168.32.0", 20},
	    {"1.2.3.4", "1.2.3.4", "1.2.3.5", 32},
	    {"1.2.3.4/32", "1.2.3.4", "1.2.3.5", 32},
	    {"1.2.3.4/31", "1.2.3.5", "1.2.3.6", 31},
	    {"2001:db8::/32", "2001:db8:ffff::", "2001:db9::", 32},
	    {"2001:db8::1", "2001:db8::1", "2001:db8::2", 128},
	    {"::/0", "ff::", "0.0.0.0", 0},
	    {"::ffff:192.0.2.0/120", "192.0.2.255", "192.0.3.0", 24},
	    {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::", 33}};
	static const char *const bad[] = {"10.0.0.0/33", "10.0.0.0/", "/8",
	    "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "10.0.0.0/8 ", "10.0.0/8",
	    "10.0.0.0/255.0.0.0", "::ffff:192.0.2.0/24"};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct prefix p;
		struct addr a;

		assert_true(prefix_read(span_str(t[i].text), &p));
		assert_int_equal(p.bits, t[i].bits);
		assert_true(addr_read(span_str(t[i].inside), &a));
		assert_true(prefix_holds(&p, &a));
		assert_true(addr_read(span_str(t[i].outside), &a));
		assert_false(prefix_holds(&p, &a));
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct prefix p;

		if (prefix_read(span_str(bad[i]), &p))
			fail_msg("\"%s\" was taken", bad[i]);
	}
	assert_false(
	    prefix_holds(&(struct prefix){0}, &(struct addr){.family = 0}));
}

static void
test_addr_embedded(void **state)
{
	static const struct {
		const char *text, *inside; /* NULL: none */
	} t[] = {{"2002:cb00:7107::1", "203.0.113.7"},
	    {"2001:0:53aa:64c:0:7a1c:34ff:8ef8", "203.0.113.7"},
	    {"64:ff9b::203.0.113.7", "203.0.113.7"},
	    {"64:ff9b:1::203.0.113.7", "203.0.113.7"},
	    {"::203.0.113.7", "203.0.113.7"}, {"::1", NULL}, {"::", NULL},
	    {"64:ff9b::1:203.0.113.7", NULL}, {"2001:db8::203.0.113.7", NULL},
	    {"203.0.113.7", NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct addr a, b, want;

		assert_true(addr_read(span_str(t[i].text), &a));
		assert_int_equal(addr_embedded(&a, &b), t[i].inside != NULL);
		if (t[i].inside == NULL)
			continue;
		assert_true(addr_read(span_str(t[i].inside), &want));
		assert_true(addr_eq(&b, &want));
	}
}

static void
test_prefix_of_mask(void **state)
{
	static const struct {
		const char *mask;
		int bits; /* -1: a mask with holes */
	} t[] = {{"255.255.255.255", 32}, {"255.255.255.0", 24},
	    {"255.255.254.0", 23}, {"128.0.0.0", 1}, {"0.0.0.0", 0},
	    {"255.0.255.0", -1}, {"0.0.0.255", -1}, {"255.255.255.1", -1},
	    {"127.255.255.255", -1}, {"::", -1}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct addr a = addr_from_v4(0xcb007107), mask;
		struct prefix p;

		assert_true(addr_read(span_str(t[i].mask), &mask));
		assert_int_equal(prefix_of_mask(a, mask, &p), t[i].bits >= 0);
		if (t[i].bits < 0)
			continue;
		assert_int_equal(p.bits, t[i].bits);
		assert_true(prefix_holds(&p, &a));
	}
}

static void
test_addr_public(void **state)
{
	static const struct {
		const char *text;
		bool public;
	} t[] = {{"0.0.0.0", false}, {"0.255.255.255", false},
	    {"1.0.0.0", true}, {"9.255.255.255", true}, {"10.0.0.0", false},
	    {"10.255.255.255", false}, {"11.0.0.0", true},
	    {"100.63.255.255", true}, {"100.64.0.0", false},
	    {"100.127.255.255", false}, {"100.128.0.0", true},
	    {"126.255.255.255", true}, {"127.0.0.1", false},
	    {"128.0.0.0", true}, {"169.253.255.255", true},
	    {"169.254.0.1", false}, {"169.255.0.0", true},
	    {"172.15.255.255", true}, {"172.16.0.0", false},
	    {"172.31.255.255", false}, {"172.32.0.0", true},
	    {"192.0.0.1", false}, {"192.0.1.0", true}, {"192.0.2.1", true},
	    {"192.88.98.1", true}, {"192.88.99.1", false},
	    {"192.167.255.255", true}, {"192.168.0.0", false},
	    {"192.169.0.0", true}, {"198.17.255.255", true},
	    {"198.18.0.0", false}, {"198.19.255.255", false},
	    {"198.20.0.0", true}, {"198.51.100.1", true}, {"203.0.113.1", true},
	    {"223.255.255.255", true}, {"224.0.0.1", false},
	    {"239.1.1.1", false}, {"240.0.0.1", false},
	    {"255.255.255.255", false}, {"::", false}, {"::1", false},
	    {"fe80::1", false}, {"fc00::1", false}, {"fd12::1", false},
	    {"ff02::1", false}, {"2001::1", false}, {"2001:1ff::1", false},
	    {"2001:200::1", true}, {"2001:db8::1", true},
	    {"2400:cb00::1", true}, {"3fff:ffff::1", true}, {"4000::1", false},
	    {"::ffff:10.0.0.1", false}, {"::ffff:1.1.1.1", true}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		struct addr a;

		assert_true(addr_read(span_str(t[i].text), &a));
		if (addr_public(&a) != t[i].public)
			fail_msg("%s", t[i].text);
	}
	assert_false(addr_public(&(struct addr){0}));
}

/* --- time --- */

static void
test_time_parts(void **state)
{
	static const struct {
		struct time_parts p;
		int64_t seconds;
	} t[] = {{{1970, 1, 1, 0, 0, 0, 0}, 0},
	    {{2000, 2, 29, 12, 0, 0, 0}, 951825600},
	    {{2024, 2, 29, 23, 59, 59, 0}, 1709251199},
	    {{2038, 1, 19, 3, 14, 8, 0}, 2147483648},
	    {{2100, 3, 1, 0, 0, 0, 0}, 4107542400},
	    {{9999, 12, 31, 23, 59, 59, 999999}, 253402300799}};
	static const struct time_parts bad[] = {{1969, 12, 31, 0, 0, 0, 0},
	    {10000, 1, 1, 0, 0, 0, 0}, {2023, 2, 29, 0, 0, 0, 0},
	    {1900, 2, 29, 0, 0, 0, 0}, {2100, 2, 29, 0, 0, 0, 0},
	    {2024, 0, 1, 0, 0, 0, 0}, {2024, 13, 1, 0, 0, 0, 0},
	    {2024, 1, 0, 0, 0, 0, 0}, {2024, 4, 31, 0, 0, 0, 0},
	    {2024, 1, 1, 24, 0, 0, 0}, {2024, 1, 1, 0, 60, 0, 0},
	    {2024, 1, 1, 0, 0, 61, 0}, {2024, 1, 1, 0, 0, 0, 1000000},
	    {2024, 1, 1, -1, 0, 0, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		int64_t at = time_from_parts(&t[i].p);
		struct time_parts p;

		assert_true(at == t[i].seconds * TIME_SECOND + t[i].p.micro);
		time_to_parts(at, &p);
		assert_memory_equal(&p, &t[i].p, sizeof(p));
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_true(time_from_parts(&bad[i]) == TIME_NONE);
	/* A leap second is the first second of the next minute. */
	assert_true(time_from_parts(&(struct time_parts){2016, 12, 31, 23, 59,
			60, 0}) == time_from_parts(&(struct time_parts){
				       2017, 1, 1, 0, 0, 0, 0}));
}

static void
test_time_round_trip(void **state)
{
	/* Every eleventh day of all years, at an odd time of day. */
	(void)state;
	for (int64_t s = 0; s <= 253402300799; s += 11 * 86400 + 3671) {
		struct time_parts p;
		char text[TIME_TEXT];
		int64_t back;
		bool zoned;

		time_to_parts(s * TIME_SECOND + 120, &p);
		assert_true(time_from_parts(&p) == s * TIME_SECOND + 120);
		time_write(s * TIME_SECOND + 120, text);
		if (time_read_iso(span_str(text), &back, &zoned) !=
			strlen(text) ||
		    back != s * TIME_SECOND + 120 || !zoned)
			fail_msg("%s does not come back", text);
	}
}

static void
test_time_iso(void **state)
{
	static const struct {
		const char *text;
		size_t used;
		const char *utc; /* NULL: no time */
		bool zoned;
	} t[] = {{"2024-03-01T10:00:00Z", 20, "2024-03-01T10:00:00Z", true},
	    {"2024-03-01 10:00:00", 19, "2024-03-01T10:00:00Z", false},
	    {"2024-03-01t10:00:00z x", 20, "2024-03-01T10:00:00Z", true},
	    {"2024-03-01T10:00:00+02:00", 25, "2024-03-01T08:00:00Z", true},
	    {"2024-03-01T10:00:00-0530", 24, "2024-03-01T15:30:00Z", true},
	    {"2024-03-01T00:30:00+01:00", 25, "2024-02-29T23:30:00Z", true},
	    {"2024-12-31T23:30:00-01:00", 25, "2025-01-01T00:30:00Z", true},
	    {"2024-03-01T10:00:00.5Z", 22, "2024-03-01T10:00:00.500Z", true},
	    {"2024-03-01T10:00:00,123456", 26, "2024-03-01T10:00:00.123456Z",
		false},
	    {"2024-03-01T10:00:00.123456789Z", 30,
		"2024-03-01T10:00:00.123456Z", true},
	    {"2024-03-01T10:00:00.Z", 19, "2024-03-01T10:00:00Z", false},
	    {"2024-03-01T10:00:00+25:00", 19, "2024-03-01T10:00:00Z", false},
	    {"2024-03-01T10:00:00 host", 19, "2024-03-01T10:00:00Z", false},
	    {"2024-02-30T10:00:00Z", 0, NULL, false},
	    {"2024-03-01", 0, NULL, false},
	    {"2024-03-01T10:00", 0, NULL, false},
	    {"24-03-01T10:00:00", 0, NULL, false},
	    {"2024-3-1T10:00:00", 0, NULL, false}, {"", 0, NULL, false},
	    {"1969-12-31T23:59:59Z", 0, NULL, false},
	    {"1970-01-01T00:00:00+01:00", 0, NULL, false},
	    {"9999-12-31T23:59:59-01:00", 0, NULL, false}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		int64_t at = 77;
		bool zoned = false;
		char text[TIME_TEXT];
		size_t n = time_read_iso(span_str(t[i].text), &at, &zoned);

		if (n != t[i].used)
			fail_msg("\"%s\": %zu bytes", t[i].text, n);
		if (t[i].utc == NULL) {
			assert_true(at == 77);
			continue;
		}
		assert_string_equal(time_write(at, text), t[i].utc);
		assert_int_equal(zoned, t[i].zoned);
	}
}

static void
test_time_pieces(void **state)
{
	static const struct {
		const char *text;
		int64_t at; /* -1: no time */
	} epoch[] = {{"0", 0}, {"1", 1000000}, {"1.5", 1500000},
	    {"1700000000.123456", 1700000000123456},
	    {"1700000000.1234569", 1700000000123456}, {"", -1}, {".5", -1},
	    {"-1", -1}, {"1.x", -1}, {"1.5.5", -1}, {"253402300800", -1},
	    {"253402300799", 253402300799000000}, {"1e9", -1}};
	struct time_parts p = {0};
	char text[TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(epoch); i++) {
		int64_t at = -1;

		assert_int_equal(time_read_epoch(span_str(epoch[i].text), &at),
		    epoch[i].at >= 0);
		assert_true(at == epoch[i].at);
	}
	assert_int_equal(time_month(SPAN("Jan")), 1);
	assert_int_equal(time_month(SPAN("dec")), 12);
	assert_int_equal(time_month(SPAN("Ja")), 0);
	assert_int_equal(time_month(SPAN("Foo")), 0);
	assert_int_equal(time_read_clock(SPAN("10:20:30.25 x"), &p), 11);
	assert_true(p.hour == 10 && p.minute == 20 && p.second == 30 &&
		    p.micro == 250000);
	assert_int_equal(time_read_clock(SPAN("1:20:30"), &p), 0);
	assert_int_equal(time_read_clock(SPAN("10:20"), &p), 0);
	assert_string_equal(time_write(TIME_NONE, text), "");
	/* Whatever number: no more than the room. */
	for (unsigned i = 0; i < 64; i++) {
		assert_true(strlen(time_write(INT64_MAX >> i, text)) < 32);
		assert_true(strlen(time_write(-(INT64_MAX >> i), text)) < 32);
	}
}

/* --- JSON --- */

static char *
json_of(struct span s, bool script, size_t *n)
{
	struct json_out j;
	char *text = NULL;
	FILE *f = open_memstream(&text, n);

	assert_non_null(f);
	json_out_init(&j, f);
	j.script = script;
	json_out_object(&j, NULL);
	json_out_text(&j, "t", s);
	json_out_end_object(&j);
	fclose(f);
	return text;
}

static void
json_gives_as(struct span in, struct span want, bool script)
{
	size_t n;
	char *text = json_of(in, script, &n);
	json_error_t e;
	json_t *o = json_loadb(text, n, JSON_ALLOW_NUL, &e), *v;

	if (o == NULL)
		fail_msg("%s: %s", e.text, text);
	v = json_object_get(o, "t");
	struct span got = span_of(json_string_value(v), json_string_length(v));
	if (!span_eq(got, want))
		fail_msg("%s", text);
	/* One line, printable ASCII or UTF-8. */
	for (size_t i = 0; i + 1 < n; i++)
		assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
	/* Within a script element no character of markup either. */
	assert_true(!script || strpbrk(text, "<>&") == NULL);
	json_decref(o);
	free(text);
}

static void
json_gives(struct span in, struct span want)
{
	json_gives_as(in, want, false);
	json_gives_as(in, want, true);
}

static void
test_json_bytes(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		char in[3] = {'<', (char)c, '>'};

		if (c < 0x80)
			json_gives(span_of(in, 3), span_of(in, 3));
		else
			json_gives(span_of(in, 3), SPAN("<\xef\xbf\xbd>"));
	}
}

#define BAD "\xef\xbf\xbd"

static void
test_json_utf8(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {{"\xc3\xa9", "\xc3\xa9"}, {"\xe2\x82\xac", "\xe2\x82\xac"},
	    {"\xf0\x9f\x94\x92", "\xf0\x9f\x94\x92"},
	    {"\xef\xbf\xbf", "\xef\xbf\xbf"},
	    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
	    {"\xed\x9f\xbf", "\xed\x9f\xbf"}, {"\xc0\xaf", BAD BAD},
	    {"\xc1\x81", BAD BAD}, {"\xe0\x80\xaf", BAD BAD BAD},
	    {"\xe0\x9f\xbf", BAD BAD BAD}, {"\xed\xa0\x80", BAD BAD BAD},
	    {"\xf0\x8f\xbf\xbf", BAD BAD BAD BAD},
	    {"\xf4\x90\x80\x80", BAD BAD BAD BAD},
	    {"\xf5\x80\x80\x80", BAD BAD BAD BAD}, {"\xc3", BAD},
	    {"\xe2\x82", BAD BAD}, {"\xf0\x9f\x94", BAD BAD BAD},
	    {"\xc3x", BAD "x"}, {"\xe2\x82x", BAD BAD "x"}, {"\x80", BAD},
	    {"a\xff\xfe", "a" BAD BAD}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++)
		json_gives(span_str(t[i].in), span_str(t[i].out));
}

static void
test_json_nesting(void **state)
{
	static const char want[] =
	    "{\"a\": [], \"b\": [1, -2, true, null], "
	    "\"c\": {\"d\": [{\"e\": 0.500}, {}]}, \"f\": null}\n";
	struct json_out j;
	char *text = NULL;
	size_t n = 0;

	(void)state;
	for (int pretty = 0; pretty < 2; pretty++) {
		FILE *f = open_memstream(&text, &n);

		assert_non_null(f);
		json_out_init(&j, f);
		j.pretty = pretty;
		json_out_object(&j, NULL);
		json_out_list(&j, "a");
		json_out_end_list(&j);
		json_out_list(&j, "b");
		json_out_number(&j, NULL, 1);
		json_out_number(&j, NULL, -2);
		json_out_bool(&j, NULL, true);
		json_out_null(&j, NULL);
		json_out_end_list(&j);
		json_out_object(&j, "c");
		json_out_list(&j, "d");
		json_out_object(&j, NULL);
		json_out_real(&j, "e", 0.5);
		json_out_end_object(&j);
		json_out_object(&j, NULL);
		json_out_end_object(&j);
		json_out_end_list(&j);
		json_out_end_object(&j);
		json_out_str(&j, "f", NULL);
		json_out_end_object(&j);
		fclose(f);
		json_error_t e;
		json_t *got = json_loadb(text, n, 0, &e),
		       *all = json_loads(want, 0, &e);
		assert_non_null(got);
		assert_true(json_equal(got, all));
		if (!pretty)
			assert_string_equal(text, want);
		json_decref(got);
		json_decref(all);
		free(text);
	}
}

/* --- diagnostics and failures --- */

static void
test_diag_table(void **state)
{
	(void)state;
	for (unsigned i = 0; i < DIAG_COUNT; i++) {
		struct span name = span_str(diag_name((enum diag_code)i)),
			    text = span_str(diag_text((enum diag_code)i));

		assert_true(name.n > 0 && text.n > 10);
		assert_true(span_ends(text, SPAN(".")));
		assert_in_range(
		    diag_severity((enum diag_code)i), DIAG_NOTE, DIAG_LOST);
		for (size_t k = 0; k < name.n; k++)
			assert_true(name.p[k] == '-' ||
				    ascii_digit((unsigned char)name.p[k]) ||
				    (name.p[k] >= 'a' && name.p[k] <= 'z'));
		for (unsigned k = 0; k < i; k++)
			assert_false(
			    span_is(name, diag_name((enum diag_code)k)));
	}
}

static void
test_err(void **state)
{
	struct err e;
	char long_text[2000];

	(void)state;
	assert_int_equal(err_set(&e, "cannot do %d", 3), -1);
	assert_string_equal(e.text, "cannot do 3");
	errno = 2;
	assert_int_equal(err_sys(&e, "%s", "x"), -1);
	assert_string_equal(e.text, "x: No such file or directory");
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_int_equal(err_sys(&e, "%s", long_text), -1);
	assert_true(strlen(e.text) < sizeof(e.text));
	assert_int_equal(err_set(NULL, "x"), -1);
	assert_int_equal(err_sys(NULL, "x"), -1);
}

/* --- sorting --- */

struct sorted {
	uint8_t key, mark[6];
};

static int
by_key(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

/* In order, and nothing lost: marks say which keys there were. */
static void
test_sort(void **state)
{
	struct sorted v[200];
	uint32_t seed = 12345;

	(void)state;
	for (size_t n = 0; n <= COUNT(v); n++) {
		size_t counts[256] = {0};

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1664525u + 1013904223u;
			v[i].key = (uint8_t)(seed >> 24 & (n % 2 ? 255 : 7));
			memset(v[i].mark, v[i].key, sizeof(v[i].mark));
			counts[v[i].key]++;
		}
		sort_array(v, n, sizeof(*v), by_key);
		for (size_t i = 0; i < n; i++) {
			assert_true(i == 0 || v[i - 1].key <= v[i].key);
			assert_int_equal(v[i].mark[5], v[i].key);
			counts[v[i].key]--;
		}
		for (size_t i = 0; i < 256; i++)
			assert_int_equal(counts[i], 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_span_parts),
	    cmocka_unit_test(test_span_compare),
	    cmocka_unit_test(test_span_find),
	    cmocka_unit_test(test_word_number),
	    cmocka_unit_test(test_span_words),
	    cmocka_unit_test(test_span_lines),
	    cmocka_unit_test(test_span_numbers),
	    cmocka_unit_test(test_buf_ceiling),
	    cmocka_unit_test(test_buf_grows),
	    cmocka_unit_test(test_cursor),
	    cmocka_unit_test(test_cursor_fails_for_good),
	    cmocka_unit_test(test_arena),
	    cmocka_unit_test(test_map),
	    cmocka_unit_test(test_addr_forms),
	    cmocka_unit_test(test_addr_order),
	    cmocka_unit_test(test_prefix),
	    cmocka_unit_test(test_prefix_of_mask),
	    cmocka_unit_test(test_addr_public),
	    cmocka_unit_test(test_addr_embedded),
	    cmocka_unit_test(test_time_parts),
	    cmocka_unit_test(test_time_round_trip),
	    cmocka_unit_test(test_time_iso),
	    cmocka_unit_test(test_time_pieces),
	    cmocka_unit_test(test_json_bytes),
	    cmocka_unit_test(test_json_utf8),
	    cmocka_unit_test(test_json_nesting),
	    cmocka_unit_test(test_diag_table),
	    cmocka_unit_test(test_err),
	    cmocka_unit_test(test_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
