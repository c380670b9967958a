/*
 * All of data/vulnerabilities: that it loads and hangs together, and devices
 * around the boundaries of flaws by the table tests/flaws/boundaries.tsv.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/vulnerability.h"

#define FOLDER "data/vulnerabilities"
#define TABLE "tests/flaws/boundaries.tsv"

static struct vulnerability_set all;
static char text[1 << 20];

static struct span
file(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return (struct span){0};
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return span_of(text, n);
}

static int
take(const char *name)
{
	char path[512];
	struct err e = {""};
	struct span bytes;
	int r;

	(void)snprintf(path, sizeof(path), FOLDER "/%s", name);
	bytes = file(path);
	r = span_ends(span_str(name), SPAN(".csv"))
		? vulnerability_read_csv(&all, bytes, span_str(path), &e)
		: vulnerability_read(&all, bytes, span_str(path), &e);
	if (r != 0)
		print_error("%s\n", e.text);
	return r;
}

static int
load(void **state)
{
	DIR *d = opendir(FOLDER);
	struct dirent *x;
	struct err e = {""};
	int r = 0;

	(void)state;
	vulnerability_set_init(&all);
	if (d == NULL)
		return -1;
	while ((x = readdir(d)) != NULL)
		if (x->d_name[0] != '.' && take(x->d_name) != 0)
			r = -1;
	closedir(d);
	if (vulnerability_link(&all, &e) != 0) {
		print_error("%s\n", e.text);
		r = -1;
	}
	return r;
}

static int
unload(void **state)
{
	(void)state;
	vulnerability_set_release(&all);
	return 0;
}

#define MOST 8

struct trial {
	struct vuln_device d;
	struct span releases[MOST], hardware[MOST];
	struct vuln_setting settings[MOST];
};

static size_t
parts(struct span rest, struct span *out)
{
	size_t n = 0;

	while (rest.n > 0 && n < MOST)
		out[n++] = span_until(&rest, '|');
	return n;
}

static void
trial_read(struct trial *t, struct span platform, struct span releases,
    struct span hardware, struct span settings)
{
	struct span w;

	*t = (struct trial){.d.platform = platform};
	t->d.releases = t->releases;
	t->d.nreleases = parts(releases, t->releases);
	t->d.hardware = t->hardware;
	t->d.nhardware = parts(hardware, t->hardware);
	t->d.settings = t->settings;
	while ((w = span_word(&settings)).n > 0) {
		struct vuln_setting *s = &t->settings[t->d.nsettings];

		if (span_is(w, "*")) {
			t->d.configuration = true;
			continue;
		}
		assert_true(t->d.nsettings < MOST);
		t->d.nsettings++;
		s->name = span_head(w, w.n - 1);
		s->state =
		    w.p[w.n - 1] == '+' ? SETTING_ENABLED : SETTING_DISABLED;
	}
}

static void
boundaries(void **state)
{
	static char rows[1 << 18];
	struct span rest = file(TABLE), line;
	size_t n = 0, bad = 0;

	(void)state;
	assert_true(rest.n > 0 && rest.n < sizeof(rows));
	memcpy(rows, rest.p, rest.n);
	rest.p = rows;
	while (span_line(&rest, &line)) {
		struct span cell[6], r = line;
		const struct vulnerability *v;
		struct trial t;
		struct vuln_answer a;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		for (int i = 0; i < 6; i++)
			cell[i] = span_until(&r, '\t');
		v = vulnerability_find(&all, cell[0]);
		assert_non_null(v);
		trial_read(&t, cell[1], cell[2], cell[3], cell[4]);
		vulnerability_judge(v, &t.d, &a);
		n++;
		if (!span_is(cell[5], vuln_verdict_name(a.verdict))) {
			print_error("%.*s: %s\n", SPAN_FMT(line),
			    vuln_verdict_name(a.verdict));
			bad++;
		}
	}
	assert_int_equal(bad, 0);
	assert_true(n > 500);
}

/* A bound that stands outside of its own line would never be met. */
static void
bounds_stand_in_their_lines(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < all.n; i++)
		for (size_t k = 0; k < all.v[i]->nlines; k++) {
			const struct vuln_line *l = &all.v[i]->lines[k];
			const struct version *bounds[] = {
			    &l->from, &l->to, &l->fixed};

			for (size_t b = 0; b < 3; b++) {
				const struct version *v = bounds[b];

				if (l->line.n == 0 || v->order == NULL ||
				    span_eq_nocase(l->line, version_line(v)) ||
				    span_eq_nocase(l->line, version_series(v)))
					continue;
				print_error("%.*s: %s is not of line %.*s\n",
				    SPAN_FMT(all.v[i]->check.id), v->text,
				    SPAN_FMT(l->line));
				bad++;
			}
			if (l->from.order != NULL && l->to.order != NULL &&
			    version_compare(&l->from, &l->to) > 0) {
				print_error("%.*s: from %s to %s\n",
				    SPAN_FMT(all.v[i]->check.id), l->from.text,
				    l->to.text);
				bad++;
			}
		}
	assert_int_equal(bad, 0);
}

static void
every_flaw_is_complete(void **state)
{
	(void)state;
	assert_true(all.n >= 135);
	for (size_t i = 0; i < all.n; i++) {
		const struct vulnerability *v = all.v[i];
		bool affects = false;

		for (size_t k = 0; k < v->nlines; k++)
			affects |= v->lines[k].state != VULN_STATE_UNAFFECTED;
		if (!affects || v->score.kev_added.n != 10 ||
		    v->way == VULN_WAY_UNSAID ||
		    !span_starts(v->check.source, SPAN("https://")) ||
		    v->check.title.n > 80 || v->check.techniques.n == 0)
			fail_msg("%.*s is not complete", SPAN_FMT(v->check.id));
	}
}

static void
refused_tables(void **state)
{
#define COLUMNS "table,platform,line,from,to,fixed,evidence\n"
	static const struct {
		const char *csv, *part;
	} t[] = {
	    {"", "heading"},
	    {"table,colour\n", "colour"},
	    {COLUMNS "a,ios-xe,17.9,17.9,,,list\n", "regular release"},
	    {COLUMNS "a,os2,17.9,17.9.1,,,list\n", "os2"},
	    {COLUMNS ",,17.9,17.9.1,,,list\n", "no table"},
	    {COLUMNS "a,ios-xe,17.9,17.9.1,,,hearsay\n", "hearsay"},
	    {COLUMNS "a,ios-xe,,,,,list\n", "bound"},
	    {COLUMNS "a,ios-xe,17.9,,,,list,more\n", "more cells"},
	    {"cve,cvss\nCVE-1,11\n", "range"},
	    {"cve,cvss\nCVE-1,high\n", "number"},
	    {"cve,automatable\nCVE-1,perhaps\n", "perhaps"},
	};
	struct vulnerability_set set;
	struct err e;

	(void)state;
	vulnerability_set_init(&set);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		e.text[0] = '\0';
		assert_int_equal(vulnerability_read_csv(&set,
				     span_str(t[i].csv), SPAN("f.csv"), &e),
		    -1);
		if (strstr(e.text, t[i].part) == NULL ||
		    strncmp(e.text, "f.csv:", 6) != 0)
			fail_msg("'%s' does not name '%s'", e.text, t[i].part);
	}
	vulnerability_set_release(&set);
}

/* Rows of a table may stand apart; a flaw with one table shares its lines. */
static void
tables_in_pieces(void **state)
{
	static const char csv[] =
	    COLUMNS "a,ios-xe,17.1,17.1.1,,,list\n,,17.2,17.2.1,,,list\n"
		    "b,ios-xe,17.3,17.3.1,,,list\n"
		    "a,ios-xe,17.4,17.4.1,,,list\n,,17.5,17.5.1,,,list\n"
		    "b,ios-xe,17.6,17.6.1,,,list\n"
		    "c,ios-xe,17.7,17.7.1,,,list\n";
	static const struct {
		const char *tables, *lines;
	} t[] = {{"a", "17.1 17.2 17.4 17.5 "}, {"b", "17.3 17.6 "},
	    {"c", "17.7 "}, {"b c", "17.3 17.6 17.7 "}};
	struct span words[4][3], platform = SPAN("ios-xe");
	struct vulnerability v[4] = {{.way = VULN_WAY_UNSAID}}, *at[4];
	struct vulnerability_set set;
	struct err e;

	(void)state;
	vulnerability_set_init(&set);
	assert_int_equal(
	    vulnerability_read_csv(&set, span_str(csv), SPAN("f.csv"), &e), 0);
	for (size_t i = 0; i < 4; i++) {
		struct span rest = span_str(t[i].tables);

		v[i].check.id = arena_fmt(&set.arena, "CVE-%zu", i);
		v[i].platforms = (struct span_list){&platform, 1};
		v[i].tables.v = words[i];
		while ((words[i][v[i].tables.n] = span_word(&rest)).n > 0)
			v[i].tables.n++;
		at[i] = &v[i];
	}
	set.v = at;
	set.n = 4;
	assert_int_equal(vulnerability_link(&set, &e), 0);
	for (size_t i = 0; i < 4; i++) {
		struct buf b;

		buf_init(&b, 1000);
		for (size_t k = 0; k < v[i].nlines; k++)
			buf_fmt(&b, "%.*s ", SPAN_FMT(v[i].lines[k].line));
		assert_true(span_is(buf_span(&b), t[i].lines));
		buf_release(&b);
	}
	assert_ptr_equal(v[0].lines, set.tables[0].lines);
	vulnerability_set_release(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_flaw_is_complete),
	    cmocka_unit_test(bounds_stand_in_their_lines),
	    cmocka_unit_test(boundaries),
	    cmocka_unit_test(refused_tables),
	    cmocka_unit_test(tables_in_pieces),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
