/*
 * Vulnerabilities in the JSON report: every flaw that concerns some device
 * once, and one answer for each device and flaw.
 */
#include "report/json_parts.h"

static void
said_or_null(struct json_out *j, const char *key, enum vuln_said s)
{
	if (s == VULN_UNSAID)
		json_out_null(j, key);
	else
		json_out_bool(j, key, s == VULN_YES);
}

static void
real_or_null(struct json_out *j, const char *key, bool has, double v)
{
	if (has)
		json_out_real(j, key, v);
	else
		json_out_null(j, key);
}

static void
write_flaw(struct json_out *j, const struct vulnerability *v)
{
	const struct vuln_score *s = &v->score;

	json_out_object(j, NULL);
	json_out_text(j, "cve", v->check.id);
	json_out_text(j, "title", v->check.title);
	json_out_str(j, "severity", severity_name(v->check.severity));
	json_text_or_null(j, "source", v->check.source);
	json_text_or_null(j, "feature", v->feature.name);
	json_text_or_null(j, "kev_added", s->kev_added);
	json_text_or_null(j, "kev_due", s->kev_due);
	said_or_null(j, "ransomware", s->ransomware);
	real_or_null(j, "cvss", s->has_cvss, s->cvss);
	real_or_null(j, "epss", s->has_epss, s->epss);
	json_text_or_null(j, "epss_day", s->epss_day);
	said_or_null(j, "automatable", s->automatable);
	json_text_or_null(j, "impact", vuln_impact_name(s->impact));
	json_out_end_object(j);
}

/* Those that concern the platform of some device, in order. */
static void
write_flaws(struct json_out *j, const struct casefile *c)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;
	struct arena a;
	bool *seen;

	arena_init(&a);
	seen = arena_array(&a, set->n, sizeof(*seen));
	for (size_t d = 0; d < c->fleet.n; d++)
		for (uint32_t i = 0; i < c->flaws[d].n; i++)
			seen[c->flaws[d].v[i]] = true;
	json_out_list(j, "flaws");
	for (size_t i = 0; i < set->n; i++)
		if (seen[i])
			write_flaw(j, set->v[i]);
	json_out_end_list(j);
	arena_release(&a);
}

static void
write_deadline(struct json_out *j, const struct flaw *f)
{
	const struct deadline *d = &f->deadline;

	if (d->exposed.n == 0) {
		json_out_null(j, "deadline");
		return;
	}
	json_out_object(j, "deadline");
	said_or_null(j, "publicly_exposed", d->publicly);
	json_out_text(j, "if_exposed", d->exposed);
	json_out_text(j, "if_not", d->hidden);
	json_out_bool(j, "guessed", d->guessed);
	json_text_or_null(j, "kev_added", f->v->score.kev_added);
	json_text_or_null(j, "kev_due", f->v->score.kev_due);
	json_out_end_object(j);
}

struct writing {
	struct json_out *j;
	const struct casefile *c;
};

static void
write_answer(void *ctx, const struct flaw *f)
{
	const struct writing *w = ctx;
	const struct vuln_answer *a = f->answer;
	struct json_out *j = w->j;
	bool open =
	    a->verdict == VULN_EXPOSED || a->verdict == VULN_CANNOT_TELL;

	json_out_object(j, NULL);
	json_out_text(j, "device", w->c->fleet.v[f->device].name);
	json_out_text(j, "cve", f->v->check.id);
	json_out_str(j, "answer", vuln_verdict_name(a->verdict));
	json_out_str(j, "confidence", confidence_name(a->confidence));
	json_out_text(j, "reason", f->reason);
	json_text_or_null(j, "release",
	    a->release.order != NULL ? version_write(&a->release)
				     : (struct span){0});
	json_text_or_null(j, "known_by",
	    a->line != NULL ? a->line->evidence : (struct span){0});
	json_text_or_null(j, "remedy", f->upgrade);
	json_out_list(j, "evidence");
	for (size_t i = 0; i < f->nplaces; i++)
		json_place(j, w->c, &f->places[i]);
	json_out_end_list(j);
	json_texts(j, "need", f->need);
	json_out_str(j, "reach", open ? opening_name(f->opening) : NULL);
	json_text_or_null(
	    j, "reach_why", open ? f->opening_why : (struct span){0});
	write_deadline(j, f);
	json_out_str(j, "finding", f->finding != NULL ? f->finding->id : NULL);
	json_out_end_object(j);
}

void
json_flaws(struct json_out *j, const struct casefile *c)
{
	struct writing w = {j, c};

	write_flaws(j, c);
	json_out_list(j, "vulnerabilities");
	for (size_t i = 0; i < c->fleet.n; i++)
		case_flaws(c, c->device_order[i], write_answer, &w);
	json_out_end_list(j);
}

void
json_features(struct json_out *j, const struct device *d)
{
	json_out_list(j, "features");
	for (size_t i = 0; i < d->nfacts; i++) {
		const struct fact *f = &d->facts[i].fact;

		if (f->kind != K_FEATURE ||
		    !case_feature_fits(f, d->platform))
			continue;
		json_out_object(j, NULL);
		json_out_text(j, "name", fact_text(f, F_NAME));
		json_out_text(j, "state", fact_text(f, F_STATE));
		json_out_end_object(j);
	}
	json_out_end_list(j);
}
