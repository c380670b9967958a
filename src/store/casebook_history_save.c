/*
 * After a run over a repository: what changed of it into the case, in one
 * transaction.  Rows that would be the same stay.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "store/raw.h"
#include "store/raw_past.h"
#include "store/shelf_history.h"

/* A file of this run. */
struct kept_file {
	struct span path, id;
	struct span blob;    /* hexadecimal, or empty */
	uint32_t sign, fact; /* the first of it in the past, or MAP_NONE */
	bool known;	     /* its newest state is in the case */
	bool same;	     /* its row is */
};

/* A row of history_sources. */
struct kept_source {
	int64_t id;
	struct span path;
	bool gone;
};

struct saving {
	struct casebook_history *b;
	const struct casebook_learned *l;
	const struct casebook_run *run;
	struct casefile *whole; /* all that the case has then */
	struct store *s;
	struct arena arena;
	struct err *e;
	int64_t number, unit, last_run, next_source;
	struct span prefix;
	struct buf room;
	struct kept_file *files;
	size_t nfiles, files_cap;
	struct map by_path, by_id;	 /* of files */
	uint32_t *next_sign, *next_fact; /* of the same file, or MAP_NONE */
	struct kept_source *rows;
	size_t nrows, rows_cap;
	struct map past_wanted, past_there; /* paths of past states */
	struct span_list dropped;	    /* files whose rows must go */
	size_t dropped_cap;
	bool changed;
};

static int
run_sql(
    struct saving *x, const char *sql, const struct store_value *v, size_t n)
{
	return store_run(x->s, sql, v, n, NULL, NULL, x->e);
}

static bool
is_past(const struct source *s)
{
	return span_is(s->evidence, HISTORY_EVIDENCE);
}

/* ---- which files ---- */

static struct kept_file *
file_of(struct saving *x, struct span path)
{
	uint32_t at = map_add(&x->by_path, path, (uint32_t)x->nfiles);

	if (at < x->nfiles)
		return &x->files[at];
	x->files = arena_grow(
	    &x->arena, x->files, x->nfiles, &x->files_cap, sizeof(*x->files));
	x->files[x->nfiles] = (struct kept_file){.path = path,
	    .id = shelf_hash(&x->arena, path),
	    .sign = MAP_NONE,
	    .fact = MAP_NONE};
	map_add(&x->by_id, x->files[x->nfiles].id, (uint32_t)x->nfiles);
	return &x->files[x->nfiles++];
}

static void
newest_gather(struct saving *x)
{
	for (size_t i = 0; i < x->l->nfiles; i++) {
		const struct casebook_file *f = &x->l->files[i];
		struct kept_file *to = file_of(x, f->path);

		if (f->blob.n == 0)
			continue;
		to->blob = shelf_hex(&x->arena, f->blob);
		to->known = casebook_history_knows(x->b, f->path, f->blob);
		x->b->nkept += to->known;
		x->b->nread += !to->known;
	}
}

/* Lists by file, made backwards so that what is first stands first. */
static void
past_gather(struct saving *x)
{
	const struct past *p = &x->l->c->past;

	x->next_sign = arena_array(&x->arena, p->n, sizeof(uint32_t));
	for (size_t i = p->n; i-- > 0;) {
		struct kept_file *to = file_of(x, p->v[i].past->file);

		x->next_sign[i] = to->sign;
		to->sign = (uint32_t)i;
	}
	x->next_fact = arena_array(&x->arena, p->nfacts, sizeof(uint32_t));
	for (size_t i = p->nfacts; i-- > 0;) {
		struct kept_file *to = file_of(x, p->facts[i].past->file);

		x->next_fact[i] = to->fact;
		to->fact = (uint32_t)i;
	}
	for (size_t i = 0; i < x->l->c->nsources; i++)
		if (is_past(&x->l->c->sources[i]))
			map_add(&x->past_wanted,
			    past_path(
				&x->arena, x->prefix, x->l->c->sources[i].path),
			    0);
}

/* The file that a source is of: a further device of a file, or a member of an
 * archive, has its path in front of "!/". */
static struct kept_file *
source_file(struct saving *x, struct span path)
{
	uint32_t at = map_get(&x->by_path, path);

	for (size_t i = path.n; at == MAP_NONE && i-- > 1;)
		if (path.p[i] == '/' && path.p[i - 1] == '!')
			at = map_get(&x->by_path, span_head(path, i - 1));
	return at == MAP_NONE ? NULL : &x->files[at];
}

/* ---- the repository ---- */

/* A name for the repository: that of its folder; of a work tree, the one in
 * which ".git" lies. */
static struct span
label(struct saving *x)
{
	struct span path = x->b->origin, name, try;
	struct map paths;
	size_t slash;

	if (span_ends(path, SPAN("/.git")))
		path = span_head(path, path.n - strlen("/.git"));
	slash = span_rfind_byte(path, '/');
	name = slash == SPAN_NONE ? path : span_from(path, slash + 1);
	name = store_clean(&x->arena, name.n > 0 ? name : SPAN("repository"));
	map_init(&paths, &x->arena);
	if (shelf_unit_paths(x->s, &paths, x->e) != 0)
		return (struct span){0};
	try = name;
	for (unsigned n = 2; map_get(&paths, try) != MAP_NONE; n++)
		try = arena_fmt(&x->arena, "%.*s#%u", SPAN_FMT(name), n);
	return try;
}

static int
unit_add(struct saving *x)
{
	struct span path = label(x);
	struct store_value v[5];

	if (path.n == 0 || shelf_next(x->s, "units", &x->unit, x->e) != 0)
		return -1;
	v[0] = store_int(x->unit);
	v[1] = store_text(store_clean(&x->arena, x->b->origin));
	v[2] = store_text(x->b->origin_id);
	v[3] = store_text(path);
	v[4] = store_int(x->number);
	x->prefix = shelf_below(&x->arena, path);
	return run_sql(x,
	    "INSERT INTO units (unit, origin, origin_id, path, run)"
	    " VALUES ($1, $2, $3, $4, $5)",
	    v, 5);
}

/* unit, path, complete, heard, run */
static int
on_unit(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct saving *x = ctx;

	(void)n;
	(void)e;
	x->last_run = v[4].number;
	x->unit = v[0].number;
	x->prefix = shelf_below(&x->arena, v[1].bytes);
	x->changed = v[2].number != x->l->complete ||
		     !span_eq(v[3].bytes, buf_span(&x->room));
	return 0;
}

static int
history_put(struct saving *x)
{
	const struct store_value v[] = {store_int(x->unit),
	    store_text(store_clean(&x->arena, x->b->ref)),
	    store_text(x->l->tip), store_int(x->l->complete),
	    store_blob(buf_span(&x->room)), store_int(x->number)};

	return run_sql(x,
	    "INSERT INTO histories (unit, ref, tip, complete, heard, run)"
	    " VALUES ($1, $2, $3, $4, $5, $6)"
	    " ON CONFLICT (unit) DO UPDATE SET tip = excluded.tip,"
	    " complete = excluded.complete, heard = excluded.heard,"
	    " run = excluded.run",
	    v, 6);
}

static int
repository_put(struct saving *x)
{
	const struct store_value v[] = {store_text(x->b->origin_id)};

	buf_reset(&x->room);
	raw_heard_write(&x->room, &x->l->c->past);
	if (buf_full(&x->room))
		return err_set(x->e, "what logs told is too large to be kept");
	x->changed = true;
	if (store_run(x->s,
		"SELECT u.unit, u.path, h.complete, h.heard, h.run FROM units u"
		" JOIN histories h ON h.unit = u.unit WHERE u.origin_id = $1",
		v, 1, on_unit, x, x->e) != 0)
		return -1;
	if (x->last_run != x->b->run)
		return err_set(x->e,
		    "%s: another run over this repository was quicker; "
		    "nothing of this one is kept, begin again",
		    x->s->label);
	if (x->unit == 0 && unit_add(x) != 0)
		return -1;
	return history_put(x);
}

/* ---- sources ---- */

/* source, path, file_id */
static int
on_row(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct saving *x = ctx;
	struct kept_source *r;
	uint32_t file;

	(void)n;
	(void)e;
	x->rows = arena_grow(
	    &x->arena, x->rows, x->nrows, &x->rows_cap, sizeof(*x->rows));
	r = &x->rows[x->nrows++];
	*r = (struct kept_source){
	    .id = v[0].number, .path = arena_copy(&x->arena, v[1].bytes)};
	if (v[2].type == STORE_NULL) {
		r->gone = map_get(&x->past_wanted, r->path) == MAP_NONE;
		if (!r->gone)
			map_add(&x->past_there, r->path, 0);
	} else {
		file = map_get(&x->by_id, v[2].bytes);
		r->gone = file == MAP_NONE || !x->files[file].known;
	}
	x->changed |= r->gone;
	return 0;
}

static int
rows_read(struct saving *x)
{
	const struct store_value v[] = {store_int(x->unit)};

	return store_run(x->s,
	    "SELECT k.source, s.path, k.file_id FROM history_sources k"
	    " JOIN sources s ON s.source = k.source WHERE k.unit = $1"
	    " ORDER BY k.source",
	    v, 1, on_row, x, x->e);
}

static int
rows_delete(struct saving *x)
{
	for (size_t i = 0; i < x->nrows; i++) {
		const struct store_value v[] = {store_int(x->rows[i].id)};

		if (x->rows[i].gone &&
		    run_sql(x, "DELETE FROM sources WHERE source = $1", v, 1) !=
			0)
			return -1;
	}
	return 0;
}

/* A source that the case lacks, and the file whose newest state it is. */
static bool
is_new(struct saving *x, const struct source *s, struct span path,
    const struct kept_file **file)
{
	*file = NULL;
	if (is_past(s))
		return map_get(&x->past_there, path) == MAP_NONE;
	*file = source_file(x, s->path);
	return *file != NULL && !(*file)->known;
}

typedef int each_fn(struct saving *x, const struct source *s, int64_t id,
    struct span path, const struct kept_file *file);

/* The same sources with the same numbers for each table. */
static int
each_new(struct saving *x, each_fn *fn)
{
	int64_t id = x->next_source;
	struct arena a;
	int r = 0;

	arena_init(&a);
	for (size_t i = 0; r == 0 && i < x->l->c->nsources; i++) {
		const struct source *s = &x->l->c->sources[i];
		struct span path = past_path(&a, x->prefix, s->path);
		const struct kept_file *file;

		if (is_new(x, s, path, &file))
			r = fn(x, s, id++, path, file);
		arena_reset(&a);
	}
	arena_release(&a);
	return r;
}

static int
source_add(struct saving *x, const struct source *s, int64_t id,
    struct span path, const struct kept_file *file)
{
	const struct shelf_source to = {.id = id,
	    .unit = x->unit,
	    .run = x->number,
	    .path = path,
	    .reading = x->b->reading};

	(void)file;
	x->changed = true;
	return shelf_source_row(x->s, s, &to, x->e);
}

static int
raw_add(struct saving *x, const struct source *s, int64_t id, struct span path,
    const struct kept_file *file)
{
	(void)file;
	return shelf_raw_row(
	    x->s, s, id, path, x->l->c->knowledge, &x->room, x->e);
}

static int
link_add(struct saving *x, const struct source *s, int64_t id, struct span path,
    const struct kept_file *file)
{
	const struct store_value v[] = {store_int(id), store_int(x->unit),
	    file == NULL ? (struct store_value){0} : store_text(file->id)};

	(void)s;
	(void)path;
	return store_bulk_row(x->s, v, x->e);
}

static int
table_add(struct saving *x, const char *table, const char *columns, size_t n,
    each_fn *fn)
{
	if (store_bulk_begin(x->s, table, columns, n, x->e) != 0 ||
	    each_new(x, fn) != 0)
		return -1;
	return store_bulk_end(x->s, x->e);
}

static bool
any_new(struct saving *x)
{
	for (size_t i = 0; i < x->l->c->nsources; i++) {
		const struct source *s = &x->l->c->sources[i];
		const struct kept_file *file;

		if (is_new(
			x, s, past_path(&x->arena, x->prefix, s->path), &file))
			return true;
	}
	return false;
}

static int
sources_add(struct saving *x)
{
	if (shelf_next(x->s, "sources", &x->next_source, x->e) != 0 ||
	    table_add(x, "sources", SHELF_SOURCE_COLUMNS, SHELF_SOURCE_N,
		source_add) != 0 ||
	    table_add(x, "raw", "source, digest, body", 3, raw_add) != 0)
		return -1;
	return table_add(
	    x, "history_sources", "source, unit, file_id", 3, link_add);
}

/* ---- files ---- */

static void
past_write(struct saving *x, const struct kept_file *f)
{
	struct past_pick pick = {0};
	uint32_t *v;
	struct arena a;

	arena_init(&a);
	for (uint32_t i = f->sign; i != MAP_NONE; i = x->next_sign[i])
		pick.nsigns++;
	for (uint32_t i = f->fact; i != MAP_NONE; i = x->next_fact[i])
		pick.nfacts++;
	v = arena_array(&a, pick.nsigns + pick.nfacts, sizeof(*v));
	pick.signs = v;
	pick.facts = v + pick.nsigns;
	for (uint32_t i = f->sign; i != MAP_NONE; i = x->next_sign[i])
		*v++ = i;
	for (uint32_t i = f->fact; i != MAP_NONE; i = x->next_fact[i])
		*v++ = i;
	buf_reset(&x->room);
	raw_past_write(&x->room, &x->l->c->past, &pick, x->l->c->knowledge);
	arena_release(&a);
}

/* file_id, blob, reading, digest */
static int
on_file(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct saving *x = ctx;
	uint32_t at = map_get(&x->by_id, v[0].bytes);
	struct kept_file *f;

	(void)n;
	(void)e;
	if (at == MAP_NONE) {
		x->dropped.v = arena_grow(&x->arena, x->dropped.v, x->dropped.n,
		    &x->dropped_cap, sizeof(*x->dropped.v));
		x->dropped.v[x->dropped.n++] =
		    arena_copy(&x->arena, v[0].bytes);
		x->changed = true;
		return 0;
	}
	f = &x->files[at];
	past_write(x, f);
	f->same =
	    !buf_full(&x->room) && span_eq(v[1].bytes, f->blob) &&
	    span_eq(v[2].bytes, x->b->reading) &&
	    span_eq(v[3].bytes, shelf_hash(&x->arena, buf_span(&x->room)));
	return 0;
}

static int
file_put(struct saving *x, const struct kept_file *f)
{
	struct store_value v[7];

	past_write(x, f);
	if (buf_full(&x->room))
		return err_set(x->e, "the past of %.*s is too large to be kept",
		    SPAN_FMT(f->path));
	v[0] = store_int(x->unit);
	v[1] = store_text(f->id);
	v[2] = store_text(store_clean(&x->arena, f->path));
	v[3] = store_text(f->blob);
	v[4] = store_text(x->b->reading);
	v[5] = store_text(shelf_hash(&x->arena, buf_span(&x->room)));
	v[6] = store_blob(buf_span(&x->room));
	x->changed = true;
	return run_sql(x,
	    "INSERT INTO history_files (unit, file_id, file, blob, reading,"
	    " digest, body) VALUES ($1, $2, $3, $4, $5, $6, $7)"
	    " ON CONFLICT (unit, file_id) DO UPDATE SET blob = excluded.blob,"
	    " reading = excluded.reading, digest = excluded.digest,"
	    " body = excluded.body",
	    v, 7);
}

static int
files_put(struct saving *x)
{
	const struct store_value unit[] = {store_int(x->unit)};

	if (store_run(x->s,
		"SELECT file_id, blob, reading, digest FROM history_files"
		" WHERE unit = $1",
		unit, 1, on_file, x, x->e) != 0)
		return -1;
	for (size_t i = 0; i < x->nfiles; i++)
		if (!x->files[i].same && file_put(x, &x->files[i]) != 0)
			return -1;
	for (size_t i = 0; i < x->dropped.n; i++) {
		const struct store_value v[] = {
		    unit[0], store_text(x->dropped.v[i])};

		if (run_sql(x,
			"DELETE FROM history_files WHERE unit = $1"
			" AND file_id = $2",
			v, 2) != 0)
			return -1;
	}
	return 0;
}

/* ---- everything in its order ---- */

static int
memory_put(struct saving *x)
{
	size_t at = x->l->memory_at;

	if (x->l->memory.n == 0)
		return 0;
	for (size_t i = at; i < x->b->memory.n; i++)
		if (casebook_forget(x->s,
			shelf_history_name(x->b, i, &x->arena), x->e) != 0)
			return -1;
	return casebook_remember(x->s, shelf_history_name(x->b, at, &x->arena),
	    SPAN(HISTORY_MEMORY), x->l->memory, x->e);
}

static int
save(void *ctx, struct store *s, struct err *e)
{
	struct saving *x = ctx;
	bool current;

	x->s = s;
	x->e = e;
	if (shelf_run(s, x->run, x->b->reading, x->l->c, &x->number, e) != 0 ||
	    repository_put(x) != 0)
		return -1;
	newest_gather(x);
	past_gather(x);
	if (rows_read(x) != 0 || files_put(x) != 0 ||
	    tables_before(s, x->run, x->b->reading, x->changed || any_new(x),
		&current, e) != 0 ||
	    rows_delete(x) != 0 || sources_add(x) != 0 || memory_put(x) != 0)
		return -1;
	return tables_after(s, x->run, x->b->reading, current, x->whole, e);
}

int
casebook_history_save(struct casebook_history *b,
    const struct casebook_learned *l, const struct casebook_run *run,
    struct casefile *whole, struct err *e)
{
	struct saving x = {.b = b, .l = l, .run = run, .whole = whole};
	int r;

	arena_init(&x.arena);
	buf_init(&x.room, LIMIT_STORE_VALUE);
	map_init(&x.by_path, &x.arena);
	map_init(&x.by_id, &x.arena);
	map_init(&x.past_wanted, &x.arena);
	map_init(&x.past_there, &x.arena);
	r = store_change(b->place, save, &x, e);
	buf_release(&x.room);
	arena_release(&x.arena);
	return r;
}
