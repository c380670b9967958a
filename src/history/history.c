#include "history/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "device/device.h"
#include "source/digest.h"

void
history_init(struct history *h)
{
	*h = (struct history){0};
	arena_init(&h->arena);
	map_init(&h->blob_index, &h->arena);
	map_init(&h->item_index, &h->arena);
	map_init(&h->file_index, &h->arena);
	map_init(&h->texts, &h->arena);
	map_init(&h->told, &h->arena);
}

void
history_release(struct history *h)
{
	if (h == NULL)
		return;
	free(h->commits);
	for (size_t i = 0; i < h->nblobs; i++)
		if (h->blobs[i].owned)
			free((void *)h->blobs[i].v);
	free(h->blobs);
	free(h->items);
	for (size_t i = 0; i < h->nfiles; i++)
		free(h->files[i].v);
	free(h->files);
	free(h->gone);
	arena_release(&h->arena);
	*h = (struct history){0};
}

/* Room for one more; these arrays grow to millions, where leaving the old
 * ones in an arena would double the memory. */
static void *
grown(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap > 0 ? *cap * 2 : 8;
	v = reallocarray(v, *cap, size);
	ASSERT(v != NULL);
	return v;
}

void
history_diag(struct history *h, enum diag_code code, struct span detail)
{
	if (diag_severity(code) != DIAG_NOTE)
		h->incomplete = true;
	if (h->ndiags >= LIMIT_DIAGS)
		return;
	h->diags = arena_grow(
	    &h->arena, h->diags, h->ndiags, &h->diags_cap, sizeof(*h->diags));
	h->diags[h->ndiags++] =
	    (struct diag){code, 0, arena_copy(&h->arena, detail)};
}

void
history_file_diag(struct history *h, const struct history_blob *b,
    enum diag_code code, struct span detail)
{
	struct span path = h->files[b->file].path;
	uint32_t seen = (uint32_t)h->told.n;
	char hex[2 * OID_BYTES + 1];
	struct span key =
	    arena_fmt(&h->arena, "%u %.*s", (unsigned)code, SPAN_FMT(path));

	if (map_add(&h->told, key, seen) != seen)
		return;
	digest_hex(h->commits[b->commit].oid, OID_BYTES, hex);
	history_diag(h, code,
	    arena_fmt(&h->arena, "%.*s at %.12s%s%.*s", SPAN_FMT(path), hex,
		detail.n > 0 ? ": " : "", SPAN_FMT(detail)));
}

struct span
history_text(struct history *h, struct span s)
{
	if (s.n == 0)
		return (struct span){0};
	map_add(&h->texts, s, 0);
	return map_key(&h->texts, s);
}

void
history_commit_add(struct history *h, const struct history_commit *c)
{
	const struct history_commit *last =
	    h->ncommits > 0 ? &h->commits[h->ncommits - 1] : NULL;
	struct history_commit *to;

	h->ngone = 0;
	if (last != NULL && last->time != TIME_NONE && c->time < last->time)
		h->clock_jumps++;
	h->commits = grown(
	    h->commits, h->ncommits, &h->commits_cap, sizeof(*h->commits));
	to = &h->commits[h->ncommits++];
	*to = *c;
	to->author = history_text(h, c->author);
	to->committer = history_text(h, c->committer);
}

uint32_t
history_file_index(struct history *h, struct span path)
{
	uint32_t at = map_add(&h->file_index, path, (uint32_t)h->nfiles);

	if (at < h->nfiles)
		return at;
	h->files = grown(h->files, h->nfiles, &h->files_cap, sizeof(*h->files));
	h->files[h->nfiles] = (struct history_file){
	    .path = map_key(&h->file_index, path), .changed = true};
	return (uint32_t)h->nfiles++;
}

static struct history_file *
file_of(struct history *h, struct span path)
{
	uint32_t at = history_file_index(h, path);

	return &h->files[at];
}

uint32_t
history_blob_index(struct history *h, const unsigned char oid[OID_BYTES])
{
	struct span key = span_of((const char *)oid, OID_BYTES);
	uint32_t at = map_add(&h->blob_index, key, (uint32_t)h->nblobs);
	struct history_blob *b;

	if (at < h->nblobs)
		return at;
	h->blobs = grown(h->blobs, h->nblobs, &h->blobs_cap, sizeof(*h->blobs));
	b = &h->blobs[h->nblobs++];
	*b = (struct history_blob){.file = HISTORY_NONE, .changed = true};
	memcpy(b->oid, oid, OID_BYTES);
	return at;
}

static void
state_add(struct history *h, struct history_file *f, uint32_t blob)
{
	f->changed = true;
	f->v = grown(f->v, f->n, &f->cap, sizeof(*f->v));
	f->v[f->n++] =
	    (struct history_state){(uint32_t)(h->ncommits - 1), blob};
	h->states++;
}

uint32_t
history_blob_find(struct history *h, const unsigned char oid[OID_BYTES])
{
	return map_get(&h->blob_index, span_of((const char *)oid, OID_BYTES));
}

void
history_set(
    struct history *h, struct span path, const unsigned char oid[OID_BYTES])
{
	struct history_file *f = file_of(h, path);
	uint32_t at = history_blob_index(h, oid);

	/* New, or known from an earlier run, of another line. */
	if (h->blobs[at].file == HISTORY_NONE) {
		h->blobs[at].file = (uint32_t)(f - h->files);
		h->blobs[at].commit = (uint32_t)(h->ncommits - 1);
		h->blobs[at].changed = true;
	}
	state_add(h, f, at);
}

void
history_gone(struct history *h, struct span path)
{
	struct history_file *f = file_of(h, path);

	state_add(h, f, HISTORY_NONE);
	h->gone = grown(h->gone, h->ngone, &h->gone_cap, sizeof(*h->gone));
	h->gone[h->ngone++] = (uint32_t)(f - h->files);
}

/* ---- files that are moved ---- */

static void
move(struct history_file *from, struct history_file *to)
{
	struct history_state here = to->v[0];

	free(to->v);
	*to = (struct history_file){.path = to->path,
	    .v = from->v,
	    .n = from->n - 1,
	    .cap = from->cap,
	    .changed = true};
	to->v[to->n++] = here;
	from->changed = true;
	from->v = NULL;
	from->n = from->cap = 0;
}

void
history_commit_end(struct history *h)
{
	uint32_t commit = (uint32_t)(h->ncommits - 1);
	struct map gone;
	struct arena a;

	/* What is new in a commit stands at the end of the files. */
	if (h->ngone == 0 || h->files[h->nfiles - 1].n != 1 ||
	    h->files[h->nfiles - 1].v[0].commit != commit)
		return;
	arena_init(&a);
	map_init(&gone, &a);
	for (size_t i = 0; i < h->ngone; i++) {
		const struct history_file *f = &h->files[h->gone[i]];

		if (f->n >= 2 && f->v[f->n - 2].blob != HISTORY_NONE)
			map_add(&gone,
			    span_of((const char *)&f->v[f->n - 2].blob,
				sizeof(uint32_t)),
			    h->gone[i]);
	}
	for (size_t i = h->nfiles; i-- > 0;) {
		struct history_file *f = &h->files[i];
		uint32_t from;

		if (f->n != 1 || f->v[0].commit != commit)
			break;
		from = map_get(&gone,
		    span_of((const char *)&f->v[0].blob, sizeof(uint32_t)));
		if (from == MAP_NONE || h->files[from].n == 0)
			continue;
		move(&h->files[from], f);
	}
	arena_release(&a);
}

/* ---- items ---- */

uint32_t
history_item(struct history *h, const struct history_item *x)
{
	struct buf key;
	uint32_t at;

	buf_init(&key, LIMIT_MESSAGE_BYTES);
	buf_u8(&key, (uint8_t)x->kind);
	buf_u32(&key, x->what);
	buf_u8(&key, x->severity);
	buf_u8(&key, x->confidence);
	buf_bytes(&key, x->subject);
	buf_bytes(&key, x->rest);
	at = map_add(&h->item_index, buf_span(&key), (uint32_t)h->nitems);
	buf_release(&key);
	if (at < h->nitems)
		return at;
	h->items = grown(h->items, h->nitems, &h->items_cap, sizeof(*h->items));
	h->items[h->nitems] = *x;
	h->items[h->nitems].subject = history_text(h, x->subject);
	h->items[h->nitems].rest = history_text(h, x->rest);
	h->items[h->nitems].text = history_text(h, x->text);
	return (uint32_t)h->nitems++;
}

struct span
history_device(const struct history *h, uint32_t file)
{
	const struct history_file *f = &h->files[file];

	for (size_t i = f->n; i-- > 0;) {
		const struct history_blob *b;

		if (f->v[i].blob == HISTORY_NONE)
			continue;
		b = &h->blobs[f->v[i].blob];
		if (b->state != STATE_KNOWN)
			continue;
		if (b->host.n > 0)
			return b->host;
		break;
	}
	return path_device_name(f->path);
}
