/*
 * Indicator feeds: the STIX pattern grammar and what patterns mean, values in
 * all their spellings, and that the search for names finds what a slow
 * reference finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "detect/meets.h"
#include "intel/feed.h"
#include "intel/feed_value.h"
#include "intel/stix_pattern.h"
#include "lib/random.h"
#include "match/namefind_kernel.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* --- grammar (STIX 2.1 section 9) --- */

static const char *const valid[] = {
    "[file:size = 1280]",
    "[file:size == 1280 OR file:size != -7 OR file:size <> +7]",
    "[file:size < 1.5 AND file:size <= 2 AND file:size > .5]",
    "[file:size >= 0]",
    "[ipv4-addr:value = '203.0.113.7/32']",
    "[file:hashes.'SHA-256' = 'aa' OR file:hashes.MD5 = 'bb']",
    "[file:name = 'it\\'s' AND file:parent_directory_ref.path = 'C:\\\\x']",
    "[file:name LIKE 'a%_b' AND file:name NOT LIKE 'c']",
    "[file:name MATCHES '^a.*\\\\.exe$']",
    "[email-message:from_ref.value MATCHES '.+@example\\\\.net$']",
    "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
    "[ipv4-addr:value NOT ISSUPERSET '198.51.100.0/24']",
    "[file:name NOT = 'x']",
    "[file:name IN ('a', 'b', 'c')]",
    "[network-traffic:dst_port IN(443,6443,8443)]",
    "[x-thing:list NOT IN ()]",
    "[x_thing:flag = true AND x_thing:other != false]",
    "[artifact:payload_bin = b'dGlkZQ==' OR artifact:payload_bin = h'00fF']",
    "[x_thing:when >= t'2024-02-29T23:59:59.123Z']",
    "[network-traffic:extensions.'http-request-ext'.request_header."
    "'User-Agent' = 'x']",
    "[process:arguments[0] = 'a' OR process:arguments[*] = 'b']",
    "[process:arguments[-1] = 'a']",
    "[EXISTS file:extensions.'ntfs-ext']",
    "[(a:b = 1 OR a:c = 2) AND (a:d = 3)]",
    "( [(a:b = 1) ])",
    "[a:b = 1] AND [a:b = 2] OR [a:b = 3] FOLLOWEDBY [a:b = 4]",
    "([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 600 SECONDS",
    "[a:b = 1] REPEATS 5 TIMES WITHIN 1800.5 SECONDS",
    "([a:b = 1] WITHIN 5 SECONDS) WITHIN 6 SECONDS",
    "[a:b = 1] START t'2024-01-01T00:00:00Z' STOP t'2024-01-02T00:00:00Z'",
    "[a:b = 1] /* why */ AND // and more\n [a:b = 2]",
    "[a:b = 'http://example.net/?x=1&y=[2]']",
    "\t[a:b='c']\r\n",
};

static const struct wrong {
	const char *text;
	uint32_t column;
} invalid[] = {
    {"", 1},
    {"file:size = 1280", 1},
    {"[file:size = ]", 14},
    {"[file:hashes.MD5 = cead3f77]", 20},
    {"[file.size = 1280]", 6},
    {"[file:name MATCHES /.*/]", 20},
    {"[a:b = 'x'] WITHIN ]", 20},
    {"[a:b = 'x'] WITHIN 5 HOURS", 22},
    {"[a:b = 'x'] WITHIN -5 SECONDS", 20},
    {"[a:b = 'x'] WITHIN 0 SECONDS", 20},
    {"[a:b = 'x'] REPEATS 1.5 TIMES", 21},
    {"[a:b = 'x'] REPEATS 0 TIMES", 21},
    {"[a:b = 'x'] REPEATS 5", 22},
    {"[a:b ISSUBSET ]", 15},
    {"[a:b =? 'x']", 7},
    {"[a:b = t'2457-73-22T32:81:84.1Z']", 8},
    {"[a:b = t'2024-01-01']", 8},
    {"[a:b = b'====']", 8},
    {"[a:b = h'123']", 8},
    {"[a:b = \"x\"]", 8},
    {"[a:b = 1] within 2 SECONDS", 11},
    {"[a:b = 'x]", 8},
    {"[a:b = 'a\\n']", 8},
    {"[a:b = 01]", 8},
    {"[a:b = 1 AND]", 13},
    {"[a:b = 1 a:c = 2]", 10},
    {"[a:b = 1", 9},
    {"[a:b = 1]]", 10},
    {"[a:b = 1] [a:b = 2]", 11},
    {"([a:b = 1]", 11},
    {"[a:b > true]", 8},
    {"[a:b LIKE 5]", 11},
    {"[a:b IN 5]", 9},
    {"[a:b IN (1,)]", 12},
    {"[a:b IN (1 2)]", 12},
    {"[a:b[x] = 1]", 6},
    {"[a:b. = 1]", 7},
    {"[a: = 1]", 5},
    {"[AND:b = 1]", 2},
    {"[NOT a:b = 1]", 2},
    {"[]", 2},
    {"[a:b = 1] START t'2024-01-02T00:00:00Z' STOP t'2024-01-01T00:00:00Z'",
	69},
    {"[a:b = 1] START '2024-01-01T00:00:00Z' STOP '2024-01-02T00:00:00Z'", 17},
    {"[a:b = 1] WITHIN 5 SECONDS WITHIN 6 SECONDS", 44},
    {"[a:b = 1] FOLLOWEDBY", 21},
    {"[a:b = 1] /* open", 11},
};

static void
test_grammar_valid(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < COUNT(valid); i++) {
		struct stix_error e = {0, ""};

		if (stix_read(&a, span_str(valid[i]), false, &e) == NULL)
			fail_msg("%s: %u: %s", valid[i], e.column, e.text);
	}
	arena_release(&a);
}

static void
test_grammar_invalid(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < COUNT(invalid); i++) {
		struct stix_error e = {0, ""};

		if (stix_read(&a, span_str(invalid[i].text), false, &e) != NULL)
			fail_msg("%s: taken", invalid[i].text);
		if (e.column != invalid[i].column)
			fail_msg("%s: %u, not %u: %s", invalid[i].text,
			    e.column, invalid[i].column, e.text);
	}
	arena_release(&a);
}

/* Every prefix of a valid pattern is read or refused; brackets without end are
 * refused, not followed. */
static void
test_grammar_cut(void **state)
{
	struct arena a;
	char deep[4096];

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < COUNT(valid); i++)
		for (size_t n = 0; n < strlen(valid[i]); n++) {
			struct stix_error e;
			char *exact = malloc(n + 1);

			memcpy(exact, valid[i], n);
			stix_read(&a, span_of(exact, n), false, &e);
			free(exact);
		}
	for (int open = 0; open < 2; open++) {
		struct stix_error e;

		memset(deep, open ? '(' : '[', sizeof(deep));
		if (open)
			deep[0] = '[';
		assert_null(
		    stix_read(&a, span_of(deep, sizeof(deep)), false, &e));
	}
	arena_release(&a);
}

/* --- meaning --- */

static const struct meaning {
	const char *text, *values;
	bool whole;
	size_t lost;
} meanings[] = {
    {"[ipv4-addr:value = '203.0.113.7']", "203.0.113.7", true, 0},
    {"[ipv4-addr:value = 'a' OR url:value = 'http://x.example/?a=b']",
	"a http://x.example/?a=b", true, 0},
    {"[domain-name:value IN ('a.example', 'b.example')]", "a.example b.example",
	true, 0},
    {"[domain-name:value LIKE '%.a.example']", "a.example", true, 0},
    {"[domain-name:value LIKE '%a.example']", "", true, 1},
    {"[file:name = 'x' AND file:hashes.MD5 = 'y']", "y", false, 0},
    {"[file:name = 'x' AND (file:hashes.MD5 = 'y' OR file:hashes.MD5 = 'z')]",
	"y z", false, 0},
    {"[file:size = 7 AND file:name = 'x']", "x", false, 0},
    {"[file:size = 7 OR file:name = 'x']", "x", true, 1},
    {"[ipv4-addr:value != 'a']", "", true, 1},
    {"[ipv4-addr:value NOT IN ('a')]", "", true, 1},
    {"[a:b = 1] AND [url:value = 'u']", "u", false, 1},
    {"[url:value = 'u'] OR [url:value = 'v']", "u v", true, 0},
    {"[url:value = 'u'] FOLLOWEDBY [url:value = 'v']", "u v", false, 0},
    {"[url:value = 'u'] REPEATS 3 TIMES", "u", false, 0},
    {"[network-traffic:src_ref.value = '192.0.2.1']", "192.0.2.1", false, 0},
};

struct joined {
	char text[256];
};

static void
join(void *ctx, const struct stix_anchor *x)
{
	struct joined *j = ctx;
	size_t n = strlen(j->text);

	snprintf(j->text + n, sizeof(j->text) - n, "%s%.*s", n > 0 ? " " : "",
	    SPAN_FMT(x->value));
}

static void
test_meaning(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < COUNT(meanings); i++) {
		const struct meaning *m = &meanings[i];
		struct stix_error e;
		struct stix_pattern *p =
		    stix_read(&a, span_str(m->text), false, &e);
		struct joined j = {""};
		bool whole;
		size_t lost;

		assert_non_null(p);
		stix_anchors(&a, p, join, &j, &whole, &lost);
		assert_string_equal(j.text, m->values);
		assert_int_equal(lost, m->lost);
		if (j.text[0] != '\0')
			assert_int_equal(whole, m->whole);
	}
	arena_release(&a);
}

/* --- the rest of a pattern in a record --- */

static const struct met {
	const char *text;
	enum meets meets;
} mets[] = {
    {"[network-traffic:src_ref.value = '203.0.113.7' AND "
     "network-traffic:dst_port = 22]",
	MEETS_YES},
    {"[network-traffic:src_ref.value = '203.0.113.7' AND "
     "network-traffic:dst_port = 23]",
	MEETS_NO},
    {"[network-traffic:dst_ref.value = '203.0.113.7']", MEETS_NO},
    {"[network-traffic:src_ref.value = '203.0.113.7' AND "
     "network-traffic:dst_port IN (1, 22)]",
	MEETS_YES},
    {"[network-traffic:src_ref.value = '203.0.113.7' AND "
     "network-traffic:dst_port > 100]",
	MEETS_NO},
    {"[network-traffic:src_ref.value = '203.0.113.7' AND "
     "network-traffic:src_packets > 100]",
	MEETS_UNKNOWN},
    {"[ipv4-addr:value = '203.0.113.7' AND user-account:user_id LIKE 'ro%']",
	MEETS_YES},
    {"[ipv4-addr:value = '203.0.113.7' AND user-account:user_id LIKE '_x%']",
	MEETS_NO},
    {"[ipv4-addr:value = '203.0.113.7' AND user-account:user_id NOT = 'root']",
	MEETS_NO},
    {"[ipv4-addr:value ISSUBSET '203.0.113.0/24' AND "
     "EXISTS user-account:user_id]",
	MEETS_UNKNOWN},
};

static void
test_meets(void **state)
{
	struct arena a;
	struct record r;
	struct indicator found = {
	    .type = INDICATOR_ADDRESS, .value = SPAN("203.0.113.7")};

	(void)state;
	arena_init(&a);
	prefix_read(found.value, &found.prefix);
	record_init(&r, K_FLOW, 1, 0, SPAN("x"));
	record_put_ip(&r, F_SRC_IP, SPAN("203.0.113.7"));
	record_put_ip(&r, F_DST_IP, SPAN("192.0.2.1"));
	record_put_number(&r, F_DST_PORT, SPAN("22"));
	record_put(&r, F_USER, SPAN("root"));
	for (size_t i = 0; i < COUNT(mets); i++) {
		struct stix_error e;
		struct stix_pattern *p =
		    stix_read(&a, span_str(mets[i].text), false, &e);

		assert_non_null(p);
		if (meets_part(p, 0, &found, &r) != mets[i].meets)
			fail_msg("%s: %d", mets[i].text,
			    (int)meets_part(p, 0, &found, &r));
	}
	arena_release(&a);
}

/* --- values --- */

static const struct spelling {
	const char *written, *value;
	int type; /* -1: none */
} spellings[] = {
    {"203.0.113.7", "203.0.113.7", INDICATOR_ADDRESS},
    {"203[.]0[.]113[.]7", "203.0.113.7", INDICATOR_ADDRESS},
    {"203[.0[.113[.7", "203.0.113.7", INDICATOR_ADDRESS},
    {"203(dot)0{.}113 ", NULL, -1},
    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1", INDICATOR_ADDRESS},
    {"::ffff:203.0.113.7", "203.0.113.7", INDICATOR_ADDRESS},
    {"203.0.113.99/24", "203.0.113.0/24", INDICATOR_ADDRESS},
    {"203.0.113.7:8080", "203.0.113.7", INDICATOR_ADDRESS},
    {"[2001:db8::1]:443", "2001:db8::1", INDICATOR_ADDRESS},
    {"hxxps[:]//EVIL[.]example/A?b=c", "evil.example/A?b=c", INDICATOR_URL},
    {"http://user:pw@evil.example:81/", NULL, -1},
    {"http://evil.example:81/x", "evil.example:81/x", INDICATOR_URL},
    {"http://203.0.113.7/x", "203.0.113.7/x", INDICATOR_URL},
    {"http://[2001:db8::1]/x", "[2001:db8::1]/x", INDICATOR_URL},
    {"http:///x", NULL, -1},
    {"Evil.Example.", "evil.example", INDICATOR_DOMAIN},
    {"*.evil.example", "evil.example", INDICATOR_DOMAIN},
    {"e\xef\xbd\x96il\xef\xbc\x8e"
     "example",
	"evil.example", INDICATOR_DOMAIN},
    {"-evil.example", NULL, -1},
    {"evil..example", NULL, -1},
    {"eve[at]evil[.]example", "eve@evil.example", INDICATOR_EMAIL},
    {"AS64500", "64500", INDICATOR_ASN},
    {"0123456789ABCDEF0123456789abcdef", "0123456789abcdef0123456789abcdef",
	INDICATOR_HASH},
    {"0123456789ABCDEF0123456789abcde", NULL, -1},
    {"tool.exe", "tool.exe", INDICATOR_FILE_NAME},
    {"1.2.3", NULL, -1},
    {"word", NULL, -1},
    {"", NULL, -1},
};

static void
test_spellings(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < COUNT(spellings); i++) {
		const struct spelling *s = &spellings[i];
		struct feed_value v;
		const char *wrong = feed_value_guess(
		    &a, feed_refang(&a, span_str(s->written)), &v);

		if (s->type < 0) {
			if (wrong == NULL)
				fail_msg("%s: taken as %.*s", s->written,
				    SPAN_FMT(v.text));
			continue;
		}
		if (wrong != NULL || (int)v.type != s->type ||
		    !span_is(v.text, s->value))
			fail_msg("%s: %s %.*s", s->written, wrong ? wrong : "",
			    SPAN_FMT(v.text));
	}
	arena_release(&a);
}

/* A range's prefixes hold its addresses and no others. */
static void
test_ranges(void **state)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {{0xcb007101, 0xcb007101}, {0xcb007100, 0xcb0071ff},
	    {0xcb007101, 0xcb0071fe}, {0x01000001, 0x010000ff},
	    {0xffffffff, 0xffffffff}, {0xfffffff0, 0xffffffff},
	    {0xcb007109, 0xcb007214}};
	struct prefix parts[LIMIT_RANGE_PREFIXES];

	(void)state;
	for (size_t i = 0; i < COUNT(ranges); i++) {
		struct addr from = addr_from_v4(ranges[i].from),
			    to = addr_from_v4(ranges[i].to);
		char a[ADDR_TEXT], b[ADDR_TEXT], text[128];
		uint64_t held = 0;
		size_t n;

		snprintf(text, sizeof(text), "%s - %s", addr_write(&from, a),
		    addr_write(&to, b));
		n = feed_range(span_str(text), parts);
		assert_true(n > 0);
		for (size_t k = 0; k < n; k++) {
			held += UINT64_C(1) << (32 - parts[k].bits);
			assert_true(addr_v4(&parts[k].addr) >= ranges[i].from);
		}
		assert_int_equal(
		    held, (uint64_t)ranges[i].to - ranges[i].from + 1);
		assert_true(prefix_holds(&parts[0], &from));
		assert_true(prefix_holds(&parts[n - 1], &to));
	}
	assert_int_equal(feed_range(SPAN("203.0.113.9-203.0.113.1"), parts), 0);
	assert_true(
	    feed_range(SPAN("2001:db8::1-2001:db8::ffff:ffff"), parts) > 0);
	assert_true(feed_range(SPAN("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:"
				    "fffe"),
			parts) > 0);
}

/* --- names in text, against a slow reference --- */

static const char alphabet[] = "aAbB01.-/_ @%=?\n:\xc3";

static size_t
random_text(uint64_t *seed, char *out, size_t most)
{
	size_t n = 1 + random_next(seed) % most;

	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[random_next(seed) % (sizeof(alphabet) - 1)];
	return n;
}

struct name {
	char text[40];
	size_t n;
	unsigned rules;
};

static unsigned char
at(struct span s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

static bool
hex(unsigned char c)
{
	return ascii_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* The rule of namefind.h, written down once more and slowly. */
static bool
stands_at(struct span text, size_t from, const struct name *x)
{
	size_t key = x->n, end = from + x->n, last;
	unsigned char before = at(text, from - 1);
	bool escape =
	    (at(text, from - 2) == '\\' &&
		(before == 'n' || before == 'r' || before == 't')) ||
	    (at(text, from - 2) != '\\' && at(text, from - 3) == '%' &&
		hex(at(text, from - 2)) && hex(before));

	if (end > text.n ||
	    !span_eq_nocase(span_sub(text, from, end), span_of(x->text, x->n)))
		return false;
	while (!name_word((unsigned char)x->text[key - 1]))
		key--;
	last = from + key;
	/* The word ends where the name's last word ends. */
	if (name_word(at(text, last)) ||
	    (at(text, last) == '.' && name_word(at(text, last + 1))))
		return false;
	if (before == '.' && name_word(at(text, from - 2)))
		return (x->rules & NAME_BELOW) != 0;
	return !name_word(before) || escape;
}

struct seen {
	unsigned char *counts; /* by name and offset */
	size_t text;
};

static void
on_name(void *ctx, size_t offset, size_t length, uint32_t id, bool below)
{
	struct seen *s = ctx;

	(void)length;
	(void)below;
	s->counts[id * s->text + offset]++;
}

/* Before the last byte of a word. */
static bool
holds_dot(const struct name *x)
{
	size_t n = x->n;

	while (n > 0 && !name_word((unsigned char)x->text[n - 1]))
		n--;
	return n > 0 && memchr(x->text, '.', n - 1) != NULL;
}

#define NAMES 40
#define ROUNDS 4000
#define TEXT 300

/* With every variant of the search, and with names that all hold a dot too:
 * then only words behind one are looked at. */
static void
names_reference(const struct namefind_kernel *kernel)
{
	uint64_t seed = 239;
	unsigned found = 0, reached = 0;

	for (int round = 0; round < ROUNDS; round++) {
		struct name names[NAMES];
		struct nameset *set = nameset_new();
		char bytes[TEXT];
		size_t nnames = 0, n = random_text(&seed, bytes, TEXT);
		char *exact;
		struct seen seen;

		while (nnames < NAMES) {
			struct name *x = &names[nnames];
			size_t from = random_next(&seed) % n;

			/* Half of them are cut from the text. */
			x->n = random_text(&seed, x->text, 24);
			if (random_next(&seed) % 2 == 0) {
				x->n = x->n < n - from ? x->n : n - from;
				memcpy(x->text, bytes + from, x->n);
			}
			x->rules = random_next(&seed) % 2 ? NAME_BELOW : 0;
			if (memchr(x->text, '\n', x->n) != NULL ||
			    (round % 2 == 1 && !holds_dot(x)) ||
			    !nameset_add(set, span_of(x->text, x->n), x->rules,
				(uint32_t)nnames))
				continue;
			nnames++;
		}
		nameset_seal(set);
		reached += set->dot_reach > 0;
		exact = malloc(n);
		memcpy(exact, bytes, n);
		seen = (struct seen){calloc(NAMES, n), n};
		namefind_scan_with(
		    kernel, set, span_of(exact, n), on_name, &seen);
		for (size_t i = 0; i < NAMES; i++)
			for (size_t k = 0; k < n; k++) {
				bool want =
				    stands_at(span_of(exact, n), k, &names[i]);

				found += want;
				if (seen.counts[i * n + k] != want)
					fail_msg("round %d: \"%.*s\" at %zu of "
						 "\"%.*s\": %d, not %d",
					    round, (int)names[i].n,
					    names[i].text, k, (int)n, exact,
					    seen.counts[i * n + k], want);
			}
		free(seen.counts);
		free(exact);
		nameset_free(set);
	}
	assert_true(found > 500);
	assert_true(reached > ROUNDS / 3 && reached < ROUNDS * 2 / 3);
}

static void
test_names_reference(void **state)
{
	const struct namefind_kernel *v[NAMEFIND_KERNELS];
	size_t n = namefind_kernels(v);

	(void)state;
	for (size_t i = 0; i < n; i++)
		names_reference(v[i]);
}

/* Names that end alike, by the thousand, cost no more than one. */
static void
test_names_many(void **state)
{
	struct nameset *set = nameset_new();
	char text[64];
	struct seen seen = {calloc(20000, 64), 64};

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "h%u.same.example", i);
		assert_true(nameset_add(set, span_str(text), NAME_BELOW, i));
	}
	nameset_seal(set);
	for (uint32_t i = 0; i < 20000; i += 7) {
		snprintf(text, sizeof(text), "x.H%u.same.EXAMPLE.", i);
		namefind_scan(set, span_str(text), on_name, &seen);
		assert_int_equal(seen.counts[i * 64 + 2], 1);
	}
	free(seen.counts);
	nameset_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_grammar_valid),
	    cmocka_unit_test(test_grammar_invalid),
	    cmocka_unit_test(test_grammar_cut),
	    cmocka_unit_test(test_meaning),
	    cmocka_unit_test(test_meets),
	    cmocka_unit_test(test_spellings),
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_names_reference),
	    cmocka_unit_test(test_names_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
