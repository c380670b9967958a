/*
 * A case in one file, by SQLite.  Write-ahead log, foreign keys, every commit
 * on the disk before it is told of.  A file may come from elsewhere: its
 * schema is not trusted, its triggers and views are not run, and what is not
 * ours is refused before anything is written.
 */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/limits.h"

/* "tdmk", https://www.sqlite.org/pragma.html#pragma_application_id */
#define APPLICATION 0x74646d6b

static int
fail(struct store *s, const char *what, struct err *e)
{
	sqlite3 *db = s->db;
	int code = sqlite3_extended_errcode(db) & 0xff;

	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		return err_set(e, "%s is damaged or no case of tidemark (%s)",
		    s->place, sqlite3_errmsg(db));
	if (code == SQLITE_BUSY)
		return err_set(
		    e, "%s is held by another program; try again", s->place);
	if (code == SQLITE_FULL || code == SQLITE_IOERR)
		return err_set(e, "%s: %s: %s; the case is as it was before",
		    s->place, what,
		    sqlite3_system_errno(db) != 0
			? strerror(sqlite3_system_errno(db))
			: sqlite3_errmsg(db));
	if (code == SQLITE_READONLY)
		return err_set(e, "%s may not be written to", s->place);
	return err_set(e, "%s: %s: %s", s->place, what, sqlite3_errmsg(db));
}

static bool
takes(const char *place)
{
	(void)place;
	return true;
}

/* The header, https://www.sqlite.org/fileformat2.html#the_database_header */
static bool
is_case(const char *place)
{
	static const char magic[] = "SQLite format 3";
	enum { HEADER = 100, ID_AT = 68 };
	char head[HEADER];
	struct stat st;
	struct cursor c;
	ssize_t n;
	int fd;

	fd = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
		? pread(fd, head, sizeof(head), 0)
		: -1;
	close(fd);
	if (n != HEADER || memcmp(head, magic, sizeof(magic)) != 0)
		return false;
	c = cursor_of(span_from(span_of(head, sizeof(head)), ID_AT));
	return cursor_be32(&c) == APPLICATION;
}

/* Only the owner may read it: it holds evidence and a key.  SQLite gives its
 * further files the same rights. */
static int
make_file(struct store *s, struct err *e)
{
	int fd = open(s->place, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST ? 0
				       : err_sys(e, "cannot make %s", s->place);
	close(fd);
	return 0;
}

static int
look_at_file(struct store *s, struct err *e)
{
	struct stat st;

	if (s->mode == STORE_CREATE && make_file(s, e) != 0)
		return -1;
	if (stat(s->place, &st) != 0)
		return err_sys(e, "cannot open the case %s", s->place);
	if (!S_ISREG(st.st_mode))
		return err_set(e, "%s is no file", s->place);
	return 0;
}

/* Of a case on a medium that cannot be written to, SQLite could not make the
 * index of the log: without a log there is none to be made. */
static int
open_lasting(struct store *s, struct err *e)
{
	struct buf uri;
	struct stat st;
	char wal[LIMIT_PATH_BYTES + 8];
	sqlite3 *db;
	int r, n = snprintf(wal, sizeof(wal), "%s-wal", s->place);

	if (n < 0 || (size_t)n >= sizeof(wal))
		return err_set(e, "the path %s is too long", s->place);
	if (stat(wal, &st) == 0 && st.st_size > 0)
		return err_set(e,
		    "%s was not closed and cannot be written to: copy it with "
		    "its -wal file",
		    s->place);
	buf_init(&uri, 4 * LIMIT_PATH_BYTES);
	buf_puts(&uri, "file:");
	for (const char *p = s->place; *p != '\0'; p++)
		if (ascii_alnum((unsigned char)*p) || *p == '/' || *p == '.')
			buf_byte(&uri, *p);
		else
			buf_fmt(&uri, "%%%02x", (unsigned char)*p);
	buf_puts(&uri, "?immutable=1");
	buf_byte(&uri, '\0');
	sqlite3_close(s->db);
	s->db = NULL;
	r = buf_full(&uri) ? SQLITE_TOOBIG
			   : sqlite3_open_v2(uri.p, &db,
				 SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	buf_release(&uri);
	if (r == SQLITE_TOOBIG)
		return err_set(e, "the path %s is too long", s->place);
	s->db = db;
	return r == SQLITE_OK ? 0 : fail(s, "cannot be opened", e);
}

static int
simple(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK
		   ? 0
		   : fail(s, "cannot be used", e);
}

/* https://www.sqlite.org/security.html */
static void
defend(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LIMIT_STORE_VALUE);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_timeout(db, LIMIT_STORE_WAIT * 1000);
}

/* False where a log would have to be made in a place that cannot be written
 * to.  Other troubles are told of by the next statement. */
static bool
can_read(sqlite3 *db)
{
	int r = sqlite3_exec(
	    db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);

	return r != SQLITE_CANTOPEN && r != SQLITE_READONLY;
}

static int
open_it(struct store *s, struct err *e)
{
	int flags = s->mode == STORE_READ ? SQLITE_OPEN_READONLY
					  : SQLITE_OPEN_READWRITE;
	sqlite3 *db = NULL;
	int r = sqlite3_open_v2(s->place, &db, flags, NULL);

	s->db = db;
	if (r != SQLITE_OK)
		return fail(s, "cannot be opened", e);
	if (s->mode == STORE_READ && !can_read(db) && open_lasting(s, e) != 0)
		return -1;
	defend(s->db);
	return simple(s,
	    "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
	    "PRAGMA mmap_size = 0; PRAGMA synchronous = FULL",
	    e);
}

static void
close_it(struct store *s)
{
	sqlite3_finalize(s->bulk);
	s->bulk = NULL;
	sqlite3_close(s->db);
	s->db = NULL;
}

static int
sqlite_open(struct store *s, struct err *e)
{
	if (look_at_file(s, e) != 0)
		return -1;
	if (open_it(s, e) == 0)
		return 0;
	close_it(s);
	return -1;
}

static int
number_of(struct store *s, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *st;
	int r;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return fail(s, "cannot be read", e);
	r = sqlite3_step(st);
	*out = r == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	return r == SQLITE_ROW ? 0 : fail(s, "cannot be read", e);
}

static int
sqlite_version(struct store *s, struct err *e)
{
	int64_t application, version, tables;

	if (number_of(s, "PRAGMA application_id", &application, e) != 0 ||
	    number_of(s, "PRAGMA user_version", &version, e) != 0 ||
	    number_of(s, "SELECT count(*) FROM sqlite_schema", &tables, e) != 0)
		return -1;
	if (application == 0 && version == 0 && tables == 0)
		return 0;
	if (application != APPLICATION || version <= 0 || version > INT32_MAX)
		return err_set(e,
		    "%s is a database, but no case of tidemark; it is left as "
		    "it is",
		    s->place);
	return (int)version;
}

static int
sqlite_set_version(struct store *s, int version, struct err *e)
{
	char sql[96];

	snprintf(sql, sizeof(sql),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION,
	    version);
	return simple(s, sql, e);
}

static int
bind(sqlite3_stmt *st, int at, const struct store_value *v)
{
	switch (v->type) {
	case STORE_INT:
		return sqlite3_bind_int64(st, at, v->number);
	case STORE_REAL:
		return sqlite3_bind_double(st, at, v->real);
	case STORE_TEXT:
		return sqlite3_bind_text64(
		    st, at, v->bytes.p, v->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
	case STORE_BLOB:
		return v->bytes.n == 0 ? sqlite3_bind_zeroblob(st, at, 0)
				       : sqlite3_bind_blob64(st, at, v->bytes.p,
					     v->bytes.n, SQLITE_STATIC);
	default:
		return sqlite3_bind_null(st, at);
	}
}

/* Parameters are $1, $2, ..., whatever their order in the statement. */
static int
bind_all(sqlite3_stmt *st, const struct store_value *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char name[24];
		int at, r;

		snprintf(name, sizeof(name), "$%zu", i + 1);
		at = sqlite3_bind_parameter_index(st, name);
		r = at > 0 ? bind(st, at, &v[i]) : SQLITE_RANGE;
		if (r != SQLITE_OK)
			return r;
	}
	return SQLITE_OK;
}

static struct store_value
column(sqlite3_stmt *st, int i)
{
	struct store_value v = {0};

	switch (sqlite3_column_type(st, i)) {
	case SQLITE_INTEGER:
		return store_int(sqlite3_column_int64(st, i));
	case SQLITE_FLOAT:
		return store_real(sqlite3_column_double(st, i));
	case SQLITE_TEXT:
		v.type = STORE_TEXT;
		v.bytes.p = (const char *)sqlite3_column_text(st, i);
		break;
	case SQLITE_BLOB:
		v.type = STORE_BLOB;
		v.bytes.p = sqlite3_column_blob(st, i);
		break;
	default:
		return v;
	}
	v.bytes.n = v.bytes.p != NULL ? (size_t)sqlite3_column_bytes(st, i) : 0;
	return v;
}

static int
rows(struct store *s, sqlite3_stmt *st, store_row_fn *row, void *ctx,
    struct err *e)
{
	struct store_value v[LIMIT_STORE_COLUMNS];
	int n = sqlite3_column_count(st), r;

	ASSERT(n <= LIMIT_STORE_COLUMNS);
	while ((r = sqlite3_step(st)) == SQLITE_ROW) {
		for (int i = 0; i < n; i++)
			v[i] = column(st, i);
		if (row != NULL && row(ctx, v, (size_t)n, e) != 0)
			return -1;
	}
	return r == SQLITE_DONE ? 0 : fail(s, "a statement failed", e);
}

static int
sqlite_run(struct store *s, const char *sql, const struct store_value *v,
    size_t n, store_row_fn *row, void *ctx, struct err *e)
{
	sqlite3_stmt *st;
	int r;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return fail(s, "a statement is refused", e);
	r = bind_all(st, v, n) == SQLITE_OK ? rows(s, st, row, ctx, e)
					    : fail(s, "a value is refused", e);
	sqlite3_finalize(st);
	return r;
}

/* The log is turned on by the first writer: a file that turns out not to be
 * ours is never touched. */
static int
sqlite_begin(struct store *s, struct err *e)
{
	if (simple(s, "PRAGMA journal_mode = WAL", e) != 0)
		return -1;
	return simple(s, "BEGIN IMMEDIATE", e);
}

static int
sqlite_snapshot(struct store *s, struct err *e)
{
	return simple(s, "BEGIN", e);
}

static int
sqlite_commit(struct store *s, struct err *e)
{
	return simple(s, "COMMIT", e);
}

static void
sqlite_rollback(struct store *s)
{
	sqlite3_finalize(s->bulk);
	s->bulk = NULL;
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

static int
sqlite_bulk_begin(struct store *s, const char *table, const char *columns,
    size_t n, struct err *e)
{
	struct buf sql;
	sqlite3_stmt *st;
	int r;

	buf_init(&sql, 4096);
	buf_fmt(&sql, "INSERT INTO %s (%s) VALUES (", table, columns);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&sql, "%s?", i > 0 ? ", " : "");
	buf_puts(&sql, ")");
	ASSERT(!buf_full(&sql));
	r = sqlite3_prepare_v2(s->db, sql.p, (int)sql.n, &st, NULL);
	buf_release(&sql);
	if (r != SQLITE_OK)
		return fail(s, "a statement is refused", e);
	s->bulk = st;
	return 0;
}

static int
sqlite_bulk_row(struct store *s, const struct store_value *v, struct err *e)
{
	sqlite3_stmt *st = s->bulk;

	for (size_t i = 0; i < s->bulk_columns; i++)
		if (bind(st, (int)i + 1, &v[i]) != SQLITE_OK)
			return fail(s, "a value is refused", e);
	if (sqlite3_step(st) != SQLITE_DONE)
		return fail(s, "a row is refused", e);
	sqlite3_reset(st);
	return 0;
}

static int
sqlite_bulk_end(struct store *s, struct err *e)
{
	(void)e;
	sqlite3_finalize(s->bulk);
	s->bulk = NULL;
	return 0;
}

const struct store_driver store_sqlite = {
    .takes = takes,
    .is_case = is_case,
    .open = sqlite_open,
    .close = close_it,
    .version = sqlite_version,
    .set_version = sqlite_set_version,
    .run = sqlite_run,
    .begin = sqlite_begin,
    .snapshot = sqlite_snapshot,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .bulk_begin = sqlite_bulk_begin,
    .bulk_row = sqlite_bulk_row,
    .bulk_end = sqlite_bulk_end,
};
