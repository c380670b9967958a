#include "plan/plan.h"

#include <stdlib.h>

#include "detect/vulnerability.h"
#include "intel/fix.h"

const char *
plan_proof_name(enum plan_proof p)
{
	static const char *const names[] = {
	    "closes", "stays", "untried", "by hand"};

	return names[p];
}

const char *
phase_name(enum phase p)
{
	static const char *const names[] = {
	    "contain", "evict", "patch", "harden"};

	return names[p];
}

/* ---- what workers told ---- */

void
remedy_set_init(struct remedy_set *s)
{
	*s = (struct remedy_set){0};
	arena_init(&s->arena);
	map_init(&s->by_finding, &s->arena);
}

void
remedy_set_release(struct remedy_set *s)
{
	arena_release(&s->arena);
}

static struct span
key_of(struct arena *a, struct span path, uint32_t check, struct span entity)
{
	return arena_fmt(
	    a, "%u/%.*s\n%.*s", check, SPAN_FMT(path), SPAN_FMT(entity));
}

static void
commands_copy(struct arena *a, struct plan_lines *l)
{
	struct plan_line *v = arena_array(a, l->n, sizeof(*v));

	for (size_t i = 0; i < l->n; i++) {
		v[i] = l->v[i];
		v[i].real = (struct span){0};
		v[i].shown = arena_copy(a, l->v[i].shown);
	}
	l->v = v;
	l->cap = l->n;
}

void
remedy_set_take(struct remedy_set *s, struct span path, const struct remedy *r)
{
	struct remedy copy = *r;

	if (s->arena.used > LIMIT_CASE_BYTES) {
		s->full = true;
		return;
	}
	commands_copy(&s->arena, &copy.commands);
	commands_copy(&s->arena, &copy.undo);
	copy.entity = arena_copy(&s->arena, r->entity);
	copy.proof = arena_copy(&s->arena, r->proof);
	copy.news = arena_array(&s->arena, r->nnews, sizeof(*copy.news));
	for (size_t i = 0; i < r->nnews; i++) {
		copy.news[i] = r->news[i];
		copy.news[i].entity = arena_copy(&s->arena, r->news[i].entity);
	}
	s->v = arena_grow(&s->arena, s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n] = copy;
	map_add(&s->by_finding, key_of(&s->arena, path, r->check, r->entity),
	    (uint32_t)s->n++);
}

/* ---- the plan ---- */

struct planning {
	struct casefile *c;
	const struct remedy_set *set;
	struct map checks; /* id to place in the knowledge */
	struct plan_facts facts;
	struct arena *arena;
};

static uint32_t
check_index(struct planning *x, const struct check *check)
{
	return map_get(&x->checks, check->id);
}

static enum phase
phase_of(const struct finding *f, bool intruder)
{
	switch (f->check->kind) {
	case CHECK_COMPROMISE:
	case CHECK_INDICATOR:
		return PHASE_EVICT;
	case CHECK_VULNERABILITY:
		return PHASE_PATCH;
	case CHECK_HARDENING:
		break;
	}
	return f->check->contains && intruder ? PHASE_CONTAIN : PHASE_HARDEN;
}

static void
commands_join(
    struct arena *a, struct plan_lines *to, const struct plan_lines *from)
{
	for (size_t i = 0; i < from->n; i++) {
		to->v = arena_grow(a, to->v, to->n, &to->cap, sizeof(*to->v));
		to->v[to->n++] = from->v[i];
	}
}

/* What came of a finding in one of its sources. */
static void
step_tried(struct planning *x, struct plan_step *s, const struct remedy *r)
{
	static const enum plan_proof proofs[] = {[REMEDY_CLOSES] = PROOF_CLOSES,
	    [REMEDY_STAYS] = PROOF_STAYS,
	    [REMEDY_UNTRIED] = PROOF_NONE};
	enum plan_proof proof = proofs[r->state];

	s->takes |= r->takes;
	s->covered |= r->covered && proof == PROOF_CLOSES;
	/* Of several sources the one that stays counts. */
	if (s->proof == PROOF_HAND || proof == PROOF_STAYS)
		s->proof = proof;
	commands_join(x->arena, &s->commands, &r->commands);
	commands_join(x->arena, &s->undo, &r->undo);
	if (r->nnews > 0) {
		s->news = r->news;
		s->nnews = r->nnews;
	}
	if (s->finding->check->kind != CHECK_VULNERABILITY ||
	    s->proof == PROOF_NONE)
		return;
	/* The release is affected: so the feature decides. */
	s->after = s->proof == PROOF_CLOSES ? VULN_FEATURE_OFF : VULN_EXPOSED;
	s->off_by = r->proof;
}

static void
step_remedy(struct planning *x, struct plan_step *s, uint32_t source)
{
	const struct finding *f = s->finding;
	struct span key = key_of(x->arena, x->c->sources[source].path,
	    check_index(x, f->check), f->entity);
	uint32_t at = map_get(&x->set->by_finding, key);

	if (at != MAP_NONE)
		step_tried(x, s, &x->set->v[at]);
}

static void
step_remedies(
    struct planning *x, const struct plan_device *d, struct plan_step *s)
{
	const struct finding *f = s->finding;
	uint32_t last = UINT32_MAX;

	/* What a flaw rests on may be an output; its way around was tried on
	 * the device's configurations. */
	if (f->check->kind == CHECK_VULNERABILITY) {
		for (size_t i = 0; i < d->nconfigurations; i++)
			step_remedy(x, s, d->configurations[i]);
		return;
	}
	for (size_t i = 0; i < f->nplaces; i++) {
		if (f->places[i].source == last)
			continue;
		last = f->places[i].source;
		step_remedy(x, s, last);
	}
}

/* The configurations of a device.  Its facts lie in the order of sources. */
static void
configurations_find(struct planning *x, struct plan_device *d)
{
	const struct device *v = &x->c->fleet.v[d->device];
	size_t cap = 0;
	int64_t last = -1;

	for (size_t i = 0; i < v->nfacts; i++) {
		uint32_t at = v->facts[i].source;

		if (at <= last ||
		    !span_is(x->c->sources[at].evidence, "config"))
			continue;
		last = at;
		d->configurations = arena_grow(x->arena, d->configurations,
		    d->nconfigurations, &cap, sizeof(at));
		d->configurations[d->nconfigurations++] = at;
	}
}

/* Without the configuration: the commands as they are known for the platform,
 * with names where facts would stand. */
static void
step_untried(
    struct planning *x, const struct plan_device *d, struct plan_step *s)
{
	const struct check *c = s->finding->check;
	struct span platform = x->c->fleet.v[d->device].platform;
	struct span_list lines = remedies_lines(d->platform,
	    fix_templates(c->fixes, c->nfixes, platform), x->arena);

	/* How commands are given there is not known: then they are text. */
	if (d->platform == NULL) {
		s->sentences = s->finding->fix;
		return;
	}
	x->facts.commands = 0;
	x->facts.platform = d->platform;
	template_fill(&x->facts, &lines, NULL, &s->commands);
	for (size_t i = 0; i < s->commands.n; i++)
		if (!s->commands.v[i].remark)
			s->proof = PROOF_NONE;
	if (s->commands.n == 0)
		s->sentences = s->finding->fix;
}

static void
step_make(struct planning *x, struct plan_device *d, const struct finding *f)
{
	struct plan_step *s = &d->steps[d->nsteps++];

	*s = (struct plan_step){.phase = phase_of(f, d->intruder),
	    .proof = PROOF_HAND,
	    .finding = f};
	step_remedies(x, d, s);
	if (s->proof == PROOF_HAND)
		step_untried(x, d, s);
	if (s->proof == PROOF_STAYS)
		s->sentences = remedies_lines(d->platform, f->fix, x->arena);
	d->proofs[s->proof]++;
}

static bool
wants_step(const struct finding *f)
{
	return !finding_waived(f) &&
	       remedy_matters(f->check, f->severity, f->confidence);
}

static int
step_order(const void *a, const void *b)
{
	const struct plan_step *x = a, *y = b;

	if (x->phase != y->phase)
		return x->phase < y->phase ? -1 : 1;
	if (x->takes != y->takes)
		return x->takes ? -1 : 1;
	/* Findings lie in order of severity. */
	return x->finding < y->finding ? -1 : x->finding > y->finding;
}

/* ---- the release ---- */

static const struct vulnerability *
flaw_of(const struct casefile *c, const struct finding *f)
{
	return f->check->kind == CHECK_VULNERABILITY
		   ? vulnerability_find(
			 &c->knowledge->vulnerabilities, f->check->id)
		   : NULL;
}

struct flaws {
	const struct vulnerability **v;
	size_t n;
	struct vuln_device d;
	struct version runs; /* order NULL: not known */
};

/* How many are left with the device at this release? */
static size_t
left_at(const struct flaws *x, const struct version *v)
{
	struct span release = version_write(v);
	struct vuln_device d = x->d;
	size_t left = 0;

	d.releases = &release;
	d.nreleases = 1;
	d.versions = v;
	d.train = (struct span){0};
	for (size_t i = 0; i < x->n; i++) {
		struct vuln_answer a;

		vulnerability_judge(x->v[i], &d, &a);
		left +=
		    a.verdict == VULN_EXPOSED || a.verdict == VULN_CANNOT_TELL;
	}
	return left;
}

/* Fewer flaws left, then the same line, then the smaller release. */
static bool
is_better(const struct plan_upgrade *now, const struct version *best,
    size_t left, bool same, const struct version *v)
{
	if (best->order == NULL || left != now->left)
		return best->order == NULL || left < now->left;
	if (same != now->same_line)
		return same;
	return version_compare(v, best) < 0;
}

static void
upgrade_find(struct planning *x, const struct flaws *f, struct plan_upgrade *u)
{
	struct version best = {0};

	u->flaws = u->left = f->n;
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->v[i]->nlines; k++) {
			const struct version *v = &f->v[i]->lines[k].fixed;
			size_t left;
			bool same;

			if (v->order == NULL || f->runs.order != v->order ||
			    version_compare(v, &f->runs) <= 0)
				continue;
			left = left_at(f, v);
			same = span_eq(version_line(v), version_line(&f->runs));
			if (left == f->n || !is_better(u, &best, left, same, v))
				continue;
			best = *v;
			u->left = left;
			u->same_line = same;
		}
	if (best.order != NULL)
		u->release = arena_copy(x->arena, version_write(&best));
}

static void
upgrade_of(struct planning *x, struct plan_device *d)
{
	struct flaws f = {0};

	f.v = arena_array(x->arena, d->nsteps, sizeof(*f.v));
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct vulnerability *v =
		    flaw_of(x->c, d->steps[i].finding);

		if (v != NULL)
			f.v[f.n++] = v;
	}
	if (f.n == 0)
		return;
	case_vuln_device(x->c, d->device, &f.d);
	version_read(f.d.platform, x->c->fleet.v[d->device].version, &f.runs);
	upgrade_find(x, &f, &d->upgrade);
}

/* ---- devices ---- */

static bool
device_make(struct planning *x, uint32_t device, struct plan_device *d)
{
	const struct device_result *r = &x->c->results[device];

	*d = (struct plan_device){.device = device,
	    .intruder = r->verdict >= VERDICT_SUSPICIOUS,
	    .platform = remedies_for(
		&x->c->knowledge->remedies, x->c->fleet.v[device].platform)};
	configurations_find(x, d);
	d->steps = arena_array(x->arena, r->nfindings, sizeof(*d->steps));
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &x->c->findings[r->findings[i]];

		if (wants_step(f))
			step_make(x, d, f);
	}
	if (d->nsteps > 0)
		qsort(d->steps, d->nsteps, sizeof(*d->steps), step_order);
	upgrade_of(x, d);
	return d->nsteps > 0;
}

static void
plan_count(struct plan *p, const struct plan_device *d)
{
	for (unsigned i = 0; i < PROOFS; i++)
		p->proofs[i] += d->proofs[i];
	for (size_t i = 0; i < d->nsteps; i++)
		p->news += d->steps[i].nnews;
}

void
plan_make(struct casefile *c, const struct remedy_set *s,
    struct given_list given, struct plan *out)
{
	struct planning x = {.c = c, .set = s, .arena = &out->arena};

	*out = (struct plan){.c = c, .unread = s->unread};
	arena_init(&out->arena);
	map_init(&x.checks, &out->arena);
	for (size_t i = 0; i < c->knowledge->nchecks; i++)
		map_add(&x.checks, knowledge_check_id(c->knowledge, i),
		    (uint32_t)i);
	plan_facts_init(&x.facts, &out->arena, &c->knowledge->remedies, given);
	out->devices =
	    arena_array(&out->arena, c->fleet.n, sizeof(*out->devices));
	for (int v = VERDICT_COMPROMISED; v >= 0; v--)
		for (size_t i = 0; i < c->fleet.n; i++) {
			uint32_t at = c->device_order[i];

			if ((int)c->results[at].verdict == v &&
			    device_make(&x, at, &out->devices[out->n]))
				plan_count(out, &out->devices[out->n++]);
		}
}

void
plan_release(struct plan *p)
{
	arena_release(&p->arena);
}
