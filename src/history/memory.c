#include "history/memory.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"

#define MAGIC "tidemark history 2\n"

/* ---- to bytes ---- */

/* Seven bits a byte, low ones first, the top bit says that more follow. */
static void
put_number(struct buf *b, uint64_t v)
{
	while (v >= 0x80) {
		buf_u8(b, (uint8_t)(v | 0x80));
		v >>= 7;
	}
	buf_u8(b, (uint8_t)v);
}

static void
put_commits(const struct history *h, struct buf *b)
{
	put_number(b, h->ncommits);
	for (size_t i = 0; i < h->ncommits; i++) {
		const struct history_commit *c = &h->commits[i];

		buf_put(b, span_of((const char *)c->oid, OID_BYTES));
		buf_u64(b, (uint64_t)c->time);
		buf_u64(b, (uint64_t)c->committed);
		buf_bytes(b, c->author);
		buf_bytes(b, c->committer);
	}
}

static void
put_files(const struct history *h, struct buf *b)
{
	put_number(b, h->nfiles);
	for (size_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];

		buf_bytes(b, f->path);
		put_number(b, f->n);
		for (size_t k = 0; k < f->n; k++) {
			put_number(b, f->v[k].commit);
			put_number(b, (uint64_t)f->v[k].blob + 1);
		}
	}
}

static void
put_items(const struct history *h, struct buf *b)
{
	put_number(b, h->nitems);
	for (size_t i = 0; i < h->nitems; i++) {
		const struct history_item *x = &h->items[i];

		buf_u8(b, (uint8_t)x->kind);
		buf_u32(b, x->what);
		buf_u8(b, x->severity);
		buf_u8(b, x->confidence);
		buf_bytes(b, x->subject);
		buf_bytes(b, x->rest);
		buf_bytes(b, x->text);
	}
}

static void
put_blobs(const struct history *h, struct buf *b)
{
	put_number(b, h->nblobs);
	for (size_t i = 0; i < h->nblobs; i++) {
		const struct history_blob *x = &h->blobs[i];

		buf_put(b, span_of((const char *)x->oid, OID_BYTES));
		/* One that was lost is tried again. */
		buf_u8(b, x->state == STATE_KNOWN);
		buf_u8(b, x->trouble);
		buf_u8(b, x->config);
		buf_bytes(b, x->host);
		put_number(b, x->file);
		put_number(b, x->commit);
		put_number(b, x->n);
		for (uint32_t k = 0; k < x->n; k++) {
			put_number(b, x->v[k].item);
			put_number(b, x->v[k].line);
		}
	}
}

bool
history_pack(const struct history *h, struct span maker, struct buf *out)
{
	size_t begin = out->n;
	uint64_t sum;

	buf_puts(out, MAGIC);
	buf_bytes(out, maker);
	put_commits(h, out);
	put_files(h, out);
	put_items(h, out);
	put_blobs(h, out);
	if (buf_full(out))
		return false;
	sum = XXH3_64bits(out->p + begin, out->n - begin);
	buf_u64(out, sum);
	return !buf_full(out);
}

/* ---- from bytes ---- */

static uint64_t
take_number(struct cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t x = cursor_u8(c);

		v |= (uint64_t)(x & 0x7f) << shift;
		if ((x & 0x80) == 0)
			return v;
	}
	c->failed = true;
	return 0;
}

/* How many follow, each of at least size bytes. */
static size_t
take_count(struct cursor *c, size_t size)
{
	uint64_t n = take_number(c);

	if (n > cursor_left(c) / size) {
		c->failed = true;
		return 0;
	}
	return (size_t)n;
}

static void
take_oid(struct cursor *c, unsigned char oid[OID_BYTES])
{
	struct span s = cursor_take(c, OID_BYTES);

	if (s.n == OID_BYTES)
		memcpy(oid, s.p, OID_BYTES);
}

static void
take_commits(struct history *h, struct cursor *c)
{
	size_t n = take_count(c, OID_BYTES);

	for (size_t i = 0; i < n && !c->failed; i++) {
		struct history_commit x = {.known = true};

		take_oid(c, x.oid);
		x.time = (int64_t)cursor_le64(c);
		x.committed = (int64_t)cursor_le64(c);
		x.author = cursor_bytes(c);
		x.committer = cursor_bytes(c);
		if (!c->failed)
			history_commit_add(h, &x);
	}
}

static void
take_files(struct history *h, struct cursor *c)
{
	size_t n = take_count(c, 5);

	h->files = calloc(n + 1, sizeof(*h->files));
	ASSERT(h->files != NULL);
	h->files_cap = n + 1;
	for (size_t i = 0; i < n && !c->failed; i++) {
		struct history_file *f = &h->files[h->nfiles++];
		struct span path = cursor_bytes(c);

		map_add(&h->file_index, path, (uint32_t)i);
		f->path = map_key(&h->file_index, path);
		f->cap = take_count(c, 2);
		f->v = reallocarray(NULL, f->cap + 1, sizeof(*f->v));
		ASSERT(f->v != NULL);
		for (; f->n < f->cap && !c->failed; f->n++)
			f->v[f->n] =
			    (struct history_state){(uint32_t)take_number(c),
				(uint32_t)(take_number(c) - 1)};
		h->states += f->n;
		/* Two paths that are the same were never written. */
		c->failed |= map_get(&h->file_index, path) != i;
	}
}

static void
take_items(struct history *h, struct cursor *c, size_t nchecks)
{
	size_t n = take_count(c, 18);

	for (size_t i = 0; i < n && !c->failed; i++) {
		struct history_item x = {.kind = (enum item_kind)cursor_u8(c)};

		x.what = cursor_le32(c);
		x.severity = cursor_u8(c);
		x.confidence = cursor_u8(c);
		x.subject = cursor_bytes(c);
		x.rest = cursor_bytes(c);
		x.text = cursor_bytes(c);
		c->failed |=
		    x.kind > ITEM_STATEMENT || x.severity > SEV_CRITICAL ||
		    x.confidence > CONF_HIGH ||
		    x.what >= (x.kind == ITEM_STATEMENT ? K_COUNT : nchecks);
		if (!c->failed)
			c->failed |= history_item(h, &x) != i;
	}
}

static void
take_entries(struct history *h, struct history_blob *b, struct cursor *c)
{
	size_t n = take_count(c, 2);
	struct history_entry *v = reallocarray(NULL, n + 1, sizeof(*v));

	ASSERT(v != NULL);
	b->v = v;
	b->owned = true;
	for (size_t k = 0; k < n && !c->failed; k++) {
		v[k].item = (uint32_t)take_number(c);
		v[k].line = (uint32_t)take_number(c);
		c->failed |= v[k].item >= h->nitems;
	}
	b->n = (uint32_t)n;
}

static void
take_blobs(struct history *h, struct cursor *c)
{
	size_t n = take_count(c, OID_BYTES);

	h->blobs = calloc(n + 1, sizeof(*h->blobs));
	ASSERT(h->blobs != NULL);
	h->blobs_cap = n + 1;
	for (size_t i = 0; i < n && !c->failed; i++) {
		struct history_blob *b = &h->blobs[h->nblobs++];

		take_oid(c, b->oid);
		b->state = cursor_u8(c) ? STATE_KNOWN : STATE_WANTED;
		b->trouble = cursor_u8(c);
		c->failed |= b->trouble > DIAG_COUNT;
		b->config = cursor_u8(c) != 0;
		b->host = history_text(h, cursor_bytes(c));
		b->file = (uint32_t)take_number(c);
		b->commit = (uint32_t)take_number(c);
		take_entries(h, b, c);
		map_add(&h->blob_index,
		    span_of((const char *)b->oid, OID_BYTES), (uint32_t)i);
	}
}

/* Numbers that stand for something must stand for something that is there. */
static bool
holds_together(const struct history *h)
{
	for (size_t i = 0; i < h->nfiles; i++)
		for (size_t k = 0; k < h->files[i].n; k++) {
			const struct history_state *s = &h->files[i].v[k];

			if (s->commit >= h->ncommits ||
			    (k > 0 && s->commit < s[-1].commit) ||
			    (s->blob != HISTORY_NONE && s->blob >= h->nblobs))
				return false;
		}
	for (size_t i = 0; i < h->nblobs; i++)
		if (h->blobs[i].file >= h->nfiles ||
		    h->blobs[i].commit >= h->ncommits)
			return false;
	return true;
}

static void
results_forget(struct history *h)
{
	for (size_t i = 0; i < h->nblobs; i++) {
		struct history_blob *b = &h->blobs[i];

		free((void *)b->v);
		b->v = NULL;
		b->n = 0;
		b->owned = false;
		b->state = STATE_WANTED;
		b->trouble = 0;
		b->host = (struct span){0};
	}
	h->nitems = 0;
	map_init(&h->item_index, &h->arena);
}

void
history_line_forget(struct history *h)
{
	for (size_t i = 0; i < h->nfiles; i++)
		free(h->files[i].v);
	h->nfiles = h->ncommits = h->ngone = 0;
	h->states = h->clock_jumps = 0;
	map_init(&h->file_index, &h->arena);
	for (size_t i = 0; i < h->nblobs; i++)
		h->blobs[i].file = HISTORY_NONE;
}

int
history_unpack(struct history *h, struct span bytes, struct span maker,
    size_t nchecks, struct err *e)
{
	struct span magic = SPAN(MAGIC), body;
	struct cursor c, end;
	bool same;

	if (!span_starts(bytes, magic) || bytes.n < magic.n + 8)
		return err_set(e, "of another form");
	body = span_head(bytes, bytes.n - 8);
	end = cursor_of(span_from(bytes, bytes.n - 8));
	if (XXH3_64bits(body.p, body.n) != cursor_le64(&end))
		return err_set(e, "damaged");
	c = cursor_of(span_from(body, magic.n));
	same = span_eq(cursor_bytes(&c), maker);
	take_commits(h, &c);
	take_files(h, &c);
	take_items(h, &c, same ? nchecks : UINT32_MAX);
	take_blobs(h, &c);
	if (c.failed || cursor_left(&c) > 0 || !holds_together(h))
		return err_set(e, "it does not hold together");
	if (!same)
		results_forget(h);
	return 0;
}
