/* Defaults by platform and release, and the files they come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intel/default_settings.h"

static const char file[] =
    "platforms: [one, two]\n"
    "source: a book\n"
    "confirmed: recalled\n"
    "settings:\n"
    "  - {name: a, below: '12.4', state: enabled, port: 80,\n"
    "     source: another, confirmed: official}\n"
    "  - {name: a, from: '12.4', below: '15.10', state: disabled}\n"
    "  - {name: b, state: unknown, value: v}\n";

static void
is(const struct defaults *d, const char *platform, const char *name,
    const char *release, const char *state, const char *basis)
{
	const struct default_setting *s = defaults_find(
	    d, span_str(platform), span_str(name), span_str(release));

	if (state == NULL) {
		assert_null(s);
		return;
	}
	assert_non_null(s);
	assert_true(span_is(s->state, state));
	assert_true(span_is(s->basis, basis));
}

static void
test_ranges(void **state)
{
	struct arena a;
	struct defaults d;
	struct yaml_error e;

	(void)state;
	arena_init(&a);
	defaults_init(&d, &a);
	assert_int_equal(default_settings_read(&d, span_str(file), &e), 0);
	is(&d, "one", "a", "12.3R1", "enabled",
	    "another (official; before 12.4)");
	is(&d, "two", "a", "11.9", "enabled",
	    "another (official; before 12.4)");
	is(&d, "one", "a", "12.4", "disabled",
	    "a book (recalled; 12.4 to before 15.10)");
	is(&d, "one", "a", "15.9.3a", "disabled",
	    "a book (recalled; 12.4 to before 15.10)");
	is(&d, "one", "a", "15.10", NULL, NULL);
	is(&d, "one", "a", "", NULL, NULL);
	is(&d, "one", "a", "cisco", NULL, NULL);
	is(&d, "one", "b", "", "unknown", "a book (recalled)");
	is(&d, "one", "c", "12.3", NULL, NULL);
	is(&d, "three", "b", "12.3", NULL, NULL);
	is(NULL, "one", "b", "12.3", NULL, NULL);
	arena_release(&a);
}

static void
test_refused(void **state)
{
	static const char *const wrong[] = {
	    "settings: [{name: a, state: disabled}]\n",
	    "platforms: [one]\nsettings: [{name: a, state: disabled}]\n",
	    "platforms: [one]\nsource: s\nconfirmed: sure\n"
	    "settings: [{name: a, state: disabled}]\n",
	    "platforms: [one]\nsource: s\nconfirmed: recalled\n"
	    "settings: [{name: a, state: off}]\n",
	    "platforms: [one]\nsource: s\nconfirmed: recalled\n"
	    "settings: [{name: a, state: disabled, from: new}]\n",
	    "platforms: [one]\nsource: s\nconfirmed: recalled\n"
	    "settings: [{state: disabled}]\n",
	    "platforms: [one\n"};
	struct arena a;
	struct defaults d;
	struct yaml_error e;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		defaults_init(&d, &a);
		assert_int_equal(
		    default_settings_read(&d, span_str(wrong[i]), &e), -1);
		assert_int_equal(d.n, 0);
	}
	arena_release(&a);
}

/* Junos let root in by password up to releases of 2013. */
static void
test_built_in(void **state)
{
	struct arena a;
	struct defaults d;
	const struct default_setting *old, *now;

	(void)state;
	arena_init(&a);
	default_settings_built_in(&d, &a);
	old = defaults_find(&d, SPAN("junos"), SPAN("ssh-root-login"),
	    SPAN("12.3R12.4"));
	now = defaults_find(&d, SPAN("junos"), SPAN("ssh-root-login"),
	    SPAN("21.4R3.15"));
	assert_true(old != NULL && span_is(old->state, "enabled"));
	assert_true(now != NULL && span_is(now->state, "unknown"));
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_built_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
