#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "read/show/textfsm.h"
#include "read/show/textfsm_regex.h"

/* Rows as text: cells with ",", rows with ";", lists in []. */
static void
cell_print(struct buf *b, const struct show_cell *c)
{
	if (c->kind == CELL_NONE) {
		buf_puts(b, "-");
	} else if (c->kind == CELL_TEXT) {
		buf_put(b, c->text);
	} else {
		buf_puts(b, c->kind == CELL_LIST ? "[" : "{");
		for (size_t i = 0; i < c->n; i++) {
			if (i > 0)
				buf_puts(b, " ");
			if (c->kind == CELL_OBJECT) {
				buf_put(b, c->names[i]);
				buf_puts(b, "=");
			}
			cell_print(b, &c->items[i]);
		}
		buf_puts(b, c->kind == CELL_LIST ? "]" : "}");
	}
}

static void
check_rows(const char *template, const char *text, const char *want)
{
	struct textfsm *t = NULL;
	struct show_table rows;
	struct arena a;
	struct buf b;
	struct err e;

	arena_init(&a);
	buf_init(&b, 1u << 16);
	if (textfsm_read(span_str(template), &t, &e) != 0)
		fail_msg("%s", e.text);
	if (textfsm_run(t, span_str(text), &a, &rows, &e) != 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < rows.nrows; i++) {
		for (size_t k = 0; k < rows.ncolumns; k++) {
			if (k > 0)
				buf_puts(&b, ",");
			cell_print(&b, &rows.rows[i][k]);
		}
		buf_puts(&b, ";");
	}
	buf_byte(&b, '\0');
	assert_string_equal(b.p, want);
	textfsm_free(t);
	buf_release(&b);
	arena_release(&a);
}

static void
check_refused(const char *template, const char *why)
{
	struct textfsm *t = NULL;
	struct err e;

	assert_int_equal(textfsm_read(span_str(template), &t, &e), -1);
	if (span_find(span_str(e.text), span_str(why)) == SPAN_NONE)
		fail_msg("\"%s\" does not speak of \"%s\"", e.text, why);
}

static void
test_record(void **state)
{
	(void)state;
	check_rows("Value A (\\d+)\nValue B (\\w+)\n\nStart\n"
		   "  ^${A} $B -> Record\n",
	    "1 one\nxx\n2 two\n", "1,one;2,two;");
	/* The record at the end of text, and none with a state EOF. */
	check_rows("Value A (\\d+)\n\nStart\n  ^$A\n", "1\n2", "2;");
	check_rows("Value A (\\d+)\n\nStart\n  ^$A\n\nEOF\n", "1\n2", "");
	check_rows("Value A (\\d+)\n\nStart\n  ^$A -> End\n", "1\n2", "");
}

static void
test_options(void **state)
{
	(void)state;
	check_rows("Value Filldown A (\\d+)\nValue Required B (\\w+)\n\nStart\n"
		   "  ^a $A\n  ^b $B -> Record\n",
	    "a 1\nb x\nb y\na 2\nb z\n", "1,x;1,y;2,z;");
	check_rows("Value Fillup A (\\d+)\nValue B (\\w+)\n\nStart\n"
		   "  ^a $A $B -> Record\n  ^b $B -> Record\n",
	    "b x\nb y\na 7 z\nb w\n", "7,x;7,y;7,z;,w;");
	check_rows("Value List A (\\d+)\nValue B (\\w+)\n\nStart\n"
		   "  ^a $A\n  ^b $B -> Record\n",
	    "a 1\na 2\nb x\na 3\nb y\n", "[1 2],x;[3],y;");
	check_rows("Value Filldown,List A (\\d+)\nValue Required B (\\w+)\n\n"
		   "Start\n  ^a $A\n  ^b $B -> Record\n",
	    "a 1\nb x\na 2\nb y\n", "[1],x;[1 2],y;");
	check_rows("Value List A ((?P<k>\\w+)=(?P<v>\\d+)?)\n\nStart\n  ^$A\n",
	    "a=1\nb=\n", "[{k=a v=1} {k=b v=-}];");
}

static void
test_actions(void **state)
{
	(void)state;
	check_rows("Value A (\\d)\nValue B (\\w)\n\nStart\n"
		   "  ^$A -> Continue\n  ^\\d$B -> Record\n",
	    "1x\n2y\n", "1,x;2,y;");
	check_rows("Value Filldown A (\\d)\nValue Required B (\\w)\n\nStart\n"
		   "  ^a$A\n  ^b$B -> Record\n  ^clear -> Clearall\n",
	    "a1\nbx\nclear\nby\n", "1,x;,y;");
	check_rows("Value A (\\d)\n\nStart\n  ^go -> Other\n\nOther\n"
		   "  ^$A -> Record\n  ^back -> Next Start\n",
	    "1\ngo\n2\nback\n3\n", "2;");
	check_rows("Value A (\\$\\d)\n\nStart\n  ^${A}$$ -> Record\n",
	    "$1\n$12\n", "$1;");
}

static void
test_error(void **state)
{
	struct textfsm *t = NULL;
	struct show_table rows;
	struct arena a;
	struct err e;

	(void)state;
	arena_init(&a);
	assert_int_equal(textfsm_read(SPAN("Value A (a)\n\nStart\n  ^$A\n"
					   "  ^. -> Error \"odd line\"\n"),
			     &t, &e),
	    0);
	assert_int_equal(textfsm_run(t, SPAN("a\nb\n"), &a, &rows, &e), -1);
	assert_true(span_has(span_str(e.text), "odd line"));
	assert_true(span_has(span_str(e.text), "line 2"));
	textfsm_free(t);
	arena_release(&a);
}

static void
test_refused(void **state)
{
	(void)state;
	check_refused("Value A (a)\n", "Start");
	check_refused("Value A a\n\nStart\n", "option");
	check_refused("Value List A a\n\nStart\n", "()");
	check_refused("Value Odd A (a)\n\nStart\n", "option");
	check_refused("Value A (a)\nValue A (b)\n\nStart\n", "twice");
	check_refused("Value A (a)\n\nStart\n  ^$B\n", "value");
	check_refused("Value A (a)\n\nStart\n  ^$A -> Gone\n", "state");
	check_refused(
	    "Value A (a)\n\nStart\n  ^$A -> Continue X\n\nX\n", "Continue");
	check_refused("Value A (a)\n\nStart\n  ^[ -> Next\n", "set");
	check_refused("Value A (a)\n\nStart\n  ^\\K\n", "escape");
	check_refused("Value A (a)\n\nStart\n  ^(*COMMIT)a\n", "repeat");
	check_refused("Value A (a)\n\nStart\n^a\n", "begins");
}

/* Whether a Python expression matches the start of a text. */
static bool
python_match(const char *pattern, const char *text)
{
	struct regex_scratch s;
	struct regex_line l;
	struct regex r;
	struct arena a;
	struct err e;
	bool ascii = true, yes;

	for (const char *c = text; *c != '\0'; c++)
		ascii = ascii && (unsigned char)*c < 0x80;
	arena_init(&a);
	if (regex_translate(&a, span_str(pattern), &r, &e) != 0 ||
	    regex_compile(&r, &e) != 0 || regex_scratch_init(&s, 20, &e) != 0)
		fail_msg("%s: %s", pattern, e.text);
	l = regex_line_of(span_str(text), ascii);
	yes = regex_may_match(&r, &l) && regex_match(&r, &s, &l) == REGEX_YES;
	regex_scratch_release(&s);
	regex_release(&r);
	arena_release(&a);
	return yes;
}

static void
test_python_syntax(void **state)
{
	(void)state;
	assert_true(python_match("a\\Z", "a"));
	assert_false(python_match("a\\Z", "ab"));
	assert_true(python_match("a{,2}b", "aab"));
	assert_true(python_match("a{}b", "a{}b"));
	assert_true(python_match("[[:a]+x", "[:ax"));
	assert_true(python_match("[]a]b", "]b"));
	assert_true(python_match("(?P<q>['\"]).*(?P=q)$", "'x'"));
	assert_true(python_match("(<)?a(?(1)>)$", "<a>"));
	assert_false(python_match("(<)?a(?(1)>)$", "<a"));
	assert_true(python_match("\\x41\\u0042\\103", "ABC"));
	assert_true(python_match("(?i)abc", "ABC"));
	assert_true(python_match("(?x) a b # c", "ab"));
	assert_false(python_match("b", "ab"));
	assert_true(python_match("\\w+$", "\xc3\xa9t\xc3\xa9"));
	assert_false(python_match("(?a)\\w+$", "\xc3\xa9t\xc3\xa9"));
	assert_true(python_match("\xc3\xa9+$", "\xc3\xa9\xc3\xa9"));
}

/* Found in time: nested repeats are merged. */
static void
test_nested_repeat(void **state)
{
	(void)state;
	assert_false(python_match("^(\\s*-*)*\\s*$",
	    "                                                       x"));
	assert_true(python_match("^(\\s*-*)*\\s*$", " --- --- "));
	assert_true(python_match("^()*a", "a"));
	/* Not where a reference needs the last piece. */
	assert_true(python_match("^(a*b*)*c\\1$", "ababc"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_record),
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_actions),
	    cmocka_unit_test(test_error),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_python_syntax),
	    cmocka_unit_test(test_nested_repeat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
