#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "lib/random.h"
#include "match/addrfind.h"
#include "match/addrfind_kernel.h"
#include "match/column.h"
#include "match/literal.h"
#include "match/newline.h"

static size_t
random_below(uint64_t *seed, size_t n)
{
	return (size_t)(random_next(seed) % n);
}

static struct prefix
prefix_must(const char *text)
{
	struct prefix p;

	assert_true(prefix_read(span_str(text), &p));
	return p;
}

static struct addrset *
set_of(const char *const *texts, size_t n)
{
	struct addrset *s = addrset_new();

	assert_non_null(s);
	for (size_t i = 0; i < n; i++) {
		struct prefix p = prefix_must(texts[i]);

		addrset_add(s, &p, (uint32_t)i);
	}
	addrset_seal(s);
	return s;
}

#define SET(...)                                                               \
	set_of((const char *const[]){__VA_ARGS__},                             \
	    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static uint32_t
set_find(const struct addrset *s, const char *text)
{
	struct addr a;

	assert_true(addr_read(span_str(text), &a));
	return addrset_find(s, &a);
}

/* --- addrset --- */

static void
test_set_most_specific(void **state)
{
	struct addrset *s = SET("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3",
	    "10.1.2.0/24", "0.0.0.0/0", "255.255.255.255", "2001:db8::/32",
	    "2001:db8::1", "10.1.2.3", "2001:db8:1::/48");

	(void)state;
	assert_int_equal(set_find(s, "10.9.9.9"), 0);
	assert_int_equal(set_find(s, "10.1.3.255"), 1);
	assert_int_equal(set_find(s, "10.1.2.3"), 2);
	assert_int_equal(set_find(s, "10.1.2.4"), 3);
	assert_int_equal(set_find(s, "10.1.1.255"), 1);
	assert_int_equal(set_find(s, "0.0.0.0"), 4);
	assert_int_equal(set_find(s, "255.255.255.254"), 4);
	assert_int_equal(set_find(s, "255.255.255.255"), 5);
	assert_int_equal(set_find(s, "2001:db8::2"), 6);
	assert_int_equal(set_find(s, "2001:db8::1"), 7);
	assert_int_equal(set_find(s, "2001:db8:1:2::3"), 9);
	assert_int_equal(set_find(s, "2001:db9::1"), ADDRSET_NONE);
	assert_int_equal(set_find(s, "::ffff:10.1.2.3"), 2);
	addrset_free(s);
}

static void
test_set_empty(void **state)
{
	struct addrset *s = addrset_new();
	struct addr none = {0};

	(void)state;
	addrset_seal(s);
	assert_false(addrset_has_family(s, 4));
	assert_false(addrset_has_family(s, 6));
	assert_int_equal(addrset_find_v4(s, 0), ADDRSET_NONE);
	assert_int_equal(set_find(s, "::"), ADDRSET_NONE);
	assert_int_equal(addrset_find(s, &none), ADDRSET_NONE);
	addrset_free(s);
	addrset_free(NULL);
}

/* IPv4 inside IPv6 counts where the set has no IPv6 prefix of it. */
static void
test_set_embedded(void **state)
{
	struct addrset *s =
	    SET("203.0.113.9", "198.51.100.0/24", "2002:c633:6407::/48");

	(void)state;
	assert_true(addrset_has_family(s, 6));
	assert_int_equal(set_find(s, "2002:cb00:7109::1"), 0);
	assert_int_equal(set_find(s, "2002:cb00:710a::1"), ADDRSET_NONE);
	assert_int_equal(set_find(s, "2001:0:c000:201::34ff:8ef6"), 0);
	assert_int_equal(set_find(s, "64:ff9b::203.0.113.9"), 0);
	assert_int_equal(set_find(s, "64:ff9b:1::198.51.100.7"), 1);
	assert_int_equal(set_find(s, "64:ff9b:2::198.51.100.7"), ADDRSET_NONE);
	assert_int_equal(set_find(s, "::203.0.113.9"), 0);
	assert_int_equal(set_find(s, "2001:db8::203.0.113.9"), ADDRSET_NONE);
	assert_int_equal(set_find(s, "2002:c633:6407::1"), 2);
	assert_int_equal(set_find(s, "2002:c633:6408::1"), 1);
	addrset_free(s);
}

/* The last word of a slow and plain search. */
static uint32_t
list_find(const struct prefix *list, size_t n, const struct addr *a)
{
	uint32_t best = ADDRSET_NONE;

	for (size_t i = 0; i < n; i++)
		if (prefix_holds(&list[i], a) &&
		    (best == ADDRSET_NONE || list[i].bits > list[best].bits))
			best = (uint32_t)i;
	return best;
}

/* Few different bits, so that prefixes nest and addresses fall into them. */
static struct addr
addr_random(uint64_t *seed, unsigned family)
{
	struct addr a = {.family = (uint8_t)family};

	for (size_t i = 0; i < (family == 4 ? 4u : 16u); i++) {
		static const uint8_t some[] = {0, 1, 0x7f, 0x80, 0xff};

		a.bytes[i] = some[random_below(seed, sizeof(some))];
	}
	return a;
}

static void
check_near(
    const struct addrset *s, const struct prefix *list, size_t n, struct addr a)
{
	size_t last = a.family == 4 ? 3 : 15;

	for (unsigned step = 0; step < 3; step++) {
		assert_int_equal(addrset_find(s, &a), list_find(list, n, &a));
		a.bytes[last] = (uint8_t)(a.bytes[last] + step * 2 - 1);
	}
}

static void
check_random_set(uint64_t *seed, size_t n)
{
	struct prefix *list = calloc(n, sizeof(*list));
	struct addrset *s = addrset_new();

	assert_non_null(list);
	for (size_t i = 0; i < n; i++) {
		unsigned family = random_below(seed, 2) ? 4 : 6;
		unsigned size = family == 4 ? 32 : 128;
		unsigned bits = random_below(seed, 3)
				    ? size
				    : (unsigned)random_below(seed, size + 1);

		list[i] = prefix_of(addr_random(seed, family), bits);
		addrset_add(s, &list[i], (uint32_t)i);
	}
	addrset_seal(s);
	for (size_t i = 0; i < n; i++)
		check_near(s, list, n, list[i].addr);
	for (size_t i = 0; i < 200; i++) {
		check_near(s, list, n, addr_random(seed, 4));
		check_near(s, list, n, addr_random(seed, 6));
	}
	addrset_free(s);
	free(list);
}

static void
test_set_against_list(void **state)
{
	uint64_t seed = 0x1234567;

	(void)state;
	for (size_t n = 1; n <= 400; n += n < 10 ? 1 : 97)
		for (int i = 0; i < 10; i++)
			check_random_set(&seed, n);
}

static void
test_set_sizes(void **state)
{
	struct addrset *s = addrset_new();
	uint64_t seed = 99;
	struct prefix p;

	(void)state;
	for (uint32_t i = 0; i < 89; i++) {
		p = prefix_of(addr_from_v4(0xcb007100u + i), 32);
		addrset_add(s, &p, i);
	}
	addrset_seal(s);
	assert_true(s->arena.used < 16u << 10);
	addrset_free(s);

	s = addrset_new();
	for (uint32_t i = 0; i < 100000; i++) {
		p = prefix_of(addr_from_v4((uint32_t)random_next(&seed)),
		    i % 3 ? 32 : 24);
		addrset_add(s, &p, i);
	}
	addrset_seal(s);
	assert_true(s->arena.used < 8u << 20);
	assert_int_equal(
	    addrset_find_v4(s, addr_v4(&p.addr)) != ADDRSET_NONE, true);
	addrset_free(s);
}

/* --- addrfind --- */

#define HITS_MAX 20000

struct hit {
	size_t offset, length;
	uint32_t id;
};

struct hits {
	struct hit v[HITS_MAX];
	size_t n;
};

static void
hit_add(void *ctx, size_t offset, size_t length, uint32_t id)
{
	struct hits *h = ctx;

	assert_true(h->n < HITS_MAX);
	h->v[h->n++] = (struct hit){offset, length, id};
}

/* A page of text with nothing readable before and behind it. */
#define FENCE 4096
#define FENCED_MAX (8u * FENCE)

static char *
fenced_new(void)
{
	char *p = mmap(NULL, FENCED_MAX + 2 * FENCE, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	assert_int_equal(
	    mprotect(p + FENCE, FENCED_MAX, PROT_READ | PROT_WRITE), 0);
	return p + FENCE;
}

static void
fenced_free(char *p)
{
	munmap(p - FENCE, FENCED_MAX + 2 * FENCE);
}

static void
hits_equal(const struct hits *a, const struct hits *b, struct span text,
    const char *name)
{
	size_t i = 0;

	while (i < a->n && i < b->n && a->v[i].offset == b->v[i].offset &&
	       a->v[i].length == b->v[i].length && a->v[i].id == b->v[i].id)
		i++;
	if (i == a->n && i == b->n)
		return;
	size_t at = i < a->n && (i == b->n || a->v[i].offset < b->v[i].offset)
			? a->v[i].offset
			: b->v[i].offset;
	struct span near = span_sub(text, at > 20 ? at - 20 : 0, at + 60);

	fail_msg("%s: hit %zu of %zu/%zu differs near offset %zu: \"%.*s\"",
	    name, i, a->n, b->n, at, SPAN_FMT(near));
}

/* --- a slow finder of IPv4, written from the manual in addrfind.h --- */

static unsigned char
at(struct span s, size_t i)
{
	return i < s.n ? (unsigned char)s.p[i] : 0;
}

static bool
hex(unsigned char c)
{
	return ascii_digit(c) ||
	       (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

static bool
slow_left(struct span s, size_t from)
{
	unsigned char c = at(s, from - 1), d = at(s, from - 2);

	if (at(s, from - 3) == '%' && hex(c) && hex(d))
		return !ascii_digit(c) || ascii_digit(d);
	if (c == '%')
		return !(ascii_digit(at(s, from + 1)) &&
			 ascii_digit(at(s, from + 2)));
	if (c == 'n' || c == 'r' || c == 't')
		return d == '\\';
	if (c == '.')
		return !ascii_alnum(d);
	return !ascii_alnum(c);
}

static bool
slow_right(struct span s, size_t to)
{
	if (at(s, to) == '.')
		return !ascii_alnum(at(s, to + 1));
	return !ascii_alnum(at(s, to));
}

static void
slow_find(const struct addrset *set, struct span s, struct hits *out)
{
	struct addr a;

	for (size_t from = 0; from < s.n; from++)
		for (size_t n = 15; n >= 7; n--) {
			struct span quad = span_sub(s, from, from + n);

			if (!ascii_digit(at(s, from)) || quad.n != n ||
			    !addr_read(quad, &a) || !slow_left(s, from) ||
			    !slow_right(s, from + n) ||
			    addrset_find(set, &a) == ADDRSET_NONE)
				continue;
			hit_add(out, from, n, addrset_find(set, &a));
		}
}

/* --- */

static void
check_kernels(
    const struct addrset *set, struct span text, const struct hits *want)
{
	static struct hits got;
	const struct addrfind_kernel *k[ADDRFIND_KERNELS];
	size_t n = addrfind_kernels(k);

	for (size_t i = 0; i < n; i++) {
		got.n = 0;
		addrfind_scan_with(k[i], set, text, hit_add, &got);
		hits_equal(want, &got, text, k[i]->name);
	}
	got.n = 0;
	addrfind_scan(set, text, hit_add, &got);
	hits_equal(want, &got, text, "best");
}

static void
check_slow(const struct addrset *set, struct span text)
{
	static struct hits want;

	want.n = 0;
	slow_find(set, text, &want);
	check_kernels(set, text, &want);
}

struct spelling {
	const char *text;
	const char *hit; /* the part reported, or NULL */
};

static void
check_spelling(const struct addrset *set, const struct spelling *s, char *room)
{
	static struct hits want;
	struct span body = span_str(s->text);

	/* At every place within a window, with and without bytes behind. */
	for (size_t lead = 0; lead < 70; lead++)
		for (size_t tail = 0; tail < 80; tail += 39) {
			size_t n = lead + body.n + tail;
			char *p = room + FENCED_MAX - n;

			memset(p, ' ', n);
			memcpy(p + lead, body.p, body.n);
			want.n = 0;
			if (s->hit != NULL)
				hit_add(&want,
				    lead + span_find(body, span_str(s->hit)),
				    strlen(s->hit), 0);
			check_kernels(set, span_of(p, n), &want);
		}
}

#define A "45.61.133.31"

static void
test_find_spellings_v4(void **state)
{
	static const struct spelling s[] = {
	    {A, A},
	    {"(" A ")", A},
	    {A ".", A},
	    {A ":22", A},
	    {A "/51234", A},
	    {"src=" A ",", A},
	    {"tcp " A "(443)", A},
	    {"-" A "-", A},
	    {"_" A "_", A},
	    {"\"" A "\"", A},
	    {"\\n" A "\\n", A},
	    {"\xe2\x80\x9c" A "\xe2\x80\x9d", A},
	    {"http%3A%2F%2F" A "%2F", A},
	    {"ping%20" A, A},
	    {"outside:" A "/22", A},
	    {"peer::" A, A},
	    {".." A "..", A},
	    {"::ffff:" A, "::ffff:" A},
	    {"[::FFFF:" A "]:80", "::FFFF:" A},
	    {"0:0:0:0:0:ffff:" A, "0:0:0:0:0:ffff:" A},
	    {"::ffff:" A ":80", "::ffff:" A},
	    {"1" A, NULL},
	    {A "0", NULL},
	    {"1." A, NULL},
	    {A ".5", NULL},
	    {"a." A, NULL},
	    {A ".in-addr.arpa", NULL},
	    {"v" A, NULL},
	    {A "a", NULL},
	    {"45.061.133.31", NULL},
	    {"45.61.133.031", NULL},
	    {"045.61.133.31", NULL},
	    {"45.61.133.287", NULL},
	    {"301.61.133.31", NULL},
	    {"45.61.133", NULL},
	    {"45..61.133.31", NULL},
	    {"45.61.133.", NULL},
	    {"45.61.133 .31", NULL},
	    {"2001:db8::" A, NULL},
	    {"64:ff9b::" A, "64:ff9b::" A},
	    {"[64:ff9b::" A "]:22", "64:ff9b::" A},
	    {"64:ff9c::" A, NULL},
	};
	struct addrset *v4 = SET(A), *both = SET(A, "2001:db8:ffff::/48");
	char *room = fenced_new();

	(void)state;
	for (size_t i = 0; i < sizeof(s) / sizeof(s[0]); i++) {
		check_spelling(v4, &s[i], room);
		check_spelling(both, &s[i], room);
	}
	addrset_free(v4);
	addrset_free(both);
	fenced_free(room);
}

#define B "2001:db8::5:1"

static void
test_find_spellings_v6(void **state)
{
	static const struct spelling s[] = {
	    {B, B},
	    {"[" B "]:22", B},
	    {B "/64", B},
	    {B "%eth0", B},
	    {"neighbor " B ": down", B},
	    {"neighbor " B ":down", B},
	    {"inside:" B "/443", B},
	    {"outside:" B "/443", B},
	    {"vlan10:" B ".", B},
	    {"src=" B ",", B},
	    {"from..." B "...", B},
	    {"%5B" B "%5D", B},
	    {"\\n" B "\\n", B},
	    {"2001:DB8::5:1", "2001:DB8::5:1"},
	    {"2001:0db8:0:0:0000::5:1", "2001:0db8:0:0:0000::5:1"},
	    {"2001:db8:0:0:0:0:5:1", "2001:db8:0:0:0:0:5:1"},
	    {"2001:0db8:0000:0000:0000:0000:0005:0001",
		"2001:0db8:0000:0000:0000:0000:0005:0001"},
	    {"2001:db8::0.5.0.1", "2001:db8::0.5.0.1"},
	    {"2001:db8:0:0:0:0:0.5.0.1", "2001:db8:0:0:0:0:0.5.0.1"},
	    {"1" B, NULL},
	    {B "2", NULL},
	    {B ":2", NULL},
	    {"1:" B, NULL},
	    {B ".5", NULL},
	    {"x" B, NULL},
	    {B "x", NULL},
	    {"2001:db8::5::1", NULL},
	    {"2001:db8:0:0:0:5:1", NULL},
	    {"2001:db8:5:1", NULL},
	    {"02001:db8::5:1", NULL},
	    {"std::vector::push", NULL},
	    {"12:34:56 00:11:22:33:44:55", NULL},
	    {":::::::", NULL},
	};
	static const struct spelling hexed[] = {
	    {"::ffff:2d3d:851f", "::ffff:2d3d:851f"},
	    {"[0:0:0:0:0:ffff:2d3d:851f]", "0:0:0:0:0:ffff:2d3d:851f"},
	    {"64:ff9b::2d3d:851f", "64:ff9b::2d3d:851f"},
	    {"2002:2d3d:851f::1", "2002:2d3d:851f::1"},
	    {"2001:0:a:b:c:d:d2c2:7ae0", "2001:0:a:b:c:d:d2c2:7ae0"},
	    {"2001:db8:a:b:c:d:d2c2:7ae0", NULL},
	};
	struct addrset *v6 = SET(B), *both = SET("45.61.133.31", B),
		       *v4 = SET("45.61.133.31");
	char *room = fenced_new();

	(void)state;
	for (size_t i = 0; i < sizeof(s) / sizeof(s[0]); i++)
		check_spelling(v6, &s[i], room);
	for (size_t i = 0; i < sizeof(hexed) / sizeof(hexed[0]); i++) {
		check_spelling(both, &hexed[i], room);
		check_spelling(v4, &hexed[i], room);
	}
	addrset_free(v4);
	addrset_free(v6);
	addrset_free(both);
	fenced_free(room);
}

/* Text of pieces that are likely to meet a finder at its weak places. */
static size_t
hostile_text(uint64_t *seed, char *p, size_t n, bool colons)
{
	static const char *const parts[] = {".", ".", ".", ".", "1", "2", "25",
	    "255", "256", "0", "00", "10", "1.2.3.4", "255.255.255.255",
	    "10.0.0.1", " ", " ", "\n", "%", "%2", "%20", "%2F", "\\n", "a",
	    "F", "x", "-", "....", "11111", "\xff", ":", "::", ":1", "ffff",
	    "::ffff:", "2001:db8::1", "00:11:22:33:44:55", "12:34:56",
	    "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:"};
	size_t at = 0, kinds = sizeof(parts) / sizeof(parts[0]);

	if (!colons)
		kinds -= 10;
	while (at < n) {
		size_t k = random_below(seed, kinds + 1);
		struct span part =
		    k < kinds ? span_str(parts[k]) : span_of("\0", 1);

		part = span_head(part, n - at);
		memcpy(p + at, part.p, part.n);
		at += part.n;
	}
	return n;
}

static void
test_find_random_v4(void **state)
{
	struct addrset *all = SET("0.0.0.0/0"),
		       *few = SET("1.2.3.4", "10.0.0.0/8", "255.255.255.255",
			   "2.1.0.0/16");
	char *room = fenced_new();
	uint64_t seed = 42;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		size_t n = i < 150 ? i : random_below(&seed, 9000);
		char *p = room + (i % 2 ? FENCED_MAX - n : 0);

		hostile_text(&seed, p, n, false);
		check_slow(all, span_of(p, n));
		check_slow(few, span_of(p, n));
	}
	addrset_free(all);
	addrset_free(few);
	fenced_free(room);
}

/* With colons: every kernel as the portable one; hits in order and apart. */
static void
test_find_random_mixed(void **state)
{
	static struct hits want;
	const struct addrfind_kernel *k[ADDRFIND_KERNELS];
	struct addrset *all = SET("0.0.0.0/0", "::/0");
	char *room = fenced_new();
	uint64_t seed = 43;

	(void)state;
	addrfind_kernels(k);
	for (size_t i = 0; i < 300; i++) {
		size_t n = i < 150 ? i : random_below(&seed, 9000);
		char *p = room + (i % 2 ? FENCED_MAX - n : 0);

		hostile_text(&seed, p, n, true);
		want.n = 0;
		addrfind_scan_with(k[0], all, span_of(p, n), hit_add, &want);
		check_kernels(all, span_of(p, n), &want);
		for (size_t h = 1; h < want.n; h++)
			assert_true(
			    want.v[h].offset >=
			    want.v[h - 1].offset + want.v[h - 1].length);
	}
	addrset_free(all);
	fenced_free(room);
}

static void
word_random(uint64_t *seed, char out[64])
{
	struct addr a = addr_random(seed, random_below(seed, 4) ? 6 : 4);
	char text[ADDR_TEXT];
	size_t r = random_below(seed, 8);

	if (r == 0)
		snprintf(out, 64, "%02zu:%02zu:59", r, r);
	else if (r == 1)
		snprintf(out, 64, "00:1a:2b:%02x:4d:5e", a.bytes[1]);
	else
		snprintf(
		    out, 64, "%s%s", addr_write(&a, text), r == 2 ? "0" : "");
}

/* Words between separators: each whole word is an address or it is not. */
static void
test_find_words(void **state)
{
	static struct hits want;
	struct addrset *set = SET("::/1", "0.0.0.0/1", "ff00::/8", "7f01::/16");
	char *room = fenced_new();
	uint64_t seed = 44;

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n = 0;

		want.n = 0;
		while (n < 7000) {
			char word[64];
			struct addr a;
			uint32_t id;

			word_random(&seed, word);
			struct span w = span_str(word);

			memcpy(room + n, word, w.n);
			id = addr_read(w, &a) ? addrset_find(set, &a)
					      : ADDRSET_NONE;
			if (id != ADDRSET_NONE)
				hit_add(&want, n, w.n, id);
			n += w.n;
			room[n++] = " ,]/=)\n\0"[random_below(&seed, 8)];
		}
		check_kernels(set, span_of(room, n), &want);
	}
	addrset_free(set);
	fenced_free(room);
}

/* Runs that could be read again and again from each of their bytes. */
static void
test_find_long_runs(void **state)
{
	static const char *const units[] = {
	    ":", ".", "1", "a:", "1.", "::1", "11.", "aa:bb:", "1:2."};
	struct addrset *set = SET("203.0.113.7", "2001:db8::1");
	static struct hits none;
	size_t n = 1u << 20;
	char *p = malloc(n);

	(void)state;
	assert_non_null(p);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct span u = span_str(units[i]);

		for (size_t k = 0; k < n; k++)
			p[k] = u.p[k % u.n];
		check_kernels(set, span_of(p, n), &none);
	}
	free(p);
	addrset_free(set);
}

static void
test_find_nothing(void **state)
{
	static struct hits none;
	struct addrset *empty = addrset_new(), *one = SET(A);

	(void)state;
	addrset_seal(empty);
	check_kernels(empty, SPAN("a " A " " B), &none);
	check_kernels(one, span_of(NULL, 0), &none);
	addrset_free(empty);
	addrset_free(one);
}

/* --- literal --- */

struct found {
	size_t end;
	uint32_t id;
};

struct founds {
	struct found v[HITS_MAX];
	size_t n, stop; /* after so many; 0: never */
};

static int
found_add(void *ctx, uint32_t id, size_t end)
{
	struct founds *f = ctx;

	assert_true(f->n < HITS_MAX);
	f->v[f->n++] = (struct found){end, id};
	return f->n == f->stop;
}

static int
found_cmp(const void *x, const void *y)
{
	const struct found *a = x, *b = y;

	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

struct word {
	struct span bytes;
	bool nocase;
};

static struct literal *
literals_of(const struct word *w, size_t n)
{
	struct literal *l = literal_new();
	struct err e;

	assert_non_null(l);
	for (size_t i = 0; i < n; i++)
		literal_add(l, w[i].bytes, (uint32_t)i, w[i].nocase);
	assert_int_equal(literal_compile(l, &e), 0);
	return l;
}

static void
naive_literals(const struct word *w, size_t n, struct span s, struct founds *f)
{
	for (size_t end = 1; end <= s.n; end++)
		for (size_t i = 0; i < n; i++) {
			struct span head = span_head(s, end);

			if (w[i].nocase ? span_ends_nocase(head, w[i].bytes)
					: span_ends(head, w[i].bytes))
				found_add(f, (uint32_t)i, end);
		}
}

static void
check_literals(const struct word *w, size_t n)
{
	static const char *const parts[] = {"a", "b", "A", "B", "\xff\xfe",
	    ".*A[", "a long one: ", "ab ab ", " ", "\n"};
	static struct founds want, got;
	struct literal *l = literals_of(w, n);
	struct literal_scratch *scratch = literal_scratch_new(l);
	uint64_t seed = 7;
	char text[600];

	for (int round = 0; round < 100; round++) {
		size_t len = 0;

		while (len < 500) {
			size_t k = random_below(&seed, 11);
			struct span part =
			    k < 10 ? span_str(parts[k]) : span_of("\0", 1);

			memcpy(text + len, part.p, part.n);
			len += part.n;
		}
		want.n = got.n = 0;
		naive_literals(w, n, span_of(text, len), &want);
		assert_false(literal_scan(
		    l, scratch, span_of(text, len), found_add, &got));
		qsort(got.v, got.n, sizeof(got.v[0]), found_cmp);
		assert_int_equal(got.n, want.n);
		for (size_t i = 0; i < got.n; i++)
			assert_int_equal(found_cmp(&got.v[i], &want.v[i]), 0);
	}
	literal_scratch_free(scratch);
	literal_free(l);
}

/* With and without the last ones, whose NUL in front needs another compiler. */
static void
test_literal_against_naive(void **state)
{
	static const struct word w[] = {{SPAN("ab"), false}, {SPAN("AB"), true},
	    {SPAN("b"), false}, {SPAN("aba"), false}, {SPAN("a\0b"), false},
	    {SPAN("\xff\xfe"), true}, {SPAN("ab"), false}, {SPAN(".*a["), true},
	    {SPAN("\n"), false}, {SPAN("a long one: ab ab ab ab ab"), true},
	    {SPAN("\0"), false}, {SPAN("\0Ab"), true}};
	size_t n = sizeof(w) / sizeof(w[0]);

	(void)state;
	check_literals(w, n - 2);
	check_literals(w, n);
}

static void
test_literal_stop(void **state)
{
	static const struct word w[] = {{SPAN("x"), false}};
	static struct founds got = {.stop = 3};
	struct literal *l = literals_of(w, 1);
	struct literal_scratch *scratch = literal_scratch_new(l);

	(void)state;
	assert_true(literal_scan(l, scratch, SPAN("xxxxxxx"), found_add, &got));
	assert_int_equal(got.n, 3);
	assert_int_equal(got.v[2].end, 3);
	literal_scratch_free(scratch);
	literal_free(l);
}

static void
test_literal_empty_set(void **state)
{
	static struct founds got;
	struct literal *l = literals_of(NULL, 0);
	struct literal_scratch *scratch = literal_scratch_new(l);

	(void)state;
	assert_false(literal_scan(l, scratch, SPAN("abc"), found_add, &got));
	assert_int_equal(got.n, 0);
	literal_scratch_free(scratch);
	literal_free(l);
	literal_scratch_free(NULL);
	literal_free(NULL);
}

static void
test_literal_refuses(void **state)
{
	static char big[5000];
	struct span bad[] = {SPAN(""), span_of(big, sizeof(big))};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct literal *l = literal_new();
		struct err e = {""};

		literal_add(l, SPAN("fine"), 1, false);
		literal_add(l, bad[i], 2, false);
		assert_int_equal(literal_compile(l, &e), -1);
		assert_true(span_has(span_str(e.text), "id 2"));
		literal_free(l);
	}
}

/* A literal across the border of the pieces that a large text is cut into is
 * found once.  The text is mostly untouched zero pages. */
static void
test_literal_large(void **state)
{
	static const struct word w[] = {
	    {SPAN("border"), false}, {SPAN("a longer neighbour"), true}};
	static struct founds got;
	size_t border = (size_t)256 << 20, n = border + 4096;
	char *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct literal *l = literals_of(w, 2);
	struct literal_scratch *scratch = literal_scratch_new(l);

	(void)state;
	assert_true(p != MAP_FAILED);
	memcpy(p + border - 20, "border", 6);
	memcpy(p + border - 6, "border", 6);
	memcpy(p + border + 1, "border", 6);
	memcpy(p + border + 4090, "border", 6);
	literal_scan(l, scratch, span_of(p, n), found_add, &got);
	memcpy(p + border - 3, "border", 6);
	literal_scan(l, scratch, span_of(p, n), found_add, &got);
	assert_int_equal(got.n, 7);
	assert_int_equal(got.v[0].end, border - 14);
	assert_int_equal(got.v[1].end, border);
	assert_int_equal(got.v[2].end, border + 7);
	assert_int_equal(got.v[3].end, border + 4096);
	assert_int_equal(got.v[5].end, border + 3);
	munmap(p, n);
	literal_scratch_free(scratch);
	literal_free(l);
}

/* --- newline --- */

/* All line feeds, and as many as there is room for. */
static void
check_list(newline_lister *list, struct span s, size_t want)
{
	static uint32_t at[FENCED_MAX];
	size_t caps[] = {FENCED_MAX, want / 2, 1, 0};

	for (size_t k = 0; k < sizeof(caps) / sizeof(*caps); k++) {
		size_t n = list(s, at, caps[k]), from = 0;

		assert_int_equal(n, want < caps[k] ? want : caps[k]);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(
			    from + span_find_byte(span_from(s, from), '\n'),
			    at[i]);
			from = at[i] + 1;
		}
	}
}

static void
test_newline(void **state)
{
	newline_kernel *k[NEWLINE_KERNELS];
	newline_lister *l[NEWLINE_KERNELS];
	size_t kernels = newline_kernels(k), listers = newline_listers(l);
	char *room = fenced_new();
	uint64_t seed = 5;

	(void)state;
	for (size_t i = 0; i < FENCED_MAX; i++)
		room[i] = "\n\x0b\x8a\0a\n"[random_below(&seed, 6)];
	memset(room, '\n', FENCED_MAX / 2);
	for (size_t n = 0; n < FENCED_MAX; n += n < 300 ? 1 : 1999)
		for (size_t side = 0; side < 2; side++) {
			struct span s =
			    span_of(room + side * (FENCED_MAX - n), n);
			size_t want = 0;

			for (size_t i = 0; i < n; i++)
				want += s.p[i] == '\n';
			for (size_t i = 0; i < kernels; i++)
				assert_int_equal(k[i](s), want);
			assert_int_equal(newline_count(s), want);
			for (size_t i = 0; i < listers; i++)
				check_list(l[i], s, want);
		}
	assert_int_equal(newline_count(span_of(NULL, 0)), 0);
	assert_int_equal(newline_list(span_of(NULL, 0), NULL, 0), 0);
	fenced_free(room);
}

/* --- columns --- */

/* Where the column begins in the line at from, or SPAN_NONE; *next: the next
 * line. */
static size_t
column_of(struct span s, size_t from, unsigned column, size_t *next)
{
	size_t at = from;

	*next = from;
	while (*next < s.n && s.p[*next] != '\n')
		++*next;
	while (column > 0 && at < *next)
		column -= s.p[at++] == '\t';
	*next += *next < s.n;
	return column == 0 ? at : SPAN_NONE;
}

static void
check_columns(column_kernel *find, struct span s, unsigned column)
{
	struct column_list list = {0};
	size_t from = 0, next, i = 0;

	if (s.n > 0)
		find(s, '\t', column, &list);
	for (size_t line = 0; line < s.n; line = next) {
		size_t want = column_of(s, line, column, &next);

		if (want == SPAN_NONE)
			continue;
		while (i == list.n && from + list.done < s.n) {
			from += list.done;
			find(span_from(s, from), '\t', column, &list);
			i = 0;
		}
		assert_true(i < list.n);
		assert_int_equal(from + list.at[i++], want);
	}
	while (i == list.n && from + list.done < s.n) {
		from += list.done;
		find(span_from(s, from), '\t', column, &list);
		i = 0;
	}
	assert_int_equal(i, list.n);
}

static void
check_keyends(keyend_kernel *find, struct span s)
{
	struct column_list list = {0};
	size_t from = 0, i = 0;

	if (s.n > 0)
		find(s, &list);
	for (size_t at = 1; at <= s.n; at++) {
		if (at < s.n && (s.p[at] != '"' ||
				    strchr("ptPT", s.p[at - 1]) == NULL ||
				    s.p[at - 1] == '\0'))
			continue;
		while (i == list.n && from + list.done < s.n) {
			from += list.done;
			find(span_from(s, from), &list);
			i = 0;
		}
		if (at == s.n)
			break;
		assert_true(i < list.n);
		assert_int_equal(from + list.at[i++], at);
	}
	assert_int_equal(i, list.n);
}

static void
test_columns(void **state)
{
	static const char sets[2][9] = {"\t\t\n\taaa\t", "tPp\"\"T4\xf4"};
	column_kernel *c[COLUMN_KERNELS];
	keyend_kernel *k[COLUMN_KERNELS];
	size_t columns = column_kernels(c), keyends = keyend_kernels(k);
	char *room = fenced_new();
	uint64_t seed = 77;

	(void)state;
	for (size_t n = 0; n < FENCED_MAX; n += n < 300 ? 1 : 1777)
		for (size_t round = 0; round < 4; round++) {
			struct span s =
			    span_of(room + round % 2 * (FENCED_MAX - n), n);

			for (size_t i = 0; i < n; i++)
				room[(size_t)(s.p - room) + i] =
				    sets[round / 2][random_below(&seed, 8)];
			for (size_t i = 0; i < columns; i++)
				for (unsigned column = 1; column < 5; column++)
					check_columns(c[i], s, column);
			for (size_t i = 0; i < keyends; i++)
				check_keyends(k[i], s);
		}
	fenced_free(room);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_set_most_specific),
	    cmocka_unit_test(test_set_empty),
	    cmocka_unit_test(test_set_embedded),
	    cmocka_unit_test(test_set_against_list),
	    cmocka_unit_test(test_set_sizes),
	    cmocka_unit_test(test_find_spellings_v4),
	    cmocka_unit_test(test_find_spellings_v6),
	    cmocka_unit_test(test_find_random_v4),
	    cmocka_unit_test(test_find_random_mixed),
	    cmocka_unit_test(test_find_words),
	    cmocka_unit_test(test_find_long_runs),
	    cmocka_unit_test(test_find_nothing),
	    cmocka_unit_test(test_literal_against_naive),
	    cmocka_unit_test(test_literal_stop),
	    cmocka_unit_test(test_literal_empty_set),
	    cmocka_unit_test(test_literal_refuses),
	    cmocka_unit_test(test_literal_large),
	    cmocka_unit_test(test_newline),
	    cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
