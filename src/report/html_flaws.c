/*
 * Flaws and devices: of each device one flat list with three numbers for every
 * row (the flaw, what was answered, where that stands), and how many of each
 * answer it has.  Devices of one release mostly share answers, so an answer
 * stands once, as do places.  What is not affected is only counted.
 */
#include "base/limits.h"
#include "report/html.h"

static const char *const flaw_columns[] = {"cve", "title", "severity",
    "feature", "source", "kev", "due", "ransomware", "cvss", "epss", "epss_day",
    "automatable", "impact", NULL};
static const char *const answer_columns[] = {"verdict", "confidence", "reason",
    "release", "remedy", "need", "reach", "reach_why", "publicly", "exposed",
    "hidden", "guessed", NULL};

/* In order of what is kept where not all can be. */
static const enum vuln_verdict worth[] = {
    VULN_EXPOSED, VULN_CANNOT_TELL, VULN_FEATURE_OFF};
#define NWORTH (sizeof(worth) / sizeof(*worth))

void
html_flaws_choose(struct html *h)
{
	const struct casefile *c = h->c;
	size_t all[HTML_VERDICTS] = {0}, told[HTML_VERDICTS] = {0};
	size_t left = LIMIT_HTML_FLAWS;

	for (size_t d = 0; d < c->fleet.n; d++)
		for (uint32_t i = 0; i < c->flaws[d].n; i++) {
			all[c->flaws[d].verdicts[i]]++;
			told[c->flaws[d].verdicts[i]] +=
			    h->at[d] != DEVICE_NONE;
		}
	for (size_t i = 0; i < NWORTH; i++) {
		size_t n = told[worth[i]] < left ? told[worth[i]] : left;

		h->flaws_left[worth[i]] = n;
		h->flaws_dropped += all[worth[i]] - n;
		left -= n;
	}
}

/* ---- one row ---- */

static uint32_t
answer_of(struct html *h, const struct flaw *f)
{
	const struct vuln_answer *a = f->answer;
	const struct deadline *d = &f->deadline;
	const uint32_t v[] = {a->verdict, a->confidence,
	    html_text(h, f->reason),
	    html_text(h, a->release.order != NULL ? version_write(&a->release)
						  : SPAN("")),
	    html_text(h, f->upgrade), html_list(h, f->need), f->opening,
	    html_text(h, f->opening_why), d->publicly, html_text(h, d->exposed),
	    html_text(h, d->hidden), d->guessed};

	return html_lists_add(h, &h->answers, v, sizeof(v) / sizeof(*v));
}

static uint32_t
place_of(struct html *h, const struct finding_place *p)
{
	struct span text = p->text;
	uint32_t v[3];

	/* A place that stands already costs nothing more. */
	if (map_get(&h->known, text) == MAP_NONE) {
		if (text.n > h->text_left)
			text = SPAN("");
		h->text_left -= text.n;
	}
	v[0] = html_text(h, h->c->sources[p->source].path);
	v[1] = p->line < UINT32_MAX ? (uint32_t)p->line : UINT32_MAX;
	v[2] = html_text(h, text);
	return html_lists_add(h, &h->places, v, 3);
}

static uint32_t
places_of(struct html *h, const struct flaw *f)
{
	size_t n =
	    f->nplaces < LIMIT_HTML_PLACES ? f->nplaces : LIMIT_HTML_PLACES;
	uint32_t v[LIMIT_HTML_PLACES];

	for (size_t i = 0; i < n; i++)
		v[i] = place_of(h, &f->places[i]);
	return html_lists_add(h, &h->place_lists, v, n);
}

struct rows {
	struct html *h;
	struct map known; /* flaws, by CVE */
	const struct vulnerability **flaws;
	size_t nflaws, cap;
};

static uint32_t
flaw_number(struct rows *r, const struct vulnerability *v)
{
	struct arena *a = &r->h->arena;
	uint32_t at = map_add(&r->known, v->check.id, (uint32_t)r->nflaws);

	if (at < r->nflaws)
		return at;
	r->flaws =
	    arena_grow(a, r->flaws, r->nflaws, &r->cap, sizeof(*r->flaws));
	r->flaws[r->nflaws++] = v;
	return at;
}

static void
row(void *ctx, const struct flaw *f)
{
	struct rows *r = ctx;
	struct html *h = r->h;
	size_t *left = &h->flaws_left[f->answer->verdict];

	if (*left == 0)
		return;
	--*left;
	json_out_number(&h->j, NULL, flaw_number(r, f->v));
	json_out_number(&h->j, NULL, answer_of(h, f));
	json_out_number(&h->j, NULL, places_of(h, f));
}

/* ---- tables ---- */

static void
put_said(struct html *h, enum vuln_said s)
{
	if (s == VULN_UNSAID)
		json_out_null(&h->j, NULL);
	else
		json_out_bool(&h->j, NULL, s == VULN_YES);
}

static void
put_real(struct html *h, bool has, double v)
{
	if (has)
		json_out_real(&h->j, NULL, v);
	else
		json_out_null(&h->j, NULL);
}

static void
put_flaw(struct html *h, const struct vulnerability *v)
{
	const struct vuln_score *s = &v->score;

	json_out_list(&h->j, NULL);
	html_put_text(h, v->check.id);
	html_put_text(h, v->check.title);
	json_out_number(&h->j, NULL, v->check.severity);
	html_put_text(h, v->feature.name);
	html_put_text(h, v->check.source);
	html_put_text(h, s->kev_added);
	html_put_text(h, s->kev_due);
	put_said(h, s->ransomware);
	put_real(h, s->has_cvss, s->cvss);
	put_real(h, s->has_epss, s->epss);
	html_put_text(h, s->epss_day);
	put_said(h, s->automatable);
	html_put_text(h, vuln_impact_name(s->impact));
	json_out_end_list(&h->j);
}

static void
put_flaws(struct html *h, const struct rows *r)
{
	html_columns(h, "flaw_columns", flaw_columns);
	json_out_list(&h->j, "flaws");
	for (size_t i = 0; i < r->nflaws; i++)
		put_flaw(h, r->flaws[i]);
	json_out_end_list(&h->j);
}

/* Of all answers, those that are not shown too. */
static void
put_counts(struct html *h, uint32_t device)
{
	const struct device_flaws *f = &h->c->flaws[device];
	size_t n[HTML_VERDICTS] = {0};

	for (uint32_t i = 0; i < f->n; i++)
		n[f->verdicts[i]]++;
	json_out_list(&h->j, NULL);
	for (size_t i = 0; i < HTML_VERDICTS; i++)
		json_out_number(&h->j, NULL, (int64_t)n[i]);
	json_out_end_list(&h->j);
}

static void
put_words(struct html *h)
{
	json_out_list(&h->j, "flaw_answers");
	for (unsigned i = 0; i < HTML_VERDICTS; i++)
		json_out_str(
		    &h->j, NULL, vuln_verdict_name((enum vuln_verdict)i));
	json_out_end_list(&h->j);
	json_out_list(&h->j, "reaches");
	for (unsigned i = 0; i <= OPENING_INTERNET; i++)
		json_out_str(&h->j, NULL, opening_name((enum opening)i));
	json_out_end_list(&h->j);
	json_out_text(&h->j, "directive", h->c->knowledge->deadlines.title);
}

void
html_flaws(struct html *h)
{
	struct rows r = {.h = h};

	map_init(&r.known, &h->arena);
	put_words(h);
	json_out_list(&h->j, "flaw_counts");
	for (size_t i = 0; i < h->ndevices; i++)
		put_counts(h, h->devices[i]);
	json_out_end_list(&h->j);
	json_out_list(&h->j, "flaw_rows");
	for (size_t i = 0; i < h->ndevices; i++) {
		json_out_list(&h->j, NULL);
		case_flaws(h->c, h->devices[i], row, &r);
		json_out_end_list(&h->j);
	}
	json_out_end_list(&h->j);
	put_flaws(h, &r);
	html_columns(h, "answer_columns", answer_columns);
	html_put_lists(h, "answers", &h->answers);
	html_put_lists(h, "places", &h->places);
	html_put_lists(h, "place_lists", &h->place_lists);
}
