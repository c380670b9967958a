/*
 * Show output: cutting transcripts, cleaning them, names of files, and the
 * templates of the program.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "intel/show_templates.h"
#include "read/show/show_clean.h"
#include "read/show/show_split.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
assert_span(struct span got, const char *want)
{
	assert_int_equal(got.n, strlen(want));
	if (got.n > 0)
		assert_memory_equal(got.p, want, got.n);
}

static void
test_marks(void **state)
{
	static const struct {
		const char *line, *name, *command, *platform;
	} cases[] = {
	    {"edge1#show users", "edge1", "show users", ""},
	    {"edge1>show users", "edge1", "show users", ""},
	    {"edge1(config-if)#do sh run", "edge1", "do sh run", ""},
	    {"leaf1# show users", "leaf1", "show users", ""},
	    {"edge1#", "edge1", "", ""},
	    {"RP/0/RSP0/CPU0:pe2#run ps", "pe2", "run ps", "cisco_xr"},
	    {"[pe2:~]$netstat -an", "pe2", "netstat -an", "cisco_xr"},
	    {"noc@mx1> show version", "mx1", "show version", "juniper_junos"},
	    {"admin@pa1(active)> show admins", "pa1", "show admins",
		"juniper_junos"},
	    {"fw1 # get system status", "fw1", "get system status", "fortinet"},
	    {"fw1 (global) # get system arp", "fw1", "get system arp",
		"fortinet"},
	    {"asa1/sec/stb# sh arp", "asa1", "sh arp", "cisco_asa"},
	    {"------------------ show arp ------------------", "", "show arp",
		""},
	    {"`show users`", "", "show users", ""},
	    {"> show system info", "", "show system info", ""},
	    {"### get system status", "", "get system status", ""},
	};
	static const char *const none[] = {"", "# a remark", "-----------",
	    "--- some title ---", "*>i10.0.0.0/8 192.0.2.1", "key #1 is #2",
	    "    > to 192.0.2.1 via xe-0/0/0", "## Last changed: today",
	    "a b c # show users", "`not a command`", "- show users"};
	struct show_mark m;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(show_mark_read(span_str(cases[i].line), &m));
		assert_span(m.name, cases[i].name);
		assert_span(m.command, cases[i].command);
		assert_string_equal(
		    m.platform ? m.platform : "", cases[i].platform);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		if (show_mark_read(span_str(none[i]), &m))
			fail_msg("\"%s\" is a mark", none[i]);
}

static void
test_blocks(void **state)
{
	struct span rest = SPAN("before\nr1#show a\none\nr2#odd\ntwo\n"
				"r2#show b\nr2#\n");
	uint64_t line = 1;
	struct show_block b;

	(void)state;
	assert_true(show_block_next(&rest, &line, &b));
	assert_span(b.body, "before\n");
	assert_int_equal(b.line, 1);
	assert_true(show_block_next(&rest, &line, &b));
	assert_span(b.mark.name, "r1");
	/* A stranger's prompt is text until it shows something. */
	assert_span(b.body, "one\nr2#odd\ntwo\n");
	assert_int_equal(b.line, 3);
	assert_true(show_block_next(&rest, &line, &b));
	assert_span(b.mark.command, "show b");
	assert_span(b.body, "");
	assert_int_equal(b.line, 7);
	assert_true(show_block_next(&rest, &line, &b));
	assert_span(b.mark.command, "");
	assert_false(show_block_next(&rest, &line, &b));
}

static void
test_count(void **state)
{
	static const struct {
		const char *text;
		unsigned n;
	} cases[] = {{"", 0}, {"hostname r1\n! show users\n", 0},
	    {"r1#show users\nx\n", 1}, {"r1#show users\nr1#sh ver\n", 2},
	    {"--- show a ---\n--- show b ---\n--- show c ---\n", 2},
	    {"`show a`\nr1>show b\n", 2}, {"a banner # show # show\n", 0}};
	struct span only;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
		    show_count(span_str(cases[i].text), &only), cases[i].n);
}

static void
test_commands(void **state)
{
	(void)state;
	assert_true(show_command(SPAN("sh tcp br")));
	assert_true(show_command(SPAN("do show users")));
	assert_false(show_command(SPAN("configure terminal")));
	assert_false(show_command(SPAN("show")));
	assert_true(show_command_config(SPAN("sh run")));
	assert_true(show_command_config(SPAN("show configuration")));
	assert_true(show_command_config(SPAN("more system:running-config")));
	assert_false(show_command_config(SPAN("show users")));
	assert_true(show_command_version(SPAN("sh ver")));
	assert_false(show_command_version(SPAN("show vlan")));
}

static void
test_names(void **state)
{
	static const struct {
		const char *path, *command, *host;
	} cases[] = {{"lab/show_users.txt", "show users", ""},
	    {"r1_show_tcp_brief_all.log", "show tcp brief all", "r1"},
	    {"show-version.raw", "show version", ""},
	    {"a/r1.example.net-show-users", "show users", "r1.example.net"},
	    {"show_app-hosting_list.txt", "show app-hosting list", ""},
	    {"show ip route.txt", "show ip route", ""},
	    {"pe2_run_netstat_-an.txt", "run netstat -an", "pe2"},
	    {"dir_all-filesystems.txt", "dir all-filesystems", ""}};
	static const char *const none[] = {"router.cfg", "showroom.txt",
	    "run_tests.log", "show.txt", "slideshow_1.txt"};
	char command[SHOW_NAME_BYTES];
	struct span host;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(
		    show_name_read(span_str(cases[i].path), command, &host));
		assert_string_equal(command, cases[i].command);
		assert_span(host, cases[i].host);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		if (show_name_read(span_str(none[i]), command, &host))
			fail_msg("\"%s\" names a command", none[i]);
}

static void
test_clean(void **state)
{
	static const struct {
		const char *raw, *clean;
	} cases[] = {{"a\nb\n", "a\nb\n"}, {"a\r\nb\r\n", "a\r\nb\r\n"},
	    {"ab\bc\n", "ac\n"}, {"\033[1mbold\033[0m\nx", "bold\nx"},
	    {" --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bnext\n",
		"next\n"},
	    {" --More--         next\n", "next\n"},
	    {"<--- More --->\r              \rnext\n", "next\n"},
	    {"---(more 42%)---\r\033[Knext\n", "next\n"}, {"\b\b\b", ""},
	    {"\033", ""}, {"a\a\nb", "a\nb"}};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span s = show_clean(&a, span_str(cases[i].raw));

		assert_span(s, cases[i].clean);
	}
	arena_release(&a);
}

/* Every template is well-formed, its maps too; each platform finds one. */
static void
test_templates(void **state)
{
	static const char *const commands[] = {"show version", "show users",
	    "sh tcp br", "run cat /etc/passwd", "show system users",
	    "show admins", "get sys status", "show sockets connection",
	    "sh app-hosting list", "show arp"};
	struct clitable_source templates = show_templates();
	struct show_library *l;
	const struct show_form *forms;
	const struct span *platforms;
	struct arena a;
	struct err e;
	size_t n;

	(void)state;
	arena_init(&a);
	assert_int_equal(show_library_open(&templates, &l, &e), 0);
	assert_int_equal(show_library_platforms(l, &platforms), 9);
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (show_library_find(
			l, span_str(commands[i]), &a, &forms, &n, &e) != 0)
			fail_msg("%s: %s", commands[i], e.text);
		assert_true(n > 0);
		assert_non_null(forms[0].maps);
	}
	assert_int_equal(show_library_find(l, SPAN("show nothing at all"), &a,
			     &forms, &n, &e),
	    0);
	assert_int_equal(n, 0);
	show_library_free(l);
	arena_release(&a);
}

/* A broken map is told, not passed over. */
static const char *broken;

static int
load_broken(void *ctx, struct span name, struct arena *a, struct span *text,
    struct err *e)
{
	(void)ctx;
	(void)e;
	*text =
	    span_is(name, "index")
		? SPAN("Template, Platform, Command\nt, p, show x\n")
		: arena_fmt(a, "%s\nValue A (.)\n\nStart\n  ^${A}\n", broken);
	return 0;
}

static void
test_broken_maps(void **state)
{
	static const char *const maps[] = {
	    "#= nokind user=A", "#= session nofield=A", "#= session user"};
	struct clitable_source source = {.load = load_broken};
	const struct show_form *forms;
	struct show_library *l;
	struct arena a;
	struct err e;
	size_t n;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < COUNT(maps); i++) {
		broken = maps[i];
		assert_int_equal(show_library_open(&source, &l, &e), 0);
		assert_int_equal(
		    show_library_find(l, SPAN("show x"), &a, &forms, &n, &e),
		    -1);
		show_library_free(l);
	}
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_marks),
	    cmocka_unit_test(test_blocks),
	    cmocka_unit_test(test_count),
	    cmocka_unit_test(test_commands),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_templates),
	    cmocka_unit_test(test_broken_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
