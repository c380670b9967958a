/*
 * Patterns of statements, tables of grammar, and all tables that are compiled
 * in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intel/data.h"
#include "read/grammar.h"
#include "read/pattern.h"
#include "read/reader.h"
#include "read/split.h"

static void
words(struct statement *s, const char *text)
{
	struct span rest = span_str(text), word;

	*s = (struct statement){0};
	while ((word = span_word(&rest)).n > 0)
		s->v[s->n++] = word;
}

static void
test_patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} t[] = {
	    {"hostname *", "hostname a", true},
	    {"hostname *", "hostname", false},
	    {"hostname *", "hostname a b", false},
	    {"ip address (A A [secondary] | dhcp)",
		"ip address 192.0.2.1 255.255.255.0 secondary", true},
	    {"ip address (A A [secondary] | dhcp)", "ip address dhcp", true},
	    {"ip address (A A [secondary] | dhcp)", "ip address 192.0.2.1",
		false},
	    {"speed auto|N", "speed 1000", true},
	    {"speed auto|N", "speed fast", false},
	    {"x {a N | b | c *} end", "x end", true},
	    {"x {a N | b | c *} end", "x b a 3 c y b end", true},
	    {"x {a N | b | c *} end", "x b a y end", false},
	    {"x [[a|b] c] d", "x d", true},
	    {"x [[a|b] c] d", "x b c d", true},
	    {"x [[a|b] c] d", "x a d", false},
	    {"x ..", "x", true},
	    {"x ..", "x y z", true},
	    {"gui-* N", "gui-theme 3", true},
	    {"gui-* N", "gu 3", false},
	    {"\\N", "N", true},
	    {"\\N", "3", false},
	    {"a (b | c d | e)", "a c d", true},
	    {"a (b | c d | e)", "a c e", false},
	    {"vlan N", "vlan 1-5,7", true},
	    {"at A", "at 2001:db8::1/64", true},
	    {"at A", "at feed", false},
	};
	struct arena a;
	struct pattern p;
	struct statement s;
	struct err e;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		assert_int_equal(
		    pattern_read(&a, span_str(t[i].pattern), &p, &e), 0);
		words(&s, t[i].text);
		if (pattern_match(&p, &s, 0) != t[i].match)
			fail_msg("%s on %s", t[i].pattern, t[i].text);
	}
	arena_release(&a);
}

static void
test_broken_patterns(void **state)
{
	static const char *const broken[] = {
	    "a (b", "a b]", "{a", "(a]", "a ||b"};
	struct arena a;
	struct pattern p;
	struct err e;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		assert_int_equal(
		    pattern_read(&a, span_str(broken[i]), &p, &e), -1);
	arena_release(&a);
}

static bool
one_text(void *ctx, struct span name, struct span *text)
{
	*text = span_str(ctx);
	return span_is(name, "x");
}

static bool
knows(struct grammar_walk *w, const char *parent, const char *line, int depth)
{
	static const char *const digits[] = {"0", "1", "2", "3"};
	struct record r;

	record_init(&r, K_CONFIG, 1, 0, span_str(line));
	record_put(&r, F_LINE, span_str(line));
	record_put(&r, F_PARENT, span_str(parent));
	record_put_number(&r, F_DEPTH, span_str(digits[depth]));
	return grammar_knows(w, &r, NULL);
}

static void
test_lines(void **state)
{
	static const char text[] = "shape lines\nbefore no\nalways exit\n"
				   "[] system\nhostname *\n"
				   "[interface *] interface\nip address A A\n"
				   "[router bgp N > vrf *] routing\nrd *\n";
	struct arena a;
	struct grammar_files files = {one_text, (void *)text};
	struct grammar *g;
	struct grammar_walk *w;
	struct err e;

	(void)state;
	arena_init(&a);
	g = grammar_read(&a, SPAN("x"), &files, &e);
	assert_non_null(g);
	w = grammar_walk_new(&a, g);
	assert_true(knows(w, "", "hostname a", 0));
	assert_false(knows(w, "", "hostnam a", 0));
	assert_true(knows(w, "", "interface e0", 0));
	assert_true(knows(w, "", "ip address 192.0.2.1 255.255.255.0", 1));
	assert_true(knows(w, "", "no ip address", 1));
	assert_true(knows(w, "", "exit", 1));
	assert_false(knows(w, "", "rd 1:1", 1));
	assert_false(knows(w, "", "ip address any", 1));
	assert_true(knows(w, "", "router bgp 1", 0));
	assert_true(knows(w, "", "vrf A", 1));
	assert_true(knows(w, "", "rd 1:1", 2));
	/* Not under the router itself; nor a VRF at the top. */
	assert_true(knows(w, "", "router bgp 1", 0));
	assert_false(knows(w, "", "rd 1:1", 1));
	assert_true(knows(w, "", "hostname a", 0));
	assert_false(knows(w, "", "vrf A", 0));
	/* Indentation that was lost. */
	assert_true(knows(w, "", "interface e0", 0));
	assert_true(knows(w, "", "ip address 192.0.2.1 255.255.255.0", 0));
	/* What stands under an unknown line is not known for it. */
	assert_false(knows(w, "", "junk", 0));
	assert_false(knows(w, "", "ip address 192.0.2.1 255.255.255.0", 1));
	arena_release(&a);
}

static void
test_words(void **state)
{
	static const char text[] =
	    "shape words\nverbs set\nwhole set\nunder groups *\ndrop member\n"
	    "[system] system\nhost-name *\nservices ssh|telnet [..]\n"
	    "[interfaces * unit N] interface\nvlan-id N\n";
	struct arena a;
	struct grammar_files files = {one_text, (void *)text};
	struct grammar_walk *w;
	struct grammar *g;
	struct err e;

	(void)state;
	arena_init(&a);
	g = grammar_read(&a, SPAN("x"), &files, &e);
	assert_non_null(g);
	w = grammar_walk_new(&a, g);
	assert_true(knows(w, "system", "host-name a;", 1));
	assert_true(knows(w, "system host-name", "set system host-name a", 2));
	assert_true(knows(w, "system", "<host-name>a</host-name>", 1));
	assert_true(knows(w, "groups G system services", "ssh;", 3));
	assert_true(knows(w, "interfaces ge-0/0/0", "unit 0;", 2));
	assert_true(knows(w, "interfaces ge-0/0/0 unit 0", "vlan-id 5;", 3));
	assert_false(knows(w, "interfaces ge-0/0/0 unit 0", "vlan-id x;", 3));
	assert_false(knows(w, "system", "hostname a;", 1));
	assert_false(knows(w, "", "host-name a;", 0));
	assert_true(grammar_passes(g, SPAN("set x")));
	assert_false(grammar_passes(g, SPAN("junk x")));
	arena_release(&a);
}

static bool
built_in(void *ctx, struct span name, struct span *text)
{
	struct arena *a = ctx;

	return data_find(a, arena_fmt(a, "grammar/%.*s", SPAN_FMT(name)), text);
}

/* Every table that is compiled in can be read; the nine platforms that are
 * measured have one. */
static void
test_tables(void **state)
{
	static const char *const must[] = {"cisco-ios-config",
	    "cisco-ios-xr-config", "cisco-nx-os-config", "cisco-asa-config",
	    "arista-eos-config", "junos-config", "pan-os-config",
	    "fortios-config"};
	struct arena a;
	struct grammar_files files = {built_in, &a};
	struct span text;
	struct err e;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(must) / sizeof(*must); i++)
		assert_true(built_in(&a, span_str(must[i]), &text));
	for (size_t i = 0; readers[i] != NULL; i++) {
		struct span name = span_str(readers[i]->name);

		if (!built_in(&a, name, &text))
			continue;
		if (grammar_read(&a, name, &files, &e) == NULL)
			fail_msg("%s", e.text);
	}
	assert_null(grammar_read(&a, SPAN("no-such-config"), &files, &e));
	arena_release(&a);
}

static void
test_split(void **state)
{
	static const struct {
		const char *text;
		unsigned parts;
		uint64_t line; /* of the second */
	} t[] = {
	    {"hostname a\nend\nhostname b\nend\n", 2, 3},
	    {"hostname a\nend\nhostname a\nend\n", 1, 0},
	    {"hostname a\nversion 9.3\nhostname b\n", 2, 2},
	    {"hostname a\nhostname b\n", 1, 0},
	    {"hostname a\n hostname b\n", 1, 0},
	    {"## one\nversion 1;\nx;\n## two\nversion 2;\n", 2, 4},
	    {"#config-version=A\nend\n#config-version=B\n", 2, 3},
	    {"<config>\n</config>\n<config>\n</config>\n", 2, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		struct split s;

		split_devices(span_str(t[i].text), &s);
		assert_int_equal(s.n, t[i].parts);
		if (s.n > 1)
			assert_int_equal(s.line[1], t[i].line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_broken_patterns),
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_tables),
	    cmocka_unit_test(test_split),
	};

	return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
