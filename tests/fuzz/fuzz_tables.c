/*
 * The tables of a user's knowledge: lines and scores of flaws, techniques,
 * warninglists.  The input is each of them in turn; a flaw asks for whatever
 * table of lines came out.
 */
#include "fuzz.h"

#include "detect/vulnerability.h"
#include "intel/technique.h"
#include "intel/warninglist.h"

static void
line_check(const struct vuln_line *l)
{
	const struct version *bounds[] = {
	    &l->from, &l->to, &l->below, &l->fixed};

	fuzz_touch(l->line);
	fuzz_touch(l->platform);
	fuzz_touch(l->evidence);
	fuzz_touch(l->upgrade);
	FUZZ_CHECK(version_platform(l->platform));
	for (size_t i = 0; i < 4; i++)
		if (bounds[i]->order != NULL)
			FUZZ_CHECK(version_compare(bounds[i], bounds[i]) == 0);
	for (size_t i = 0; i < l->nholes; i++)
		FUZZ_CHECK(l->holes[i].order != NULL);
	for (size_t i = 0; i < l->models.n; i++)
		fuzz_touch(l->models.v[i]);
}

/* One flaw for each table and one for all of them, judged at some release. */
static void
use(struct vulnerability_set *s)
{
	struct span release = SPAN("15.2(4)E1");
	struct vuln_device d = {
	    .platform = SPAN("ios"), .releases = &release, .nreleases = 1};
	struct vulnerability *v =
	    arena_array(&s->arena, s->ntables + 1, sizeof(*v));
	struct span *names = arena_array(&s->arena, s->ntables, sizeof(*names));
	struct span *platforms =
	    arena_array(&s->arena, s->ntables, sizeof(*platforms));
	struct vuln_answer a;
	struct err e;

	s->v = arena_array(&s->arena, s->ntables + 1, sizeof(struct v *));
	for (size_t i = 0; i < s->ntables; i++) {
		FUZZ_CHECK(s->tables[i].n > 0);
		names[i] = s->tables[i].name;
		platforms[i] = s->tables[i].lines[0].platform;
		v[i].check.id = arena_fmt(&s->arena, "CVE-%zu", i);
		v[i].tables = (struct span_list){&names[i], 1};
		v[i].platforms = (struct span_list){&platforms[i], 1};
		s->v[s->n++] = &v[i];
	}
	v[s->ntables].check.id = SPAN("CVE-all");
	v[s->ntables].tables = (struct span_list){names, s->ntables};
	v[s->ntables].platforms = (struct span_list){platforms, s->ntables};
	s->v[s->n] = &v[s->n];
	s->n++;
	(void)vulnerability_link(s, &e);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < s->v[i]->nlines; k++)
			line_check(&s->v[i]->lines[k]);
		if (s->v[i]->platforms.n > 0)
			vulnerability_judge(s->v[i], &d, &a);
	}
}

static void
flaws(struct span csv)
{
	struct vulnerability_set s;
	struct err e = {0};

	vulnerability_set_init(&s);
	if (vulnerability_read_csv(&s, csv, SPAN("t.csv"), &e) != 0)
		FUZZ_CHECK(e.text[0] != '\0');
	for (size_t i = 0; i < s.nscores; i++) {
		const struct vuln_score *x = &s.scores[i].score;

		fuzz_touch(s.scores[i].cve);
		fuzz_touch(x->kev_due);
		FUZZ_CHECK(x->cvss >= 0 && x->cvss <= 10);
		FUZZ_CHECK(x->epss >= 0 && x->epss <= 1);
	}
	if (s.ntables < 64)
		use(&s);
	vulnerability_set_release(&s);
}

static void
others(struct span csv)
{
	struct technique_list list = {0};
	struct warninglists w;
	struct arena a;

	arena_init(&a);
	(void)techniques_read(&a, csv, &list);
	for (size_t i = 0; i < list.n; i++) {
		fuzz_touch(list.v[i].id);
		fuzz_touch(list.v[i].name);
	}
	arena_release(&a);
	warninglists_init(&w);
	(void)warninglists_read_csv(&w, csv);
	warninglists_seal(&w);
	warninglists_release(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span csv = span_of((const char *)data, size);

	flaws(csv);
	others(csv);
	return 0;
}
