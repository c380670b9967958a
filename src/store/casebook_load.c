/*
 * A case out of its store: sources, own space and decisions, joined and judged
 * as if everything had been scanned at once.
 */
#include "store/casebook.h"

#include <stdio.h>

#include "base/limits.h"
#include "store/raw_past.h"
#include "store/shelf.h"

struct loading {
	struct raw_reader reader;
	struct casefile *c;
	const char *place;
	struct span reading; /* of the last run */
	struct past_taking past;
	struct arena arena;
};

/* ---- sources ---- */

static enum diag_code
standing_diag(struct span standing)
{
	return span_is(standing, standing_earlier) ? DIAG_EARLIER
						   : DIAG_REPLACED;
}

static void
source_mark(struct loading *x, struct source *s, int64_t id,
    struct span standing, struct span reading)
{
	struct span hash =
	    s->hashes.sha256.n > 0 ? s->hashes.sha256 : s->hashes.xxh3;

	s->stored = id;
	if (!span_is(standing, standing_current)) {
		s->revision = span_head(hash, 8);
		source_diag(
		    x->c, s, standing_diag(standing), 0, (struct span){0});
	}
	if (!span_starts(reading, x->reading))
		source_diag(x->c, s, DIAG_OTHER_READING, 0, (struct span){0});
}

static void
source_left_out(struct loading *x, struct span path, int64_t id)
{
	struct source *s = casefile_source(x->c, path);

	s->state = SOURCE_UNREADABLE;
	s->stored = id;
	source_diag(
	    x->c, s, DIAG_TOO_MANY, 0, SPAN("the results of all sources"));
}

/* source, path, standing, reading, digest, body */
static int
on_raw(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct loading *x = ctx;
	size_t before = x->c->nsources;
	bool all = !span_is(v[2].bytes, standing_replaced);

	(void)n;
	if (x->c->arena.used > LIMIT_CASE_BYTES) {
		source_left_out(x, v[1].bytes, v[0].number);
		return 0;
	}
	arena_reset(&x->arena);
	if (!span_eq(shelf_hash(&x->arena, v[5].bytes), v[4].bytes) ||
	    !raw_read(&x->reader, v[5].bytes, all ? RAW_ALL : RAW_SIGNS))
		return err_set(e,
		    "%s is damaged: what it holds of %.*s cannot be read",
		    x->place, SPAN_FMT(v[1].bytes));
	if (x->c->nsources > before)
		source_mark(x, &x->c->sources[before], v[0].number, v[2].bytes,
		    v[3].bytes);
	return 0;
}

/* ---- the past of repositories ---- */

/* path of the unit, digest, body, file */
static int
on_past(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct loading *x = ctx;

	(void)n;
	if (x->c->arena.used > LIMIT_CASE_BYTES) {
		x->c->complete = false;
		return 0;
	}
	arena_reset(&x->arena);
	x->past.prefix = shelf_below(&x->arena, v[0].bytes);
	if (!span_eq(shelf_hash(&x->arena, v[2].bytes), v[1].bytes) ||
	    !raw_past_read(&x->past, v[2].bytes))
		return err_set(e,
		    "%s is damaged: the past of %.*s cannot be read", x->place,
		    SPAN_FMT(v[3].bytes));
	return 0;
}

/* complete, heard, path of the unit */
static int
on_history(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct loading *x = ctx;

	(void)n;
	if (v[0].number == 0)
		x->c->complete = false;
	if (!raw_heard_read(&x->past, v[1].bytes))
		return err_set(e,
		    "%s is damaged: what logs told beside %.*s cannot be read",
		    x->place, SPAN_FMT(v[2].bytes));
	return 0;
}

static int
past_load(struct loading *x, struct store *s, struct err *e)
{
	if (s->version < 2)
		return 0;
	x->past = (struct past_taking){.c = x->c, .r = &x->reader};
	if (store_run(s,
		"SELECT h.complete, h.heard, u.path FROM histories h"
		" JOIN units u ON u.unit = h.unit ORDER BY h.unit",
		NULL, 0, on_history, x, e) != 0)
		return -1;
	return store_run(s,
	    "SELECT u.path, f.digest, f.body, f.file FROM history_files f"
	    " JOIN units u ON u.unit = f.unit ORDER BY f.unit, f.file_id",
	    NULL, 0, on_past, x, e);
}

/* ---- own space and decisions ---- */

static int
on_own(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct loading *x = ctx;
	struct prefix p;

	(void)n;
	(void)e;
	if (prefix_read(v[0].bytes, &p))
		fleet_own(&x->c->fleet, &p);
	return 0;
}

struct deciding {
	struct casefile *c;
	struct map index;
	size_t cap;
	int64_t now;
};

/* finding, decision, author, reason, expires, made; the last of a finding
 * counts. */
static int
on_decision(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct deciding *x = ctx;
	struct casefile *c = x->c;
	struct waiver w = {.finding = arena_copy(&c->arena, v[0].bytes),
	    .owner = arena_copy(&c->arena, v[2].bytes),
	    .reason = arena_copy(&c->arena, v[3].bytes),
	    .expires = arena_copy(&c->arena, v[4].bytes),
	    .rejected = span_is(v[1].bytes, "reject"),
	    .until = INT64_MAX};
	uint32_t at;
	int64_t day;
	bool zoned;

	(void)n;
	if (time_read_iso(v[5].bytes, &w.made, &zoned) == 0)
		w.made = TIME_NONE;
	if (span_is(v[1].bytes, "reopen") || c->waivers.n >= LIMIT_WAIVERS)
		return 0;
	if (w.expires.n > 0 && time_read_day(w.expires, &day))
		w.until = day + TIME_DAY;
	w.expired = x->now >= w.until;
	(void)e;
	c->waivers.v = arena_grow(
	    &c->arena, c->waivers.v, c->waivers.n, &x->cap, sizeof(w));
	at = map_add(&x->index, w.finding, (uint32_t)c->waivers.n);
	if (at == c->waivers.n)
		c->waivers.n++;
	c->waivers.v[at] = w;
	return 0;
}

static int
decisions_load(struct store *s, struct casefile *c, int64_t now, struct err *e)
{
	struct deciding x = {.c = c, .now = now};

	map_init(&x.index, &c->arena);
	c->waivers = (struct waivers){0};
	return store_run(s,
	    "SELECT d.finding, d.decision, d.author, d.reason, d.expires,"
	    " d.made FROM dispositions d WHERE d.disposition = (SELECT max("
	    "l.disposition) FROM dispositions l WHERE l.finding = d.finding)"
	    " ORDER BY d.disposition",
	    NULL, 0, on_decision, &x, e);
}

/* ---- all of it ---- */

/* Two sources at one path must be told apart in reports. */
static void
revisions_name(struct casefile *c)
{
	for (size_t i = 0; i < c->nsources; i++)
		if (c->sources[i].revision.n > 0)
			c->sources[i].path = arena_fmt(&c->arena, "%.*s@%.*s",
			    SPAN_FMT(c->sources[i].path),
			    SPAN_FMT(c->sources[i].revision));
}

static int
last_reading(struct loading *x, struct store *s, struct err *e)
{
	struct store_value v;
	bool found;

	if (store_one(s, "SELECT reading FROM runs ORDER BY run DESC LIMIT 1",
		NULL, 0, &x->c->arena, &v, &found, e) != 0)
		return -1;
	x->reading = v.bytes;
	return 0;
}

static int
load(struct loading *x, struct store *s, int64_t now, struct err *e)
{
	if (last_reading(x, s, e) != 0 ||
	    store_run(s, "SELECT prefix FROM own ORDER BY prefix", NULL, 0,
		on_own, x, e) != 0 ||
	    store_run(s,
		"SELECT s.source, s.path, s.standing, s.reading, r.digest,"
		" r.body FROM sources s JOIN raw r ON r.source = s.source"
		" ORDER BY s.source",
		NULL, 0, on_raw, x, e) != 0 ||
	    past_load(x, s, e) != 0)
		return -1;
	return decisions_load(s, x->c, now, e);
}

int
shelf_load(struct store *s, struct casefile *c, int64_t now, struct err *e)
{
	struct loading x = {.c = c, .place = s->label};
	int r;

	arena_init(&x.arena);
	raw_reader_init(&x.reader, c);
	r = load(&x, s, now, e);
	arena_release(&x.arena);
	if (r != 0)
		return -1;
	casefile_close(c);
	revisions_name(c);
	return 0;
}

int
casebook_load(const char *place, struct casefile *c, int64_t now, struct err *e)
{
	struct store s;
	int r;

	if (store_open(&s, place, STORE_READ, e) != 0)
		return -1;
	r = shelf_load(&s, c, now, e);
	store_close(&s);
	return r;
}

static void
word_copy(char *to, size_t n, struct span s)
{
	s = span_head(s, n - 1);
	memcpy(to, s.p != NULL ? s.p : "", s.n);
	to[s.n] = '\0';
}

struct stamping {
	struct casebook_stamp *out;
	struct arena *a;
	bool found;
};

static int
on_stamp(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct stamping *x = ctx;
	bool zoned;

	(void)n;
	x->found = true;
	if (time_read_iso(v[0].bytes, &x->out->started, &zoned) == 0)
		return err_set(e, "the last run of the case has no time");
	x->out->seconds = v[1].real;
	word_copy(x->out->version, sizeof(x->out->version), v[2].bytes);
	word_copy(x->out->knowledge, sizeof(x->out->knowledge), v[3].bytes);
	x->out->options = arena_copy(x->a, v[4].bytes);
	return 0;
}

int
casebook_stamp(const char *place, struct arena *a, struct casebook_stamp *out,
    struct err *e)
{
	struct stamping x = {out, a, false};
	struct store s;
	int r;

	*out = (struct casebook_stamp){.started = TIME_NONE};
	if (store_open(&s, place, STORE_READ, e) != 0)
		return -1;
	r = store_run(&s,
	    "SELECT started, seconds, version, knowledge, options FROM runs"
	    " ORDER BY run DESC LIMIT 1",
	    NULL, 0, on_stamp, &x, e);
	store_close(&s);
	if (r == 0 && !x.found)
		return err_set(e, "nothing was scanned into this case yet");
	return r;
}
