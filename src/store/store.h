/*
 * Where a case is kept: a database with SQL, the same statements for every
 * driver.  A driver opens, runs one statement at a time and copies rows in
 * bulk; it knows nothing of cases.  store/casebook.h says what is kept.
 *
 * A store is open only while no worker process is being forked: a worker must
 * not inherit the database.
 */
#ifndef TIDEMARK_STORE_STORE_H
#define TIDEMARK_STORE_STORE_H

#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"

enum store_type { STORE_NULL, STORE_INT, STORE_REAL, STORE_TEXT, STORE_BLOB };

/* A parameter or a column.  Text and blobs are borrowed. */
struct store_value {
	enum store_type type;
	int64_t number;
	double real;
	struct span bytes;
};

/* Text must be UTF-8 without NUL, see store_clean; an empty one is NULL. */
struct store_value store_int(int64_t v);
struct store_value store_real(double v);
struct store_value store_str(const char *s);
struct store_value store_text(struct span s);
struct store_value store_blob(struct span s);

/* What any evidence comes to as text: U+FFFD for what is no UTF-8 and for NUL.
 * In the arena, or s itself. */
struct arena;
struct span store_clean(struct arena *a, struct span s);

/* One row of an answer, good during the call.  0 to go on; -1 ends with *e. */
typedef int store_row_fn(
    void *ctx, const struct store_value *v, size_t n, struct err *e);

struct store;

struct store_driver {
	/* Does the driver take this place?  The last one takes all. */
	bool (*takes)(const char *place);
	/* Of a place it takes: is it a case, by its name or its first bytes? */
	bool (*is_case)(const char *place);
	int (*open)(struct store *s, struct err *e);
	void (*close)(struct store *s);
	/* The schema's version; 0: the database is new; -1: it is none of
	 * tidemark, or cannot be told. */
	int (*version)(struct store *s, struct err *e);
	/* What the first version of the schema needs; may be NULL. */
	int (*prepare)(struct store *s, struct err *e);
	int (*set_version)(struct store *s, int version, struct err *e);
	/* One statement; $1, $2, ... are the parameters. */
	int (*run)(struct store *s, const char *sql,
	    const struct store_value *v, size_t n, store_row_fn *row, void *ctx,
	    struct err *e);
	/* Begin and hold the case against other writers. */
	int (*begin)(struct store *s, struct err *e);
	/* Begin to read: what others write is not seen. */
	int (*snapshot)(struct store *s, struct err *e);
	int (*commit)(struct store *s, struct err *e);
	void (*rollback)(struct store *s);
	/* Many rows into one table; columns as "a, b, c". */
	int (*bulk_begin)(struct store *s, const char *table,
	    const char *columns, size_t n, struct err *e);
	int (*bulk_row)(
	    struct store *s, const struct store_value *v, struct err *e);
	int (*bulk_end)(struct store *s, struct err *e);
};

extern const struct store_driver store_sqlite, store_postgres;

enum store_mode {
	STORE_READ,   /* must exist; nothing is written */
	STORE_WRITE,  /* must exist */
	STORE_CREATE, /* made when it does not exist */
};

struct store {
	const struct store_driver *driver;
	const char *place; /* lent by the caller; may hold a password */
	char label[LIMIT_PATH_BYTES]; /* of the place, for messages */
	enum store_mode mode;
	int version; /* of the schema */
	bool in_transaction;
	void *db;   /* the driver's */
	void *bulk; /* the driver's, between bulk_begin and bulk_end */
	size_t bulk_columns;
};

/*
 * Open a place: a file, or postgresql://... (postgres://... too).  An older
 * schema is brought up to date, except with STORE_READ, which leaves it (see
 * version); a newer one and a foreign database are refused and left as they
 * are.  What is read with STORE_READ is as it was when the store was opened.
 */
int store_open(
    struct store *s, const char *place, enum store_mode mode, struct err *e);
void store_close(struct store *s); /* rolls back what was begun */

/* Is the place plainly a case, and not evidence?  Nothing is opened as a
 * database; a database of another program is no case. */
bool store_is_case(const char *place);

/* What a place may be called where others read it: not with its password. */
const char *store_place_name(const char *place);

/* Statements.  row may be NULL.  n parameters in v. */
int store_run(struct store *s, const char *sql, const struct store_value *v,
    size_t n, store_row_fn *row, void *ctx, struct err *e);

/* The first column of the first row; *found tells whether there is one.
 * Bytes are copied to the arena. */
int store_one(struct store *s, const char *sql, const struct store_value *v,
    size_t n, struct arena *a, struct store_value *out, bool *found,
    struct err *e);

/* One writer at a time: begin waits for its turn, LIMIT_STORE_WAIT at most. */
int store_begin(struct store *s, struct err *e);
int store_commit(struct store *s, struct err *e);
void store_rollback(struct store *s);

/* All that body does to the place, which must exist, or none of it. */
typedef int store_change_fn(void *ctx, struct store *s, struct err *e);
int store_change(
    const char *place, store_change_fn *body, void *ctx, struct err *e);

int store_bulk_begin(struct store *s, const char *table, const char *columns,
    size_t n, struct err *e);
int store_bulk_row(struct store *s, const struct store_value *v, struct err *e);
int store_bulk_end(struct store *s, struct err *e);

/* Statements that make the tables, by version; NULL-terminated lists. */
#define STORE_SCHEMA 2
extern const char *const *const store_schema[STORE_SCHEMA];

#endif
