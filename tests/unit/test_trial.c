/* Steps that are tried: whatever one does costs that one alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "run/trial.h"

#define STEPS 40

struct tried {
	unsigned refused[STEPS];
	char how[200];
};

static void
step(void *ctx, size_t i)
{
	(void)ctx;
	if (i == 7)
		abort();
	if (i == 20)
		(void)truncate("/nowhere", 0);
	if (i == STEPS - 1)
		_exit(0);
}

static void
refused(void *ctx, size_t i, const char *how)
{
	struct tried *t = ctx;

	assert_true(i < STEPS);
	t->refused[i]++;
	strncpy(t->how, how, sizeof(t->how) - 1);
}

static void
only_what_breaks_is_refused(void **state)
{
	struct tried t = {0};

	(void)state;
	trial_run(step, refused, STEPS, &t);
	for (size_t i = 0; i < STEPS; i++)
		assert_int_equal(
		    t.refused[i], i == 7 || i == 20 || i == STEPS - 1 ? 1 : 0);
	assert_true(strlen(t.how) > 0);
}

/* More than the memory that PCRE2 had for compiled code before. */
static void
many_patterns(void *ctx, size_t i)
{
	char text[96];
	int error;
	size_t at;

	(void)ctx;
	for (unsigned k = 0; k < 400; k++) {
		pcre2_code *code;

		snprintf(text, sizeof(text),
		    "(?:a{1,9}|b[c-x]*|%zu).*(?:x|y%u)\\s+z.{0,40}w", i, k);
		code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, 0,
		    &error, &at, NULL);
		if (code == NULL)
			abort();
		(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	}
}

static void
patterns_beyond_memory_for_code(void **state)
{
	struct tried t = {0};

	(void)state;
	trial_run(many_patterns, refused, 4, &t);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(t.refused[i], 0);
}

/* Rules that a process died at are never read here. */
static void
dies_at_second(trial_step_fn *fn, trial_refused_fn *no, size_t n, void *ctx)
{
	(void)fn;
	assert_int_equal(n, 4);
	no(ctx, 1, "died");
}

static void
on_problem(void *ctx, const struct sigma_problem *p)
{
	unsigned *n = ctx;

	assert_true(span_is(p->path, "b"));
	assert_true(span_has(p->text, "died"));
	++*n;
}

static void
refused_texts_are_marked(void **state)
{
	struct ruleset rules;
	struct arena a;
	struct user_rules u = {.arena = &a};
	unsigned told = 0;

	(void)state;
	arena_init(&a);
	assert_int_equal(ruleset_init(&rules), 0);
	user_rules_add(&u, SPAN("a"), SPAN("title: A"));
	user_rules_add(&u, SPAN("b"), SPAN("title: B"));
	user_rules_add(&u, SPAN("c"), SPAN("title: C"));
	user_rules_try(&u, &rules, dies_at_second, on_problem, &told);
	assert_int_equal(told, 1);
	assert_true(!u.v[0].refused && u.v[1].refused && !u.v[2].refused);
	ruleset_release(&rules);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_what_breaks_is_refused),
	    cmocka_unit_test(patterns_beyond_memory_for_code),
	    cmocka_unit_test(refused_texts_are_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
