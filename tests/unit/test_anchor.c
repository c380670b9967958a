#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "base/limits.h"
#include "match/anchor_kernel.h"

#define WORDS_MAX 200
#define HITS_MAX 20000
#define TEXT_MAX 9000
#define FENCE ((size_t)16 << 10)

static size_t
random_below(uint64_t *seed, size_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (size_t)((*seed >> 11) % n);
}

/* Room whose end nobody may read beyond. */
static char *
fenced_new(void)
{
	char *p = mmap(NULL, FENCE + 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	assert_int_equal(mprotect(p + FENCE, 4096, PROT_NONE), 0);
	return p;
}

static void
fenced_free(char *p)
{
	munmap(p, FENCE + 4096);
}

struct hit {
	size_t end;
	uint32_t id;
};

struct hits {
	struct hit v[HITS_MAX];
	size_t n, stop; /* stop at this many; 0: never */
};

static int
hit_add(void *ctx, uint32_t id, size_t end)
{
	struct hits *h = ctx;

	assert_true(h->n < HITS_MAX);
	h->v[h->n++] = (struct hit){end, id};
	return h->n == h->stop;
}

static int
hit_cmp(const void *x, const void *y)
{
	const struct hit *a = x, *b = y;

	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* Every word that is not left, tried everywhere. */
static void
naive(const struct anchor_word *w, size_t n, struct span s, struct hits *h)
{
	for (size_t end = 1; end <= s.n; end++)
		for (size_t i = 0; i < n; i++) {
			struct span head = span_head(s, end);

			if (!w[i].left &&
			    (w[i].nocase ? span_ends_nocase(head, w[i].bytes)
					 : span_ends(head, w[i].bytes)))
				hit_add(h, w[i].id, end);
		}
}

static void
check_text(const struct anchor_set *a, const struct anchor_word *w, size_t n,
    struct span text)
{
	static struct hits want, got;
	const struct anchor_kernel *k[ANCHOR_KERNELS];
	size_t kernels = anchor_kernels(k);

	want.n = 0;
	naive(w, n, text, &want);
	qsort(want.v, want.n, sizeof(want.v[0]), hit_cmp);
	for (size_t i = 0; i < kernels; i++) {
		got.n = 0;
		assert_false(anchor_scan_with(k[i], a, text, hit_add, &got));
		qsort(got.v, got.n, sizeof(got.v[0]), hit_cmp);
		assert_int_equal(got.n, want.n);
		for (size_t j = 0; j < got.n; j++)
			assert_int_equal(hit_cmp(&got.v[j], &want.v[j]), 0);
	}
}

/* Words of few different bytes, so that they hit, overlap and share anchors. */
static size_t
words_make(uint64_t *seed, size_t n, char *room, struct anchor_word *w)
{
	static const char some[] = "abAB-_5%[\xe9\0 ";
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len =
		    ANCHOR_SHORT + random_below(seed, i % 7 == 0 ? 40 : 6);

		for (size_t k = 0; k < len; k++)
			room[used + k] =
			    some[random_below(seed, sizeof(some) - 1)];
		w[i] = (struct anchor_word){.bytes = span_of(room + used, len),
		    .id = (uint32_t)(i % 50),
		    .nocase = random_below(seed, 3) > 0};
		used += len;
	}
	return used;
}

/* Text of whole words, of their parts and of noise, up to the fence. */
static struct span
text_make(uint64_t *seed, const struct anchor_word *w, size_t n, size_t len,
    char *fence)
{
	char *p = fence - len;

	for (size_t at = 0; at < len;) {
		struct span word = w[random_below(seed, n)].bytes;

		if (random_below(seed, 3) == 0)
			word = span_from(word, random_below(seed, word.n));
		word = span_head(word, len - at);
		memcpy(p + at, word.p, word.n);
		for (size_t i = 0; i < word.n; i++)
			if (random_below(seed, 8) == 0)
				p[at + i] = (char)(p[at + i] ^ 0x20);
		at += word.n;
		if (at < len && random_below(seed, 2) == 0)
			p[at++] = (char)random_below(seed, 256);
	}
	return span_of(p, len);
}

static void
test_against_naive(void **state)
{
	static struct anchor_word w[WORDS_MAX];
	static char room[WORDS_MAX * 50];
	char *fenced = fenced_new();
	uint64_t seed = 239;
	size_t sets = 0;

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n = 1 + random_below(&seed, round < 30 ? 8 : WORDS_MAX);

		words_make(&seed, n, room, w);
		for (size_t lengths = 0; lengths < 6; lengths++) {
			size_t len =
			    random_below(&seed, lengths < 3 ? 300 : TEXT_MAX);
			struct span text =
			    text_make(&seed, w, n, len, fenced + FENCE);
			/* A short sample refuses nothing. */
			struct anchor_set *a =
			    anchor_new(w, n, span_head(text, 100 * lengths));

			if (a == NULL)
				continue;
			sets++;
			check_text(a, w, n, text);
			anchor_free(a);
		}
	}
	const struct anchor_kernel *k[ANCHOR_KERNELS];

	assert_int_equal(sets, anchor_kernels(k) > 0 ? 360 : 0);
	fenced_free(fenced);
}

/* Each length of a text, each place of a word in it: steps and pieces end
 * anywhere. */
static void
test_borders(void **state)
{
	struct anchor_word w[] = {{SPAN("SMI-"), 0, true, false},
	    {SPAN("]22"), 1, false, false},
	    {SPAN("guestshell"), 2, true, false}};
	struct anchor_set *a = anchor_new(w, 3, SPAN(""));
	char *fenced = fenced_new();

	(void)state;
	for (size_t len = 0; len < 150 && a != NULL; len++)
		for (size_t i = 0; i < 3; i++)
			for (size_t at = 0; at + w[i].bytes.n <= len; at++) {
				char *p = fenced + FENCE - len;

				memset(p, '.', len);
				memcpy(p + at, w[i].bytes.p, w[i].bytes.n);
				check_text(a, w, 3, span_of(p, len));
			}
	for (size_t at = ANCHOR_PIECE - 12; at < ANCHOR_PIECE + 2 && a != NULL;
	     at++) {
		char *p = fenced + FENCE - ANCHOR_PIECE - 90;

		memset(p, '.', ANCHOR_PIECE + 90);
		memcpy(p + at, "guestshell", 10);
		check_text(a, w, 3, span_of(p, ANCHOR_PIECE + 90));
	}
	anchor_free(a);
	fenced_free(fenced);
}

static void
test_left(void **state)
{
	static char longer[LIMIT_ANCHOR_BYTES + 1];
	struct anchor_word w[LIMIT_ANCHOR_LITERALS + 6] = {
	    {SPAN("ab"), 0, false, false},
	    {span_of(longer, sizeof(longer)), 1, false, false},
	    {SPAN("fine"), 2, false, false}};
	size_t n = 3, left = 0;
	struct anchor_set *a;

	(void)state;
	memset(longer, 'x', sizeof(longer));
	/* They have one anchor, and no other. */
	while (n < sizeof(w) / sizeof(w[0]))
		w[n++] = (struct anchor_word){
		    SPAN("same"), (uint32_t)n, false, false};
	a = anchor_new(w, n, SPAN(""));
	if (a == NULL)
		return;
	assert_true(w[0].left && w[1].left && !w[2].left);
	for (size_t i = 3; i < n; i++)
		left += w[i].left;
	assert_int_equal(left, n - 3 - LIMIT_ANCHOR_LITERALS);
	check_text(a, w, n, SPAN("ab fine samesame"));
	anchor_free(a);
}

static void
test_stop(void **state)
{
	static struct hits got = {.stop = 2};
	struct anchor_word w[] = {{SPAN("core"), 7, true, false}};
	struct anchor_set *a = anchor_new(w, 1, SPAN("a core of a kind"));

	(void)state;
	if (a == NULL)
		return;
	assert_true(anchor_scan(a, SPAN("CORE core Core core"), hit_add, &got));
	assert_int_equal(got.n, 2);
	anchor_free(a);
}

/* Where every byte would be a candidate, and where there are too many words. */
static void
test_refuses(void **state)
{
	static char sample[3 * ANCHOR_PIECE];
	static struct anchor_word many[LIMIT_ANCHORS + 1];
	struct anchor_word w[] = {{SPAN("aaaa"), 0, false, false}};

	(void)state;
	memset(sample, 'a', sizeof(sample));
	assert_null(anchor_new(w, 1, span_of(sample, sizeof(sample))));
	for (size_t i = 0; i < LIMIT_ANCHORS + 1; i++)
		many[i].bytes = SPAN("many");
	assert_null(anchor_new(many, LIMIT_ANCHORS + 1, SPAN("")));
	assert_null(anchor_new(many, 0, SPAN("")));
	anchor_free(NULL);
}

/* Anchors, and the automaton for what they leave. */
static void
test_literal_for(void **state)
{
	static struct hits got;
	struct literal *l = literal_new();
	struct literal_scratch *s;
	struct err e;

	(void)state;
	literal_add(l, SPAN("%"), 1, false);
	literal_add(l, SPAN("LOGIN"), 2, true);
	literal_add(l, SPAN("log"), 3, true);
	assert_int_equal(literal_compile_for(l, SPAN("a login"), &e), 0);
	s = literal_scratch_new(l);
	assert_false(literal_scan(
	    l, s, SPAN("%SEC_LOGIN-5-LOGIN_SUCCESS"), hit_add, &got));
	qsort(got.v, got.n, sizeof(got.v[0]), hit_cmp);
	assert_int_equal(got.n, 5);
	assert_int_equal(got.v[0].id, 1);
	assert_int_equal(got.v[1].id, 3);
	assert_int_equal(got.v[2].end, 10);
	got = (struct hits){.stop = 1};
	assert_true(literal_scan(l, s, SPAN("a % and a login"), hit_add, &got));
	literal_scratch_free(s);
	literal_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_against_naive),
	    cmocka_unit_test(test_borders),
	    cmocka_unit_test(test_left),
	    cmocka_unit_test(test_stop),
	    cmocka_unit_test(test_refuses),
	    cmocka_unit_test(test_literal_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
