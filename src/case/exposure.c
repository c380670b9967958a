/*
 * Known-exploited vulnerabilities over what the evidence says of each device.
 */
#include "case/casefile.h"

#include "base/limits.h"
#include "detect/vulnerability.h"

#define NEEDS 16

/* A device as the vulnerability tests see it, with the places of its facts. */
struct subject {
	struct vuln_device d;
	uint32_t device;
	const struct device_fact **releases, **settings;
};

static void
add_identity(struct subject *x, const struct device_fact *f, struct span *rel,
    struct span *hard)
{
	struct span version = fact_text(&f->fact, F_VERSION),
		    model = fact_text(&f->fact, F_MODEL),
		    image = fact_text(&f->fact, F_IMAGE);

	if (version.n > 0) {
		x->releases[x->d.nreleases] = f;
		rel[x->d.nreleases++] = version;
	}
	if (model.n > 0)
		hard[x->d.nhardware++] = model;
	if (image.n > 0)
		hard[x->d.nhardware++] = image;
}

static void
subject_of(struct casefile *c, uint32_t device, struct subject *x)
{
	const struct device *dev = &c->fleet.v[device];
	struct arena *a = &c->arena;
	size_t n = dev->nfacts;
	struct span *rel = arena_array(a, n, sizeof(*rel));
	struct span *hard = arena_array(a, 2 * n, sizeof(*hard));
	struct vuln_setting *set = arena_array(a, n, sizeof(*set));

	*x = (struct subject){.device = device};
	x->releases = arena_array(a, n, sizeof(*x->releases));
	x->settings = arena_array(a, n, sizeof(*x->settings));
	for (size_t i = 0; i < n; i++) {
		const struct device_fact *f = &dev->facts[i];

		if (f->fact.kind == K_DEVICE)
			add_identity(x, f, rel, hard);
		if (f->fact.kind != K_SETTING)
			continue;
		x->settings[x->d.nsettings] = f;
		set[x->d.nsettings++] = (struct vuln_setting){
		    fact_text(&f->fact, F_NAME),
		    setting_word(fact_text(&f->fact, F_STATE)),
		    span_is(fact_text(&f->fact, F_ORIGIN), "default")};
	}
	x->d.platform = dev->platform;
	x->d.train = dev->train;
	x->d.releases = rel;
	x->d.hardware = hard;
	x->d.settings = set;
	x->d.configuration = (dev->evidence & EV_CONFIG) != 0;
}

void
case_vuln_device(struct casefile *c, uint32_t device, struct vuln_device *out)
{
	struct subject x;

	subject_of(c, device, &x);
	*out = x.d;
}

static void
place_of(struct finding_place *p, const struct device_fact *f)
{
	*p = (struct finding_place){f->source, f->fact.line, UINT64_MAX,
	    span_head(f->fact.raw, LIMIT_EVIDENCE_TEXT)};
}

static void
exposed(struct casefile *c, const struct vulnerability *v,
    const struct subject *x, const struct vuln_answer *a)
{
	struct finding *f;
	struct buf b;

	if (c->nfindings >= LIMIT_FINDINGS) {
		c->complete = false;
		return;
	}
	c->findings = arena_grow(&c->arena, c->findings, c->nfindings,
	    &c->findings_cap, sizeof(*c->findings));
	f = &c->findings[c->nfindings++];
	*f = (struct finding){.check = &v->check,
	    .device = x->device,
	    .title = v->check.title,
	    .severity = v->check.severity,
	    .confidence = a->confidence,
	    .first = TIME_NONE,
	    .last = TIME_NONE,
	    .count = 1};
	f->places = arena_array(
	    &c->arena, a->nproofs + 1, sizeof(*f->places));
	if (a->release_index != SIZE_MAX)
		place_of(&f->places[f->nplaces++],
		    x->releases[a->release_index]);
	for (size_t i = 0; i < a->nproofs; i++)
		if (x->settings[a->proofs[i]]->fact.line > 0)
			place_of(&f->places[f->nplaces++],
			    x->settings[a->proofs[i]]);
	if (f->nplaces > 1)
		f->count = f->nplaces;
	buf_init(&b, LIMIT_EVIDENCE_TEXT * 8);
	vulnerability_reason(v, &x->d, a, &b);
	f->reason = arena_copy(&c->arena, buf_span(&b));
	buf_reset(&b);
	vulnerability_upgrade(a, &b);
	struct span_list table = fix_for(
	    v->check.fixes, v->check.nfixes, x->d.platform);
	f->verify = fix_for(v->check.verify, v->check.nverify, x->d.platform);
	f->fix.v = arena_array(&c->arena, table.n + 1, sizeof(struct span));
	if (b.n > 0)
		f->fix.v[f->fix.n++] = arena_copy(&c->arena, buf_span(&b));
	for (size_t i = 0; i < table.n; i++)
		f->fix.v[f->fix.n++] = table.v[i];
	buf_release(&b);
}

static void
answer(struct casefile *c, const struct vulnerability *v,
    const struct subject *x, struct case_answer *out)
{
	struct vuln_answer a;
	struct span need[NEEDS];

	vulnerability_judge(v, &x->d, &a);
	switch (a.verdict) {
	case VULN_NOT_APPLICABLE:
		out->state = COVERAGE_NOT_APPLICABLE;
		return;
	case VULN_NOT_AFFECTED:
	case VULN_FEATURE_OFF:
		out->state = COVERAGE_CLEAR;
		return;
	case VULN_EXPOSED:
		out->state = COVERAGE_HIT;
		exposed(c, v, x, &a);
		return;
	case VULN_CANNOT_TELL:
		break;
	}
	out->state = COVERAGE_UNKNOWN;
	out->need.n = vulnerability_need(v, &x->d, &a, need, NEEDS);
	out->need.v =
	    arena_array(&c->arena, out->need.n, sizeof(*out->need.v));
	for (size_t i = 0; i < out->need.n; i++)
		out->need.v[i] = need[i];
}

void
case_vulnerabilities(struct casefile *c)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;

	c->answers = arena_array(
	    &c->arena, c->fleet.n * set->n, sizeof(*c->answers));
	for (uint32_t d = 0; d < c->fleet.n; d++) {
		struct subject x;

		subject_of(c, d, &x);
		for (size_t i = 0; i < set->n; i++)
			answer(c, set->v[i], &x, &c->answers[d * set->n + i]);
	}
}

/* Of several tests that speak of a row, the least certain one counts; one for
 * another platform does not count. */
enum coverage
case_vulnerability_answer(
    const struct casefile *c, uint32_t device, const struct advisory_row *row)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;
	enum coverage all = COVERAGE_NOT_APPLICABLE;

	for (size_t i = 0; i < row->nflaws; i++) {
		enum coverage one =
		    c->answers[device * set->n + row->flaws[i]].state;

		if (one == COVERAGE_NOT_APPLICABLE)
			continue;
		/* Exposed, even where the finding fell to a limit. */
		if (one == COVERAGE_UNKNOWN || one == COVERAGE_HIT)
			return one;
		all = COVERAGE_CLEAR;
	}
	return all;
}

struct span_list
case_need(
    const struct casefile *c, uint32_t device, const struct advisory_row *row)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;

	for (size_t i = 0; i < row->nflaws; i++) {
		const struct case_answer *a =
		    &c->answers[device * set->n + row->flaws[i]];

		if (a->state == COVERAGE_UNKNOWN && a->need.n > 0)
			return a->need;
	}
	struct span_list shown = case_prerequisite_need(c, device, row);

	return shown.n > 0 ? shown
			   : fix_for(row->need, row->nneed,
				 c->fleet.v[device].platform);
}
