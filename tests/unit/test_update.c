/*
 * Files of knowledge about flaws: what each trap of real records comes to
 * (tests/updates/answers.tsv), and that what is urgent is renewed and what was
 * checked by hand is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/timestamp.h"
#include "detect/vulnerability.h"
#include "intel/update_load.h"
#include "intel/update_wire.h"

static struct arena memory;
static struct product_table products;

static struct span
file(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = arena_alloc(&memory, 1 << 20);
	size_t n;

	assert_non_null(f);
	n = fread(p, 1, 1 << 20, f);
	fclose(f);
	return span_of(p, n);
}

static int
load(void **state)
{
	struct yaml_error e;

	(void)state;
	arena_init(&memory);
	return products_read(
	    &memory, file("data/products.yaml"), &products, &e);
}

static int
unload(void **state)
{
	(void)state;
	arena_release(&memory);
	return 0;
}

struct test_set {
	struct vulnerability_set set;
	struct vuln_updates updates;
};

static void
used(void *ctx, struct span bytes)
{
	(void)ctx;
	assert_true(bytes.n > 0);
}

static void
begin(struct test_set *t, const char *curated)
{
	struct err e;

	vulnerability_set_init(&t->set);
	if (curated != NULL)
		assert_int_equal(vulnerability_read(&t->set, file(curated),
				     span_str(curated), &e),
		    0);
	vulnerability_link(&t->set, &e);
	updates_init(&t->updates, &t->set, &products);
}

static const struct update_file *
take(struct test_set *t, const char *name)
{
	struct update_load l = {.set = &t->set,
	    .updates = &t->updates,
	    .products = &products,
	    .used = used};
	char path[256];

	(void)snprintf(path, sizeof(path), "tests/updates/%s", name);
	for (int late = 0; late < 2; late++) {
		l.late = late != 0;
		update_load_path(&l, path);
	}
	return &t->updates.v[t->updates.n - 1];
}

static const char *
answer(const struct test_set *t, struct span platform, struct span release)
{
	const char *found = "none";

	for (size_t i = 0; i < t->set.n; i++) {
		struct vulnerability v = *t->set.v[i];
		struct vuln_device d = {
		    .platform = platform, .releases = &release, .nreleases = 1};
		struct vuln_answer a;

		v.feature = (struct vuln_feature){0};
		vulnerability_judge(&v, &d, &a);
		if (a.verdict == VULN_EXPOSED)
			return "affected";
		if (a.verdict == VULN_NOT_AFFECTED)
			found = "not";
		else if (a.verdict == VULN_CANNOT_TELL &&
			 strcmp(found, "none") == 0)
			found = "open";
	}
	/* A flaw that no record could be made of. */
	return strcmp(found, "none") == 0 ? "open" : found;
}

static void
answers(void **state)
{
	struct span rest = file("tests/updates/answers.tsv"), line;
	size_t n = 0, wrong = 0;

	(void)state;
	while (span_line(&rest, &line)) {
		struct test_set t;
		struct span name, platform, release;
		const char *got;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		name = span_until(&line, '\t');
		platform = span_until(&line, '\t');
		release = span_until(&line, '\t');
		begin(&t, NULL);
		take(&t, arena_str(&memory, name));
		got = answer(&t, platform, release);
		n++;
		if (!span_is(line, got)) {
			print_error("%.*s: %.*s %.*s: %s, not %.*s\n",
			    SPAN_FMT(name), SPAN_FMT(platform),
			    SPAN_FMT(release), got, SPAN_FMT(line));
			wrong++;
		}
		vulnerability_set_release(&t.set);
	}
	assert_int_equal(wrong, 0);
	assert_true(n > 90);
}

/* A flaw that only a record tells of is never "exposed": what it needs is not
 * known; and its text can drive no terminal. */
static void
record_is_no_proof(void **state)
{
	struct test_set t;
	struct span release = SPAN("22.7R2.4");
	struct vuln_device d = {.platform = SPAN("ivanti"),
	    .releases = &release,
	    .nreleases = 1,
	    .configuration = true};
	const struct vulnerability *v;
	struct vuln_answer a;

	(void)state;
	begin(&t, NULL);
	take(&t, "cve-known-fix.json");
	v = vulnerability_find(&t.set, SPAN("CVE-2099-1016"));
	assert_non_null(v);
	vulnerability_judge(v, &d, &a);
	assert_int_equal(a.verdict, VULN_CANNOT_TELL);
	assert_true(a.need_feature);
	assert_int_equal(v->check.severity, SEV_CRITICAL);
	assert_true(span_is(v->score.kev_added, "2099-01-08"));
	assert_int_equal(v->score.automatable, VULN_YES);
	assert_int_equal(v->score.impact, VULN_IMPACT_TOTAL);
	assert_int_equal(v->score.exploitation, VULN_EXPLOITATION_ACTIVE);
	vulnerability_set_release(&t.set);
}

static void
curated_stays(void **state)
{
	struct test_set t;
	const struct update_file *f;
	const struct vulnerability *v;

	(void)state;
	begin(&t, "data/vulnerabilities/cve-2023-46805.yaml");
	f = take(&t, "cve-curated-low.json");
	assert_int_equal(f->curated, 1);
	assert_int_equal(f->flaws, 0);
	assert_int_equal(f->nrivals, 1);
	assert_string_equal(
	    answer(&t, SPAN("ivanti"), SPAN("9.1R17")), "affected");
	v = vulnerability_find(&t.set, SPAN("CVE-2023-46805"));
	assert_true(v->nlines > 1);
	vulnerability_set_release(&t.set);
}

static void
urgency_renewed(void **state)
{
	struct test_set t;
	const struct update_file *f;
	const struct vulnerability *v;

	(void)state;
	begin(&t, "data/vulnerabilities/cve-2024-3400.yaml");
	f = take(&t, "kev.json");
	v = vulnerability_find(&t.set, SPAN("CVE-2024-3400"));
	assert_true(span_is(v->score.kev_added, "2024-04-12"));
	assert_int_equal(v->score.ransomware, VULN_YES);
	assert_int_equal(f->scored, 1);
	assert_int_equal(f->elsewhere, 1);
	assert_int_equal(f->refused, 1);
	assert_true(span_is(t.updates.kev_day, "2099-01-02"));
	/* An older catalogue takes nothing back. */
	f = take(&t, "kev-old.json");
	assert_true(f->older);
	assert_true(span_is(v->score.kev_added, "2024-04-12"));
	assert_int_equal(v->score.ransomware, VULN_YES);
	f = take(&t, "epss.csv.gz");
	assert_true(v->score.has_epss && v->score.epss > 0.94);
	assert_true(span_is(v->score.epss_day, "2099-01-03"));
	assert_int_equal(f->refused, 1);
	f = take(&t, "epss-cut.csv.gz");
	assert_true(f->refused > 0);
	vulnerability_set_release(&t.set);
}

static void
age(void **state)
{
	int64_t now;

	(void)state;
	assert_true(time_read_day(SPAN("2026-03-01"), &now));
	assert_int_equal(update_age(SPAN("2026-02-01"), now), 28);
	assert_int_equal(update_age(SPAN("2026-03-01"), now), 0);
	assert_int_equal(update_age(SPAN("2026-03-02"), now), -1);
	assert_int_equal(update_age(SPAN("soon"), now), -1);
}

static void
said(void *ctx, const struct update_said *s)
{
	struct update_said *out = ctx;

	*out = *s;
}

static void
wire(void **state)
{
	struct update_said s = {.word = UPDATE_SAYS_RANGE, .line = 7}, got;
	struct buf b;
	struct span whole;

	(void)state;
	s.cells[RANGE_CVE] = SPAN("CVE-2099-1");
	s.cells[RANGE_MODELS] = SPAN("x y");
	buf_init(&b, 1 << 16);
	update_wire_put(&b, &s);
	whole = buf_span(&b);
	assert_int_equal(update_wire_take(whole, said, &got), whole.n);
	assert_int_equal(got.word, UPDATE_SAYS_RANGE);
	assert_int_equal(got.line, 7);
	assert_true(span_is(got.cells[RANGE_MODELS], "x y"));
	/* Cut anywhere it is not yet a word. */
	for (size_t i = 0; i < whole.n; i++)
		assert_int_equal(
		    update_wire_take(span_head(whole, i), said, &got), 0);
	b.p[4] = (char)UPDATE_WORDS;
	assert_int_equal(update_wire_take(buf_span(&b), said, &got), SIZE_MAX);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers),
	    cmocka_unit_test(record_is_no_proof),
	    cmocka_unit_test(curated_stays),
	    cmocka_unit_test(urgency_renewed),
	    cmocka_unit_test(age),
	    cmocka_unit_test(wire),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
