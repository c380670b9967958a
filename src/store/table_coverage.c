/*
 * The table coverage has hundreds of rows for a device, and most devices are as
 * they were in the last run: only what changed is written.
 */
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/buf.h"
#include "base/limits.h"
#include "source/digest.h"
#include "store/shelf.h"

/* Bytes of a digest as the table holds it. */
#define DIGEST_TEXT (2 * sizeof(XXH128_canonical_t))

/* Devices whose rows are looked for one by one, at most. */
#define ONE_BY_ONE 10000

struct covering {
	struct store *s;
	const struct casefile *c;
	char (*old)[DIGEST_TEXT + 1]; /* by device; empty: none */
	char (*now)[DIGEST_TEXT + 1];
	bool more; /* the table tells of devices that there are not */
	size_t changed;
	struct err *e;
};

static bool
says_nothing(const struct advisory_row *r, enum coverage cell)
{
	return cell == COVERAGE_NOT_APPLICABLE ||
	       (cell == COVERAGE_UNKNOWN && !r->main);
}

/* ---- what changed ---- */

static XXH64_hash_t
word_hash(const char *word, XXH64_hash_t h)
{
	return word == NULL ? h + 1
			    : XXH3_64bits_withSeed(word, strlen(word), h + 1);
}

/* Which rows there are, and how all is called. */
static XXH64_hash_t
words_hash(const struct casefile *c)
{
	XXH64_hash_t h = 0;

	for (size_t i = 0; i < c->nrows; i++)
		h = XXH3_64bits_withSeed(c->rows[i]->id.p, c->rows[i]->id.n,
		    h + c->rows[i]->main + 1);
	for (int i = 0; i <= COVERAGE_NOT_APPLICABLE; i++)
		h = word_hash(coverage_name((enum coverage)i), h);
	for (int i = 0; i <= TRUST_IMAGE; i++)
		h = word_hash(trust_name((enum trust)i), h);
	return h;
}

static void
digests_make(struct covering *x)
{
	const struct casefile *c = x->c;
	XXH64_hash_t words = words_hash(c);
	XXH3_state_t *state = XXH3_createState();

	ASSERT(state != NULL);
	for (uint32_t i = 0; i < c->fleet.n; i++) {
		XXH128_canonical_t d;

		XXH3_128bits_reset_withSeed(state, words);
		XXH3_128bits_update(state, c->cells + i * c->nrows, c->nrows);
		XXH3_128bits_update(state, c->vouched + i * c->nrows, c->nrows);
		XXH128_canonicalFromHash(&d, XXH3_128bits_digest(state));
		digest_hex(d.digest, sizeof(d.digest), x->now[i]);
	}
	XXH3_freeState(state);
}

static int
on_part(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct covering *x = ctx;
	int64_t device = v[0].number - 1;

	(void)n;
	(void)e;
	if (device < 0 || (uint64_t)device >= x->c->fleet.n)
		x->more = true;
	else if (v[1].bytes.n == DIGEST_TEXT)
		memcpy(x->old[device], v[1].bytes.p, DIGEST_TEXT);
	return 0;
}

static bool
is_changed(const struct covering *x, size_t device)
{
	return memcmp(x->old[device], x->now[device], DIGEST_TEXT) != 0;
}

/* ---- writing ---- */

/* Rows of devices that changed, or that are gone. */
static int
rows_delete(struct covering *x, const char *table)
{
	struct buf sql;
	int r;

	buf_init(&sql, LIMIT_BUF_BYTES);
	buf_fmt(&sql, "DELETE FROM %s", table);
	if (x->changed < x->c->fleet.n) {
		buf_fmt(&sql, " WHERE device > %zu OR device IN (0",
		    (size_t)x->c->fleet.n);
		for (size_t i = 0; i < x->c->fleet.n; i++)
			if (is_changed(x, i))
				buf_fmt(&sql, ",%zu", i + 1);
		buf_byte(&sql, ')');
	}
	buf_byte(&sql, '\0');
	r = store_run(x->s, sql.p, NULL, 0, NULL, NULL, x->e);
	buf_release(&sql);
	return r;
}

static int
device_write(struct covering *x, uint32_t device)
{
	const struct casefile *c = x->c;

	for (size_t r = 0; r < c->nrows; r++) {
		enum coverage cell = casefile_cell(c, device, r);
		const struct store_value v[] = {store_int((int64_t)device + 1),
		    store_text(c->rows[r]->id), store_str(coverage_name(cell)),
		    store_str(trust_name(casefile_cell_trust(c, device, r)))};

		if (!says_nothing(c->rows[r], cell) &&
		    store_bulk_row(x->s, v, x->e) != 0)
			return -1;
	}
	return 0;
}

static int
digest_write(struct covering *x, uint32_t device)
{
	const struct store_value v[] = {
	    store_int((int64_t)device + 1), store_str(x->now[device])};

	return store_bulk_row(x->s, v, x->e);
}

static int
rows_write(struct covering *x, const char *table, const char *columns, size_t n,
    int (*write)(struct covering *x, uint32_t device))
{
	if (rows_delete(x, table) != 0 ||
	    store_bulk_begin(x->s, table, columns, n, x->e) != 0)
		return -1;
	for (uint32_t i = 0; i < x->c->fleet.n; i++)
		if (is_changed(x, i) && write(x, i) != 0)
			return -1;
	return store_bulk_end(x->s, x->e);
}

static int
changes_write(struct covering *x)
{
	size_t n = x->c->fleet.n;

	for (size_t i = 0; i < n; i++)
		x->changed += is_changed(x, i);
	if (x->changed == 0 && !x->more)
		return 0;
	/* To write all is quicker than to look for many. */
	if (x->changed > n / 2 || x->changed > ONE_BY_ONE) {
		x->changed = n;
		memset(x->old, 0, n * sizeof(*x->old));
	}
	if (rows_write(x, "coverage", "device, advisory_row, state, trust", 4,
		device_write) != 0)
		return -1;
	return rows_write(
	    x, "coverage_parts", "device, digest", 2, digest_write);
}

int
table_coverage(struct store *s, const struct casefile *c, struct err *e)
{
	struct covering x = {.s = s, .c = c, .e = e};
	struct arena a;
	int r;

	arena_init(&a);
	x.old = arena_array(&a, c->fleet.n, sizeof(*x.old));
	x.now = arena_array(&a, c->fleet.n, sizeof(*x.now));
	digests_make(&x);
	r = store_run(s, "SELECT device, digest FROM coverage_parts", NULL, 0,
	    on_part, &x, e);
	if (r == 0)
		r = changes_write(&x);
	arena_release(&a);
	return r;
}
