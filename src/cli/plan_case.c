#include "cli/plan_case.h"

#include <stdlib.h>
#include <string.h>

#include "store/casebook.h"

struct again {
	struct casefile *c, read; /* the case; what was read once more */
	struct remedy_set *set;
	struct arena arena;
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
		v = arena_grow(&x->arena, v, n, &cap, sizeof(*v));
		v[n++] = m;
	}
	if (n == 0)
		return 0;
	with.more = v;
	with.nmore = n;
	memcpy(with.worker.secret_key, b->key, CASEBOOK_KEY);
	with.worker.keyed = true;
	return scan_run(NULL, 0, &with, &x->read, e);
}

/* Remedies for a text that is not the one the findings are of would be worse
 * than none. */
static int
files_compare(struct again *x, struct err *e)
{
	for (size_t i = 0; i < x->read.nsources; i++) {
		const struct source *s = &x->read.sources[i];
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
	struct span_list *l = &x->set->unread;
	size_t n = 0;

	for (uint32_t i = 0; i < x->c->nsources; i++)
		n += is_current_config(&x->c->sources[i]) && !x->met[i];
	l->v = arena_array(&x->set->arena, n, sizeof(*l->v));
	for (uint32_t i = 0; i < x->c->nsources; i++)
		if (is_current_config(&x->c->sources[i]) && !x->met[i])
			l->v[l->n++] = x->c->sources[i].path;
}

static int
again_read(struct again *x, const char *place, const struct scan_options *o,
    struct err *e)
{
	struct casebook b;
	int r = casebook_look(&b, place, e);

	map_init(&x->paths, &x->arena);
	x->met = arena_array(&x->arena, x->c->nsources, sizeof(*x->met));
	for (uint32_t i = 0; i < x->c->nsources; i++) {
		x->met[i] = false;
		if (is_current_config(&x->c->sources[i]))
			map_add(&x->paths, x->c->sources[i].path, i);
	}
	if (r == 0)
		r = files_read(x, &b, o, e);
	if (r == 0)
		r = files_compare(x, e);
	if (r == 0)
		unread_tell(x);
	casebook_release(&b);
	return r;
}

int
plan_case_try(const char *place, const struct scan_options *o,
    struct casefile *c, struct remedy_set *set, struct err *e)
{
	struct again x = {.c = c, .set = set};
	int r;

	arena_init(&x.arena);
	casefile_init(&x.read, c->knowledge);
	r = again_read(&x, place, o, e);
	casefile_release(&x.read);
	arena_release(&x.arena);
	return r;
}

int
plan_case_load(const char *place, const struct scan_options *o, int64_t now,
    struct casefile *c, struct remedy_set *set, struct err *e)
{
	if (casebook_load(place, c, now, e) != 0)
		return -1;
	return plan_case_try(place, o, c, set, e);
}
