#include "store/store.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/safe.h"

static const struct store_driver *const drivers[] = {
    &store_postgres, &store_sqlite};

struct store_value
store_int(int64_t v)
{
	return (struct store_value){.type = STORE_INT, .number = v};
}

struct store_value
store_real(double v)
{
	return (struct store_value){.type = STORE_REAL, .real = v};
}

struct store_value
store_text(struct span s)
{
	return (struct store_value){
	    .type = s.n > 0 ? STORE_TEXT : STORE_NULL, .bytes = s};
}

struct store_value
store_str(const char *s)
{
	return store_text(span_str(s));
}

struct store_value
store_blob(struct span s)
{
	return (struct store_value){.type = STORE_BLOB, .bytes = s};
}

static bool
is_clean(struct span s)
{
	while (s.n > 0) {
		size_t n = utf8_len(s);

		if (n == 0 || s.p[0] == '\0')
			return false;
		s = span_from(s, n);
	}
	return true;
}

struct span
store_clean(struct arena *a, struct span s)
{
	struct span all = s, out;
	struct buf b;

	if (is_clean(s))
		return all;
	buf_init(&b, LIMIT_BUF_BYTES);
	while (s.n > 0) {
		size_t n = s.p[0] == '\0' ? 0 : utf8_len(s);

		if (n == 0)
			buf_puts(&b, "\xef\xbf\xbd");
		else
			buf_put(&b, span_head(s, n));
		s = span_from(s, n > 0 ? n : 1);
	}
	out = arena_copy(a, buf_span(&b));
	buf_release(&b);
	return out;
}

/* From one version to the next, each in a transaction of its own. */
static int
migrate(struct store *s, int from, struct err *e)
{
	for (int v = from; v < STORE_SCHEMA; v++) {
		const char *const *sql = store_schema[v];

		if (store_begin(s, e) != 0)
			return -1;
		/* Somebody else may have been quicker. */
		if (s->driver->version(s, e) > v) {
			store_rollback(s);
			continue;
		}
		if (v == 0 && s->driver->prepare != NULL &&
		    s->driver->prepare(s, e) != 0)
			return -1;
		for (; *sql != NULL; sql++)
			if (store_run(s, *sql, NULL, 0, NULL, NULL, e) != 0)
				return -1;
		if (s->driver->set_version(s, v + 1, e) != 0 ||
		    store_commit(s, e) != 0)
			return -1;
	}
	return 0;
}

static int
version_check(struct store *s, struct err *e)
{
	int version = s->driver->version(s, e);

	if (version < 0)
		return -1;
	if (version > STORE_SCHEMA)
		return err_set(e,
		    "%s: the case is of a newer tidemark (its schema is %d, "
		    "this program knows %d); it is left as it is",
		    s->label, version, STORE_SCHEMA);
	if (version == 0 && s->mode != STORE_CREATE)
		return err_set(e, "%s holds no case", s->label);
	s->version = s->mode == STORE_READ ? version : STORE_SCHEMA;
	return s->mode == STORE_READ ? 0 : migrate(s, version, e);
}

static const struct store_driver *
driver_of(const char *place)
{
	size_t i = 0;

	while (!drivers[i]->takes(place))
		i++;
	return drivers[i];
}

bool
store_is_case(const char *place)
{
	return driver_of(place)->is_case(place);
}

const char *
store_place_name(const char *place)
{
	return driver_of(place) == &store_postgres ? "the PostgreSQL case"
						   : place;
}

int
store_open(
    struct store *s, const char *place, enum store_mode mode, struct err *e)
{
	*s = (struct store){.place = place, .mode = mode};
	snprintf(s->label, sizeof(s->label), "%s", place);
	s->driver = driver_of(place);
	if (s->driver->open(s, e) != 0)
		return -1;
	if (version_check(s, e) == 0) {
		s->in_transaction =
		    mode == STORE_READ && s->driver->snapshot(s, e) == 0;
		if (mode != STORE_READ || s->in_transaction)
			return 0;
	}
	store_close(s);
	return -1;
}

void
store_close(struct store *s)
{
	if (s == NULL || s->driver == NULL)
		return;
	store_rollback(s);
	s->driver->close(s);
	*s = (struct store){0};
}

int
store_run(struct store *s, const char *sql, const struct store_value *v,
    size_t n, store_row_fn *row, void *ctx, struct err *e)
{
	return s->driver->run(s, sql, v, n, row, ctx, e);
}

struct one {
	struct arena *a;
	struct store_value *out;
	bool *found;
};

static int
on_one(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct one *x = ctx;

	(void)e;
	if (n == 0 || *x->found)
		return 0;
	*x->out = v[0];
	x->out->bytes = arena_copy(x->a, v[0].bytes);
	*x->found = true;
	return 0;
}

int
store_one(struct store *s, const char *sql, const struct store_value *v,
    size_t n, struct arena *a, struct store_value *out, bool *found,
    struct err *e)
{
	struct one x = {a, out, found};

	*found = false;
	*out = (struct store_value){0};
	return store_run(s, sql, v, n, on_one, &x, e);
}

int
store_begin(struct store *s, struct err *e)
{
	ASSERT(!s->in_transaction);
	if (s->driver->begin(s, e) != 0)
		return -1;
	s->in_transaction = true;
	return 0;
}

int
store_commit(struct store *s, struct err *e)
{
	ASSERT(s->in_transaction);
	if (s->driver->commit(s, e) != 0)
		return -1;
	s->in_transaction = false;
	return 0;
}

void
store_rollback(struct store *s)
{
	if (s->in_transaction)
		s->driver->rollback(s);
	s->in_transaction = false;
}

int
store_change(const char *place, store_change_fn *body, void *ctx, struct err *e)
{
	struct store s;
	int r;

	if (store_open(&s, place, STORE_WRITE, e) != 0)
		return -1;
	r = store_begin(&s, e);
	if (r == 0)
		r = body(ctx, &s, e);
	if (r == 0)
		r = store_commit(&s, e);
	store_close(&s);
	return r;
}

int
store_bulk_begin(struct store *s, const char *table, const char *columns,
    size_t n, struct err *e)
{
	s->bulk_columns = n;
	return s->driver->bulk_begin(s, table, columns, n, e);
}

int
store_bulk_row(struct store *s, const struct store_value *v, struct err *e)
{
	return s->driver->bulk_row(s, v, e);
}

int
store_bulk_end(struct store *s, struct err *e)
{
	return s->driver->bulk_end(s, e);
}
