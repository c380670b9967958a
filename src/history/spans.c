/*
 * From states to spans: one pass over the states of each file.  An item is
 * open while each state shows it.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "history/history.h"

struct opened {
	uint32_t stamp; /* file + 1 */
	uint32_t span;	/* its last span */
};

struct passing {
	const struct history *h;
	struct arena *a;
	struct history_spans *out;
	struct opened *items;
};

static void
entry_pass(struct passing *p, uint32_t file, uint32_t state, uint32_t before,
    const struct history_entry *e)
{
	struct opened *o = &p->items[e->item];
	struct history_spans *all = p->out;
	uint32_t times = 0;

	if (o->stamp == file + 1) {
		struct history_span *s = &all->v[o->span];

		/* The same twice in one state, or one state more. */
		if (s->last == state)
			return;
		if (before != HISTORY_NONE && s->last == before) {
			s->last = state;
			s->states++;
			return;
		}
		times = s->times + 1;
	}
	if (all->n >= LIMIT_HISTORY_SPANS) {
		all->cut = true;
		return;
	}
	all->v = arena_grow(p->a, all->v, all->n, &all->cap, sizeof(*all->v));
	all->v[all->n] = (struct history_span){.file = file,
	    .item = e->item,
	    .first = state,
	    .last = state,
	    .line = e->line,
	    .times = times,
	    .states = 1};
	*o = (struct opened){file + 1, (uint32_t)all->n++};
}

static void
file_pass(struct passing *p, uint32_t file)
{
	const struct history_file *f = &p->h->files[file];
	uint32_t before = HISTORY_NONE;

	for (uint32_t i = 0; i < f->n; i++) {
		const struct history_blob *b;

		if (f->v[i].blob == HISTORY_NONE) {
			before = HISTORY_NONE;
			continue;
		}
		b = &p->h->blobs[f->v[i].blob];
		/* What could not be read is passed over. */
		if (b->state != STATE_KNOWN)
			continue;
		for (uint32_t k = 0; k < b->n; k++)
			entry_pass(p, file, i, before, &b->v[k]);
		before = i;
	}
}

static int
span_order(const void *a, const void *b)
{
	const struct history_span *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

void
history_spans(
    const struct history *h, struct arena *a, struct history_spans *out)
{
	struct passing p = {h, a, out, NULL};

	*out = (struct history_spans){0};
	p.items = calloc(h->nitems + 1, sizeof(*p.items));
	ASSERT(p.items != NULL);
	for (uint32_t i = 0; i < h->nfiles; i++)
		file_pass(&p, i);
	free(p.items);
	if (out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), span_order);
}

/* The state behind a span, past those that could not be read. */
static uint32_t
state_behind(const struct history *h, const struct history_span *s)
{
	const struct history_file *f = &h->files[s->file];
	uint32_t i = s->last + 1;

	while (i < f->n && f->v[i].blob != HISTORY_NONE &&
	       h->blobs[f->v[i].blob].state != STATE_KNOWN)
		i++;
	return i < f->n ? i : HISTORY_NONE;
}

uint32_t
history_span_gone(const struct history *h, const struct history_span *s)
{
	uint32_t at = state_behind(h, s);

	return at == HISTORY_NONE ? at : h->files[s->file].v[at].commit;
}

uint32_t
history_span_last(const struct history *h, const struct history_span *s)
{
	uint32_t gone = history_span_gone(h, s);

	return gone == HISTORY_NONE ? (uint32_t)(h->ncommits - 1) : gone - 1;
}
