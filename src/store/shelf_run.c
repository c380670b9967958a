/*
 * What every run that adds to a case writes: its own row, own address space,
 * what a file of waivers says, and what the tables for SQL were made of.
 */
#include <stdio.h>

#include "store/raw.h"
#include "store/shelf.h"

int
shelf_next(struct store *s, const char *table, int64_t *out, struct err *e)
{
	char sql[96];
	struct store_value v;
	struct arena a;
	bool found;
	int r;

	/* The number of a row of "runs" is called "run". */
	snprintf(sql, sizeof(sql), "SELECT coalesce(max(%.*s), 0) FROM %s",
	    (int)strlen(table) - 1, table, table);
	arena_init(&a);
	r = store_one(s, sql, NULL, 0, &a, &v, &found, e);
	arena_release(&a);
	*out = v.number + 1;
	return r;
}

static int
run_add(struct store *s, const struct casebook_run *run, struct span reading,
    const struct casefile *c, int64_t number, struct err *e)
{
	char started[TIME_TEXT];
	const struct store_value v[] = {store_int(number),
	    store_str(time_write(run->started, started)),
	    store_real(run->seconds), store_str(run->version),
	    store_str(c->knowledge->fingerprint), store_text(reading),
	    store_text(run->options), store_int(c->complete)};

	return store_run(s,
	    "INSERT INTO runs (run, started, seconds, version, knowledge,"
	    " reading, options, complete)"
	    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	    v, 8, NULL, NULL, e);
}

static int
own_add(struct store *s, const struct casebook_run *run, struct err *e)
{
	for (size_t i = 0; i < run->nown; i++) {
		char address[ADDR_TEXT], text[ADDR_TEXT + 8];
		struct store_value v[1];

		snprintf(text, sizeof(text), "%s/%u",
		    addr_write(&run->own[i].addr, address), run->own[i].bits);
		v[0] = store_str(text);
		if (store_run(s,
			"INSERT INTO own (prefix) VALUES ($1)"
			" ON CONFLICT DO NOTHING",
			v, 1, NULL, NULL, e) != 0)
			return -1;
	}
	return 0;
}

/* What a file of waivers says stays said. */
static int
waivers_add(struct store *s, const struct casebook_run *run, struct err *e)
{
	const struct waivers *all = run->waivers;
	struct arena a;
	int r = 0;

	arena_init(&a);
	for (size_t i = 0; r == 0 && all != NULL && i < all->n; i++) {
		const struct waiver *w = &all->v[i];
		const struct casebook_word word = {.finding = w->finding,
		    .author = store_clean(&a, w->owner),
		    .text = store_clean(&a, w->reason),
		    .made = run->started,
		    .decision = CASEBOOK_ACCEPT,
		    .expires = w->expires};

		r = shelf_decide(s, &word, e);
	}
	arena_release(&a);
	return r;
}

int
shelf_run(struct store *s, const struct casebook_run *run, struct span reading,
    const struct casefile *c, int64_t *number, struct err *e)
{
	if (shelf_next(s, "runs", number, e) != 0 ||
	    run_add(s, run, reading, c, *number, e) != 0 ||
	    own_add(s, run, e) != 0)
		return -1;
	return waivers_add(s, run, e);
}

static int
on_path(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	(void)n;
	(void)e;
	map_add(ctx, v[0].bytes, 0);
	return 0;
}

int
shelf_unit_paths(struct store *s, struct map *out, struct err *e)
{
	return store_run(s, "SELECT path FROM units", NULL, 0, on_path, out, e);
}

/* ---- sources ---- */

static struct store_value
clean(struct arena *a, struct span s)
{
	return store_text(store_clean(a, s));
}

int
shelf_source_row(struct store *st, const struct source *s,
    const struct shelf_source *to, struct err *e)
{
	static const char *const troubles[] = {"note", "partial", "lost"};
	struct arena a;
	int r;

	arena_init(&a);
	const struct store_value v[SHELF_SOURCE_N] = {store_int(to->id),
	    store_int(to->unit), store_text(to->path),
	    store_str(standing_current), store_str(source_states[s->state]),
	    store_str(troubles[s->worst]), clean(&a, s->format),
	    clean(&a, s->evidence), clean(&a, s->hashes.sha256),
	    clean(&a, s->hashes.xxh3), store_int((int64_t)s->bytes),
	    store_int((int64_t)s->records), clean(&a, s->why),
	    store_text(to->reading), store_int(to->run)};

	r = store_bulk_row(st, v, e);
	arena_release(&a);
	return r;
}

int
shelf_raw_row(struct store *st, const struct source *s, int64_t id,
    struct span path, const struct knowledge *k, struct buf *room,
    struct err *e)
{
	struct source named = *s;
	struct store_value v[3];
	struct arena a;
	int r;

	named.path = path;
	buf_reset(room);
	raw_write(room, &named, k);
	if (buf_full(room))
		return err_set(e,
		    "the results of %.*s are too large to be kept",
		    SPAN_FMT(path));
	arena_init(&a);
	v[0] = store_int(id);
	v[1] = store_text(shelf_hash(&a, buf_span(room)));
	v[2] = store_blob(buf_span(room));
	r = store_bulk_row(st, v, e);
	arena_release(&a);
	return r;
}

/* ---- the tables for SQL ---- */

/* Of what they are made, beside the sources. */
static struct span
basis(struct arena *a, struct span reading, int64_t started)
{
	char day[TIME_TEXT];

	return arena_fmt(
	    a, "%.*s %.10s", SPAN_FMT(reading), time_write(started, day));
}

/* By a run with this reading, on the same day? */
static int
tables_ask(struct store *s, struct span reading, int64_t started, bool *current,
    struct err *e)
{
	struct store_value v;
	struct arena a;
	bool found;
	int r;

	arena_init(&a);
	r = store_one(s, "SELECT value FROM meta WHERE name = 'tables'", NULL,
	    0, &a, &v, &found, e);
	*current =
	    r == 0 && found && span_eq(v.bytes, basis(&a, reading, started));
	arena_release(&a);
	return r;
}

static int
tables_note(
    struct store *s, struct span reading, int64_t started, struct err *e)
{
	struct store_value v[1];
	struct arena a;
	int r;

	arena_init(&a);
	v[0] = store_text(basis(&a, reading, started));
	r = store_run(s,
	    "INSERT INTO meta (name, value) VALUES ('tables', $1)"
	    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
	    v, 1, NULL, NULL, e);
	arena_release(&a);
	return r;
}

int
tables_before(struct store *s, const struct casebook_run *run,
    struct span reading, bool changes, bool *current, struct err *e)
{
	if (tables_ask(s, reading, run->started, current, e) != 0)
		return -1;
	*current = *current && !changes && run->nown == 0;
	return *current ? 0 : tables_clear(s, e);
}

int
tables_after(struct store *s, const struct casebook_run *run,
    struct span reading, bool current, struct casefile *whole, struct err *e)
{
	if (shelf_load(s, whole, run->started, e) != 0)
		return -1;
	if (current)
		return 0;
	return tables_write(s, whole, e) != 0
		   ? -1
		   : tables_note(s, reading, run->started, e);
}
