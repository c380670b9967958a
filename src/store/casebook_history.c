#include "store/casebook_history.h"

#include <stdlib.h>

#include "base/limits.h"
#include "source/digest.h"
#include "store/raw_past.h"
#include "store/shelf_history.h"

/* What stands for a file in the map of those that are known. */
static struct span
known_key(struct arena *a, struct span file_id, struct span blob)
{
	return arena_fmt(a, "%.*s %.*s", SPAN_FMT(file_id), SPAN_FMT(blob));
}

struct span
shelf_hex(struct arena *a, struct span bytes)
{
	char hex[2 * 32 + 1];

	bytes = span_head(bytes, 32);
	digest_hex((const unsigned char *)bytes.p, bytes.n, hex);
	return arena_copy(a, span_str(hex));
}

struct span
shelf_history_name(
    const struct casebook_history *b, size_t part, struct arena *a)
{
	return arena_fmt(a, "history %.*s %zu", SPAN_FMT(b->origin_id), part);
}

/* ---- opening ---- */

static int
on_known(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct casebook_history *b = ctx;

	(void)n;
	(void)e;
	map_add(&b->known, known_key(&b->arena, v[0].bytes, v[1].bytes), 0);
	return 0;
}

/* heard, run */
static int
on_heard(void *ctx, const struct store_value *v, size_t n, struct err *e)
{
	struct casebook_history *b = ctx;
	struct past_taking t = {.c = &b->heard};

	(void)n;
	b->run = v[1].number;
	if (!raw_heard_read(&t, v[0].bytes))
		return err_set(e, "what the logs of a repository's time told "
				  "is damaged in the case");
	return 0;
}

static int
memory_read(struct casebook_history *b, struct store *s, struct err *e)
{
	struct span_list *m = &b->memory;
	size_t cap = 0;
	bool found = true;

	while (found) {
		m->v = arena_grow(&b->arena, m->v, m->n, &cap, sizeof(*m->v));
		if (casebook_recall(s, shelf_history_name(b, m->n, &b->arena),
			SPAN(HISTORY_MEMORY), &b->arena, &m->v[m->n], &found,
			e) != 0)
			return -1;
		m->n += found;
	}
	return 0;
}

static int
open_read(struct casebook_history *b, struct store *s, struct err *e)
{
	const struct store_value v[] = {
	    store_text(b->origin_id), store_text(b->reading)};

	if (shelf_key(s, b->key, e) != 0 || memory_read(b, s, e) != 0)
		return -1;
	if (store_run(s,
		"SELECT f.file_id, f.blob FROM history_files f"
		" JOIN units u ON u.unit = f.unit"
		" WHERE u.origin_id = $1 AND f.reading = $2"
		" AND f.blob IS NOT NULL",
		v, 2, on_known, b, e) != 0)
		return -1;
	return store_run(s,
	    "SELECT h.heard, h.run FROM histories h JOIN units u ON u.unit = "
	    "h.unit"
	    " WHERE u.origin_id = $1",
	    v, 1, on_heard, b, e);
}

int
casebook_history_open(struct casebook_history *b, const char *place,
    const char *repository, const char *ref, struct span reading,
    const struct knowledge *k, struct err *e)
{
	char *real = realpath(repository, NULL);
	struct store s;
	int r;

	*b = (struct casebook_history){.place = place};
	arena_init(&b->arena);
	map_init(&b->known, &b->arena);
	casefile_init(&b->heard, k);
	b->reading = arena_copy(&b->arena, reading);
	b->ref = arena_copy(&b->arena, span_str(ref));
	b->origin =
	    arena_copy(&b->arena, span_str(real != NULL ? real : repository));
	free(real);
	b->origin_id =
	    shelf_hash(&b->arena, arena_fmt(&b->arena, "git %.*s %.*s",
				      SPAN_FMT(b->origin), SPAN_FMT(b->ref)));
	if (store_open(&s, place, STORE_CREATE, e) != 0)
		return -1;
	r = open_read(b, &s, e);
	store_close(&s);
	return r;
}

void
casebook_history_release(struct casebook_history *b)
{
	if (b == NULL)
		return;
	casefile_release(&b->heard);
	arena_release(&b->arena);
	*b = (struct casebook_history){0};
}

bool
casebook_history_knows(
    const struct casebook_history *b, struct span path, struct span blob)
{
	struct arena a;
	bool is;

	arena_init(&a);
	is = map_get(&b->known, known_key(&a, shelf_hash(&a, path),
				    shelf_hex(&a, blob))) != MAP_NONE;
	arena_release(&a);
	return is;
}
