/*
 * Ways around flaws, tried on the configuration: with them the feature that
 * the flaw needs must be off.
 */
#include "intel/fix.h"
#include "plan/remedy_make.h"

/* ---- what a reading states ---- */

static void
setting_add(struct remedy_maker *m, struct vuln_setting s, struct span raw)
{
	struct stated *x = &m->stated;
	size_t cap = x->cap;

	if (x->n >= LIMIT_PLAN_MEETS)
		return;
	s.name = arena_copy(&m->arena, s.name);
	x->raws = arena_grow(&m->arena, x->raws, x->n, &cap, sizeof(*x->raws));
	x->settings = arena_grow(
	    &m->arena, x->settings, x->n, &x->cap, sizeof(*x->settings));
	x->raws[x->n] = arena_copy(&m->arena, raw);
	x->settings[x->n++] = s;
}

void
stated_take(struct remedy_maker *m, const struct record *r)
{
	struct stated *x = &m->stated;
	struct vuln_setting s;

	if (r->kind == K_DEVICE) {
		x->release = arena_copy(&m->arena, record_text(r, F_VERSION));
		x->train = arena_copy(&m->arena, record_text(r, F_TRAIN));
		x->model = arena_copy(&m->arena, record_text(r, F_MODEL));
	}
	if (r->kind != K_SETTING)
		return;
	s = (struct vuln_setting){record_text(r, F_NAME),
	    setting_word(record_text(r, F_STATE)),
	    span_is(record_text(r, F_ORIGIN), "default")};
	if (s.by_default && s.state != SETTING_UNKNOWN &&
	    !span_ends(s.name, SPAN("-port")))
		x->whole = true;
	if (detector_asks_for(m->detector, s.name))
		setting_add(m, s, detector_text(m->detector, r->raw));
}

void
stated_feature(struct remedy_maker *m, const struct detector_feature *f)
{
	bool fits = f->platforms->n == 0;

	for (size_t i = 0; i < f->platforms->n; i++)
		fits |= span_eq(f->platforms->v[i], m->device);
	if (fits || m->device.n == 0)
		setting_add(m,
		    (struct vuln_setting){f->name,
			f->off ? SETTING_DISABLED : SETTING_ENABLED, false},
		    f->text);
}

/* ---- trying ---- */

/* A flaw that may be got around. */
struct way {
	const struct vulnerability *v;
	struct span platform;
	struct remedy remedy;
	bool done;
};

/* A device as this configuration alone has it. */
static struct vuln_device
device_of(const struct stated *x, struct span platform)
{
	return (struct vuln_device){.platform = platform,
	    .releases = &x->release,
	    .nreleases = x->release.n > 0,
	    .train = x->train,
	    .hardware = &x->model,
	    .nhardware = x->model.n > 0,
	    .settings = x->settings,
	    .nsettings = x->n,
	    .configuration = x->whole};
}

/* The device's own word, or another of its family: a configuration alone need
 * not tell which. */
static struct span
platform_for(const struct remedy_maker *m, const struct vulnerability *v)
{
	struct span other = {0};

	for (size_t i = 0; i < v->platforms.n; i++) {
		struct span p = v->platforms.v[i];

		if (span_eq(p, m->device))
			return p;
		for (size_t k = 0; k < m->platform->platforms.n; k++)
			if (span_eq(p, m->platform->platforms.v[k]))
				other = p;
	}
	return other;
}

/* Can the device have the flaw, with something to be switched off? */
static bool
is_open(const struct vulnerability *v, const struct vuln_device *d)
{
	struct vuln_answer a;

	vulnerability_judge(v, d, &a);
	return v->feature.name.n > 0 &&
	       (a.verdict == VULN_EXPOSED || a.verdict == VULN_CANNOT_TELL) &&
	       vulnerability_feature(v, d, &a) != VULN_SWITCH_OFF;
}

/* A line as the command that made it is shown: samples stand in the text only
 * for the check. */
static struct span
as_shown(const struct plan_lines *l, struct span line)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(span_trim(l->v[i].real), line))
			return span_trim(l->v[i].shown);
	return line;
}

/* What is left of the flaw: off, with the line that shows it where there is
 * one; on; or not to be told, as from a part of a configuration. */
static void
way_judge(const struct remedy_maker *m, struct way *w)
{
	struct vuln_device d = device_of(&m->stated, w->platform);
	struct remedy *r = &w->remedy;
	struct vuln_answer a;
	enum vuln_switch now = vulnerability_feature(w->v, &d, &a);

	if (now == VULN_SWITCH_ON)
		r->state = REMEDY_STAYS;
	if (now != VULN_SWITCH_OFF)
		return;
	r->state = REMEDY_CLOSES;
	for (size_t i = 0; i < a.nproofs && r->proof.n == 0; i++)
		if (!m->stated.settings[a.proofs[i]].by_default)
			r->proof = as_shown(&r->commands,
			    span_trim(m->stated.raws[a.proofs[i]]));
}

static bool
same_commands(const struct plan_lines *a, const struct plan_lines *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!span_eq(a->v[i].real, b->v[i].real))
			return false;
	return true;
}

/* All of one way: alone, which tells what it brings, then with the steps that
 * are proposed.  An upgrade or a model may be needed to know the rest: what
 * is told is that the feature is off. */
static void
way_try(struct remedy_maker *m, struct span text, struct way *v, size_t n)
{
	struct plan_lines undo = {0};
	struct remedy news = {0};
	struct trial alone = {
	    .first = &v->remedy.commands, .undo = &undo, .none = true};
	struct trial all = {
	    .first = &v->remedy.commands, .state = REMEDY_CLOSES};
	bool tried = remedy_try(m, text, &alone);

	if (tried) {
		remedy_news_take(m, &news, &m->after);
		tried = remedy_try(m, text, &all);
	}
	for (size_t i = 0; i < n; i++) {
		struct remedy *r = &v[i].remedy;

		if (v[i].done ||
		    !same_commands(&r->commands, &v->remedy.commands))
			continue;
		v[i].done = true;
		if (!tried)
			continue;
		way_judge(m, &v[i]);
		r->undo = undo;
		r->news = news.news;
		r->nnews = r->state == REMEDY_CLOSES ? news.nnews : 0;
	}
}

static bool
has_command(const struct plan_lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].remark)
			return true;
	return false;
}

/* The flaws that the configuration leaves open, with commands filled in. */
static size_t
ways_find(struct remedy_maker *m, const struct stated *before, struct way *out)
{
	const struct knowledge *k = m->o->knowledge;
	uint32_t first = (uint32_t)k->first_vulnerability;
	size_t n = 0;

	for (uint32_t i = 0; i < k->vulnerabilities.n; i++) {
		const struct vulnerability *v = k->vulnerabilities.v[i];
		struct way w = {.v = v, .platform = platform_for(m, v)};
		struct vuln_device d = device_of(before, w.platform);
		struct span_list lines;

		if (w.platform.n == 0 || !is_open(v, &d))
			continue;
		lines = remedies_lines(m->platform,
		    fix_templates(v->check.fixes, v->check.nfixes, w.platform),
		    &m->arena);
		w.remedy = (struct remedy){
		    .check = first + i, .state = REMEDY_UNTRIED};
		template_fill(&m->facts, &lines, NULL, &w.remedy.commands);
		if (has_command(&w.remedy.commands))
			out[n++] = w;
	}
	return n;
}

void
workarounds_make(
    struct remedy_maker *m, struct span text, const struct stated *before)
{
	const struct vulnerability_set *set = &m->o->knowledge->vulnerabilities;
	struct way *v = arena_array(&m->arena, set->n, sizeof(*v));
	size_t n = ways_find(m, before, v);
	unsigned trials = 0;

	for (size_t i = 0; i < n; i++)
		if (!v[i].done && trials++ < LIMIT_PLAN_TRIALS)
			way_try(m, text, &v[i], n - i);
	for (size_t i = 0; i < n; i++) {
		m->list.v = arena_grow(&m->arena, m->list.v, m->list.n,
		    &m->list.cap, sizeof(*m->list.v));
		m->list.v[m->list.n++] = v[i].remedy;
	}
}
