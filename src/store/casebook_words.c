/*
 * What people say of findings, and results that are kept by content.
 */
#include "store/casebook.h"

#include <stdio.h>

#include "store/shelf.h"

static const char *const decisions[] = {"accept", "reject", "reopen"};

/* ---- saying ---- */

struct saying {
	const struct casebook_word *w;
	struct arena arena;
};

static int
note_add(void *ctx, struct store *s, struct err *e)
{
	struct saying *x = ctx;
	char made[TIME_TEXT];
	int64_t number;

	if (shelf_next(s, "notes", &number, e) != 0)
		return -1;
	const struct store_value v[] = {store_int(number),
	    store_text(x->w->finding),
	    store_text(store_clean(&x->arena, x->w->author)),
	    store_str(time_write(x->w->made, made)),
	    store_text(store_clean(&x->arena, x->w->text))};

	return store_run(s,
	    "INSERT INTO notes (note, finding, author, made, text)"
	    " VALUES ($1, $2, $3, $4, $5)",
	    v, 5, NULL, NULL, e);
}

static int
decision_add(void *ctx, struct store *s, struct err *e)
{
	struct saying *x = ctx;
	char made[TIME_TEXT];
	int64_t number;

	if (shelf_next(s, "dispositions", &number, e) != 0)
		return -1;
	const struct store_value v[] = {store_int(number),
	    store_text(x->w->finding), store_str(decisions[x->w->decision]),
	    store_text(store_clean(&x->arena, x->w->author)),
	    store_str(time_write(x->w->made, made)),
	    store_text(store_clean(&x->arena, x->w->text)),
	    store_text(x->w->expires)};

	if (store_run(s, "DELETE FROM meta WHERE name = 'tables'", NULL, 0,
		NULL, NULL, e) != 0)
		return -1;
	return store_run(s,
	    "INSERT INTO dispositions (disposition, finding, decision, author,"
	    " made, reason, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)",
	    v, 7, NULL, NULL, e);
}

struct comparing {
	const struct casebook_word *w;
	bool same;
};

static int
on_last(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct comparing *x = ctx;

	(void)n;
	(void)e;
	x->same = span_is(v[0].bytes, decisions[x->w->decision]) &&
		  span_eq(v[1].bytes, x->w->author) &&
		  span_eq(v[2].bytes, x->w->text) &&
		  span_eq(v[3].bytes, x->w->expires);
	return 0;
}

int
shelf_decide(struct store *s, const struct casebook_word *w, struct err *e)
{
	struct saying x = {.w = w};
	struct comparing last = {w, false};
	const struct store_value v[] = {store_text(w->finding)};
	int r = store_run(s,
	    "SELECT decision, author, reason, expires FROM dispositions"
	    " WHERE finding = $1 ORDER BY disposition DESC LIMIT 1",
	    v, 1, on_last, &last, e);

	if (r != 0 || last.same)
		return r;
	arena_init(&x.arena);
	r = decision_add(&x, s, e);
	arena_release(&x.arena);
	return r;
}

static int
say(const char *place, const struct casebook_word *w, store_change_fn *add,
    struct err *e)
{
	struct saying x = {.w = w};
	int r;

	arena_init(&x.arena);
	r = store_change(place, add, &x, e);
	arena_release(&x.arena);
	return r;
}

int
casebook_note(const char *place, const struct casebook_word *w, struct err *e)
{
	return say(place, w, note_add, e);
}

int
casebook_decide(const char *place, const struct casebook_word *w, struct err *e)
{
	return say(place, w, decision_add, e);
}

/* ---- listening ---- */

struct hearing {
	casebook_word_fn *fn;
	void *ctx;
};

/* finding, author, made, text, kind, expires */
static int
on_word(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct hearing *x = ctx;
	struct casebook_word w = {.finding = v[0].bytes,
	    .author = v[1].bytes,
	    .text = v[3].bytes,
	    .made = TIME_NONE,
	    .expires = v[5].bytes};
	bool zoned;

	(void)n;
	(void)e;
	(void)time_read_iso(v[2].bytes, &w.made, &zoned);
	for (size_t i = 0; i < 3; i++)
		if (span_is(v[4].bytes, decisions[i]))
			w.decision = (enum casebook_decision)i;
	x->fn(x->ctx, span_is(v[4].bytes, "note"), &w);
	return 0;
}

int
casebook_words(const char *place, struct span finding, casebook_word_fn *fn,
    void *ctx, struct err *e)
{
	static const char all[] =
	    "SELECT finding, author, made, text, 'note', NULL, note FROM notes"
	    " UNION ALL SELECT finding, author, made, reason, decision,"
	    " expires, disposition FROM dispositions ORDER BY 3, 5, 7";
	static const char one[] =
	    "SELECT finding, author, made, text, 'note', NULL, note FROM notes"
	    " WHERE finding = $1"
	    " UNION ALL SELECT finding, author, made, reason, decision,"
	    " expires, disposition FROM dispositions WHERE finding = $1"
	    " ORDER BY 3, 5, 7";
	const struct store_value v[] = {store_text(finding)};
	struct hearing x = {fn, ctx};
	struct store s;
	int r;

	if (store_open(&s, place, STORE_READ, e) != 0)
		return -1;
	r = finding.n > 0 ? store_run(&s, one, v, 1, on_word, &x, e)
			  : store_run(&s, all, NULL, 0, on_word, &x, e);
	store_close(&s);
	return r;
}

/* ---- results by content ---- */

int
casebook_remember(struct store *s, struct span name, struct span reading,
    struct span body, struct err *e)
{
	struct store_value v[4];
	struct arena a;
	int r;

	arena_init(&a);
	v[0] = store_text(name);
	v[1] = store_text(reading);
	v[2] = store_text(shelf_hash(&a, body));
	v[3] = store_blob(body);
	r = store_run(s,
	    "INSERT INTO memory (name, reading, digest, body)"
	    " VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO UPDATE SET"
	    " reading = excluded.reading, digest = excluded.digest,"
	    " body = excluded.body",
	    v, 4, NULL, NULL, e);
	arena_release(&a);
	return r;
}

int
casebook_forget(struct store *s, struct span name, struct err *e)
{
	const struct store_value v[] = {store_text(name)};

	return store_run(
	    s, "DELETE FROM memory WHERE name = $1", v, 1, NULL, NULL, e);
}

struct recalling {
	struct arena *a;
	struct span *body;
	bool *found;
};

static int
on_memory(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct recalling *x = ctx;

	(void)n;
	(void)e;
	if (!span_eq(shelf_hash(x->a, v[1].bytes), v[0].bytes))
		return 0; /* damaged: as if it were not there */
	*x->body = arena_copy(x->a, v[1].bytes);
	*x->found = true;
	return 0;
}

int
casebook_recall(struct store *s, struct span name, struct span reading,
    struct arena *a, struct span *body, bool *found, struct err *e)
{
	const struct store_value v[] = {store_text(name), store_text(reading)};
	struct recalling x = {a, body, found};

	*found = false;
	return store_run(s,
	    "SELECT digest, body FROM memory WHERE name = $1 AND reading = $2",
	    v, 2, on_memory, &x, e);
}
