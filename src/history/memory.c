#include "history/memory.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"

#define MAGIC "tidemark history 3\n"

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
put_commits(const struct history *h, size_t from, struct buf *b)
{
	put_number(b, h->ncommits - from);
	for (size_t i = from; i < h->ncommits; i++) {
		const struct history_commit *c = &h->commits[i];

		buf_put(b, span_of((const char *)c->oid, OID_BYTES));
		buf_u64(b, (uint64_t)c->time);
		buf_u64(b, (uint64_t)c->committed);
		buf_bytes(b, c->author);
		buf_bytes(b, c->committer);
	}
}

static bool
file_is_wanted(const struct history *h, size_t i, bool all)
{
	return all || h->files[i].changed;
}

static void
put_files(const struct history *h, bool all, struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nfiles; i++)
		n += file_is_wanted(h, i, all);
	put_number(b, n);
	for (size_t i = 0; i < h->nfiles; i++) {
		const struct history_file *f = &h->files[i];

		if (!file_is_wanted(h, i, all))
			continue;
		put_number(b, i);
		buf_bytes(b, f->path);
		put_number(b, f->n);
		for (size_t k = 0; k < f->n; k++) {
			put_number(b, f->v[k].commit);
			put_number(b, (uint64_t)f->v[k].blob + 1);
		}
	}
}

static void
put_items(const struct history *h, size_t from, struct buf *b)
{
	put_number(b, h->nitems - from);
	for (size_t i = from; i < h->nitems; i++) {
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
put_blob(const struct history_blob *x, struct buf *b)
{
	buf_put(b, span_of((const char *)x->oid, OID_BYTES));
	/* One that was lost is tried again. */
	buf_u8(b, x->state == STATE_KNOWN);
	buf_u8(b, x->trouble);
	buf_u8(b, x->config);
	buf_bytes(b, x->host);
	/* One that is no longer on the line has no place. */
	put_number(b, (uint64_t)(x->file + 1));
	put_number(b, x->file == HISTORY_NONE ? 0 : x->commit);
	put_number(b, x->n);
	for (uint32_t k = 0; k < x->n; k++) {
		put_number(b, x->v[k].item);
		put_number(b, x->v[k].line);
	}
}

static void
put_blobs(const struct history *h, bool all, struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nblobs; i++)
		n += all || h->blobs[i].changed;
	put_number(b, n);
	for (size_t i = 0; i < h->nblobs; i++)
		if (all || h->blobs[i].changed) {
			put_number(b, i);
			put_blob(&h->blobs[i], b);
		}
}

bool
history_pack(
    const struct history *h, struct span maker, bool all, struct buf *out)
{
	size_t begin = out->n;
	uint64_t sum;

	buf_puts(out, MAGIC);
	buf_u64(out, all ? 0 : h->memory.sum);
	buf_bytes(out, maker);
	put_commits(h, all ? 0 : h->memory.commits, out);
	put_files(h, all, out);
	put_items(h, all ? 0 : h->memory.items, out);
	put_blobs(h, all, out);
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
take_states(struct history_file *f, struct cursor *c)
{
	f->n = 0;
	f->cap = take_count(c, 2);
	free(f->v);
	f->v = reallocarray(NULL, f->cap + 1, sizeof(*f->v));
	ASSERT(f->v != NULL);
	for (; f->n < f->cap && !c->failed; f->n++) {
		f->v[f->n].commit = (uint32_t)take_number(c);
		f->v[f->n].blob = (uint32_t)(take_number(c) - 1);
	}
}

/* New ones, and states of known ones in place of those before. */
static void
take_files(struct history *h, struct cursor *c)
{
	size_t n = take_count(c, 6);

	for (size_t i = 0; i < n && !c->failed; i++) {
		uint64_t at = take_number(c);
		uint32_t is = history_file_index(h, cursor_bytes(c));

		c->failed |= is != at;
		if (c->failed)
			return;
		h->states -= h->files[at].n;
		take_states(&h->files[at], c);
		h->states += h->files[at].n;
	}
}

static void
take_items(struct history *h, struct cursor *c, size_t nchecks)
{
	size_t n = take_count(c, 18), from = h->nitems;

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
			c->failed |= history_item(h, &x) != from + i;
	}
}

static void
take_entries(struct history *h, struct history_blob *b, struct cursor *c)
{
	size_t n = take_count(c, 2);
	struct history_entry *v = reallocarray(NULL, n + 1, sizeof(*v));

	ASSERT(v != NULL);
	if (b->owned)
		free((void *)b->v);
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
	size_t n = take_count(c, OID_BYTES + 11);

	for (size_t i = 0; i < n && !c->failed; i++) {
		uint64_t at = take_number(c);
		unsigned char oid[OID_BYTES] = {0};
		struct history_blob *b;

		take_oid(c, oid);
		c->failed |= at > h->nblobs || history_blob_index(h, oid) != at;
		if (c->failed)
			return;
		b = &h->blobs[at];
		b->state = cursor_u8(c) ? STATE_KNOWN : STATE_WANTED;
		b->trouble = cursor_u8(c);
		c->failed |= b->trouble > DIAG_COUNT;
		b->config = cursor_u8(c) != 0;
		b->host = history_text(h, cursor_bytes(c));
		b->file = (uint32_t)(take_number(c) - 1);
		b->commit = (uint32_t)take_number(c);
		take_entries(h, b, c);
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
		if (h->blobs[i].file != HISTORY_NONE &&
		    (h->blobs[i].file >= h->nfiles ||
			h->blobs[i].commit >= h->ncommits))
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
	h->memory = (struct history_memory){0};
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
	h->memory = (struct history_memory){0};
}

/* What is in memory need not be remembered again. */
static void
remembered(struct history *h, size_t bytes, uint64_t sum)
{
	struct history_memory *m = &h->memory;

	for (size_t i = 0; i < h->nfiles; i++)
		h->files[i].changed = false;
	for (size_t i = 0; i < h->nblobs; i++)
		h->blobs[i].changed = false;
	m->commits = h->ncommits;
	m->items = h->nitems;
	m->sum = sum;
	if (m->parts++ == 0)
		m->first_bytes = bytes;
	else
		m->more_bytes += bytes;
}

/* *follows: it is what comes after those before. */
static int
part_take(struct history *h, struct span bytes, struct span maker,
    size_t nchecks, bool *same, bool *follows, struct err *e)
{
	struct span magic = SPAN(MAGIC), body;
	struct cursor c, end;
	uint64_t sum;

	if (!span_starts(bytes, magic) || bytes.n < magic.n + 16)
		return err_set(e, "of another form");
	body = span_head(bytes, bytes.n - 8);
	end = cursor_of(span_from(bytes, bytes.n - 8));
	sum = cursor_le64(&end);
	if (XXH3_64bits(body.p, body.n) != sum)
		return err_set(e, "damaged");
	c = cursor_of(span_from(body, magic.n));
	*follows = cursor_le64(&c) == h->memory.sum;
	if (!*follows)
		return 0;
	*same = span_eq(cursor_bytes(&c), maker);
	take_commits(h, &c);
	take_files(h, &c);
	take_items(h, &c, *same ? nchecks : UINT32_MAX);
	take_blobs(h, &c);
	if (c.failed || cursor_left(&c) > 0)
		return err_set(e, "it does not hold together");
	remembered(h, bytes.n, sum);
	return 0;
}

int
history_unpack(struct history *h, const struct span_list *parts,
    struct span maker, size_t nchecks, struct err *e)
{
	bool follows = true, same = true, is = true;

	for (size_t i = 0; i < parts->n && follows; i++) {
		if (part_take(
			h, parts->v[i], maker, nchecks, &is, &follows, e) != 0)
			return -1;
		/* All of one line of parts have the same maker. */
		same = same && (!follows || is);
	}
	if (!holds_together(h))
		return err_set(e, "it does not hold together");
	if (!same)
		results_forget(h);
	return 0;
}

bool
history_memory_anew(const struct history *h)
{
	const struct history_memory *m = &h->memory;

	return m->parts == 0 || m->parts >= LIMIT_HISTORY_PARTS ||
	       m->more_bytes > m->first_bytes / 2;
}
