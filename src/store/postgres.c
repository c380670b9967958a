/*
 * A case in a PostgreSQL database, for a team: all of it in a schema of its
 * own, "tidemark".  One writer at a time, by an advisory lock.  Values travel
 * in binary form (PostgreSQL documentation, "Binary Format", COPY and libpq).
 * A password belongs in PGPASSFILE or a service file; what messages show of a
 * place never holds one.
 */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/limits.h"
#include "store/libpq.h"

/* Object identifiers of types, catalog/pg_type.dat. */
enum {
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_FLOAT8 = 701
};

/* "tidemark" as the key of the lock. */
#define LOCK_KEY "8387229063776465515"

/* Bytes of a COPY that are sent at a time. */
#define COPY_PIECE (256u << 10)

/* What s->db points to. */
struct postgres {
	struct libpq lib;
	PGconn *conn;
};

static const struct libpq *
lib(const struct store *s)
{
	const struct postgres *p = s->db;

	return &p->lib;
}

static PGconn *
conn(const struct store *s)
{
	const struct postgres *p = s->db;

	return p->conn;
}

static int
fail(struct store *s, const char *what, const char *why, struct err *e)
{
	struct span text = span_trim(span_str(why));
	struct span line;

	if (span_has(text, "lock timeout"))
		return err_set(
		    e, "%s is held by another program; try again", s->label);
	if (!span_line(&text, &line))
		line = SPAN("no reason was given");
	return err_set(e, "%s: %s: %.*s", s->label, what, SPAN_FMT(line));
}

static int
fail_now(struct store *s, const char *what, struct err *e)
{
	return fail(s, what, lib(s)->PQerrorMessage(conn(s)), e);
}

static bool
takes(const char *place)
{
	struct span p = span_str(place);

	return span_starts(p, SPAN("postgresql://")) ||
	       span_starts(p, SPAN("postgres://"));
}

static void
no_notice(void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
}

/* A statement without an answer. */
static int
simple(struct store *s, const char *sql, struct err *e)
{
	PGresult *r = lib(s)->PQexec(conn(s), sql);
	ExecStatusType status = lib(s)->PQresultStatus(r);
	int done = 0;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		done = fail_now(s, "a statement failed", e);
	lib(s)->PQclear(r);
	return done;
}

static void
postgres_close(struct store *s)
{
	struct postgres *p = s->db;

	if (p != NULL)
		p->lib.PQfinish(p->conn);
	free(p);
	s->db = NULL;
	free(s->bulk);
	s->bulk = NULL;
}

static int
postgres_open(struct store *s, struct err *e)
{
	struct postgres *p = calloc(1, sizeof(*p));

	snprintf(s->label, sizeof(s->label), "the PostgreSQL case");
	ASSERT(p != NULL);
	if (libpq_open(&p->lib, e) != 0) {
		free(p);
		return -1;
	}
	s->db = p;
	p->conn = p->lib.PQconnectdb(s->place);
	if (lib(s)->PQstatus(conn(s)) != CONNECTION_OK) {
		int r = fail_now(s, "cannot connect", e);

		postgres_close(s);
		return r;
	}
	snprintf(s->label, sizeof(s->label), "postgresql://%.100s/%.100s",
	    lib(s)->PQhost(conn(s)), lib(s)->PQdb(conn(s)));
	lib(s)->PQsetNoticeProcessor(conn(s), no_notice, NULL);
	if (lib(s)->PQsetClientEncoding(conn(s), "UTF8") == 0 &&
	    simple(s, "SET search_path TO tidemark", e) == 0 &&
	    simple(s, "SET synchronous_commit TO on", e) == 0)
		return 0;
	postgres_close(s);
	return -1;
}

/* ---- statements ---- */

static void
put_be(char *to, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (char)(v >> 8 * (n - 1 - i));
}

struct parameters {
	Oid types[LIMIT_STORE_COLUMNS];
	const char *values[LIMIT_STORE_COLUMNS];
	int lengths[LIMIT_STORE_COLUMNS], formats[LIMIT_STORE_COLUMNS];
	char numbers[LIMIT_STORE_COLUMNS][8];
};

/* A number in the form of its type, or the bytes. */
static struct span
binary(const struct store_value *v, char room[8])
{
	uint64_t bits;

	if (v->type == STORE_INT) {
		put_be(room, (uint64_t)v->number, 8);
		return span_of(room, 8);
	}
	if (v->type == STORE_REAL) {
		memcpy(&bits, &v->real, sizeof(bits));
		put_be(room, bits, 8);
		return span_of(room, 8);
	}
	return v->bytes;
}

static void
parameters_set(struct parameters *p, const struct store_value *v, size_t n)
{
	static const Oid types[] = {
	    0, OID_INT8, OID_FLOAT8, OID_TEXT, OID_BYTEA};

	for (size_t i = 0; i < n; i++) {
		struct span b = binary(&v[i], p->numbers[i]);

		p->types[i] = types[v[i].type];
		p->formats[i] = 1;
		p->lengths[i] = (int)b.n;
		p->values[i] = v[i].type == STORE_NULL ? NULL
			       : b.n > 0	       ? b.p
						       : "";
	}
}

static struct store_value
column(const struct libpq *pq, const PGresult *r, int row, int i)
{
	struct store_value v = {0};
	struct span b;
	struct cursor c;
	uint64_t bits;

	if (pq->PQgetisnull(r, row, i))
		return v;
	b = span_of(
	    pq->PQgetvalue(r, row, i), (size_t)pq->PQgetlength(r, row, i));
	c = cursor_of(b);
	switch (pq->PQftype(r, i)) {
	case OID_INT8:
		return store_int((int64_t)cursor_be64(&c));
	case OID_INT4:
		return store_int((int32_t)cursor_be32(&c));
	case OID_FLOAT8:
		bits = cursor_be64(&c);
		memcpy(&v.real, &bits, sizeof(bits));
		v.type = STORE_REAL;
		return v;
	case OID_BYTEA:
		v.type = STORE_BLOB;
		v.bytes = b;
		return v;
	default:
		v.type = STORE_TEXT;
		v.bytes = b;
		return v;
	}
}

static int
rows(const struct libpq *pq, PGresult *r, store_row_fn *row, void *ctx,
    struct err *e)
{
	struct store_value v[LIMIT_STORE_COLUMNS];
	int n = pq->PQnfields(r);

	ASSERT(n <= LIMIT_STORE_COLUMNS);
	for (int i = 0; row != NULL && i < pq->PQntuples(r); i++) {
		for (int k = 0; k < n; k++)
			v[k] = column(pq, r, i, k);
		if (row(ctx, v, (size_t)n, e) != 0)
			return -1;
	}
	return 0;
}

/* All results must be taken, also after a failure. */
static int
answers(struct store *s, store_row_fn *row, void *ctx, struct err *e)
{
	PGresult *r;
	int done = 0;

	while ((r = lib(s)->PQgetResult(conn(s))) != NULL) {
		ExecStatusType status = lib(s)->PQresultStatus(r);

		if (done == 0 && status != PGRES_COMMAND_OK &&
		    status != PGRES_TUPLES_OK && status != PGRES_SINGLE_TUPLE)
			done = fail(s, "a statement failed",
			    lib(s)->PQresultErrorMessage(r), e);
		if (done == 0)
			done = rows(lib(s), r, row, ctx, e);
		lib(s)->PQclear(r);
	}
	return done;
}

static int
postgres_run(struct store *s, const char *sql, const struct store_value *v,
    size_t n, store_row_fn *row, void *ctx, struct err *e)
{
	struct parameters p = {0};

	ASSERT(n <= LIMIT_STORE_COLUMNS);
	parameters_set(&p, v, n);
	if (!lib(s)->PQsendQueryParams(conn(s), sql, (int)n, p.types, p.values,
		p.lengths, p.formats, 1))
		return fail_now(s, "a statement is refused", e);
	/* An answer may be larger than what should be held twice. */
	if (row != NULL)
		(void)lib(s)->PQsetSingleRowMode(conn(s));
	return answers(s, row, ctx, e);
}

/* ---- versions ---- */

struct numbers {
	int64_t v[2];
};

static int
on_numbers(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct numbers *x = ctx;

	(void)e;
	for (size_t i = 0; i < n && i < 2; i++)
		x->v[i] = v[i].number;
	return 0;
}

static int
on_version(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	uint64_t version;

	(void)n;
	(void)e;
	if (span_u64(v[0].bytes, &version) && version < INT32_MAX)
		*(int *)ctx = (int)version;
	return 0;
}

static int
postgres_version(struct store *s, struct err *e)
{
	struct numbers x = {{0}};
	int version = -1;

	/* Of the schema: its relations, and whether ours is among them. */
	if (postgres_run(s,
		"SELECT count(*), count(*) FILTER (WHERE c.relname = 'meta')"
		" FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = 'tidemark'",
		NULL, 0, on_numbers, &x, e) != 0)
		return -1;
	if (x.v[0] == 0)
		return 0;
	if (x.v[1] != 0 &&
	    postgres_run(s, "SELECT value FROM meta WHERE name = 'schema'",
		NULL, 0, on_version, &version, e) != 0)
		return -1;
	if (version <= 0)
		return err_set(e,
		    "%s: its schema \"tidemark\" holds no case; it is left as "
		    "it is",
		    s->label);
	return version;
}

static int
postgres_prepare(struct store *s, struct err *e)
{
	if (simple(s, "CREATE SCHEMA IF NOT EXISTS tidemark", e) != 0)
		return -1;
	return simple(s, "CREATE DOMAIN blob AS bytea", e);
}

static int
postgres_set_version(struct store *s, int version, struct err *e)
{
	char text[16];
	struct store_value v[1];

	snprintf(text, sizeof(text), "%d", version);
	v[0] = store_str(text);
	return postgres_run(s,
	    "INSERT INTO meta (name, value) VALUES ('schema', $1)"
	    " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
	    v, 1, NULL, NULL, e);
}

/* ---- transactions ---- */

static int
postgres_begin(struct store *s, struct err *e)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "SET LOCAL lock_timeout = '%ds'",
	    LIMIT_STORE_WAIT);
	if (simple(s, "BEGIN", e) != 0)
		return -1;
	if (simple(s, sql, e) == 0 &&
	    simple(s, "SELECT pg_advisory_xact_lock(" LOCK_KEY ")", e) == 0)
		return 0;
	(void)simple(s, "ROLLBACK", NULL);
	return -1;
}

static int
postgres_snapshot(struct store *s, struct err *e)
{
	return simple(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", e);
}

static int
postgres_commit(struct store *s, struct err *e)
{
	return simple(s, "COMMIT", e);
}

static void
postgres_rollback(struct store *s)
{
	if (s->bulk != NULL) {
		(void)lib(s)->PQputCopyEnd(conn(s), "given up");
		(void)answers(s, NULL, NULL, NULL);
		buf_release(s->bulk);
		free(s->bulk);
		s->bulk = NULL;
	}
	(void)simple(s, "ROLLBACK", NULL);
}

/* ---- many rows: COPY in binary form ---- */

static const char copy_signature[] = "PGCOPY\n\377\r\n";

static int
postgres_bulk_begin(struct store *s, const char *table, const char *columns,
    size_t n, struct err *e)
{
	char sql[512];
	struct buf *b;
	PGresult *r;
	bool ready;

	(void)n;
	snprintf(sql, sizeof(sql), "COPY %s (%s) FROM STDIN (FORMAT binary)",
	    table, columns);
	r = lib(s)->PQexec(conn(s), sql);
	ready = lib(s)->PQresultStatus(r) == PGRES_COPY_IN;
	lib(s)->PQclear(r);
	if (!ready)
		return fail_now(s, "rows are refused", e);
	b = calloc(1, sizeof(*b));
	ASSERT(b != NULL);
	buf_init(b, (size_t)LIMIT_STORE_VALUE + 2 * COPY_PIECE);
	buf_put(b, span_of(copy_signature, sizeof(copy_signature)));
	buf_u32(b, 0); /* flags */
	buf_u32(b, 0); /* no extension */
	s->bulk = b;
	return 0;
}

static int
copy_flush(struct store *s, size_t least, struct err *e)
{
	struct buf *b = s->bulk;

	if (buf_full(b))
		return err_set(e, "%s: a row is too large", s->label);
	if (b->n < least)
		return 0;
	if (lib(s)->PQputCopyData(conn(s), b->p, (int)b->n) != 1)
		return fail_now(s, "rows are refused", e);
	buf_reset(b);
	return 0;
}

static int
postgres_bulk_row(struct store *s, const struct store_value *v, struct err *e)
{
	struct buf *b = s->bulk;
	char room[8];

	put_be(room, s->bulk_columns, 2);
	buf_put(b, span_of(room, 2));
	for (size_t i = 0; i < s->bulk_columns; i++) {
		char number[8];
		struct span bytes = binary(&v[i], number);

		put_be(room, v[i].type == STORE_NULL ? UINT32_MAX : bytes.n, 4);
		buf_put(b, span_of(room, 4));
		if (v[i].type != STORE_NULL)
			buf_put(b, bytes);
	}
	return copy_flush(s, COPY_PIECE, e);
}

static int
postgres_bulk_end(struct store *s, struct err *e)
{
	buf_put(s->bulk, SPAN("\377\377"));
	if (copy_flush(s, 0, e) != 0)
		return -1;
	buf_release(s->bulk);
	free(s->bulk);
	s->bulk = NULL;
	if (lib(s)->PQputCopyEnd(conn(s), NULL) != 1)
		return fail_now(s, "rows are refused", e);
	return answers(s, NULL, NULL, e);
}

const struct store_driver store_postgres = {
    .takes = takes,
    .is_case = takes,
    .open = postgres_open,
    .close = postgres_close,
    .version = postgres_version,
    .prepare = postgres_prepare,
    .set_version = postgres_set_version,
    .run = postgres_run,
    .begin = postgres_begin,
    .snapshot = postgres_snapshot,
    .commit = postgres_commit,
    .rollback = postgres_rollback,
    .bulk_begin = postgres_bulk_begin,
    .bulk_row = postgres_bulk_row,
    .bulk_end = postgres_bulk_end,
};
