/*
 * Files and folders as the two sides of a comparison: each side is scanned as a
 * case, and its devices become files of a history of two commits.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/limits.h"
#include "history/diff.h"
#include "run/case_again.h"
#include "store/casebook.h"

struct said {
	struct span path; /* of the source */
	struct history_entry entry;
};

struct side {
	struct history *h;
	struct said *v;
	size_t n, cap;
	struct arena arena;
};

static void
on_statement(void *ctx, struct span path, struct cursor c)
{
	struct side *s = ctx;
	struct history_item x = {.kind = ITEM_STATEMENT, .what = cursor_u8(&c)};
	uint64_t line = cursor_le64(&c);

	x.subject = cursor_bytes(&c);
	x.rest = cursor_bytes(&c);
	x.text = cursor_bytes(&c);
	if (c.failed || x.what >= K_COUNT || x.subject.n == 0)
		return;
	if (s->n >= LIMIT_HISTORY_CELLS ||
	    s->h->arena.used > LIMIT_CASE_BYTES) {
		s->h->incomplete = true;
		return;
	}
	s->v = arena_grow(&s->arena, s->v, s->n, &s->cap, sizeof(*s->v));
	s->v[s->n++] = (struct said){history_text(s->h, path),
	    {history_item(s->h, &x), line < UINT32_MAX ? (uint32_t)line : 0}};
}

/* Both sides; and of cases, what could not be read again. */
struct sides {
	struct history *h;
	struct span_list *unread;
	size_t unread_cap;
	struct map untold; /* names of devices */
};

/* What is told of one device. */
struct pile {
	struct span device;
	struct history_entry *v;
	size_t n, cap;
};

struct piles {
	struct arena *arena;
	struct pile *v;
	size_t n, cap;
	struct map index;
};

static struct pile *
pile_of(struct piles *p, struct span device)
{
	uint32_t at = map_add(&p->index, device, (uint32_t)p->n);

	if (at == p->n) {
		p->v = arena_grow(p->arena, p->v, p->n, &p->cap, sizeof(*p->v));
		p->v[p->n++] = (struct pile){.device = device};
	}
	return &p->v[at];
}

static void
pile_add(struct piles *p, struct span device, struct history_entry e)
{
	struct pile *to = pile_of(p, device);

	to->v = arena_grow(p->arena, to->v, to->n, &to->cap, sizeof(e));
	to->v[to->n++] = e;
}

static struct span
device_name(const struct casefile *c, uint32_t device)
{
	return device == DEVICE_NONE ? (struct span){0}
				     : c->fleet.v[device].name;
}

static uint32_t
check_index(const struct knowledge *k, const struct check *check)
{
	for (uint32_t i = 0; i < k->nchecks; i++)
		if (k->checks[i] == check)
			return i;
	return HISTORY_NONE;
}

static void
findings_pile(struct history *h, const struct casefile *c, struct piles *p)
{
	for (size_t i = 0; i < c->nfindings; i++) {
		const struct finding *f = &c->findings[i];
		struct history_item x = {.kind = ITEM_SIGN,
		    .what = check_index(c->knowledge, f->check),
		    .severity = (uint8_t)f->severity,
		    .confidence = (uint8_t)f->confidence,
		    .subject = f->entity};
		uint64_t line = 0;

		if (f->device == DEVICE_NONE || x.what == HISTORY_NONE)
			continue;
		if (f->nplaces > 0) {
			x.text = f->places[0].text;
			line = f->places[0].line;
		}
		pile_add(p, device_name(c, f->device),
		    (struct history_entry){history_item(h, &x),
			line < UINT32_MAX ? (uint32_t)line : 0});
	}
}

/* Each device is a file with one state, named by side and number. */
static void
piles_keep(struct history *h, const struct piles *p, uint32_t side)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct pile *pile = &p->v[i];
		unsigned char oid[OID_BYTES] = {(unsigned char)(side + 1)};
		struct history_blob *b;
		uint32_t number = (uint32_t)i;
		struct history_entry *v = malloc((pile->n + 1) * sizeof(*v));

		ASSERT(v != NULL);
		memcpy(oid + 4, &number, sizeof(number));
		history_set(h, pile->device, oid);
		b = &h->blobs[history_blob_find(h, oid)];
		if (pile->n > 0)
			memcpy(v, pile->v, pile->n * sizeof(*v));
		b->v = v;
		b->n = (uint32_t)pile->n;
		b->owned = b->config = true;
		b->host = history_text(h, pile->device);
		b->state = STATE_KNOWN;
	}
}

/* Devices that only the older side has, and those of which nothing is told. */
static void
gone_note(struct sides *x)
{
	struct history *h = x->h;

	for (uint32_t i = 0; i < h->nfiles; i++)
		if (map_get(&x->untold, h->files[i].path) != MAP_NONE)
			h->files[i].n = 0;
		else if (h->files[i].n == 1 && h->files[i].v[0].commit == 0)
			history_gone(h, h->files[i].path);
}

static int
source_by_path(const void *key, const void *at)
{
	return span_cmp(
	    *(const struct span *)key, ((const struct source *)at)->path);
}

/* What the case knows of devices whose configurations cannot be read again must
 * not look as if it were gone. */
static void
unread_note(struct sides *x, const struct casefile *whole,
    const struct span_list *unread)
{
	for (size_t i = 0; i < unread->n; i++) {
		const struct source *s = bsearch(&unread->v[i], whole->sources,
		    whole->nsources, sizeof(*whole->sources), source_by_path);

		x->unread->v = arena_grow(&x->h->arena, x->unread->v,
		    x->unread->n, &x->unread_cap, sizeof(*x->unread->v));
		x->unread->v[x->unread->n++] =
		    arena_copy(&x->h->arena, unread->v[i]);
		x->h->incomplete = true;
		if (s != NULL && s->device != DEVICE_NONE)
			map_add(&x->untold, device_name(whole, s->device), 0);
	}
}

/* A case is what its configurations state, read again. */
static int
case_scan(struct sides *x, const char *place, const struct scan_options *o,
    struct casefile *c, struct err *e)
{
	struct casefile whole;
	struct span_list unread = {0};
	struct arena a;
	int r;

	arena_init(&a);
	casefile_init(&whole, c->knowledge);
	r = casebook_load(place, &whole, 0, e);
	if (r == 0)
		r = case_again(place, o, &whole, c, &a, &unread, e);
	if (r == 0)
		unread_note(x, &whole, &unread);
	casefile_release(&whole);
	arena_release(&a);
	return r;
}

static int
side_read(struct sides *x, const char *path, uint32_t number,
    const struct scan_options *o, const struct knowledge *k, struct err *e)
{
	struct history *h = x->h;
	struct side s = {.h = h};
	struct scan_options with = *o;
	struct history_commit commit = {.time = TIME_NONE};
	struct piles piles = {.arena = &s.arena};
	struct casefile c;
	int rc;

	arena_init(&s.arena);
	map_init(&piles.index, &s.arena);
	casefile_init(&c, k);
	with.statement = on_statement;
	with.ctx = &s;
	history_commit_add(h, &commit);
	rc = store_is_case(path) ? case_scan(x, path, &with, &c, e)
				 : scan_run(&path, 1, &with, &c, e);
	if (rc == 0) {
		casefile_close(&c);
		for (size_t i = 0; i < c.fleet.n; i++)
			if (c.fleet.v[i].evidence & (EV_CONFIG | EV_VERSION))
				pile_of(&piles, c.fleet.v[i].name);
		for (size_t i = 0; i < s.n; i++) {
			const struct source *at =
			    bsearch(&s.v[i].path, c.sources, c.nsources,
				sizeof(*c.sources), source_by_path);

			if (at != NULL && at->device != DEVICE_NONE)
				pile_add(&piles, device_name(&c, at->device),
				    s.v[i].entry);
		}
		findings_pile(h, &c, &piles);
		piles_keep(h, &piles, number);
		h->incomplete |= !c.complete;
	}
	casefile_release(&c);
	arena_release(&s.arena);
	return rc;
}

int
diff_paths(struct history *h, const char *old, const char *now,
    const struct scan_options *o, const struct knowledge *k,
    struct span_list *unread, struct err *e)
{
	struct sides x = {.h = h, .unread = unread};
	struct scan_options with = *o;

	map_init(&x.untold, &h->arena);
	/* Secrets of both sides must meet. */
	with.worker.changes = &k->changes;
	with.worker.states_all = true;
	with.worker.keyed = true;
	if (getrandom(with.worker.secret_key, sizeof(with.worker.secret_key),
		0) != (ssize_t)sizeof(with.worker.secret_key))
		return err_sys(e, "random bytes");
	if (side_read(&x, old, 0, &with, k, e) != 0 ||
	    side_read(&x, now, 1, &with, k, e) != 0)
		return -1;
	gone_note(&x);
	return 0;
}
