#include "store/shelf.h"

#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "source/digest.h"

const char *const standing_current = "current",
		  *const standing_earlier = "earlier",
		  *const standing_replaced = "replaced";
const char *const source_states[] = {
    "read", "unrecognised", "unreadable", "skipped"};

struct span
shelf_hash(struct arena *a, struct span s)
{
	XXH128_canonical_t c;
	char hex[2 * sizeof(c.digest) + 1];

	XXH128_canonicalFromHash(&c, XXH3_128bits(s.p, s.n));
	digest_hex(c.digest, sizeof(c.digest), hex);
	return arena_copy(a, span_str(hex));
}

struct span
shelf_below(struct arena *a, struct span unit_path)
{
	return arena_fmt(a, "%.*s!/", SPAN_FMT(unit_path));
}

const struct casebook_row *
shelf_main(const struct casebook_unit *u)
{
	for (size_t i = u->nrows; i-- > 0;)
		if (span_eq(u->rows[i].path, u->path) &&
		    span_is(u->rows[i].standing, standing_current) &&
		    (span_is(u->rows[i].state, "read") ||
			span_is(u->rows[i].state, "unrecognised")))
			return &u->rows[i];
	return NULL;
}

static struct casebook_unit *
unit_of(struct casebook *b, int64_t id, const struct store_value *v)
{
	struct casebook_unit *u;

	if (b->nunits > 0 && b->units[b->nunits - 1].id == id)
		return &b->units[b->nunits - 1];
	b->units = arena_grow(
	    &b->arena, b->units, b->nunits, &b->units_cap, sizeof(*b->units));
	u = &b->units[b->nunits];
	*u = (struct casebook_unit){.id = id,
	    .origin = arena_copy(&b->arena, v[0].bytes),
	    .origin_id = arena_copy(&b->arena, v[1].bytes),
	    .path = arena_copy(&b->arena, v[2].bytes)};
	map_add(&b->by_origin, u->origin_id, (uint32_t)b->nunits);
	map_add(&b->by_path, u->path, (uint32_t)b->nunits);
	b->nunits++;
	return u;
}

static int
on_source(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct casebook *b = ctx;
	struct casebook_unit *u = unit_of(b, v[0].number, v + 1);
	struct casebook_row *r;
	struct span *to[9];

	(void)n;
	(void)e;
	if (v[4].type == STORE_NULL)
		return 0;
	u->rows =
	    arena_grow(&b->arena, u->rows, u->nrows, &u->cap, sizeof(*u->rows));
	r = &u->rows[u->nrows++];
	*r = (struct casebook_row){
	    .id = v[4].number, .bytes = (uint64_t)v[5].number};
	to[0] = &r->path;
	to[1] = &r->standing;
	to[2] = &r->state;
	to[3] = &r->trouble;
	to[4] = &r->format;
	to[5] = &r->sha256;
	to[6] = &r->xxh3;
	to[7] = &r->reading;
	to[8] = &r->evidence;
	for (size_t i = 0; i < 9; i++)
		*to[i] = arena_copy(&b->arena, v[6 + i].bytes);
	return 0;
}

struct span
shelf_reading(struct casebook *b, struct span evidence)
{
	return span_is(evidence, "flow")
		   ? arena_fmt(&b->arena, "%.*s %.*s", SPAN_FMT(b->reading),
			 SPAN_FMT(b->watched))
		   : b->reading;
}

static int
address_order(const void *a, const void *b)
{
	return addr_cmp(a, b);
}

void
shelf_watch(struct casebook *b)
{
	size_t n = 0;

	if (b->naddresses > 0)
		qsort(b->addresses, b->naddresses, sizeof(*b->addresses),
		    address_order);
	for (size_t i = 0; i < b->naddresses; i++)
		if (b->addresses[i].family == 4)
			memset(b->addresses[i].bytes + 4, 0, 12);
	for (size_t i = 0; i < b->naddresses; i++)
		if (n == 0 || !addr_eq(&b->addresses[n - 1], &b->addresses[i]))
			b->addresses[n++] = b->addresses[i];
	b->naddresses = n;
	b->watched = shelf_hash(&b->arena,
	    span_of((const char *)b->addresses, n * sizeof(*b->addresses)));
}

static int
on_address(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct casebook *b = ctx;
	struct addr a = {0};

	(void)n;
	(void)e;
	if (!addr_read(v[0].bytes, &a))
		return 0;
	b->addresses = arena_grow(&b->arena, b->addresses, b->naddresses,
	    &b->addresses_cap, sizeof(a));
	b->addresses[b->naddresses++] = a;
	return 0;
}

#define UNITS                                                                  \
	"SELECT u.unit, u.origin, u.origin_id, u.path, s.source, s.bytes,"     \
	" s.path, s.standing, s.state, s.trouble, s.format, s.sha256,"         \
	" s.xxh3, s.reading, s.evidence FROM units u"                          \
	" LEFT JOIN sources s ON s.unit = u.unit"
#define IN_ORDER " ORDER BY u.unit, s.source"

/* Not repositories, which no scan meets. */
static const char units_all[] = UNITS IN_ORDER;
static const char units_scanned[] =
    UNITS " WHERE u.unit NOT IN (SELECT h.unit FROM histories h)" IN_ORDER;

int
shelf_read(struct casebook *b, struct store *s, struct err *e)
{
	b->units = NULL;
	b->nunits = b->units_cap = 0;
	b->addresses = NULL;
	b->naddresses = b->addresses_cap = 0;
	map_init(&b->by_origin, &b->arena);
	map_init(&b->by_path, &b->arena);
	if (store_run(s, "SELECT DISTINCT address FROM addresses", NULL, 0,
		on_address, b, e) != 0)
		return -1;
	shelf_watch(b);
	return store_run(s, s->version < 2 ? units_all : units_scanned, NULL, 0,
	    on_source, b, e);
}
