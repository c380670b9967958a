#include "run/case_again.h"

#include <stdlib.h>
#include <string.h>

#include "store/casebook.h"

struct again {
	const struct casefile *c; /* the case */
	struct casefile *read;
	struct span_list *unread;
	struct arena *arena;
	struct map paths; /* configurations that the case counts, by path */
	bool *met;	  /* by place in c->sources */
};

static bool
is_current_config(const struct source *s)
{
	return s->state == SOURCE_READ && s->revision.n == 0 &&
	       span_is(s->evidence, "config");
}

static bool
same_hash(const struct source_hashes *a, const struct source_hashes *b)
{
	return a->sha256.n > 0 && b->sha256.n > 0
		   ? span_eq(a->sha256, b->sha256)
		   : span_eq(a->xxh3, b->xxh3);
}

static int
files_read(struct again *x, struct casebook *b, const struct scan_options *o,
    struct err *e)
{
	struct scan_options with = *o;
	struct scan_more m, *v = NULL;
	size_t at = 0, n = 0, cap = 0;

	while (casebook_there(b, SPAN("config"), &at, &m.path, &m.open_path)) {
		v = arena_grow(x->arena, v, n, &cap, sizeof(*v));
		v[n++] = m;
	}
	if (n == 0)
		return 0;
	with.more = v;
	with.nmore = n;
	if (!with.worker.keyed)
		memcpy(with.worker.secret_key, b->key, CASEBOOK_KEY);
	with.worker.keyed = true;
	return scan_run(NULL, 0, &with, x->read, e);
}

/* Remedies for a text that is not the one the findings are of would be worse
 * than none. */
static int
files_compare(struct again *x, struct err *e)
{
	for (size_t i = 0; i < x->read->nsources; i++) {
		const struct source *s = &x->read->sources[i];
		uint32_t at = map_get(&x->paths, s->path);

		if (at == MAP_NONE || s->state != SOURCE_READ)
			continue;
		if (!same_hash(&s->hashes, &x->c->sources[at].hashes))
			return err_set(e,
			    "%.*s was changed while it was read; try again",
			    SPAN_FMT(s->path));
		x->met[at] = true;
	}
	return 0;
}

static void
unread_tell(struct again *x)
{
	struct span_list *l = x->unread;
	size_t n = 0;

	for (uint32_t i = 0; i < x->c->nsources; i++)
		n += is_current_config(&x->c->sources[i]) && !x->met[i];
	l->v = arena_array(x->arena, n, sizeof(*l->v));
	for (uint32_t i = 0; i < x->c->nsources; i++)
		if (is_current_config(&x->c->sources[i]) && !x->met[i])
			l->v[l->n++] = x->c->sources[i].path;
}

int
case_again(const char *place, const struct scan_options *o,
    const struct casefile *c, struct casefile *read, struct arena *a,
    struct span_list *unread, struct err *e)
{
	struct again x = {.c = c, .read = read, .unread = unread, .arena = a};
	struct casebook b;
	int r = casebook_look(&b, place, e);

	map_init(&x.paths, a);
	x.met = arena_array(a, c->nsources, sizeof(*x.met));
	for (uint32_t i = 0; i < c->nsources; i++)
		if (is_current_config(&c->sources[i]))
			map_add(&x.paths, c->sources[i].path, i);
	if (r == 0)
		r = files_read(&x, &b, o, e);
	if (r == 0)
		r = files_compare(&x, e);
	if (r == 0)
		unread_tell(&x);
	casebook_release(&b);
	return r;
}
