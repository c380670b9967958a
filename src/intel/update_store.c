#include "intel/update_store.h"

#include <string.h>

#include "base/limits.h"
#include "base/safe.h"
#include "base/timestamp.h"
#include "intel/fix.h"
#include "intel/vulnerability_build.h"

int64_t
update_age(struct span day, int64_t now)
{
	int64_t t;

	if (now == TIME_NONE || !time_read_day(day, &t) || t > now)
		return -1;
	return (now - t) / TIME_DAY;
}

void
updates_init(struct vuln_updates *u, const struct vulnerability_set *set,
    const struct product_table *products)
{
	*u = (struct vuln_updates){.curated = set->n,
	    .kev_day = products->kev_day,
	    .epss_day = products->epss_day};
}

void
update_store_begin(struct update_store *s, struct vulnerability_set *set,
    struct vuln_updates *all, const struct product_table *products,
    struct span path)
{
	all->v =
	    arena_grow(&set->arena, all->v, all->n, &all->cap, sizeof(*all->v));
	*s = (struct update_store){.set = set,
	    .all = all,
	    .products = products,
	    .file = &all->v[all->n++]};
	*s->file = (struct update_file){.path = arena_copy(&set->arena, path)};
}

bool
update_known(void *set, struct span cve)
{
	return map_get(&((struct vulnerability_set *)set)->ids, cve) !=
	       MAP_NONE;
}

/* For people: one line, without what drives a terminal. */
static struct span
plain(struct arena *a, struct span text)
{
	struct buf b;
	struct span s;

	buf_init(&b, 2 * LIMIT_UPDATE_CELL);
	safe_put(&b, span_head(span_trim(text), LIMIT_UPDATE_CELL));
	for (size_t i = 0; i < b.n; i++)
		if (ascii_space((unsigned char)b.p[i]))
			b.p[i] = ' ';
	s = arena_copy(a, buf_span(&b));
	buf_release(&b);
	return s;
}

static void
refuse(struct update_store *s, uint64_t line, struct span cve, struct span text)
{
	struct update_file *f = s->file;
	struct arena *a = &s->set->arena;

	f->refused++;
	if (f->nproblems >= LIMIT_UPDATE_PROBLEMS)
		return;
	f->problems = arena_grow(a, f->problems, f->nproblems, &f->problems_cap,
	    sizeof(*f->problems));
	f->problems[f->nproblems++] = (struct update_problem){
	    update_is_cve(cve) ? arena_copy(a, cve) : (struct span){0}, line,
	    plain(a, text)};
}

void
update_store_lost(struct update_store *s, struct span how)
{
	s->file->lost = true;
	refuse(s, 0, (struct span){0}, how);
}

/* ---- urgency ---- */

/* 0.0 to most, digits with at most one point. */
static bool
real_read(struct span s, double most, double *out)
{
	double v = 0, unit = 1;
	bool point = false;

	if (s.n == 0 || s.n > 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (!ascii_digit((unsigned char)s.p[i]))
			return false;
		v = v * 10 + (s.p[i] - '0');
		unit *= point ? 10 : 1;
	}
	*out = v / unit;
	return *out <= most;
}

static bool
day_take(struct arena *a, struct span text, struct span *out)
{
	int64_t t;

	if (!time_read_day(text, &t))
		return false;
	*out = arena_copy(a, text);
	return true;
}

static enum vuln_said
said_word(struct span s)
{
	return span_is_nocase(s, "yes")	 ? VULN_YES
	       : span_is_nocase(s, "no") ? VULN_NO
					 : VULN_UNSAID;
}

static void
ssvc_take(struct vuln_score *x, const struct span *cells)
{
	enum vuln_said automatable = said_word(cells[2]);

	if (span_is_nocase(cells[1], "active"))
		x->exploitation = VULN_EXPLOITATION_ACTIVE;
	else if (span_is_nocase(cells[1], "poc"))
		x->exploitation = VULN_EXPLOITATION_POC;
	else if (span_is_nocase(cells[1], "none"))
		x->exploitation = VULN_EXPLOITATION_NONE;
	if (automatable != VULN_UNSAID)
		x->automatable = automatable;
	if (span_is_nocase(cells[3], "total"))
		x->impact = VULN_IMPACT_TOTAL;
	else if (span_is_nocase(cells[3], "partial"))
		x->impact = VULN_IMPACT_PARTIAL;
}

/* What a word says, into a score.  false: it says nothing that is sound. */
static bool
score_take(
    struct update_store *s, const struct update_said *w, struct vuln_score *x)
{
	struct arena *a = &s->set->arena;
	double v, p;

	switch (w->word) {
	case UPDATE_SAYS_KEV:
		if (!day_take(a, w->cells[1], &x->kev_added))
			return false;
		day_take(a, w->cells[2], &x->kev_due);
		if (said_word(w->cells[3]) != VULN_UNSAID)
			x->ransomware = said_word(w->cells[3]);
		return true;
	case UPDATE_SAYS_EPSS:
		if (!real_read(w->cells[1], 1, &v))
			return false;
		x->has_epss = true;
		x->epss = v;
		x->epss_percentile = real_read(w->cells[2], 1, &p) ? p : 0;
		x->epss_day = s->file->day;
		return true;
	case UPDATE_SAYS_CVSS:
		if (!real_read(w->cells[1], 10, &v))
			return false;
		if (!x->has_cvss)
			x->cvss = v;
		x->has_cvss = true;
		return true;
	default:
		ssvc_take(x, w->cells);
		return true;
	}
}

static void
urgency_take(struct update_store *s, const struct update_said *w)
{
	uint32_t at = map_get(&s->set->ids, w->cells[0]);
	struct update_file *f = s->file;
	struct vuln_score *x;

	if (f->older)
		return;
	if (at == MAP_NONE &&
	    (w->word == UPDATE_SAYS_KEV || w->word == UPDATE_SAYS_EPSS))
		f->elsewhere++;
	/* It may be of a flaw whose record ends below. */
	x = at != MAP_NONE ? &s->set->v[at]->score : &s->score;
	if (!score_take(s, w, x))
		refuse(s, w->line, w->cells[0],
		    SPAN("its urgency is no day, number or word"));
	else if (at != MAP_NONE)
		f->scored++;
	else
		s->scored = true;
}

/* A catalogue or list of scores that is older than what is built in. */
static void
day_said(struct update_store *s, struct span day)
{
	struct update_file *f = s->file;
	struct span *fresh = span_is(f->format, "kev")	  ? &s->all->kev_day
			     : span_is(f->format, "epss") ? &s->all->epss_day
							  : NULL;

	if (!day_take(&s->set->arena, day, &f->day) || fresh == NULL)
		return;
	/* Days are ordered as texts are. */
	f->older = span_cmp(f->day, *fresh) < 0;
	if (!f->older)
		*fresh = f->day;
	else
		refuse(s, 0, (struct span){0},
		    arena_fmt(&s->set->arena,
			"it is of %.*s, older than what is known of %.*s: "
			"not used",
			SPAN_FMT(f->day), SPAN_FMT(*fresh)));
}

/* ---- ranges ---- */

static bool
bound_take(struct span platform, struct span text, struct version *out)
{
	return text.n == 0 || (version_read(platform, text, out) &&
				  out->standing == VERSION_RELEASE);
}

static void
models_take(struct arena *a, struct span text, struct span_list *out)
{
	struct span rest = text, word;
	size_t n = 0;

	while (span_word(&rest).n > 0)
		n++;
	out->v = arena_array(a, n, sizeof(*out->v));
	while ((word = span_word(&text)).n > 0) {
		char *p = arena_alloc(a, word.n);
		size_t len = vulnerability_fold(word, p, word.n);

		if (len > 0)
			out->v[out->n++] = span_of(p, len);
	}
}

static void
range_take(struct update_store *s, const struct update_said *w)
{
	const struct span *c = w->cells;
	struct arena *a = &s->set->arena;
	struct vuln_line l = {.remedy = VULN_REMEDY_RELEASE};
	int state = vulnerability_state_word(c[RANGE_STATE]);

	if (s->all->ranges + s->nlines >= LIMIT_UPDATE_RANGES) {
		refuse(s, w->line, c[0], SPAN("more ranges than the limit"));
		return;
	}
	if (state < 0 || !vulnerability_evidence_word(c[RANGE_EVIDENCE]) ||
	    !version_platform(c[RANGE_PLATFORM]) ||
	    !bound_take(c[RANGE_PLATFORM], c[RANGE_FROM], &l.from) ||
	    !bound_take(c[RANGE_PLATFORM], c[RANGE_TO], &l.to) ||
	    !bound_take(c[RANGE_PLATFORM], c[RANGE_BELOW], &l.below) ||
	    !bound_take(c[RANGE_PLATFORM], c[RANGE_FIXED], &l.fixed) ||
	    (c[RANGE_LINE].n == 0 && l.from.order == NULL &&
		l.to.order == NULL && l.below.order == NULL &&
		l.fixed.order == NULL)) {
		refuse(
		    s, w->line, c[0], SPAN("a range that cannot be judged by"));
		return;
	}
	l.state = (enum vuln_state)state;
	l.platform = arena_copy(a, c[RANGE_PLATFORM]);
	l.line = arena_copy(a, span_head(c[RANGE_LINE], VERSION_LINE - 1));
	l.evidence = arena_copy(a, c[RANGE_EVIDENCE]);
	models_take(a, c[RANGE_MODELS], &l.models);
	s->lines = arena_grow(
	    a, s->lines, s->nlines, &s->lines_cap, sizeof(*s->lines));
	s->lines[s->nlines++] = l;
}

/* ---- flaws ---- */

static enum severity
severity_of(const struct vuln_score *s)
{
	if (!s->has_cvss)
		return SEV_MEDIUM;
	return s->cvss >= 9   ? SEV_CRITICAL
	       : s->cvss >= 7 ? SEV_HIGH
	       : s->cvss >= 4 ? SEV_MEDIUM
			      : SEV_LOW;
}

/* Commands that show a release, as a curated flaw of the platform has them. */
static struct span_list
version_commands(const struct update_store *s, struct span platform)
{
	for (size_t i = 0; i < s->all->curated; i++) {
		const struct vulnerability *v = s->set->v[i];

		for (size_t k = 0; k < v->platforms.n; k++)
			if (span_eq(v->platforms.v[k], platform))
				return fix_for(v->need_version,
				    v->nneed_version, platform);
	}
	return (struct span_list){0};
}

static void
platforms_of(struct update_store *s, struct vulnerability *v)
{
	struct arena *a = &s->set->arena;
	size_t cap = 0;

	for (size_t i = 0; i < v->nlines; i++) {
		if (vuln_in_list(&v->platforms, v->lines[i].platform))
			continue;
		v->platforms.v = arena_grow(a, v->platforms.v, v->platforms.n,
		    &cap, sizeof(*v->platforms.v));
		v->platforms.v[v->platforms.n++] = v->lines[i].platform;
	}
	v->need_version =
	    arena_array(a, v->platforms.n, sizeof(*v->need_version));
	v->nneed_version = v->platforms.n;
	for (size_t i = 0; i < v->platforms.n; i++)
		v->need_version[i] = (struct fix){.platform = v->platforms.v[i],
		    .commands = version_commands(s, v->platforms.v[i])};
}

/* What the flaw needs, which no record says by machine: a setting that no
 * configuration states, so that it stays open. */
static void
feature_unknown(struct arena *a, struct vulnerability *v, struct span url)
{
	struct vuln_feature *f = &v->feature;
	struct span where = url.n > 0 ? url : SPAN("its record");

	f->name = SPAN("feature it needs (not named by machine in its record)");
	f->any = arena_array(a, 1, sizeof(*f->any));
	f->nany = 1;
	f->any[0].setting = SPAN("a setting that its record does not name");
	fix_text(a,
	    arena_fmt(a, "read what %.*s needs in %.*s", SPAN_FMT(v->check.id),
		SPAN_FMT(where)),
	    &v->need_feature, &v->nneed_feature);
}

static struct span
address_of(struct arena *a, struct span text)
{
	bool web = span_starts(text, SPAN("https://")) ||
		   span_starts(text, SPAN("http://"));

	for (size_t i = 0; i < text.n; i++)
		web = web && text.p[i] > ' ' && text.p[i] < 0x7f;
	return web ? arena_copy(a, text) : (struct span){0};
}

static struct vulnerability *
flaw_new(struct update_store *s, const struct update_said *w)
{
	struct arena *a = &s->set->arena;
	struct vulnerability *v = arena_alloc(a, sizeof(*v));
	struct check *c = &v->check;
	struct span url = address_of(a, w->cells[2]);

	*v = (struct vulnerability){.score = s->score, .path = s->file->path};
	v->line = w->line < UINT32_MAX ? (uint32_t)w->line : 0;
	c->kind = CHECK_VULNERABILITY;
	c->confidence = CONF_MEDIUM;
	c->id = arena_copy(a, w->cells[0]);
	c->title = plain(a, span_head(w->cells[1], 200));
	if (c->title.n == 0)
		c->title = arena_fmt(a, "%.*s", SPAN_FMT(c->id));
	c->why = arena_fmt(a,
	    "%.*s says so; nobody has checked that record here, and which "
	    "feature the flaw needs is not in it by machine.",
	    SPAN_FMT(s->file->path));
	c->source = url.n > 0 ? url : s->file->path;
	c->confirmed = SPAN("reported");
	c->severity = severity_of(&s->score);
	c->cve.v = arena_array(a, 1, sizeof(*c->cve.v));
	c->cve.v[0] = c->id;
	c->cve.n = 1;
	fix_text(a, arena_fmt(a, "read %.*s", SPAN_FMT(c->source)), &c->verify,
	    &c->nverify);
	feature_unknown(a, v, url);
	s->set->v = arena_grow(
	    a, s->set->v, s->set->n, &s->set->cap, sizeof(*s->set->v));
	map_put(&s->set->ids, c->id, (uint32_t)s->set->n);
	s->set->v[s->set->n++] = v;
	s->all->added++;
	return v;
}

/*
 * The first line that speaks of a release decides, so what says more comes
 * first: single releases, lines, series, then ranges across lines (those that
 * are affected before the others), which records write without a lower end.
 */
static unsigned
rank_of(const struct vuln_line *l)
{
	const struct version *any = l->fixed.order != NULL ? &l->fixed
				    : l->to.order != NULL  ? &l->to
							   : &l->from;

	if (l->line.n > 0)
		return any->order != NULL &&
			       span_eq_nocase(l->line, version_line(any)) &&
			       !span_eq_nocase(l->line, version_series(any))
			   ? 1
			   : 2;
	if (l->from.order != NULL && version_compare(&l->from, &l->to) == 0)
		return 0;
	return l->state == VULN_STATE_AFFECTED ? 3 : 4;
}

static void
lines_rank(struct arena *a, struct vuln_line *lines, size_t n)
{
	struct vuln_line *out = arena_array(a, n, sizeof(*out));
	size_t k = 0;

	for (unsigned rank = 0; rank <= 4; rank++)
		for (size_t i = 0; i < n; i++)
			if (rank_of(&lines[i]) == rank)
				out[k++] = lines[i];
	memcpy(lines, out, n * sizeof(*out));
}

static void
lines_join(struct update_store *s, struct vulnerability *v)
{
	struct arena *a = &s->set->arena;
	size_t n = v->nlines + s->nlines;
	struct vuln_line *all = arena_array(a, n, sizeof(*all));

	if (v->nlines > 0)
		memcpy(all, v->lines, v->nlines * sizeof(*all));
	memcpy(all + v->nlines, s->lines, s->nlines * sizeof(*all));
	lines_rank(a, all, n);
	v->lines = all;
	v->nlines = n;
	v->keys = arena_array(a, n, sizeof(*v->keys));
	for (size_t i = 0; i < n; i++)
		v->keys[i] =
		    all[i].line.n > 0 ? vulnerability_line_key(all[i].line) : 0;
	v->platforms = (struct span_list){0};
	platforms_of(s, v);
	s->file->flaws++;
	s->file->ranges += s->nlines;
	s->all->ranges += s->nlines;
}

static void
rival_keep(struct update_store *s, const struct vulnerability *v)
{
	struct update_file *f = s->file;

	f->curated++;
	f->rivals = arena_grow(&s->set->arena, f->rivals, f->nrivals,
	    &f->rivals_cap, sizeof(*f->rivals));
	f->rivals[f->nrivals++] = (struct update_rival){v, s->lines, s->nlines};
	s->all->ranges += s->nlines;
}

/* The record is complete. */
static void
record_take(struct update_store *s, const struct update_said *w)
{
	uint32_t at = map_get(&s->set->ids, w->cells[0]);
	int unlisted = vulnerability_state_word(w->cells[3]);
	bool is_new = at == MAP_NONE;
	struct vulnerability *v;

	if (s->nlines == 0)
		return;
	if (!is_new && at < s->all->curated) {
		rival_keep(s, s->set->v[at]);
	} else if (is_new && s->all->added >= LIMIT_UPDATE_FLAWS) {
		refuse(
		    s, w->line, w->cells[0], SPAN("more flaws than the limit"));
	} else {
		v = is_new ? flaw_new(s, w) : s->set->v[at];
		lines_join(s, v);
		/* Of several records the one that says less decides. */
		if (unlisted < 0 ||
		    (!is_new && v->unlisted != (enum vuln_state)unlisted))
			unlisted = VULN_STATE_UNDECIDED;
		v->unlisted = (enum vuln_state)unlisted;
	}
	s->lines = NULL;
	s->nlines = s->lines_cap = 0;
}

/* Words of another flaw: what came of the last without its end is no record. */
static void
turn_to(struct update_store *s, struct span cve)
{
	if (span_eq(cve, s->cve))
		return;
	s->lines = NULL;
	s->nlines = s->lines_cap = 0;
	s->score = (struct vuln_score){0};
	s->cve = span_of(s->cve_text, span_head(cve, sizeof(s->cve_text)).n);
	memcpy(s->cve_text, cve.p, s->cve.n);
}

static void
format_said(struct update_store *s, struct span name)
{
	for (size_t i = 0; update_formats[i] != NULL; i++)
		if (span_is(name, update_formats[i]->name))
			s->file->format = span_str(update_formats[i]->name);
}

static void
about_flaw(struct update_store *s, const struct update_said *w)
{
	if (!update_is_cve(w->cells[0]))
		return;
	turn_to(s, w->cells[0]);
	if (w->word == UPDATE_SAYS_RANGE)
		range_take(s, w);
	else if (w->word == UPDATE_SAYS_RECORD)
		record_take(s, w);
	else
		urgency_take(s, w);
}

void
update_store_take(void *ctx, const struct update_said *w)
{
	struct update_store *s = ctx;

	if (s->ended || s->words >= LIMIT_UPDATE_WORDS)
		return;
	if (++s->words == LIMIT_UPDATE_WORDS)
		update_store_lost(s, SPAN("it says more than the limit"));
	switch (w->word) {
	case UPDATE_SAYS_FORMAT:
		format_said(s, w->cells[1]);
		break;
	case UPDATE_SAYS_DAY:
		day_said(s, w->cells[1]);
		break;
	case UPDATE_SAYS_PROBLEM:
		refuse(s, w->line, w->cells[0], w->cells[1]);
		break;
	case UPDATE_SAYS_END:
		s->ended = true;
		break;
	default:
		about_flaw(s, w);
	}
}

bool
update_take(
    struct update_store *s, struct span bytes, const struct update_options *o)
{
	return update_read_bytes(bytes, o, update_store_take, s);
}
