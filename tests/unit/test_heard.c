/*
 * Silences and missing numbers of a host in a log, joined from pieces.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "case/heard.h"

static struct heard
at_times(const int64_t *t, size_t n)
{
	struct heard h;

	heard_init(&h);
	for (size_t i = 0; i < n; i++)
		heard_line(&h, t[i]);
	return h;
}
#define AT(...)                                                                \
	at_times((const int64_t[]){__VA_ARGS__},                               \
	    sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static struct heard
numbered(const uint64_t *v, size_t n)
{
	struct heard h;

	heard_init(&h);
	for (size_t i = 0; i < n; i++) {
		heard_number(&h, v[i], (int64_t)(i + 1) * 10);
		heard_line(&h, (int64_t)(i + 1) * 10);
	}
	return h;
}
#define NUMBERS(...)                                                           \
	numbered((const uint64_t[]){__VA_ARGS__},                              \
	    sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static void
same(const struct heard *a, const struct heard *b)
{
	assert_int_equal(a->lines, b->lines);
	assert_int_equal(a->first, b->first);
	assert_int_equal(a->last, b->last);
	assert_int_equal(a->silent_from, b->silent_from);
	assert_int_equal(a->silent_to, b->silent_to);
	assert_int_equal(a->second, b->second);
	assert_int_equal(a->numbered, b->numbered);
	assert_int_equal(a->number_last, b->number_last);
	assert_int_equal(a->holes, b->holes);
	assert_int_equal(a->missing, b->missing);
	assert_int_equal(a->hole, b->hole);
	assert_int_equal(a->hole_from, b->hole_from);
	assert_int_equal(a->hole_to, b->hole_to);
}

static void
test_longest_and_next(void **state)
{
	struct heard h = AT(10, 20, 70, 75, 100, TIME_NONE, 90, 101);

	(void)state;
	assert_int_equal(h.lines, 8);
	assert_int_equal(h.first, 10);
	assert_int_equal(h.last, 101);
	assert_int_equal(h.silent_from, 20);
	assert_int_equal(h.silent_to, 70);
	assert_int_equal(h.second, 25);
}

/* However a log is cut, the same comes out. */
static void
test_join_is_as_one(void **state)
{
	static const int64_t t[] = {5, 9, 60, 61, 90, 200, 203, 260, 300};
	size_t n = sizeof(t) / sizeof(*t);
	struct heard all = at_times(t, n);

	(void)state;
	for (size_t cut = 1; cut < n; cut++) {
		struct heard a = at_times(t, cut),
			     b = at_times(t + cut, n - cut);

		heard_join(&a, &b);
		same(&a, &all);
	}
}

static void
test_numbers(void **state)
{
	struct heard h = NUMBERS(7, 8, 12, 13, 15, 14, 16);

	(void)state;
	assert_int_equal(h.holes, 2);
	assert_int_equal(h.hole, 3);
	assert_int_equal(h.hole_from, 20);
	assert_int_equal(h.hole_to, 30);
	/* 14 came late. */
	assert_int_equal(h.missing, 3);
	/* A reload begins anew, another counter is no hole. */
	h = NUMBERS(90000, 90001, 1, 2, 5000000, 5000001);
	assert_int_equal(h.holes, 0);
	assert_int_equal(h.hole, 0);
}

static void
test_numbers_join(void **state)
{
	struct heard a = NUMBERS(1, 2, 3), b = NUMBERS(8, 9, 20), all;

	(void)state;
	heard_join(&a, &b);
	all = NUMBERS(1, 2, 3, 8, 9, 20);
	assert_int_equal(a.holes, all.holes);
	assert_int_equal(a.missing, all.missing);
	assert_int_equal(a.hole, all.hole);
	assert_int_equal(a.number_last, 20);
	assert_int_equal(a.numbered, 6);
}

/* Silent under one name, heard under the other. */
static void
test_mingle(void **state)
{
	struct heard a = AT(0, 10, 20, 500, 510), b = AT(100, 480),
		     c = AT(15, 18, 505);

	(void)state;
	heard_mingle(&a, &b);
	assert_int_equal(a.silent_from, 100);
	assert_int_equal(a.silent_to, 480);
	assert_int_equal(a.lines, 7);
	a = AT(0, 10, 20, 500, 510);
	heard_mingle(&a, &c);
	assert_int_equal(a.silent_from, 20);
	assert_int_equal(a.silent_to, 500);
}

static void
test_code(void **state)
{
	struct heard h = NUMBERS(1, 2, 9), back;
	struct cursor c;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	heard_encode(&b, &h);
	c = cursor_of(buf_span(&b));
	heard_decode(&c, &back);
	assert_false(c.failed);
	assert_int_equal(cursor_left(&c), 0);
	same(&h, &back);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_longest_and_next),
	    cmocka_unit_test(test_join_is_as_one),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_numbers_join),
	    cmocka_unit_test(test_mingle),
	    cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
