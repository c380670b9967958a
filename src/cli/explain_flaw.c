#include "cli/explain_flaw.h"

#include <stdio.h>

static void
words(const char *before, struct span_list l, const char *between)
{
	for (size_t i = 0; i < l.n; i++)
		printf("%s%.*s", i > 0 ? between : before, SPAN_FMT(l.v[i]));
}

static const char *
said(enum vuln_said s)
{
	static const char *const texts[] = {"not said", "no", "yes"};

	return texts[s];
}

static void
score(const struct vuln_score *s)
{
	struct span impact = vuln_impact_name(s->impact);

	if (s->kev_added.n > 0)
		printf("KEV         added %.*s, due %.*s%s\n",
		    SPAN_FMT(s->kev_added), SPAN_FMT(s->kev_due),
		    s->ransomware == VULN_YES ? ", used by ransomware" : "");
	if (s->has_cvss)
		printf("CVSS        %.1f\n", s->cvss);
	if (s->has_epss)
		printf(
		    "EPSS        %.5f on %.*s (higher than %.1f %% of all)\n",
		    s->epss, SPAN_FMT(s->epss_day), s->epss_percentile * 100);
	printf("SSVC        automatable: %s, impact: %.*s\n",
	    said(s->automatable),
	    SPAN_FMT(impact.n > 0 ? impact : SPAN("not said")));
}

static void
deadline(const struct knowledge *k, const struct vuln_score *s)
{
	struct deadline d;

	deadline_find(&k->deadlines, s, VULN_UNSAID, &d);
	if (d.exposed.n > 0)
		printf("deadline    %.*s: %.*s if publicly exposed, else "
		       "%.*s\n",
		    SPAN_FMT(k->deadlines.title), SPAN_FMT(d.exposed),
		    SPAN_FMT(d.hidden));
}

static void
feature(const struct vuln_feature *f)
{
	static const char *const silences[] = {
	    "tells nothing", "means on", "means off"};

	if (f->name.n == 0) {
		puts("feature     none is needed: the release alone decides");
		return;
	}
	printf("feature     %.*s\n", SPAN_FMT(f->name));
	for (size_t i = 0; i < f->nany; i++) {
		const struct vuln_test *t = &f->any[i];

		printf("            %s %.*s", i > 0 ? "or" : "on with",
		    SPAN_FMT(t->setting));
		words(" and ", t->with, " and ");
		if (t->unless.n > 0)
			printf(" unless %.*s", SPAN_FMT(t->unless));
		words(" on ", t->platforms, ", ");
		printf("; silence %s\n", silences[t->silent]);
	}
	words("            hardware that has it: ", f->capable, ", ");
	if (f->capable.n > 0)
		putchar('\n');
	words("            hardware without it: ", f->incapable, ", ");
	if (f->incapable.n > 0)
		putchar('\n');
}

static void
way(const struct vulnerability *v)
{
	static const char *const texts[] = {
	    [VULN_WAY_UNSAID] = "not said",
	    [VULN_WAY_SERVICE] = "through a management service",
	    [VULN_WAY_GATEWAY] = "through a service for users outside",
	    [VULN_WAY_TRAFFIC] = "by packets to or through the device",
	    [VULN_WAY_LINK] = "from the same link",
	    [VULN_WAY_LOGIN] = "after login",
	};

	printf("reached     %s", texts[v->way]);
	words(": ", v->services, ", ");
	putchar('\n');
}

static void
range(const struct vuln_line *l)
{
	static const char *const states[] = {
	    "affected", "not affected", "cannot tell"};

	printf("  %-9.*s %-12.*s %s", SPAN_FMT(l->platform), SPAN_FMT(l->line),
	    states[l->state]);
	if (l->from.order != NULL)
		printf(" from %s", l->from.text);
	if (l->to.order != NULL)
		printf(" to %s", l->to.text);
	if (l->below.order != NULL)
		printf(" below %s", l->below.text);
	if (l->fixed.order != NULL)
		printf(", fixed in %s", l->fixed.text);
	words(" on ", l->models, ", ");
	if (l->upgrade.n > 0)
		printf("; then: %.*s", SPAN_FMT(l->upgrade));
	printf(" (%.*s)\n", SPAN_FMT(l->evidence));
	if (l->note.n > 0)
		printf("            %.*s\n", SPAN_FMT(l->note));
}

void
explain_flaw(const struct knowledge *k, const struct vulnerability *v)
{
	score(&v->score);
	deadline(k, &v->score);
	feature(&v->feature);
	way(v);
	for (size_t i = 0; i < v->npatches; i++)
		printf("patch       %.*s%s%s; check with: %.*s\n",
		    SPAN_FMT(v->patches[i].name),
		    v->patches[i].release.order != NULL ? " on " : "",
		    v->patches[i].release.order != NULL
			? v->patches[i].release.text
			: "",
		    SPAN_FMT(v->patches[i].verify));
	printf("ranges      %zu; the first that speaks of a release counts\n",
	    v->nlines);
	for (size_t i = 0; i < v->nlines; i++)
		range(&v->lines[i]);
	for (size_t i = 0; i < v->nlisted; i++)
		printf("  %-9.*s other lines from %u.%u on: not affected, the "
		       "vendor's list does not name them\n",
		    SPAN_FMT(v->listed[i].platform), v->listed[i].train[0],
		    v->listed[i].train[1]);
	printf("  %s\n", v->unlisted == VULN_STATE_UNAFFECTED
			     ? "any other release: not affected"
			     : "any other release: cannot tell");
}
