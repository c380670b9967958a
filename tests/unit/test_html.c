/* What the HTML report rests on: texts and lists kept once, names of
 * techniques, hashes for the policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "intel/technique.h"
#include "report/html.h"
#include "source/digest.h"

static void
texts_stand_once(void **state)
{
	struct html h = {0};
	uint32_t a, b;

	(void)state;
	arena_init(&h.arena);
	html_tables_init(&h);
	assert_int_equal(html_text(&h, SPAN("")), 0);
	a = html_text(&h, SPAN("one"));
	b = html_text(&h, SPAN("two"));
	assert_int_not_equal(a, b);
	assert_int_equal(html_text(&h, SPAN("one")), a);
	assert_int_equal(h.nstrings, 3);
	assert_true(span_is(h.strings[b], "two"));
	/* They outlive the bytes that they were made of. */
	char gone[] = "three";
	a = html_text(&h, span_str(gone));
	gone[0] = 'x';
	assert_true(span_is(h.strings[a], "three"));
	assert_int_equal(html_text(&h, SPAN("three")), a);
	arena_release(&h.arena);
}

static void
lists_stand_once(void **state)
{
	struct span two[] = {SPAN("one"), SPAN("two")}, many[200];
	struct html h = {0};
	uint32_t a, b;

	(void)state;
	arena_init(&h.arena);
	html_tables_init(&h);
	assert_int_equal(html_list(&h, (struct span_list){two, 0}), 0);
	a = html_list(&h, (struct span_list){two, 2});
	b = html_list(&h, (struct span_list){two, 1});
	assert_int_not_equal(a, b);
	assert_int_equal(html_list(&h, (struct span_list){two, 2}), a);
	/* The same numbers are another list elsewhere. */
	assert_int_equal(html_lists_add(&h, &h.needs, h.lists.v[a].v, 2), 1);
	for (size_t i = 0; i < 200; i++)
		many[i] = two[i % 2];
	a = html_list(&h, (struct span_list){many, 200});
	assert_int_equal(h.lists.v[a].n, 200);
	assert_int_equal(h.lists.v[a].v[199], html_text(&h, SPAN("two")));
	arena_release(&h.arena);
}

static void
techniques_are_read(void **state)
{
	static const char csv[] =
	    "# head\nid,name,tactics,replaced_by,confirmed\n"
	    "T0001,A thing,discovery;impact,,official\r\n\n"
	    "T0002,An old thing,impact,T0001,recalled\n";
	struct technique_list l = {0}, bad = {0};
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_int_equal(techniques_read(&a, span_str(csv), &l), 0);
	assert_int_equal(l.n, 2);
	assert_true(span_is(
	    technique_find(&l, SPAN("t0001"))->tactics, "discovery;impact"));
	assert_true(
	    span_is(technique_find(&l, SPAN("T0002"))->replaced_by, "T0001"));
	assert_null(technique_find(&l, SPAN("T0003")));
	assert_int_equal(
	    techniques_read(&a, SPAN("T0001,A,b,,x\nT0002,only two\n"), &bad),
	    2);
	assert_int_equal(techniques_read(&a, SPAN(",A,b,,x\n"), &bad), 1);
	assert_int_equal(bad.n, 1);
	arena_release(&a);
}

/* Of two devices with too many answers the worst are shown, and the rest is
 * counted; a device that is left out takes no row. */
static void
flaws_are_capped(void **state)
{
	enum { EACH = 120000, SOME = 3 };
	static uint8_t verdicts[SOME][3 * EACH];
	struct device_flaws flaws[SOME];
	uint32_t at[SOME] = {0, 1, DEVICE_NONE};
	struct casefile c = {.flaws = flaws, .fleet = {.n = SOME}};
	struct html h = {.c = &c, .at = at};

	(void)state;
	for (size_t d = 0; d < SOME; d++) {
		flaws[d] = (struct device_flaws){
		    .n = 3 * EACH, .verdicts = verdicts[d]};
		memset(verdicts[d], VULN_FEATURE_OFF, EACH);
		memset(verdicts[d] + EACH, VULN_EXPOSED, EACH);
		memset(verdicts[d] + 2 * EACH, VULN_CANNOT_TELL, EACH);
	}
	html_flaws_choose(&h);
	assert_int_equal(h.flaws_left[VULN_EXPOSED], 2 * EACH);
	assert_int_equal(
	    h.flaws_left[VULN_CANNOT_TELL], LIMIT_HTML_FLAWS - 2 * EACH);
	assert_int_equal(h.flaws_left[VULN_FEATURE_OFF], 0);
	assert_int_equal(
	    h.flaws_dropped, (size_t)SOME * 3 * EACH - LIMIT_HTML_FLAWS);
}

/* RFC 6234, section 8.5, test 1, in Base64. */
static void
hashes_for_the_policy(void **state)
{
	char out[DIGEST_SHA256_BASE64];

	(void)state;
	digest_sha256_base64(SPAN("abc"), out);
	assert_string_equal(
	    out, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_stand_once),
	    cmocka_unit_test(lists_stand_once),
	    cmocka_unit_test(techniques_are_read),
	    cmocka_unit_test(hashes_for_the_policy),
	    cmocka_unit_test(flaws_are_capped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
