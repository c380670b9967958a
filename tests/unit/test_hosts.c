/*
 * The hosts of a log: counted line by line, with the time of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "run/hosts.h"
#include "run/seconds.h"

/* ---- the time of a stamp from another ---- */

#define T0 INT64_C(1740823200000000) /* 2025-03-01T10:00:00Z */

static int64_t
told(const char *learnt, int64_t time, const char *line)
{
	struct seconds s = {0};
	size_t n = span_find_byte(span_str(learnt), '#');

	seconds_learn(&s, span_str(learnt), n, time);
	return seconds_time(&s, span_str(line));
}

static void
test_seconds(void **state)
{
	const char *bsd = "Mar  1 10:00:05 #";
	const char *iso = "2025-03-01T11:00:05.250+01:00 #";
	const char *nano = "2025-03-01T10:00:05.250000999Z #";
	int64_t at = T0 + 5 * TIME_SECOND;

	(void)state;
	assert_int_equal(told(bsd, at, "Mar  1 10:00:59 x"), T0 + 59000000);
	assert_int_equal(told(bsd, at, "Mar  1 10:00:00 x"), T0);
	assert_int_equal(
	    told(iso, at + 250000, "2025-03-01T11:00:07.001+01:00 x"),
	    T0 + 7001000);
	assert_int_equal(
	    told(nano, at + 250000, "2025-03-01T10:00:06.000001999Z x"),
	    T0 + 6000001);
	/* Another minute, zone, separator or form must be read. */
	assert_int_equal(told(bsd, at, "Mar  1 10:01:05 x"), TIME_NONE);
	assert_int_equal(told(bsd, at, "Apr  1 10:00:05 x"), TIME_NONE);
	assert_int_equal(told(bsd, at, "Mar  1 10:00:60 x"), TIME_NONE);
	assert_int_equal(told(bsd, at, "Mar  1 10:00:0a x"), TIME_NONE);
	assert_int_equal(told(bsd, at, "Mar  1 10:00:05"), TIME_NONE);
	assert_int_equal(
	    told(iso, at + 250000, "2025-03-01T11:00:07.001+02:00 x"),
	    TIME_NONE);
	assert_int_equal(
	    told(iso, at + 250000, "2025-03-01T11:00:07,001+01:00 x"),
	    TIME_NONE);
	assert_int_equal(
	    told(iso, at + 250000, "2025-03-01T11:00:07.0x1+01:00 x"),
	    TIME_NONE);
	/* The reader went by something else. */
	assert_int_equal(
	    told(bsd, at + TIME_SECOND, "Mar  1 10:00:06 x"), TIME_NONE);
	assert_int_equal(
	    told(iso, at, "2025-03-01T11:00:07.001+01:00 x"), TIME_NONE);
	/* No clock. */
	assert_int_equal(told("1740823205 #", at, "1740823206 x"), TIME_NONE);
	assert_int_equal(told("#", at, "x"), TIME_NONE);
}

/* ---- counting ---- */

struct made {
	struct arena arena;
	struct hosts hosts;
	uint64_t asked;
};

/* "hh:mm:ss host ..."; what stands before the first blank is the time. */
static struct span
host_of(struct span line)
{
	(void)span_word(&line);
	return span_word(&line);
}

static int64_t
time_of(void *ctx, struct span line)
{
	struct time_parts p = {.year = 2025, .month = 3, .day = 1};

	((struct made *)ctx)->asked++;
	return time_read_clock(line, &p) > 0 ? time_from_parts(&p) : TIME_NONE;
}

static const struct reader reader = {.evidence = "syslog", .host = host_of};

static const struct host_count *
counted(const struct made *m, const char *name)
{
	for (size_t i = 0; i < m->hosts.n; i++)
		if (span_is(m->hosts.v[i].host, name))
			return &m->hosts.v[i];
	return NULL;
}

/*
 * Names of all lengths around the borders of words, one the beginning of the
 * other; each line one second later.
 */
static void
test_every_line(void **state)
{
	enum { NAMES = 70, ROUNDS = 200 };
	struct made m = {0};
	struct buf b;
	char name[NAMES + 1];

	(void)state;
	arena_init(&m.arena);
	hosts_init(&m.hosts, &m.arena);
	buf_init(&b, 1 << 22);
	for (unsigned i = 0; i < NAMES * ROUNDS; i++) {
		unsigned n = 1 + i * 37 % NAMES;
		struct time_parts p = {.hour = (int)(i / 3600),
		    .minute = (int)(i / 60 % 60),
		    .second = (int)(i % 60)};

		for (unsigned k = 0; k < n; k++)
			name[k] = (char)('a' + k % 26);
		name[n] = '\0';
		buf_fmt(&b, "%02d:%02d:%02d %s %u: text%s\n", p.hour, p.minute,
		    p.second, name, i, i % 5 == 0 ? "\r" : "");
	}
	hosts_block(&m.hosts, &reader, buf_span(&b), time_of, &m);
	assert_int_equal(m.hosts.n, NAMES);
	for (unsigned n = 1; n <= NAMES; n++) {
		const struct host_count *c;

		for (unsigned k = 0; k < n; k++)
			name[k] = (char)('a' + k % 26);
		name[n] = '\0';
		c = counted(&m, name);
		assert_non_null(c);
		assert_int_equal(c->heard.lines, ROUNDS);
		assert_int_equal(c->heard.numbered, ROUNDS);
		/* The rounds of a name are so many lines apart. */
		assert_int_equal(c->heard.last - c->heard.first,
		    (int64_t)NAMES * (ROUNDS - 1) * TIME_SECOND);
	}
	/* Some of the first, then one a minute and one of 256. */
	assert_true(m.asked < 2048 + NAMES * ROUNDS / 20);
	buf_release(&b);
	arena_release(&m.arena);
}

/* A reader that goes by another clock than the stamp is asked, and believed. */
static int64_t
odd_time(void *ctx, struct span line)
{
	int64_t t = time_of(ctx, line);

	return ((struct made *)ctx)->asked > 2060 ? t + TIME_SECOND : t;
}

static void
test_misled(void **state)
{
	struct made m = {0};
	struct buf b;

	(void)state;
	arena_init(&m.arena);
	hosts_init(&m.hosts, &m.arena);
	buf_init(&b, 1 << 20);
	for (unsigned i = 0; i < 8192; i++)
		buf_fmt(&b, "10:00:%02u gw1 text\n", i / 140);
	hosts_block(&m.hosts, &reader, buf_span(&b), odd_time, &m);
	assert_true(m.hosts.misled);
	assert_int_equal(m.hosts.seconds.at, 0);
	buf_release(&b);
	arena_release(&m.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_seconds),
	    cmocka_unit_test(test_every_line),
	    cmocka_unit_test(test_misled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
