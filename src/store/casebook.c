/*
 * Before a scan: the key, and what need not be read again.
 */
#include "store/casebook.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

#include "base/limits.h"
#include "source/digest.h"
#include "source/stream.h"
#include "source/walk.h"
#include "store/shelf.h"

/* ---- opening ---- */

static bool
key_read(struct span hex, unsigned char *out)
{
	if (hex.n != 2 * CASEBOOK_KEY)
		return false;
	for (size_t i = 0; i < hex.n; i++) {
		unsigned char c = ascii_lower((unsigned char)hex.p[i]);
		unsigned v;

		if (ascii_digit(c))
			v = c - '0';
		else if (c >= 'a' && c <= 'f')
			v = c - 'a' + 10u;
		else
			return false;
		out[i / 2] =
		    (unsigned char)(i % 2 == 0 ? v << 4 : out[i / 2] | v);
	}
	return true;
}

static int
key_make(struct store *s, unsigned char *key, struct err *e)
{
	char hex[2 * CASEBOOK_KEY + 1];
	struct store_value v[1];

	if (getrandom(key, CASEBOOK_KEY, 0) != CASEBOOK_KEY)
		return err_sys(e, "random bytes");
	digest_hex(key, CASEBOOK_KEY, hex);
	v[0] = store_str(hex);
	return store_run(s, "INSERT INTO meta (name, value) VALUES ('key', $1)",
	    v, 1, NULL, NULL, e);
}

static int
key_find(struct store *s, unsigned char *key, bool *found, struct err *e)
{
	struct store_value hex;
	struct arena a;
	int r;

	arena_init(&a);
	r = store_one(s, "SELECT value FROM meta WHERE name = 'key'", NULL, 0,
	    &a, &hex, found, e);
	if (r == 0 && *found && !key_read(hex.bytes, key))
		r = err_set(e, "%s: its key is damaged", s->label);
	arena_release(&a);
	return r;
}

int
shelf_key(struct store *s, unsigned char *key, struct err *e)
{
	bool found;

	if (key_find(s, key, &found, e) != 0)
		return -1;
	if (found)
		return 0;
	if (store_begin(s, e) != 0 || key_find(s, key, &found, e) != 0)
		return -1;
	/* Somebody else may have been quicker. */
	if (found) {
		store_rollback(s);
		return 0;
	}
	return key_make(s, key, e) != 0 ? -1 : store_commit(s, e);
}

int
casebook_open(
    struct casebook *b, const char *place, struct span reading, struct err *e)
{
	struct store s;
	int r;

	*b = (struct casebook){.place = place};
	arena_init(&b->arena);
	b->reading = arena_copy(&b->arena, reading);
	map_init(&b->item_paths, &b->arena);
	if (store_open(&s, place, STORE_CREATE, e) != 0)
		return -1;
	r = shelf_key(&s, b->key, e);
	if (r == 0)
		r = shelf_read(b, &s, e);
	store_close(&s);
	return r;
}

void
casebook_release(struct casebook *b)
{
	if (b == NULL)
		return;
	arena_release(&b->arena);
	*b = (struct casebook){0};
}

/* ---- hashing ---- */

/* The first n bytes have the hash of the row: its SHA-256 where it has one,
 * since somebody could make two files with one XXH3. */
static bool
same_bytes(int fd, uint64_t n, const struct casebook_row *row)
{
	struct digest d;
	struct digest_result got;
	struct stream s;
	struct err e;
	char *room, hex[2 * DIGEST_SHA256_BYTES + 1];
	bool sha = row->sha256.n > 0;
	ssize_t r;

	if (digest_init(&d, sha ? UINT64_MAX : 0, &e) != 0)
		return false;
	room = malloc(LIMIT_BLOCK_BYTES);
	ASSERT(room != NULL);
	stream_range(&s, fd, 0, n);
	while ((r = stream_read(&s, room, LIMIT_BLOCK_BYTES)) > 0)
		digest_update(&d, span_of(room, (size_t)r));
	digest_final(&d, &got);
	digest_release(&d);
	stream_release(&s);
	free(room);
	if (r < 0 || got.bytes != n)
		return false;
	if (sha) {
		digest_hex(got.sha256, DIGEST_SHA256_BYTES, hex);
		return span_is(row->sha256, hex);
	}
	digest_hex(got.xxh3, DIGEST_XXH3_BYTES, hex);
	return span_is(row->xxh3, hex);
}

/* ---- what a scan meets ---- */

/* Absolute, but not resolved: a link is another place. */
static struct span
origin_of(struct casebook *b, const char *path)
{
	char cwd[LIMIT_PATH_BYTES];

	if (strcmp(path, "-") == 0)
		return SPAN("-");
	while (path[0] == '.' && path[1] == '/')
		for (path += 2; *path == '/';)
			path++;
	if (path[0] == '/' || getcwd(cwd, sizeof(cwd)) == NULL)
		return store_clean(
		    &b->arena, arena_copy(&b->arena, span_str(path)));
	return store_clean(
	    &b->arena, arena_fmt(&b->arena, "%s/%s",
			   strcmp(cwd, "/") == 0 ? "" : cwd, path));
}

static bool
unit_is_current(struct casebook *b, const struct casebook_unit *u)
{
	for (size_t i = 0; i < u->nrows; i++) {
		const struct casebook_row *r = &u->rows[i];

		if (!span_is(r->standing, standing_current))
			continue;
		if (!span_eq(r->reading, shelf_reading(b, r->evidence)) ||
		    span_is(r->trouble, "lost"))
			return false;
	}
	return true;
}

static struct casebook_item *
item_new(struct casebook *b, const struct casebook_source *s)
{
	struct span origin = origin_of(b, s->open_path);
	uint32_t at = map_get(&b->item_paths, s->path);
	struct casebook_item *it;

	/* What is read in a second pass comes again. */
	if (at != MAP_NONE && span_eq(b->items[at].origin, origin) &&
	    b->items[at].fate == ITEM_READ && s->fd >= 0)
		return &b->items[at];
	b->items = arena_grow(
	    &b->arena, b->items, b->nitems, &b->items_cap, sizeof(*b->items));
	it = &b->items[b->nitems];
	*it = (struct casebook_item){.path = arena_copy(&b->arena, s->path),
	    .origin = origin,
	    .stream = strcmp(s->open_path, "-") == 0 ||
		      (s->fd >= 0 && s->size == STREAM_SIZE_UNKNOWN),
	    .fate = s->fd < 0 ? ITEM_BAD : ITEM_READ,
	    .moved = MAP_NONE};
	it->origin_id = shelf_hash(&b->arena, it->origin);
	map_add(&b->item_paths, it->path, (uint32_t)b->nitems++);
	return it;
}

/* Is it the file that the case lies in, or one beside it? */
static bool
is_itself(const struct casebook *b, int fd)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	struct stat st, own;
	char path[LIMIT_PATH_BYTES + 16];

	if (fd < 0 || fstat(fd, &st) != 0)
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		int n = snprintf(path, sizeof(path), "%s%s", b->place, ends[i]);

		if (n > 0 && (size_t)n < sizeof(path) &&
		    stat(path, &own) == 0 && own.st_dev == st.st_dev &&
		    own.st_ino == st.st_ino)
			return true;
	}
	return false;
}

bool
casebook_known(struct casebook *b, const struct casebook_source *s)
{
	struct casebook_item *it;
	const struct casebook_row *row;
	uint32_t at;
	bool moved, current;

	if (is_itself(b, s->fd))
		return true;
	it = item_new(b, s);
	at = map_get(&b->by_origin, it->origin_id);
	moved = at == MAP_NONE;
	if (it->fate == ITEM_BAD || it->stream)
		return false;
	if (moved)
		at = map_get(&b->by_path, it->path);
	if (at == MAP_NONE || (row = shelf_main(&b->units[at])) == NULL ||
	    s->size < row->bytes)
		return false;
	if (s->size > row->bytes) {
		if (!moved && same_bytes(s->fd, row->bytes, row))
			it->grown = row->xxh3;
		return false;
	}
	current = unit_is_current(b, &b->units[at]) && !b->read_all;
	if ((!moved && !current) || !same_bytes(s->fd, s->size, row))
		return false;
	if (moved)
		it->moved = at;
	if (!current)
		return false;
	it->fate = ITEM_KEPT;
	return true;
}

static bool
read_otherwise(struct casebook *b, const struct casebook_unit *u)
{
	for (size_t i = 0; i < u->nrows; i++)
		if (span_is(u->rows[i].standing, standing_current) &&
		    !span_eq(u->rows[i].reading,
			shelf_reading(b, u->rows[i].evidence)))
			return true;
	return false;
}

/* Is the file of a unit where it was, with what it held? */
static bool
still_there(const struct casebook_unit *u)
{
	const struct casebook_row *row = shelf_main(u);
	struct stat st;
	bool same;
	int fd;

	if (row == NULL || span_is(u->origin, "-"))
		return false;
	fd = open(u->origin.p, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return false;
	same = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       (uint64_t)st.st_size == row->bytes &&
	       same_bytes(fd, row->bytes, row);
	close(fd);
	return same;
}

bool
casebook_stale(
    struct casebook *b, size_t *at, struct span *path, const char **open_path)
{
	for (; *at < b->nunits; ++*at) {
		const struct casebook_unit *u = &b->units[*at];

		if (!read_otherwise(b, u) || !still_there(u))
			continue;
		*path = u->path;
		*open_path = u->origin.p;
		++*at;
		return true;
	}
	return false;
}

/* ---- reading files again ---- */

int
casebook_look(struct casebook *b, const char *place, struct err *e)
{
	struct store s;
	bool found;
	int r;

	*b = (struct casebook){.place = place};
	arena_init(&b->arena);
	if (store_open(&s, place, STORE_READ, e) != 0)
		return -1;
	r = key_find(&s, b->key, &found, e);
	if (r == 0 && !found)
		r = err_set(e, "%s: its key is damaged", s.label);
	if (r == 0)
		r = shelf_read(b, &s, e);
	store_close(&s);
	return r;
}

static bool
has_evidence(const struct casebook_unit *u, struct span evidence)
{
	for (size_t i = 0; i < u->nrows; i++)
		if (span_is(u->rows[i].standing, standing_current) &&
		    span_eq(u->rows[i].evidence, evidence))
			return true;
	return false;
}

bool
casebook_there(struct casebook *b, struct span evidence, size_t *at,
    struct span *path, const char **open_path)
{
	for (; *at < b->nunits; ++*at) {
		const struct casebook_unit *u = &b->units[*at];

		if (!has_evidence(u, evidence) || !still_there(u))
			continue;
		*path = u->path;
		*open_path = u->origin.p;
		++*at;
		return true;
	}
	return false;
}
