/*
 * Known-exploited vulnerabilities over what the evidence says of each device.
 * Of every answer only the verdict is kept: a hundred thousand devices have
 * millions of them.  Who wants one in full has it judged again (case_flaws).
 */
#include "case/subject.h"

#include "base/limits.h"
#include "detect/vulnerability.h"

void
case_vuln_device(struct casefile *c, uint32_t device, struct vuln_device *out)
{
	struct subject x;

	subject_of(c, device, &c->arena, &x);
	*out = x.d;
}

static void
place_of(struct finding_place *p, const struct device_fact *f)
{
	*p = (struct finding_place){f->source, f->fact.line, UINT64_MAX,
	    span_head(f->fact.raw, LIMIT_EVIDENCE_TEXT)};
}

/* The release (where sources state different ones, all of them), the settings
 * that decide and, where a configuration decides by silence, that
 * configuration. */
static struct finding_place *
places_of(const struct subject *x, const struct vuln_answer *a,
    struct arena *arena, size_t *n)
{
	size_t releases = a->why == VULN_WHY_CONTRADICTION ? x->d.nreleases : 0;
	struct finding_place *p =
	    arena_array(arena, a->nproofs + releases + 2, sizeof(*p));
	bool line = false;

	*n = 0;
	for (size_t i = 0; i < releases; i++)
		place_of(&p[(*n)++], x->releases[i]);
	if (releases == 0 && a->release_index != SIZE_MAX &&
	    a->verdict != VULN_FEATURE_OFF)
		place_of(&p[(*n)++], x->releases[a->release_index]);
	for (size_t i = 0; i < a->nproofs; i++)
		if (x->settings[a->proofs[i]]->fact.line > 0) {
			place_of(&p[(*n)++], x->settings[a->proofs[i]]);
			line = true;
		}
	if (!line && x->whole != NULL &&
	    (a->by_default || a->why == VULN_WHY_FEATURE_OFF))
		p[(*n)++] = (struct finding_place){
		    x->whole->source, 0, UINT64_MAX, {0}};
	return p;
}

static struct span
reason_of(const struct flaw *f, struct arena *a)
{
	struct span s;
	struct buf b;

	buf_init(&b, LIMIT_EVIDENCE_TEXT * 8);
	vulnerability_reason(f->v, f->judged, f->answer, &b);
	s = arena_copy(a, buf_span(&b));
	buf_release(&b);
	return s;
}

static struct span
upgrade_of(const struct flaw *f, struct arena *a)
{
	struct span s;
	struct buf b;

	buf_init(&b, LIMIT_EVIDENCE_TEXT * 4);
	vulnerability_upgrade(f->answer, &b);
	s = arena_copy(a, buf_span(&b));
	buf_release(&b);
	return s;
}

/* With the file that all its lines are of. */
static struct span
opening_place(const struct casefile *c, struct span why,
    const struct device_fact *at, struct arena *a)
{
	struct span path = c->sources[at->source].path;

	if (at->fact.line == 0)
		return arena_fmt(
		    a, "%.*s (%.*s)", SPAN_FMT(why), SPAN_FMT(path));
	return arena_fmt(a, "%.*s (%.*s:%llu)", SPAN_FMT(why), SPAN_FMT(path),
	    (unsigned long long)at->fact.line);
}

static void
flaw_tell(const struct casefile *c, const struct subject *x,
    const struct vulnerability *v, const struct vuln_answer *a,
    struct arena *arena, struct flaw *f)
{
	struct span need[CASE_NEEDS];
	const struct device_fact *at = NULL;

	*f = (struct flaw){.v = v,
	    .device = x->device,
	    .answer = a,
	    .judged = &x->d,
	    .opening_why = SPAN("")};
	f->reason = reason_of(f, arena);
	f->upgrade = upgrade_of(f, arena);
	f->places = places_of(x, a, arena, &f->nplaces);
	f->need.n = vulnerability_need(v, &x->d, a, need, CASE_NEEDS);
	f->need.v = arena_array(arena, f->need.n, sizeof(*need));
	for (size_t i = 0; i < f->need.n; i++)
		f->need.v[i] = need[i];
	if (a->verdict != VULN_EXPOSED && a->verdict != VULN_CANNOT_TELL)
		return;
	f->opening = opening_of(c, x, v, arena, &f->opening_why, &at);
	if (at != NULL)
		f->opening_why = opening_place(c, f->opening_why, at, arena);
	deadline_find(&c->knowledge->deadlines, &v->score,
	    opening_public(f->opening), &f->deadline);
}

/* "Exposed to the Internet: https takes ... BOD 26-04: 3 days." */
static void
say_urgency(const struct flaw *f, struct buf *b)
{
	static const char *const heads[] = {
	    [OPENING_UNKNOWN] = "Reach from outside not known: ",
	    [OPENING_NONE] = "Reached by nobody: ",
	    [OPENING_MANAGEMENT] = "Reached from management networks: ",
	    [OPENING_INSIDE] = "Reached from inside: ",
	    [OPENING_CUSTOMERS] = "Reached by customers or peers: ",
	    [OPENING_INTERNET] = "Reached from the Internet: ",
	};
	const struct deadline *d = &f->deadline;
	const struct vuln_score *s = &f->v->score;

	buf_fmt(b, " %s%.*s.", heads[f->opening], SPAN_FMT(f->opening_why));
	/* A period begins some day, the catalogue gives that day. */
	if (s->kev_added.n > 0)
		buf_fmt(b, " In KEV since %.*s", SPAN_FMT(s->kev_added));
	if (s->kev_added.n > 0 && s->kev_due.n > 0)
		buf_fmt(b, ", due there %.*s", SPAN_FMT(s->kev_due));
	if (s->kev_added.n > 0)
		buf_puts(b, ".");
	if (d->exposed.n == 0)
		return;
	buf_puts(b, " BOD 26-04: ");
	if (d->publicly == VULN_UNSAID && !span_eq(d->exposed, d->hidden))
		buf_fmt(b, "%.*s if publicly exposed, else %.*s",
		    SPAN_FMT(d->exposed), SPAN_FMT(d->hidden));
	else
		buf_put(b, d->publicly == VULN_NO ? d->hidden : d->exposed);
	buf_puts(
	    b, d->guessed
		   ? " (what CISA does not say of it is taken at its worst)."
		   : ".");
}

static void
exposed(struct casefile *c, const struct flaw *x)
{
	const struct check *check = &x->v->check;
	struct finding *f =
	    case_finding_new(c, check, x->device, (struct span){0});
	struct span_list table;
	struct buf b;

	if (f == NULL)
		return;
	table = f->fix;
	f->confidence = x->answer->confidence;
	f->nplaces = f->cap = x->nplaces;
	f->places = arena_array(&c->arena, x->nplaces, sizeof(*f->places));
	for (size_t i = 0; i < x->nplaces; i++)
		f->places[i] = x->places[i];
	f->count = x->nplaces > 1 ? x->nplaces : 1;
	buf_init(&b, LIMIT_EVIDENCE_TEXT * 12);
	buf_put(&b, x->reason);
	say_urgency(x, &b);
	f->reason = arena_copy(&c->arena, buf_span(&b));
	buf_release(&b);
	f->fix.v = arena_array(&c->arena, table.n + 1, sizeof(struct span));
	f->fix.n = 0;
	if (x->upgrade.n > 0)
		f->fix.v[f->fix.n++] = arena_copy(&c->arena, x->upgrade);
	for (size_t i = 0; i < table.n; i++)
		f->fix.v[f->fix.n++] = table.v[i];
}

/* The flaws of each platform, made when first asked for. */
struct by_platform {
	struct map index;
	struct platform_flaws {
		uint32_t *v;
		uint32_t n;
	} * lists;
	size_t n, cap;
};

static bool
concerns(const struct vulnerability *v, struct span platform)
{
	for (size_t i = 0; i < v->platforms.n; i++)
		if (span_eq_nocase(v->platforms.v[i], platform))
			return true;
	return false;
}

static const struct platform_flaws *
flaws_of(struct casefile *c, struct by_platform *all, struct span platform)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;
	uint32_t at = map_add(&all->index, platform, (uint32_t)all->n);
	struct platform_flaws list = {0};

	if (at < all->n)
		return &all->lists[at];
	list.v = arena_array(&c->arena, set->n, sizeof(*list.v));
	for (uint32_t i = 0; i < set->n; i++)
		if (concerns(set->v[i], platform))
			list.v[list.n++] = i;
	all->lists = arena_grow(
	    &c->arena, all->lists, all->n, &all->cap, sizeof(*all->lists));
	all->lists[all->n] = list;
	return &all->lists[all->n++];
}

static void
judge_flaws(struct casefile *c, struct device_flaws *out,
    const struct platform_flaws *list, uint32_t device, struct arena *scratch)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;
	struct subject x;

	*out = (struct device_flaws){list->v, list->n,
	    arena_array(&c->arena, list->n, sizeof(*out->verdicts))};
	subject_of(c, device, scratch, &x);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct vulnerability *v = set->v[list->v[i]];
		struct vuln_answer a;
		struct flaw f;

		vulnerability_judge(v, &x.d, &a);
		out->verdicts[i] = (uint8_t)a.verdict;
		if (a.verdict != VULN_EXPOSED)
			continue;
		flaw_tell(c, &x, v, &a, scratch, &f);
		exposed(c, &f);
	}
}

void
case_vulnerabilities(struct casefile *c)
{
	struct by_platform all = {0};
	struct arena scratch;

	arena_init(&scratch);
	map_init(&all.index, &scratch);
	c->flaws = arena_array(&c->arena, c->fleet.n, sizeof(*c->flaws));
	for (uint32_t d = 0; d < c->fleet.n; d++) {
		struct arena own;

		if (c->fleet.v[d].platform.n == 0)
			continue;
		arena_init(&own);
		judge_flaws(c, &c->flaws[d],
		    flaws_of(c, &all, c->fleet.v[d].platform), d, &own);
		arena_release(&own);
	}
	arena_release(&scratch);
}

static const struct finding *
finding_of(const struct casefile *c, uint32_t device, const struct check *check)
{
	const struct device_result *r = &c->results[device];

	for (size_t i = 0; i < r->nfindings; i++)
		if (c->findings[r->findings[i]].check == check)
			return &c->findings[r->findings[i]];
	return NULL;
}

void
case_flaws(const struct casefile *c, uint32_t device, flaw_fn *fn, void *ctx)
{
	const struct vulnerability_set *set = &c->knowledge->vulnerabilities;
	const struct device_flaws *list = &c->flaws[device];
	struct arena own, one;
	struct subject x;

	if (list->n == 0)
		return;
	arena_init(&own);
	arena_init(&one);
	subject_of(c, device, &own, &x);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct vulnerability *v = set->v[list->v[i]];
		struct vuln_answer a;
		struct flaw f;

		arena_reset(&one);
		vulnerability_judge(v, &x.d, &a);
		flaw_tell(c, &x, v, &a, &one, &f);
		if (a.verdict == VULN_EXPOSED)
			f.finding = finding_of(c, device, &v->check);
		fn(ctx, &f);
	}
	arena_release(&one);
	arena_release(&own);
}

static enum coverage
answer_of(const struct casefile *c, uint32_t device, uint32_t flaw)
{
	const struct device_flaws *list = &c->flaws[device];

	if (c->fleet.v[device].platform.n == 0)
		return COVERAGE_UNKNOWN;
	for (uint32_t i = 0; i < list->n; i++) {
		if (list->v[i] != flaw)
			continue;
		if (list->verdicts[i] == VULN_EXPOSED)
			return COVERAGE_HIT;
		return list->verdicts[i] == VULN_CANNOT_TELL ? COVERAGE_UNKNOWN
							     : COVERAGE_CLEAR;
	}
	return COVERAGE_NOT_APPLICABLE;
}

/* Of several tests that speak of a row, the least certain one counts; one for
 * another platform does not count. */
enum coverage
case_vulnerability_answer(
    const struct casefile *c, uint32_t device, const struct advisory_row *row)
{
	enum coverage all = COVERAGE_NOT_APPLICABLE;

	for (size_t i = 0; i < row->nflaws; i++) {
		enum coverage one = answer_of(c, device, row->flaws[i]);

		if (one == COVERAGE_NOT_APPLICABLE)
			continue;
		/* Exposed, even where the finding fell to a limit. */
		if (one == COVERAGE_UNKNOWN || one == COVERAGE_HIT)
			return one;
		all = COVERAGE_CLEAR;
	}
	return all;
}

/* The commands that would settle one flaw; they are the knowledge's own. */
static struct span_list
flaw_need(const struct casefile *c, uint32_t device, uint32_t flaw,
    struct span need[CASE_NEEDS])
{
	const struct vulnerability *v = c->knowledge->vulnerabilities.v[flaw];
	struct span_list out = {need, 0};
	struct vuln_answer a;
	struct arena own;
	struct subject x;

	arena_init(&own);
	subject_of(c, device, &own, &x);
	vulnerability_judge(v, &x.d, &a);
	out.n = vulnerability_need(v, &x.d, &a, need, CASE_NEEDS);
	arena_release(&own);
	return out;
}

struct span_list
case_need(const struct casefile *c, uint32_t device,
    const struct advisory_row *row, struct span room[CASE_NEEDS])
{
	for (size_t i = 0; i < row->nflaws; i++) {
		struct span_list l;

		if (answer_of(c, device, row->flaws[i]) != COVERAGE_UNKNOWN)
			continue;
		l = flaw_need(c, device, row->flaws[i], room);
		if (l.n > 0)
			return l;
	}
	struct span_list shown = case_prerequisite_need(c, device, row);

	return shown.n > 0 ? shown
			   : fix_for(row->need, row->nneed,
				 c->fleet.v[device].platform);
}
