/*
 * Inside the casebook: what the case knows of its sources, shared by the files
 * that add to it and read it.
 */
#ifndef TIDEMARK_STORE_SHELF_H
#define TIDEMARK_STORE_SHELF_H

#include "store/casebook.h"

/* A row of the table sources. */
struct casebook_row {
	int64_t id;
	struct span path, standing, state, trouble, format, sha256, xxh3,
	    reading, evidence;
	uint64_t bytes;
};

/* A row of the table units, with its sources. */
struct casebook_unit {
	int64_t id;
	struct span origin, origin_id, path;
	struct casebook_row *rows;
	size_t nrows, cap;
	bool again; /* this scan has read it */
};

enum item_fate {
	ITEM_READ, /* or to be read */
	ITEM_KEPT, /* nothing new */
	ITEM_BAD,  /* there was nothing to open */
};

struct casebook_item {
	struct span path, origin, origin_id;
	enum item_fate fate;
	bool stream;
	uint32_t moved;	   /* a unit that lay elsewhere, or MAP_NONE */
	struct span grown; /* XXH3 of the old contents it begins with */
};

/* The key of the case, made when it has none; CASEBOOK_KEY bytes. */
int shelf_key(struct store *s, unsigned char *key, struct err *e);

/* Read units and sources into the book, in place of what it knew. */
int shelf_read(struct casebook *b, struct store *s, struct err *e);

/* The reading that a source of an evidence class would have now: flows depend
 * on the addresses that are known, too. */
struct span shelf_reading(struct casebook *b, struct span evidence);

/* Sets b->watched from b->addresses, which it sorts. */
void shelf_watch(struct casebook *b);

/* The source that stands for the unit as a whole; NULL: none is current. */
const struct casebook_row *shelf_main(const struct casebook_unit *u);

/* Sources, decisions and own space of an open store into the casefile, which is
 * then closed.  reading: of the last run. */
int shelf_load(struct store *s, struct casefile *c, int64_t now, struct err *e);

/* The tables for SQL: emptied, and filled from a closed casefile. */
int tables_clear(struct store *s, struct err *e);
int tables_write(struct store *s, const struct casefile *c, struct err *e);

/* The table coverage, which tables_clear leaves and tables_write brings up to
 * date by this. */
int table_coverage(struct store *s, const struct casefile *c, struct err *e);

/*
 * Around a run that adds to the case.  Before sources go: are the tables
 * current, that is, changes nothing, and did a run with this reading make them
 * on the same day, with no decision of anybody's since?  Otherwise they are
 * emptied, since they refer to sources.  At the end: the case, as shelf_load,
 * and the tables from it, where they are not current.
 */
int tables_before(struct store *s, const struct casebook_run *run,
    struct span reading, bool changes, bool *current, struct err *e);
int tables_after(struct store *s, const struct casebook_run *run,
    struct span reading, bool current, struct casefile *whole, struct err *e);

/* The row of a run, and what it was told of own space and waivers.  *number:
 * of the run. */
int shelf_run(struct store *s, const struct casebook_run *run,
    struct span reading, const struct casefile *c, int64_t *number,
    struct err *e);

/* Rows of the tables sources and raw, within a bulk copy of either.  path is
 * what the case calls the source, as text; room has a ceiling of
 * LIMIT_STORE_VALUE. */
struct shelf_source {
	int64_t id, unit, run;
	struct span path, reading;
};
#define SHELF_SOURCE_N 15
#define SHELF_SOURCE_COLUMNS                                                   \
	"source, unit, path, standing, state, trouble, format, evidence,"      \
	" sha256, xxh3, bytes, records, why, reading, run"
int shelf_source_row(struct store *st, const struct source *s,
    const struct shelf_source *to, struct err *e);
struct buf;
int shelf_raw_row(struct store *st, const struct source *s, int64_t id,
    struct span path, const struct knowledge *k, struct buf *room,
    struct err *e);

/* What stands in front of the paths below a unit. */
struct span shelf_below(struct arena *a, struct span unit_path);

/* The first number that no row of the table has; its column is called as the
 * table, without the s. */
int shelf_next(struct store *s, const char *table, int64_t *out, struct err *e);

/* Paths of all units as keys, so that no two get the same. */
int shelf_unit_paths(struct store *s, struct map *out, struct err *e);

/* Adds a decision, unless the last one on the finding says the same. */
int shelf_decide(struct store *s, const struct casebook_word *w, struct err *e);

/* XXH3-128 of bytes, in hexadecimal. */
struct span shelf_hash(struct arena *a, struct span s);

/* Words of the tables. */
extern const char *const standing_current, *const standing_earlier,
					       *const standing_replaced;
extern const char *const source_states[]; /* by enum source_state */

#endif
