#include "history/signs.h"

#include <stdlib.h>

#include "base/limits.h"
#include "source/digest.h"

struct past_commit
history_past_commit(const struct history *h, uint32_t commit, struct arena *a)
{
	const struct history_commit *c;
	char hex[2 * OID_BYTES + 1];

	if (commit == HISTORY_NONE)
		return (struct past_commit){.time = TIME_NONE};
	c = &h->commits[commit];
	digest_hex(c->oid, OID_BYTES, hex);
	return (struct past_commit){.time = c->time,
	    .commit = arena_copy(a, span_str(hex)),
	    .author = c->author,
	    .committer = c->committer};
}

struct past_span
history_past_span(
    const struct history *h, const struct history_span *s, struct arena *a)
{
	const struct history_file *f = &h->files[s->file];

	return (struct past_span){
	    .first = history_past_commit(h, f->v[s->first].commit, a),
	    .last = history_past_commit(h, history_span_last(h, s), a),
	    .gone = history_past_commit(h, history_span_gone(h, s), a),
	    .revisions = s->states};
}

struct span
history_source(
    const struct history *h, struct casefile *c, uint32_t file, uint32_t commit)
{
	char hex[2 * OID_BYTES + 1];
	struct span path;
	struct source *row;

	digest_hex(h->commits[commit].oid, OID_BYTES, hex);
	path = arena_fmt(
	    &c->arena, "%.*s@%.12s", SPAN_FMT(h->files[file].path), hex);
	if (c->past.sources.arena == NULL)
		map_init(&c->past.sources, &c->arena);
	if (map_add(&c->past.sources, path, 0) == 1)
		return path;
	map_put(&c->past.sources, path, 1);
	row = casefile_source(c, path);
	row->state = SOURCE_READ;
	row->evidence = SPAN("history");
	return path;
}

struct gathering {
	const struct history *h;
	struct casefile *c;
	bool all;
	struct past_sign *v;
	size_t n, cap;
};

/* The first spans and the last one. */
static struct finding_past *
past_of(struct gathering *g, const struct history_span *v, size_t n)
{
	struct finding_past *p = arena_alloc(&g->c->arena, sizeof(*p));
	size_t kept = n < LIMIT_PAST_SPANS ? n : LIMIT_PAST_SPANS;

	p->file = p->source = g->h->files[v->file].path;
	p->spans = arena_array(&g->c->arena, kept, sizeof(*p->spans));
	for (size_t i = 0; i < kept; i++)
		p->spans[i] = history_past_span(
		    g->h, i + 1 < kept ? &v[i] : &v[n - 1], &g->c->arena);
	p->nspans = kept;
	p->all = n;
	p->gone = history_span_gone(g->h, &v[n - 1]) != HISTORY_NONE;
	return p;
}

static bool
worth(const struct gathering *g, const struct history_item *x, bool gone)
{
	const struct check *check = knowledge_check(g->c->knowledge, x->what);

	return !gone || g->all || check->kind == CHECK_COMPROMISE ||
	       check->kind == CHECK_INDICATOR;
}

static void
sign_add(struct gathering *g, const struct history_span *v, size_t n)
{
	const struct history_span *last = &v[n - 1];
	const struct history_item *x = &g->h->items[last->item];
	bool gone = history_span_gone(g->h, last) != HISTORY_NONE;
	struct past_sign sign;

	if (x->kind != ITEM_SIGN || !worth(g, x, gone))
		return;
	sign = (struct past_sign){.check = x->what,
	    .severity = (enum severity)x->severity,
	    .confidence = (enum confidence)x->confidence,
	    .entity = x->subject,
	    .external = x->rest,
	    .past = past_of(g, v, n),
	    .device = history_device(g->h, last->file),
	    .line = last->line,
	    .text = x->text};
	if (gone)
		sign.source = history_source(g->h, g->c, last->file,
		    g->h->files[last->file].v[last->first].commit);
	g->v = arena_grow(&g->c->arena, g->v, g->n, &g->cap, sizeof(*g->v));
	g->v[g->n++] = sign;
}

void
history_signs(const struct history *h, const struct history_options *o,
    struct casefile *c)
{
	struct gathering g = {.h = h, .c = c, .all = o->all};
	struct history_spans spans;
	struct arena a;

	arena_init(&a);
	history_spans(h, &a, &spans);
	for (size_t i = 0, n; i < spans.n; i += n) {
		n = 1;
		while (i + n < spans.n && spans.v[i + n].times > 0)
			n++;
		sign_add(&g, &spans.v[i], n);
	}
	if (spans.cut)
		c->complete = false;
	c->past.v = g.v;
	c->past.n = g.n;
	history_facts(h, o, &spans, c);
	arena_release(&a);
}
