/*
 * After a scan: its sources into the case, in one transaction.
 */
#include "store/casebook.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "read/reader.h"
#include "store/raw.h"
#include "store/shelf.h"

/* A source of the scan and where it goes. */
struct placed {
	const struct source *source;
	uint32_t item; /* MAP_NONE: it is told of elsewhere */
	int64_t id, unit;
	struct span path;
};

/* A unit that this scan adds. */
struct made {
	int64_t id;
	struct span origin, origin_id, path;
};

struct saving {
	struct casebook *b;
	struct store *s;
	const struct casefile *c;
	const struct casebook_run *run;
	struct casefile *whole; /* all that the case has then */
	struct placed *rows;	/* of all sources, by item */
	size_t n;
	int64_t number, next_source, next_unit;
	struct made *made; /* units that are new */
	size_t nmade, made_cap;
	struct map made_origins;
	struct span flows; /* the reading of this scan's flows */
	struct map paths;  /* of units, so that no two have one */
	struct arena arena;
	struct err *e;
};

/* ---- statements ---- */

static int
change(struct saving *x, const char *sql, struct store_value a,
    struct store_value b)
{
	const struct store_value v[] = {a, b};

	return store_run(
	    x->s, sql, v, b.type == STORE_NULL ? 1 : 2, NULL, NULL, x->e);
}

/* ---- which source belongs to which item ---- */

/* A member of an archive, or a further device of a file, has the path of its
 * item in front of "!/". */
static uint32_t
item_of(const struct casebook *b, struct span path)
{
	uint32_t at = map_get(&b->item_paths, path);

	for (size_t i = path.n; at == MAP_NONE && i-- > 1;)
		if (path.p[i] == '/' && path.p[i - 1] == '!')
			at = map_get(&b->item_paths, span_head(path, i - 1));
	return at;
}

static int
placed_order(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

static void
place_all(struct saving *x)
{
	struct map origins;

	map_init(&origins, &x->arena);
	for (uint32_t i = 0; i < x->b->nitems; i++)
		if (x->b->items[i].fate != ITEM_BAD)
			map_add(&origins, x->b->items[i].origin_id, i);
	x->n = x->c->nsources;
	x->rows = arena_array(&x->arena, x->n, sizeof(*x->rows));
	for (size_t i = 0; i < x->n; i++) {
		struct placed *p = &x->rows[i];

		p->source = &x->c->sources[i];
		p->item = item_of(x->b, p->source->path);
		/* Another name of what this very scan has read. */
		if (p->item != MAP_NONE &&
		    x->b->items[p->item].fate == ITEM_BAD &&
		    map_get(&origins, x->b->items[p->item].origin_id) !=
			MAP_NONE)
			p->item = MAP_NONE;
	}
	if (x->n > 0)
		qsort(x->rows, x->n, sizeof(*x->rows), placed_order);
}

/* ---- units ---- */

/* A path that no other unit has: where it stood, then with a number. */
static struct span
free_path(struct saving *x, const struct casebook_item *it)
{
	struct span path = store_clean(&x->arena, it->path), try = path;

	if (map_get(&x->paths, try) != MAP_NONE && !it->stream) {
		path = try = it->origin;
		while (try.n > 1 && try.p[0] == '/')
			path = try = span_from(try, 1);
	}
	for (unsigned n = 2; map_get(&x->paths, try) != MAP_NONE; n++)
		try = arena_fmt(&x->arena, "%.*s#%u", SPAN_FMT(path), n);
	map_add(&x->paths, try, 0);
	return try;
}

/* The unit of an item that the case does not know yet. */
static const struct made *
unit_new(struct saving *x, const struct casebook_item *it)
{
	uint32_t at =
	    map_add(&x->made_origins, it->origin_id, (uint32_t)x->nmade);

	if (at < x->nmade)
		return &x->made[at];
	x->made = arena_grow(
	    &x->arena, x->made, x->nmade, &x->made_cap, sizeof(*x->made));
	x->made[x->nmade] = (struct made){
	    x->next_unit++, it->origin, it->origin_id, free_path(x, it)};
	return &x->made[x->nmade++];
}

static int
units_save(struct saving *x)
{
	if (store_bulk_begin(x->s, "units",
		"unit, origin, origin_id, path, run", 5, x->e) != 0)
		return -1;
	for (size_t i = 0; i < x->nmade; i++) {
		const struct store_value v[] = {store_int(x->made[i].id),
		    store_text(x->made[i].origin),
		    store_text(x->made[i].origin_id),
		    store_text(x->made[i].path), store_int(x->number)};

		if (store_bulk_row(x->s, v, x->e) != 0)
			return -1;
	}
	return store_bulk_end(x->s, x->e);
}

static int
unit_moved(struct saving *x, int64_t id, const struct casebook_item *it)
{
	const struct store_value v[] = {
	    store_text(it->origin), store_text(it->origin_id), store_int(id)};

	return store_run(x->s,
	    "UPDATE units SET origin = $1, origin_id = $2 WHERE unit = $3", v,
	    3, NULL, NULL, x->e);
}

/* ---- what becomes of what the file held before ---- */

static bool
is_log(struct span format)
{
	const struct reader *r = reader_find(format);

	return r != NULL && r->shape != READER_WHOLE;
}

/* Is the content among what was read now? */
static bool
read_again(const struct placed *rows, size_t n, const struct casebook_row *old)
{
	for (size_t i = 0; i < n; i++) {
		const struct source *s = rows[i].source;

		if (old->xxh3.n > 0 && span_eq(s->hashes.xxh3, old->xxh3) &&
		    span_eq(s->hashes.sha256, old->sha256))
			return true;
		/* Further devices of a file have no hash of their own. */
		if (old->xxh3.n == 0 && s->hashes.xxh3.n == 0 &&
		    span_eq(rows[i].path, old->path) && s->bytes == old->bytes)
			return true;
	}
	return false;
}

static int
row_retire(struct saving *x, const struct casebook_item *it,
    const struct casebook_row *old, const struct placed *rows, size_t n,
    bool *replaced)
{
	bool useless = span_is(old->state, "unreadable") ||
		       span_is(old->state, "skipped") ||
		       (it->grown.n > 0 && span_eq(it->grown, old->xxh3));
	const char *standing =
	    is_log(old->format) ? standing_earlier : standing_replaced;

	if (useless || read_again(rows, n, old))
		return change(x, "DELETE FROM sources WHERE source = $1",
		    store_int(old->id), (struct store_value){0});
	if (!span_is(old->standing, standing_current))
		return 0;
	*replaced = true;
	return change(x, "UPDATE sources SET standing = $1 WHERE source = $2",
	    store_str(standing), store_int(old->id));
}

/* Was anything of the item read?  If not, what was known stays current. */
static bool
any_read(const struct placed *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].source->state == SOURCE_READ ||
		    rows[i].source->state == SOURCE_UNRECOGNISED)
			return true;
	return false;
}

static int
unit_retire(struct saving *x, const struct casebook_item *it,
    const struct casebook_unit *u, const struct placed *rows, size_t n)
{
	bool read = any_read(rows, n), replaced = false;

	for (size_t i = 0; i < u->nrows; i++) {
		const struct casebook_row *old = &u->rows[i];

		if ((read || span_is(old->state, "unreadable") ||
			span_is(old->state, "skipped")) &&
		    row_retire(x, it, old, rows, n, &replaced) != 0)
			return -1;
	}
	x->b->nreplaced += replaced;
	return 0;
}

/* ---- the items ---- */

/* The paths of the case, in place of those of the scan. */
static void
rows_name(struct saving *x, const struct casebook_item *it, int64_t unit,
    struct span path, struct placed *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct span rest = span_from(rows[i].source->path, it->path.n);

		rows[i].unit = unit;
		rows[i].id = x->next_source++;
		rows[i].path =
		    store_clean(&x->arena, arena_fmt(&x->arena, "%.*s%.*s",
					       SPAN_FMT(path), SPAN_FMT(rest)));
	}
}

/* A stream has no place to be known by: its content stands for it. */
static void
stream_origin(struct saving *x, struct casebook_item *it,
    const struct placed *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(rows[i].source->path, it->path))
			it->origin_id = shelf_hash(&x->b->arena,
			    arena_fmt(&x->arena, "- %.*s",
				SPAN_FMT(rows[i].source->hashes.xxh3)));
}

static int
item_save(
    struct saving *x, struct casebook_item *it, struct placed *rows, size_t n)
{
	struct casebook_unit *u;
	const struct made *new;
	uint32_t at;

	if (it->stream)
		stream_origin(x, it, rows, n);
	at = map_get(&x->b->by_origin, it->origin_id);
	if (at == MAP_NONE && it->moved < x->b->nunits) {
		at = it->moved;
		if (unit_moved(x, x->b->units[at].id, it) != 0)
			return -1;
	}
	x->b->nkept += it->fate == ITEM_KEPT;
	x->b->nread += it->fate == ITEM_READ;
	if (n == 0)
		return 0;
	if (at == MAP_NONE) {
		new = unit_new(x, it);
		rows_name(x, it, new->id, new->path, rows, n);
		return 0;
	}
	u = &x->b->units[at];
	u->again = any_read(rows, n);
	rows_name(x, it, u->id, u->path, rows, n);
	return unit_retire(x, it, u, rows, n);
}

static int
items_save(struct saving *x)
{
	size_t from = 0;

	for (uint32_t i = 0; i < x->b->nitems; i++) {
		size_t n = 0;

		while (from + n < x->n && x->rows[from + n].item == i)
			n++;
		if (item_save(x, &x->b->items[i], x->rows + from, n) != 0)
			return -1;
		from += n;
	}
	return 0;
}

/* ---- the sources ---- */

static int
source_row(struct saving *x, const struct placed *p)
{
	const struct shelf_source to = {.id = p->id,
	    .unit = p->unit,
	    .run = x->number,
	    .path = p->path,
	    .reading = span_is(p->source->evidence, "flow") ? x->flows
							    : x->b->reading};

	return shelf_source_row(x->s, p->source, &to, x->e);
}

/* Those of the configurations that this scan read. */
static void
addresses_add(struct saving *x)
{
	struct casebook *b = x->b;

	for (size_t i = 0; i < x->c->nsources; i++) {
		const struct source *s = &x->c->sources[i];

		for (size_t k = 0; k < s->nnets; k++) {
			if (s->nets[k].kind != FLEET_ADDRESS)
				continue;
			b->addresses =
			    arena_grow(&b->arena, b->addresses, b->naddresses,
				&b->addresses_cap, sizeof(*b->addresses));
			b->addresses[b->naddresses++] = s->nets[k].prefix.addr;
		}
	}
	shelf_watch(b);
}

/* Flows that stay as they were read when fewer addresses were known. */
static void
early_count(struct saving *x)
{
	struct casebook *b = x->b;

	if (!span_eq(x->flows, shelf_reading(b, SPAN("flow"))))
		for (size_t i = 0; i < x->n; i++)
			b->nearly +=
			    x->rows[i].item != MAP_NONE &&
			    span_is(x->rows[i].source->evidence, "flow");
	for (size_t i = 0; i < b->nunits; i++)
		for (size_t k = 0; k < b->units[i].nrows; k++) {
			const struct casebook_row *r = &b->units[i].rows[k];

			b->nearly +=
			    !b->units[i].again &&
			    span_is(r->standing, standing_current) &&
			    span_is(r->evidence, "flow") &&
			    !span_eq(r->reading, shelf_reading(b, r->evidence));
		}
}

static int
sources_save(struct saving *x)
{
	struct buf b;
	int r;

	if (units_save(x) != 0)
		return -1;
	r = store_bulk_begin(
	    x->s, "sources", SHELF_SOURCE_COLUMNS, SHELF_SOURCE_N, x->e);

	for (size_t i = 0; r == 0 && i < x->n; i++)
		if (x->rows[i].item != MAP_NONE)
			r = source_row(x, &x->rows[i]);
	if (r == 0)
		r = store_bulk_end(x->s, x->e);
	if (r == 0)
		r = store_bulk_begin(
		    x->s, "raw", "source, digest, body", 3, x->e);
	buf_init(&b, LIMIT_STORE_VALUE);
	for (size_t i = 0; r == 0 && i < x->n; i++)
		if (x->rows[i].item != MAP_NONE)
			r = shelf_raw_row(x->s, x->rows[i].source,
			    x->rows[i].id, x->rows[i].path, x->c->knowledge, &b,
			    x->e);
	buf_release(&b);
	return r != 0 ? r : store_bulk_end(x->s, x->e);
}

static bool
any_placed(const struct saving *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->rows[i].item != MAP_NONE)
			return true;
	return false;
}

/* Everything in its order. */
static int
save(void *ctx, struct store *s, struct err *e)
{
	struct saving *x = ctx;
	bool current;

	x->s = s;
	x->e = e;
	/* Flows were read by the addresses that the case had when this scan
	 * began, and by its own.  Somebody else may have added something in
	 * the meantime. */
	addresses_add(x);
	x->flows = shelf_reading(x->b, SPAN("flow"));
	if (shelf_read(x->b, x->s, x->e) != 0 ||
	    shelf_next(x->s, "sources", &x->next_source, x->e) != 0 ||
	    shelf_next(x->s, "units", &x->next_unit, x->e) != 0 ||
	    shelf_unit_paths(x->s, &x->paths, x->e) != 0)
		return -1;
	place_all(x);
	addresses_add(x);
	if (shelf_run(x->s, x->run, x->b->reading, x->c, &x->number, x->e) !=
		0 ||
	    tables_before(x->s, x->run, x->b->reading, any_placed(x), &current,
		x->e) != 0 ||
	    items_save(x) != 0)
		return -1;
	early_count(x);
	if (sources_save(x) != 0)
		return -1;
	return tables_after(
	    x->s, x->run, x->b->reading, current, x->whole, x->e);
}

int
casebook_save(struct casebook *b, const struct casefile *c,
    const struct casebook_run *run, struct casefile *whole, struct err *e)
{
	struct saving x = {.b = b, .c = c, .run = run, .whole = whole};
	int r;

	arena_init(&x.arena);
	map_init(&x.paths, &x.arena);
	map_init(&x.made_origins, &x.arena);
	r = store_change(b->place, save, &x, e);
	arena_release(&x.arena);
	return r;
}
