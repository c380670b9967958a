/*
 * What the rules over kind change are asked of: statements that stood for a
 * while only, and changes of a time of which there are logs.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "history/changes.h"
#include "history/signs.h"

struct gathering {
	const struct history *h;
	const struct history_options *o;
	struct casefile *c;
	struct past_fact *v;
	size_t n, cap;
};

/* How many hours after the commit's time a device's clock may put what the
 * commit shows. */
#define SKEW_HOURS 1
#define HOUR (3600 * TIME_SECOND)

static struct past_fact *
fact_add(struct gathering *g, uint32_t file, uint32_t state, uint32_t item,
    uint64_t line)
{
	const struct history_file *f = &g->h->files[file];
	struct arena *a = &g->c->arena;
	const struct history_item *x = &g->h->items[item];
	struct past_fact *to;

	g->v = arena_grow(a, g->v, g->n, &g->cap, sizeof(*g->v));
	to = &g->v[g->n++];
	*to = (struct past_fact){.of = (enum record_kind)x->what,
	    .subject = x->subject,
	    .hours = -1,
	    .from = TIME_NONE,
	    .to = TIME_NONE,
	    .device = history_device(g->h, file),
	    .source = history_source(g->h, g->c, file, f->v[state].commit),
	    .line = line,
	    .evidence = x->text};
	to->past = arena_alloc(a, sizeof(*to->past));
	to->past->file = to->past->source = f->path;
	to->past->spans = arena_array(a, 1, sizeof(*to->past->spans));
	to->past->nspans = to->past->all = 1;
	return to;
}

/* ---- for a while only ---- */

/* The state that was read last before one; NULL: it is the first, or the file
 * was gone before it. */
static const struct history_blob *
state_before(const struct history *h, const struct history_file *f, size_t i)
{
	while (i-- > 0) {
		if (f->v[i].blob == HISTORY_NONE)
			return NULL;
		if (h->blobs[f->v[i].blob].state == STATE_KNOWN)
			return &h->blobs[f->v[i].blob];
	}
	return NULL;
}

static const struct history_blob *
state_after(const struct history *h, const struct history_file *f, size_t i)
{
	while (++i < f->n) {
		if (f->v[i].blob == HISTORY_NONE)
			return NULL;
		if (h->blobs[f->v[i].blob].state == STATE_KNOWN)
			return &h->blobs[f->v[i].blob];
	}
	return NULL;
}

/* Does a state tell of the subject, with whatever values? */
static bool
tells_of(const struct history *h, const struct history_blob *b,
    const struct history_item *x)
{
	for (uint32_t i = 0; i < b->n; i++) {
		const struct history_item *y = &h->items[b->v[i].item];

		/* Texts are kept once: equal ones are the same. */
		if (y->kind == x->kind && y->what == x->what &&
		    y->subject.p == x->subject.p)
			return true;
	}
	return false;
}

static void
brief_take(struct gathering *g, const struct history_span *s)
{
	const struct history *h = g->h;
	const struct history_item *x = &h->items[s->item];
	const struct history_file *f = &h->files[s->file];
	const struct history_blob *before = state_before(h, f, s->first),
				  *after = state_after(h, f, s->last);
	uint32_t gone = history_span_gone(h, s);
	struct past_fact *to;
	struct buf text;
	int64_t stood;
	size_t begin;

	if (before == NULL || after == NULL || gone == HISTORY_NONE ||
	    tells_of(h, before, x) || tells_of(h, after, x))
		return;
	stood = h->commits[gone].time - h->commits[f->v[s->first].commit].time;
	if (h->commits[gone].time == TIME_NONE ||
	    h->commits[f->v[s->first].commit].time == TIME_NONE || stood < 0 ||
	    stood > g->o->brief_hours * HOUR)
		return;
	to = fact_add(g, s->file, s->first, s->item, s->line);
	to->change = "brief";
	to->hours = stood / HOUR;
	to->past->gone = true;
	to->past->spans[0] = history_past_span(h, s, &g->c->arena);
	buf_init(&text, LIMIT_MESSAGE_BYTES);
	buf_put(&text, x->subject);
	begin = text.n;
	buf_puts(&text, " (");
	change_values(x->rest, &text);
	if (text.n == begin + 2)
		text.n = begin;
	else
		buf_byte(&text, ')');
	to->text = arena_copy(&g->c->arena, buf_span(&text));
	buf_release(&text);
}

static void
briefs_take(struct gathering *g, const struct history_spans *spans)
{
	const struct change_table *t = &g->c->knowledge->changes;

	for (size_t i = 0; i < spans->n; i++) {
		const struct history_item *x = &g->h->items[spans->v[i].item];
		const struct change_kind *k =
		    x->kind == ITEM_STATEMENT
			? changes_of(t, (enum record_kind)x->what)
			: NULL;

		if (k != NULL && k->brief)
			brief_take(g, &spans->v[i]);
	}
}

/* ---- in a time of which there are logs ---- */

static void
change_take(
    struct gathering *g, uint32_t file, uint32_t state, const struct change *c)
{
	const struct history_file *f = &g->h->files[file];
	uint32_t commit = f->v[state].commit;
	struct past_fact *to = fact_add(
	    g, file, state, c->now != HISTORY_NONE ? c->now : c->old, c->line);
	struct buf text;

	to->change = change_word(c->how);
	to->past->moment = true;
	to->to = g->h->commits[commit].time + SKEW_HOURS * HOUR;
	to->from = to->to - (g->o->poll_hours + SKEW_HOURS) * HOUR;
	to->past->spans[0] = (struct past_span){
	    .first = history_past_commit(g->h, commit, &g->c->arena),
	    .last = history_past_commit(g->h, commit, &g->c->arena),
	    .gone = {.time = TIME_NONE},
	    .revisions = 1};
	buf_init(&text, LIMIT_MESSAGE_BYTES);
	change_tell(g->h, c, &text);
	to->text = arena_copy(&g->c->arena, buf_span(&text));
	buf_release(&text);
}

/* When anything was heard at all. */
static void
heard_range(const struct past *p, int64_t *first, int64_t *last)
{
	*first = INT64_MAX;
	*last = INT64_MIN;
	for (size_t i = 0; i < p->nvoices; i++) {
		if (p->voices[i].first < *first)
			*first = p->voices[i].first;
		if (p->voices[i].last > *last)
			*last = p->voices[i].last;
	}
}

static void
file_changes(struct gathering *g, uint32_t file, int64_t first, int64_t last)
{
	const struct history_file *f = &g->h->files[file];
	struct arena a;

	arena_init(&a);
	for (uint32_t i = 1; i < f->n; i++) {
		int64_t t = g->h->commits[f->v[i].commit].time;
		const struct history_blob *before, *now;
		struct change_list l = {0};

		if (f->v[i].blob == HISTORY_NONE || t < first || t > last)
			continue;
		now = &g->h->blobs[f->v[i].blob];
		before = state_before(g->h, f, i);
		if (before == NULL || now->state != STATE_KNOWN)
			continue;
		changes_find(
		    g->h, &g->c->knowledge->changes, before, now, &a, &l);
		for (size_t k = 0; k < l.n; k++)
			change_take(g, file, i, &l.v[k]);
		arena_reset(&a);
	}
	arena_release(&a);
}

void
history_facts(const struct history *h, const struct history_options *o,
    const struct history_spans *spans, struct casefile *c)
{
	struct gathering g = {.h = h, .o = o, .c = c};
	int64_t first, last;

	briefs_take(&g, spans);
	heard_range(&c->past, &first, &last);
	if (c->past.nvoices > 0)
		for (uint32_t i = 0; i < h->nfiles; i++)
			file_changes(&g, i, first, last);
	c->past.facts = g.v;
	c->past.nfacts = g.n;
}
