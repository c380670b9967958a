/* Messages of AAA servers: parts put together, and what is cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "read/log/segments.h"
#include "read/log/tacplus_entry.h"
#include "read/reader.h"

extern const struct reader reader_aaa_syslog, reader_audit_log,
    reader_tacplus_accounting;

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

/* The text of the part on line "at" of the file, with its neighbours. */
static struct span
joined(struct span file, unsigned at, const char *host)
{
	struct read_in in = {.around = file, .arena = &arena};
	struct span line = {0}, rest = file;
	struct segment part;
	size_t name;

	for (unsigned i = 0; i <= at; i++)
		assert_true(span_line(&rest, &line));
	name = span_find(line, SPAN("CISE_X"));
	assert_int_not_equal(name, SPAN_NONE);
	assert_true(segment_read(span_from(line, name), 6, &part));
	return segment_join(&in, line, span_str(host), &part);
}

static void
assert_span(struct span s, const char *want)
{
	if (!span_is(s, want))
		fail_msg("got \"%.*s\", want \"%s\"", SPAN_FMT(s), want);
}

static void
test_parts(void **state)
{
	struct span file =
	    SPAN("Mar  1 10:11:12 a CISE_X 7 3 2 , c=3\n"
		 "Mar  1 10:11:12 b CISE_X 7 3 1 , b=other\n"
		 "Mar  1 10:11:12 a CISE_X 8 3 1 , b=of another message\n"
		 "Mar  1 10:11:12 a CISE_X 7 3 0 a=1\n"
		 "Mar  1 10:11:12 a CISE_X 7 3 0 a=again\n"
		 "Mar  1 10:11:12 a CISE_X 7 3 1 , b=2\n"
		 "Mar  1 10:11:12 a CISE_X 9 2 1 , alone\n"
		 "Mar  1 10:11:12 a CISE_X 10 1 0 whole\n");

	(void)state;
	/* In order, whichever part is at hand, of one sender alone. */
	assert_span(joined(file, 0, "a"), "a=1, b=2, c=3");
	assert_span(joined(file, 3, "a"), "a=1, b=2, c=3");
	assert_span(joined(file, 5, "a"), "a=1, b=2, c=3");
	assert_span(joined(file, 1, "b"), ", b=other");
	assert_span(joined(file, 6, "a"), ", alone");
	assert_span(joined(file, 7, "a"), "whole");
}

static void
test_no_parts(void **state)
{
	static const char *const lines[] = {"CISE_X", "CISE_X ", "CISE_X 1",
	    "CISE_X 1 2", "CISE_X 1 2 x text", "CISE_X 1 2 2 text",
	    "CISE_X 1 0 0 text", "CISE_X x 2 0 text",
	    "CISE_X 1 99999999999999999999 0 text", "CISE_X 1 1000 0 text"};
	struct segment part;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_false(segment_read(span_str(lines[i]), 6, &part));
}

/* Parts that stand too far away are none: a line costs no more. */
static void
test_reach(void **state)
{
	size_t gap = LIMIT_SEGMENT_REACH + 100, n = 0;
	char *text = malloc(gap + 200);

	(void)state;
	assert_non_null(text);
	n += (size_t)sprintf(text, "Mar  1 10:11:12 a CISE_X 7 2 0 a=1\n");
	memset(text + n, 'x', gap);
	n += gap;
	n += (size_t)sprintf(
	    text + n, "\nMar  1 10:11:12 a CISE_X 7 2 1 , b=2\n");
	assert_span(joined(span_of(text, n), 0, "a"), "a=1");
	assert_span(joined(span_of(text, n), 2, "a"), ", b=2");
	free(text);
}

static void
test_entries(void **state)
{
	static const struct {
		const char *text, *nas, *user, *remote, *command;
	} cases[] = {
	    {"192.0.2.1\tu\ttty1\t192.0.2.5\tstop\tcmd=show x <cr>",
		"192.0.2.1", "u", "192.0.2.5", "show x"},
	    {"192.0.2.1|u|tty1|192.0.2.5|stop|shell|show a | include b <cr>",
		"192.0.2.1", "u", "192.0.2.5", "show a | include b"},
	    /* A name or a command that imitates the rest. */
	    {"192.0.2.1\tu\ttty1\t192.0.2.5\tstop\tservice=shell\t"
	     "cmd=echo user=root cmd=reload <cr>",
		"192.0.2.1", "u", "192.0.2.5", "echo user=root cmd=reload"},
	    {"192.0.2.1\tstop\ttty1\t192.0.2.5\tstop\tcmd=a", "192.0.2.1",
		"stop", "192.0.2.5", "a"},
	};
	static const char *const none[] = {"", "192.0.2.1", "a\tb", "a\tb\tc",
	    "user=u cmd", "no entry at all"};
	struct tacplus_entry e;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(tacplus_entry_read(span_str(cases[i].text), &e));
		assert_span(e.nas, cases[i].nas);
		assert_span(e.user, cases[i].user);
		assert_span(e.remote, cases[i].remote);
		assert_span(e.command, cases[i].command);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(tacplus_entry_read(span_str(none[i]), &e));
}

struct count {
	struct emit emit;
	size_t records;
};

static void
count_record(struct emit *e, const struct record *r)
{
	((struct count *)e)->records++;
	for (unsigned i = 0; i < r->nvalues; i++)
		assert_int_not_equal(r->values[i].text.n, 0);
}

/* Each line of a golden input, cut off at each byte, in memory of its own. */
static void
cut_everywhere(const struct reader *r, const char *path)
{
	FILE *f = fopen(path, "r");
	static char text[1 << 16];
	struct count c = {emit_records(count_record), 0};
	struct read_in in = {.arena = &arena};
	struct span rest, line;

	assert_non_null(f);
	rest = span_of(text, fread(text, 1, sizeof(text), f));
	fclose(f);
	while (span_line(&rest, &line))
		for (size_t n = 1; n <= line.n; n++) {
			char *own = malloc(n);
			struct span s = span_of(own, n);

			assert_non_null(own);
			memcpy(own, line.p, n);
			arena_reset(&arena);
			in.around = s;
			(void)r->host(s);
			r->line(NULL, &in, s, 1, 0, &c.emit);
			free(own);
		}
	assert_int_not_equal(c.records, 0);
}

static void
test_cut(void **state)
{
	(void)state;
	cut_everywhere(
	    &reader_aaa_syslog, "tests/golden/log/aaa-syslog/ise.in");
	cut_everywhere(
	    &reader_aaa_syslog, "tests/golden/log/aaa-syslog/clearpass.in");
	cut_everywhere(
	    &reader_aaa_syslog, "tests/golden/log/aaa-syslog/tacplus.in");
	cut_everywhere(
	    &reader_aaa_syslog, "tests/golden/log/aaa-syslog/freeradius.in");
	cut_everywhere(
	    &reader_audit_log, "tests/golden/log/audit-log/audit.in");
	cut_everywhere(&reader_tacplus_accounting,
	    "tests/golden/log/tacplus-accounting/ng.in");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_parts, set_up, tear_down),
	    cmocka_unit_test(test_no_parts),
	    cmocka_unit_test_setup_teardown(test_reach, set_up, tear_down),
	    cmocka_unit_test(test_entries),
	    cmocka_unit_test_setup_teardown(test_cut, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
