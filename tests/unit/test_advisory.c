/*
 * Texts by platform, and advisories: which rows speak of a device, which check
 * answers them, and when "nothing found" may be called clear.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "detect/judge.h"
#include "intel/knowledge.h"

static void
assert_texts(struct span_list l, const char *want)
{
	char have[256] = "";
	size_t n = 0;

	for (size_t i = 0; i < l.n; i++)
		n += (size_t)snprintf(have + n, sizeof(have) - n, "%s%.*s",
		    i > 0 ? "|" : "", SPAN_FMT(l.v[i]));
	assert_string_equal(have, want);
}

static const struct {
	const char *yaml, *platform, *want;
} choices[] = {
    {"show this", "ios", "show this"},
    {"show this", "", "show this"},
    {"[one, two]", "junos", "one|two"},
    {"{ios: a, any: b}", "ios", "a"},
    {"{ios: a, any: b}", "junos", "b"},
    {"{ios: a, any: b}", "", "b"},
    {"{ios: a, junos: b}", "eos", ""},
    {"{ios: a, junos: b}", "", "a"},
    {"{ios ios-xe: [a, b], any: c}", "ios", "a|b"},
    {"{ios ios-xe: [a, b], any: c}", "ios-xe", "a|b"},
    {"{ios ios-xe: [a, b], any: c}", "ios-xr", "c"},
    {"{ios any: a, eos: b}", "vrp", "a"},
    {"", "ios", ""},
    {"null", "ios", ""},
};

static void
choices_test(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(*choices); i++) {
		struct arena a;
		struct yaml_docs docs;
		struct yaml_error e;
		struct fix *f;
		size_t n;

		arena_init(&a);
		assert_int_equal(
		    yaml_read(&a, span_str(choices[i].yaml), &docs, &e), 0);
		fix_read(&a, docs.n > 0 ? docs.v[0] : NULL, &f, &n);
		assert_texts(fix_for(f, n, span_str(choices[i].platform)),
		    choices[i].want);
		arena_release(&a);
	}
}

/* --- a folder of knowledge --- */

#define RULE(id, more)                                                         \
	"title: Rule " id "\nid: " id "\nname: " id "\nstatus: test\n"         \
	"logsource: {product: tidemark, category: setting}\n"                  \
	"detection:\n  a:\n    name: " id "\n  condition: a\n"                 \
	"level: medium\ntidemark: {kind: hardening, confidence: high" more     \
	"}\n"

static const struct {
	const char *folder, *name, *text;
} files[] = {
    {"rules", "everywhere.yml", RULE("everywhere", "")},
    {"rules", "only-ios.yml", RULE("only-ios", ", platforms: [ios]")},
    {"rules", "only-eos.yml", RULE("only-eos", ", platforms: [eos]")},
    {"rules", "self.yml", RULE("self", ", advisory: ['MAIN:SELF']")},
    {"advisories", "main.yaml",
	"id: MAIN\ntitle: t\nconfirmed: official\nrows:\n"
	"  - {id: E, title: t, essential: true, clear_when: [[config]],\n"
	"     checks: [everywhere]}\n"
	"  - {id: SELF, title: t, confirmed: recalled, checks: [self]}\n"
	"  - {id: TWO, title: t, checks: [only-ios, only-eos],\n"
	"     clear_when: [[config]]}\n"
	"  - {id: MIXED, title: t, checks: [only-ios, everywhere],\n"
	"     clear_when: [[config]]}\n"
	"  - {id: ON, title: t, checks: [everywhere], clear_on: [ios],\n"
	"     clear_when: [[config]]}\n"
	"  - {id: KNOWN, title: t, checks: [everywhere],\n"
	"     settings: [telnet], clear_when: [[config]]}\n"
	"  - {id: NOBODY, title: t, clear_when: [[config]]}\n"},
    {"advisories", "other.yaml",
	"id: OTHER\ntitle: t\nplatforms: [ios, nx-os]\nrows:\n"
	"  - {id: ALL, title: t, checks: [everywhere],\n"
	"     clear_when: [[config]]}\n"
	"  - {id: NX, title: t, platforms: [nx-os], checks: [everywhere],\n"
	"     clear_when: [[config]]}\n"
	"  - {id: WRONG, title: t, platforms: [nx-os], checks: [only-ios]}\n"
	"  - {id: MISSING, title: t, checks: [no-such-rule]}\n"},
};
#define NFILES (sizeof(files) / sizeof(*files))

struct world {
	struct knowledge k;
	char said[512];
};

static void
on_problem(void *ctx, const struct knowledge_problem *p)
{
	struct world *w = ctx;
	size_t n = strlen(w->said);

	snprintf(w->said + n, sizeof(w->said) - n, "%.*s: %.*s\n",
	    SPAN_FMT(p->path), SPAN_FMT(p->text));
}

static int
world_up(void **state)
{
	struct knowledge_options o = {.evidence_word = evidence_class};
	struct world *w = calloc(1, sizeof(*w));
	char folder[] = "/tmp/tidemark-test-XXXXXX", path[256];
	struct err e;

	assert_non_null(w);
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < NFILES; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i].folder);
		(void)mkdir(path, 0700);
		snprintf(path, sizeof(path), "%s/%s/%s", folder,
		    files[i].folder, files[i].name);
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		fputs(files[i].text, f);
		assert_int_equal(fclose(f), 0);
	}
	o.data_dir = folder;
	assert_int_equal(knowledge_load(&o, &w->k, on_problem, w, &e), 0);
	for (size_t i = 0; i < NFILES; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", folder,
		    files[i].folder, files[i].name);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%s", folder, files[i].folder);
		rmdir(path);
	}
	rmdir(folder);
	*state = w;
	return 0;
}

static int
world_down(void **state)
{
	struct world *w = *state;

	knowledge_release(&w->k);
	free(w);
	return 0;
}

static void
problems_test(void **state)
{
	struct world *w = *state;

	assert_string_equal(w->said,
	    "advisories/other.yaml: OTHER:WRONG names a check for other "
	    "platforms: only-ios\n"
	    "advisories/other.yaml: OTHER:MISSING names no check: "
	    "no-such-rule\n");
}

static const struct advisory_row *
row_of(void **state, const char *id)
{
	struct world *w = *state;
	const struct advisory_row *r = knowledge_row(&w->k, span_str(id));

	assert_non_null(r);
	return r;
}

static void
answers_test(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < w->k.rules.n; i++) {
		const struct check *c = &w->k.rules.rules[i]->check;

		if (span_is(c->id, "everywhere"))
			assert_texts(c->advisory,
			    "MAIN:E|MAIN:MIXED|MAIN:ON|MAIN:KNOWN|"
			    "OTHER:ALL|OTHER:NX");
		else if (span_is(c->id, "only-ios"))
			assert_texts(c->advisory, "MAIN:TWO|MAIN:MIXED");
		else if (span_is(c->id, "self"))
			assert_texts(c->advisory, "MAIN:SELF");
	}
	assert_false(row_of(state, "MAIN:NOBODY")->answered);
	assert_false(row_of(state, "OTHER:WRONG")->answered);
	assert_true(row_of(state, "MAIN:NOBODY")->main);
	assert_false(row_of(state, "OTHER:ALL")->main);
	assert_texts(row_of(state, "MAIN:TWO")->answered_on, "eos|ios");
	assert_texts(row_of(state, "MAIN:MIXED")->answered_on, "");
	assert_texts(row_of(state, "OTHER:ALL")->platforms, "ios|nx-os");
	assert_true(span_is(row_of(state, "MAIN:E")->confirmed, "official"));
	assert_true(span_is(row_of(state, "MAIN:SELF")->confirmed, "recalled"));
}

static const struct {
	const char *row, *platform;
	enum coverage want;
} cells[] = {
    {"MAIN:E", "ios", COVERAGE_CLEAR},
    {"MAIN:E", "", COVERAGE_CLEAR},
    {"MAIN:NOBODY", "ios", COVERAGE_UNKNOWN},
    {"MAIN:TWO", "ios", COVERAGE_CLEAR},
    {"MAIN:TWO", "junos", COVERAGE_UNKNOWN},
    {"MAIN:MIXED", "junos", COVERAGE_CLEAR},
    {"MAIN:ON", "ios", COVERAGE_CLEAR},
    {"MAIN:ON", "junos", COVERAGE_UNKNOWN},
    {"OTHER:ALL", "ios", COVERAGE_CLEAR},
    {"OTHER:ALL", "junos", COVERAGE_NOT_APPLICABLE},
    {"OTHER:ALL", "", COVERAGE_NOT_APPLICABLE},
    {"OTHER:NX", "ios", COVERAGE_NOT_APPLICABLE},
    {"OTHER:NX", "nx-os", COVERAGE_CLEAR},
};

static enum coverage
cell(const struct advisory_row *r, const struct device *d)
{
	return judge_cell(r, d, false, COVERAGE_NOT_APPLICABLE);
}

static void
cells_test(void **state)
{
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		struct device d = {.evidence = EV_CONFIG,
		    .platform = span_str(cells[i].platform)};
		const struct advisory_row *r = row_of(state, cells[i].row);

		assert_int_equal(cell(r, &d), cells[i].want);
		d.evidence = EV_SYSLOG;
		assert_int_not_equal(cell(r, &d), COVERAGE_CLEAR);
	}
}

/* A row that rests on a setting is clear only where the setting is known. */
static void
settings_test(void **state)
{
	static const struct {
		const char *name, *state;
		enum coverage want;
	} known[] = {
	    {"telnet", "disabled", COVERAGE_CLEAR},
	    {"telnet", "enabled", COVERAGE_CLEAR},
	    {"telnet", "unknown", COVERAGE_UNKNOWN},
	    {"ssh", "enabled", COVERAGE_UNKNOWN},
	};
	const struct advisory_row *r = row_of(state, "MAIN:KNOWN");

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct device_fact fact = {.source = 0};
		struct device d = {.evidence = EV_CONFIG,
		    .platform = SPAN("ios"),
		    .facts = &fact,
		    .nfacts = 1};
		struct record s;
		struct arena a;

		arena_init(&a);
		record_init(&s, K_SETTING, 1, 0, SPAN("x"));
		record_put_str(&s, F_NAME, known[i].name);
		record_put_str(&s, F_STATE, known[i].state);
		fact_of(&s, &a, &fact.fact);
		assert_int_equal(cell(r, &d), known[i].want);
		arena_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(choices_test),
	    cmocka_unit_test(problems_test),
	    cmocka_unit_test(answers_test),
	    cmocka_unit_test(cells_test),
	    cmocka_unit_test(settings_test),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
