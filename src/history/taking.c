/*
 * Each state is judged as a case of its own, as far as one configuration can
 * be: rules, indicators and flaws.  What compares devices, and what depends on
 * the operator's own address space, is left to the case of the newest state.
 */
#include "history/taking.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "case/merge.h"
#include "run/scan_state.h"

struct taking_state {
	struct history *h;
	const struct knowledge *k;
	struct scan scan;
	struct history_entry *v; /* of the blob at hand */
	size_t n, cap;
	uint64_t cells; /* of all blobs */
};

struct taking_state *
taking_new(
    struct history *h, const struct knowledge *k, const struct scan_options *o)
{
	struct taking_state *t = calloc(1, sizeof(*t));

	ASSERT(t != NULL);
	t->h = h;
	t->k = k;
	t->scan.o = o;
	arena_init(&t->scan.arena);
	arena_init(&t->scan.scratch);
	arena_init(&t->scan.lists);
	return t;
}

void
taking_free(struct taking_state *t)
{
	if (t == NULL)
		return;
	arena_release(&t->scan.scratch);
	arena_release(&t->scan.lists);
	arena_release(&t->scan.arena);
	free(t->v);
	free(t);
}

static void
entry_add(struct taking_state *t, const struct history_item *x, uint64_t line)
{
	if (t->h->arena.used > LIMIT_CASE_BYTES ||
	    t->cells >= LIMIT_HISTORY_CELLS) {
		if (!t->h->incomplete)
			history_diag(t->h, DIAG_TOO_MANY,
			    SPAN("what the states of all files show"));
		return;
	}
	if (t->n == t->cap) {
		t->cap = t->cap > 0 ? t->cap * 2 : 256;
		t->v = reallocarray(t->v, t->cap, sizeof(*t->v));
		ASSERT(t->v != NULL);
	}
	t->v[t->n++] = (struct history_entry){
	    history_item(t->h, x), line < UINT32_MAX ? (uint32_t)line : 0};
	t->cells++;
}

/* ---- signs ---- */

static void
sightings_take(struct taking_state *t, struct casefile *c, struct source *s)
{
	for (size_t i = 0; i < s->nsightings; i++) {
		const struct sighting *x = &s->sightings[i];
		struct history_item item = {.kind = ITEM_SIGN,
		    .what = x->check,
		    .severity = (uint8_t)x->severity,
		    .confidence = (uint8_t)x->confidence,
		    .subject = x->entity,
		    .rest = x->external};

		if (!case_whose(c, x->check, s->device, x->external) ||
		    !case_platform_fits(c, x->check, s->device))
			continue;
		if (x->nplaces > 0)
			item.text = x->places[0].text;
		entry_add(t, &item, x->nplaces > 0 ? x->places[0].line : 0);
	}
}

static uint32_t
check_index(const struct knowledge *k, const struct check *check)
{
	for (size_t i = k->first_vulnerability; i < k->nchecks; i++)
		if (k->checks[i] == check)
			return (uint32_t)i;
	return MAP_NONE;
}

static void
flaws_take(struct taking_state *t, struct casefile *c)
{
	case_vulnerabilities(c);
	for (size_t i = 0; i < c->nfindings; i++) {
		const struct finding *f = &c->findings[i];
		struct history_item item = {.kind = ITEM_SIGN,
		    .what = check_index(t->k, f->check),
		    .severity = (uint8_t)f->severity,
		    .confidence = (uint8_t)f->confidence,
		    .subject = f->entity};

		if (item.what == MAP_NONE)
			continue;
		if (f->nplaces > 0)
			item.text = f->places[0].text;
		entry_add(t, &item, f->nplaces > 0 ? f->places[0].line : 0);
	}
}

/* ---- statements ---- */

static void
statement_take(struct taking_state *t, struct cursor c)
{
	struct history_item item = {
	    .kind = ITEM_STATEMENT, .what = cursor_u8(&c)};
	uint64_t line = cursor_le64(&c);

	item.subject = cursor_bytes(&c);
	item.rest = cursor_bytes(&c);
	item.text = cursor_bytes(&c);
	if (!c.failed && item.what < K_COUNT && item.subject.n > 0)
		entry_add(t, &item, line);
}

static void
statements_take(struct taking_state *t, struct span messages)
{
	struct cursor c = cursor_of(messages);

	while (cursor_left(&c) > 0 && !c.failed) {
		enum result_type type = (enum result_type)cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));

		if (type == RESULT_STATEMENT && !c.failed)
			statement_take(t, body);
	}
}

/* ---- the blob ---- */

/* The first source that tells of a device names the state's. */
static void
identity_take(
    struct taking_state *t, struct history_blob *b, const struct casefile *c)
{
	for (size_t i = 0; i < c->nsources && b->host.n == 0; i++) {
		const struct source *s = &c->sources[i];

		b->config |= span_is(s->evidence, "config") ||
			     span_is(s->evidence, "version");
		for (size_t k = 0; k < s->nfacts && b->host.n == 0; k++)
			if (s->facts[k].kind == K_DEVICE)
				b->host = history_text(
				    t->h, fact_text(&s->facts[k], F_HOSTNAME));
	}
}

/* Why it was not read in full. */
static void
trouble_take(struct history_blob *b, const struct casefile *c)
{
	for (size_t i = 0; i < c->nsources; i++)
		for (size_t k = 0; k < c->sources[i].ndiags; k++) {
			const struct diag *d = &c->sources[i].diags[k];

			if (diag_severity(d->code) != DIAG_NOTE &&
			    d->code != DIAG_EMPTY)
				b->trouble = (uint8_t)(d->code + 1);
		}
}

static void
entries_keep(struct taking_state *t, struct history_blob *b)
{
	struct history_entry *v = malloc((t->n > 0 ? t->n : 1) * sizeof(*v));

	ASSERT(v != NULL);
	if (t->n > 0)
		memcpy(v, t->v, t->n * sizeof(*v));
	if (b->owned)
		free((void *)b->v);
	b->v = v;
	b->n = (uint32_t)t->n;
	b->owned = true;
	b->state = STATE_KNOWN;
	b->changed = true;
}

void
taking_blob(struct taking_state *t, uint32_t blob, struct span messages)
{
	struct history_blob *b = &t->h->blobs[blob];
	struct casefile c;
	struct planned job = {0};

	t->n = 0;
	casefile_init(&c, t->k);
	t->scan.c = &c;
	take_sources(&t->scan, messages, &job);
	take_unfinished(&t->scan, &job.open, DIAG_WORKER_PROTOCOL,
	    SPAN("no end of the source"));
	case_join(&c);
	for (size_t i = 0; i < c.nsources; i++)
		sightings_take(t, &c, &c.sources[i]);
	flaws_take(t, &c);
	identity_take(t, b, &c);
	trouble_take(b, &c);
	statements_take(t, messages);
	entries_keep(t, b);
	t->h->blobs_read++;
	casefile_release(&c);
	arena_reset(&t->scan.arena);
}
