/* Abbreviated commands mean what the router's parser would take them for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intel/commands.h"

static struct arena arena;
static struct command_table table;

static void
is(const char *command, const char *want)
{
	char out[256];
	size_t n = commands_expand(&table, span_str(command), out, sizeof(out));

	assert_true(span_is(span_of(out, n), want));
}

static void
reads(void **state)
{
	static const char text[] =
	    "# words\n@exec\n\tshow\n\t\trunning-config\n"
	    "\t\trunning\n\t\tip\n\tmonitor\n"
	    "\t\tcapture\n\t\t\t*\n\t\t\t\texport\n"
	    "\tssh\n\n@config\n\tno @config\n"
	    "\tdo @exec\n\tshutdown\n\tsnmp-server\n\taaa\n";

	(void)state;
	arena_init(&arena);
	assert_int_equal(commands_read(&arena, span_str(text), &table), 0);
	is("sh ip route", "show ip route");
	is("mon cap mycap exp flash:x", "monitor capture mycap export flash:x");
	is("do sh ip", "do show ip");
	is("no shut", "no shutdown");
	is("aa new", "aaa new");
}

static void
leaves_alone(void **state)
{
	char out[4];

	(void)state;
	is("show ip", "");
	is("s ip", "");		    /* show, ssh; shutdown, snmp-server */
	is("sh runn", "show runn"); /* two words begin so */
	is("xyzzy", "");
	is("", "");
	is("sho", "show");
	assert_int_equal(
	    commands_expand(&table, SPAN("sh ip"), out, sizeof(out)), 0);
}

static void
refuses(void **state)
{
	struct command_table t = {0};

	(void)state;
	assert_int_equal(
	    commands_read(&arena, SPAN("@exec\n\t\tdeep\n"), &t), 2);
	assert_int_equal(commands_read(&arena, SPAN("\tword\n"), &t), 1);
	assert_int_equal(t.exec, 0);
	is("sh ip", "show ip");
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads),
	    cmocka_unit_test(leaves_alone),
	    cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
