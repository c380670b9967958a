#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <yara.h>

#include "base/limits.h"
#include "run/yara_check.h"

/* By text: what was told of it. */
struct told {
	unsigned rules, metas, problems, ends;
	char text[200];
};

static void
on_said(void *ctx, const struct yara_said *said)
{
	struct told *t = (struct told *)ctx + said->text;

	t->rules += said->word == YARA_SAYS_RULE;
	t->metas += said->word == YARA_SAYS_META;
	t->ends += said->word == YARA_SAYS_END;
	if (said->word != YARA_SAYS_PROBLEM)
		return;
	t->problems++;
	assert_true(said->a.n < sizeof(t->text));
	memcpy(t->text, said->a.p, said->a.n);
}

static const struct span texts[] = {
    {.p = "rule a { meta: title = \"A\" condition: true }", .n = 44},
    {.p = "rule b { condition: nothing }", .n = 29},
    {.p = "rule c { condition: true } rule d { condition: true }", .n = 53},
};
#define TEXTS (sizeof(texts) / sizeof(texts[0]))

/* Dies, stays silent about, or lies of the text whose rule is named c. */
enum deed { DIES, OPENS, LIES_TEXT, LIES_WORD, FLOODS };
static enum deed deed;

static void
hostile(const struct span *v, size_t n, yara_say_fn *say, void *ctx)
{
	for (uint32_t i = 0; i < n; i++) {
		struct yara_said said = {.text = i};

		if (!span_has(v[i], "rule c")) {
			said.word = YARA_SAYS_END;
			say(ctx, &said);
			continue;
		}
		said.word =
		    deed == LIES_WORD ? (enum yara_word)77 : YARA_SAYS_META;
		said.text += deed == LIES_TEXT;
		said.b = SPAN("0123456789");
		if (deed == DIES)
			abort();
		if (deed == OPENS)
			(void)truncate("/nowhere", 0);
		for (int k = 0; k < (deed == FLOODS ? 1000000 : 1); k++)
			say(ctx, &said);
		said.word = YARA_SAYS_END;
		say(ctx, &said);
	}
}

static void
tells_what_is_there(void **state)
{
	struct told t[TEXTS] = {0};

	(void)state;
	assert_int_equal(yr_initialize(), ERROR_SUCCESS);
	yara_check(texts, TEXTS, on_said, t);
	assert_int_equal(t[0].rules, 1);
	assert_int_equal(t[0].metas, 1);
	assert_int_equal(t[0].problems, 0);
	assert_int_equal(t[1].rules, 0);
	assert_true(t[1].problems > 0);
	assert_non_null(strstr(t[1].text, "nothing"));
	assert_int_equal(t[2].rules, 2);
	for (size_t i = 0; i < TEXTS; i++)
		assert_int_equal(t[i].ends, 1);
	yr_finalize();
}

/* Only the text at which it happens is refused. */
static void
hostile_text_costs_itself(void **state)
{
	const struct span v[] = {texts[0], texts[2], texts[0]};

	(void)state;
	for (deed = DIES; deed <= FLOODS; deed++) {
		struct told t[3] = {0};

		yara_check_with(hostile, v, 3, on_said, t);
		assert_int_equal(t[0].problems, 0);
		assert_int_equal(t[1].problems, 1);
		assert_int_equal(t[2].problems, 0);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(t[i].ends, 1);
		assert_non_null(strstr(t[1].text, "broke down"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_is_there),
	    cmocka_unit_test(hostile_text_costs_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
