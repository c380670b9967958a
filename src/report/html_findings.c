#include "base/limits.h"
#include "report/html.h"
#include "report/past.h"

/* Rows of states of a finding, and characters of a commit's name. */
#define PAST_SPANS_SHOWN 16
#define COMMIT_SHOWN 12

static const char *const finding_columns[] = {"id", "check", "device", "title",
    "reason", "severity", "confidence", "weight", "first", "last", "count",
    "ordered", "trust", "rows", "verify", "fix", "mark", "waiver", "past",
    "places", NULL};

static const char *const check_columns[] = {"id", "title", "why", "kind",
    "confirmed", "source", "techniques", "cve", "caution", NULL};

static void
put_waiver(struct html *h, const struct waiver *w)
{
	if (w == NULL) {
		json_out_null(&h->j, NULL);
		return;
	}
	json_out_list(&h->j, NULL);
	html_put_text(h, w->owner);
	html_put_text(h, w->reason);
	html_put_text(h, w->expires);
	json_out_number(&h->j, NULL, w->expired);
	json_out_number(&h->j, NULL, w->rejected);
	html_put_time(h, w->made);
	json_out_end_list(&h->j);
}

/* time, name, author; null: it still stands */
static void
put_commit(struct html *h, const struct past_commit *c)
{
	if (c->commit.n == 0) {
		json_out_null(&h->j, NULL);
		return;
	}
	json_out_list(&h->j, NULL);
	html_put_time(h, c->time);
	html_put_text(h, span_head(c->commit, COMMIT_SHOWN));
	html_put_text(h, c->author);
	json_out_end_list(&h->j);
}

/* The last rows of states, each as first, gone, how many states and how long;
 * file; moment; how many rows there are. */
static void
put_past(struct html *h, const struct finding_past *p)
{
	size_t skipped;

	if (p == NULL) {
		json_out_null(&h->j, NULL);
		return;
	}
	skipped =
	    p->nspans > PAST_SPANS_SHOWN ? p->nspans - PAST_SPANS_SHOWN : 0;
	json_out_list(&h->j, NULL);
	json_out_list(&h->j, NULL);
	for (size_t i = skipped; i < p->nspans; i++) {
		const struct past_span *s = &p->spans[i];
		struct buf length;

		buf_init(&length, 200);
		past_length(&length, s);
		json_out_list(&h->j, NULL);
		put_commit(h, &s->first);
		put_commit(h, &s->gone);
		json_out_number(&h->j, NULL, (int64_t)s->revisions);
		html_put_text(h, buf_span(&length));
		json_out_end_list(&h->j);
		buf_release(&length);
	}
	json_out_end_list(&h->j);
	html_put_text(h, p->file);
	json_out_number(&h->j, NULL, p->moment);
	json_out_number(&h->j, NULL, (int64_t)p->all);
	json_out_end_list(&h->j);
}

/* Of what stands in the order of time, the end counts most. */
static const struct finding_place *
place_at(const struct finding *f, size_t i, size_t n)
{
	return f->in_time && i + 1 == n ? &f->places[f->nplaces - 1]
					: &f->places[i];
}

static void
put_place(struct html *h, const struct finding_place *p)
{
	struct span text = p->text;

	if (text.n > h->text_left)
		text = (struct span){0};
	h->text_left -= text.n;
	json_out_list(&h->j, NULL);
	html_put_text(h, h->c->sources[p->source].path);
	json_out_number(&h->j, NULL, (int64_t)p->line);
	if (p->line == 0 && p->offset != UINT64_MAX)
		json_out_number(&h->j, NULL, (int64_t)p->offset);
	else
		json_out_null(&h->j, NULL);
	html_put_text(h, text);
	json_out_end_list(&h->j);
}

static void
put_places(struct html *h, const struct finding *f)
{
	size_t n =
	    f->nplaces < LIMIT_HTML_PLACES ? f->nplaces : LIMIT_HTML_PLACES;

	json_out_list(&h->j, NULL);
	for (size_t i = 0; i < n; i++)
		put_place(h, place_at(f, i, n));
	json_out_end_list(&h->j);
}

static void
put_finding(struct html *h, const struct finding *f, uint32_t check)
{
	struct json_out *j = &h->j;

	json_out_list(j, NULL);
	json_out_str(j, NULL, f->id);
	json_out_number(j, NULL, check);
	if (f->device == DEVICE_NONE)
		json_out_null(j, NULL);
	else
		json_out_number(j, NULL, h->at[f->device]);
	html_put_text(h, f->title);
	html_put_text(h, f->reason);
	json_out_number(j, NULL, f->severity);
	json_out_number(j, NULL, f->confidence);
	json_out_number(
	    j, NULL, finding_waived(f) ? VERDICT_UNKNOWN : finding_weight(f));
	html_put_time(h, f->first);
	html_put_time(h, f->last);
	json_out_number(j, NULL, (int64_t)f->count);
	json_out_number(j, NULL, f->in_time);
	json_out_number(j, NULL, f->trust);
	html_put_list(h, f->rows);
	html_put_list(h, f->verify);
	html_put_list(h, f->fix);
	json_out_str(j, NULL, f->mark);
	put_waiver(h, f->waiver);
	put_past(h, f->past);
	put_places(h, f);
	json_out_end_list(j);
}

static void
put_check(struct html *h, const struct check *c)
{
	json_out_list(&h->j, NULL);
	html_put_text(h, c->id);
	html_put_text(h, c->title);
	html_put_text(h, c->why);
	json_out_number(&h->j, NULL, c->kind);
	html_put_text(h, c->confirmed);
	html_put_text(h, c->source);
	html_put_list(h, c->techniques);
	html_put_list(h, c->cve);
	html_put_text(h, c->caution);
	json_out_end_list(&h->j);
}

static void
put_technique(struct html *h, const struct technique *t)
{
	json_out_list(&h->j, NULL);
	json_out_text(&h->j, NULL, t->id);
	json_out_text(&h->j, NULL, t->name);
	json_out_text(&h->j, NULL, t->tactics);
	json_out_text(&h->j, NULL, t->replaced_by);
	json_out_end_list(&h->j);
}

static void
put_techniques(struct html *h)
{
	static const char *const columns[] = {
	    "id", "name", "tactics", "replaced", NULL};
	const struct technique_list *l = &h->c->knowledge->techniques;

	html_columns(h, "technique_columns", columns);
	json_out_list(&h->j, "techniques");
	for (size_t i = 0; i < l->n; i++)
		put_technique(h, &l->v[i]);
	json_out_end_list(&h->j);
}

void
html_findings(struct html *h)
{
	const struct casefile *c = h->c;
	const struct check **checks =
	    arena_array(&h->arena, c->nfindings, sizeof(const struct check *));
	size_t nchecks = 0;
	struct map known;

	map_init(&known, &h->arena);
	html_columns(h, "finding_columns", finding_columns);
	json_out_list(&h->j, "findings");
	for (size_t i = 0; i < c->nfindings; i++) {
		const struct finding *f = &c->findings[i];
		uint32_t at;

		if (h->finding_at[i] == UINT32_MAX)
			continue;
		at = map_add(&known, f->check->id, (uint32_t)nchecks);
		if (at == nchecks)
			checks[nchecks++] = f->check;
		put_finding(h, f, at);
	}
	json_out_end_list(&h->j);
	html_columns(h, "check_columns", check_columns);
	json_out_list(&h->j, "checks");
	for (size_t i = 0; i < nchecks; i++)
		put_check(h, checks[i]);
	json_out_end_list(&h->j);
	put_techniques(h);
}
