#include "intel/yaml_pack.h"

#include <stdio.h>
#include <xxhash.h>

#include "base/cursor.h"
#include "base/err.h"
#include "base/limits.h"

/* YAML 1.2.2 section 5.1 allows no NUL. */
#define MARK SPAN("\0YAML1\0\n")

/* ---- packing ---- */

struct packing {
	struct buf *nodes, *texts;
	uint32_t n;
};

static void
put_number(struct buf *b, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		buf_u8(b, (uint8_t)(v & 0x7f) | 0x80);
	buf_u8(b, (uint8_t)v);
}

static void
put_node(struct packing *p, const struct yaml_node *x)
{
	p->n++;
	buf_u8(p->nodes, (uint8_t)(x->kind | (unsigned)x->plain << 2 |
				   (unsigned)x->flow << 3));
	put_number(p->nodes, x->line);
	put_number(p->nodes, x->column);
	put_number(p->nodes, x->kind == YAML_TEXT ? x->text.n : x->n);
	if (x->kind == YAML_TEXT) {
		buf_put(p->texts, x->text);
		buf_byte(p->texts, '\0');
	}
	for (size_t i = 0; x->kind != YAML_TEXT && i < x->n; i++) {
		if (x->kind == YAML_MAP)
			put_node(p, x->keys[i]);
		put_node(p, x->items[i]);
	}
}

void
yaml_pack(struct buf *b, const struct yaml_docs *docs, struct span text)
{
	struct buf nodes, texts;
	struct packing p = {&nodes, &texts, 0};

	buf_init(&nodes, LIMIT_BUF_BYTES);
	buf_init(&texts, LIMIT_BUF_BYTES);
	for (size_t i = 0; i < docs->n; i++)
		put_node(&p, docs->v[i]);
	buf_put(b, MARK);
	buf_u32(b, (uint32_t)docs->n);
	buf_u32(b, p.n);
	buf_u32(b, (uint32_t)texts.n);
	buf_u64(b, XXH3_64bits(text.p, text.n));
	buf_put(b, buf_span(&nodes));
	buf_put(b, buf_span(&texts));
	ASSERT(!buf_full(&nodes) && !buf_full(&texts));
	buf_release(&nodes);
	buf_release(&texts);
}

/* ---- unpacking ---- */

struct unpacking {
	struct span rest; /* nodes */
	struct span texts;
	struct yaml_node *nodes, **links; /* room for all */
	size_t nnodes, nlinks;		  /* left in it */
};

static bool
take_number(struct unpacking *u, uint64_t *out)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 5 && i < u->rest.n; i++) {
		unsigned char c = (unsigned char)u->rest.p[i];

		v |= (uint64_t)(c & 0x7f) << 7 * i;
		if (c < 0x80) {
			u->rest.p += i + 1;
			u->rest.n -= i + 1;
			*out = v;
			return true;
		}
	}
	return false;
}

static bool
take_text(struct unpacking *u, uint64_t n, struct span *out)
{
	if (n >= u->texts.n)
		return false;
	*out = span_head(u->texts, (size_t)n);
	u->texts = span_from(u->texts, (size_t)n + 1);
	return true;
}

static bool take_node(
    struct unpacking *u, unsigned level, struct yaml_node **out);

static struct yaml_node **
take_links(struct unpacking *u, size_t n)
{
	struct yaml_node **v = u->links;

	u->links += n;
	u->nlinks -= n;
	return v;
}

static bool
take_below(struct unpacking *u, unsigned level, struct yaml_node *x)
{
	bool map = x->kind == YAML_MAP;

	if (x->n > u->nlinks || (map && x->n > u->nlinks / 2))
		return false;
	if (map)
		x->keys = take_links(u, x->n);
	x->items = take_links(u, x->n);
	for (size_t i = 0; i < x->n; i++)
		if ((map && (!take_node(u, level + 1, &x->keys[i]) ||
				x->keys[i]->kind != YAML_TEXT)) ||
		    !take_node(u, level + 1, &x->items[i]))
			return false;
	return true;
}

static bool
take_node(struct unpacking *u, unsigned level, struct yaml_node **out)
{
	uint64_t tag, line, column, n;
	struct yaml_node *x;

	if (u->nnodes == 0 || level >= LIMIT_YAML_DEPTH ||
	    !take_number(u, &tag) || (tag & 3) > YAML_MAP || tag > 15 ||
	    !take_number(u, &line) || !take_number(u, &column) ||
	    !take_number(u, &n))
		return false;
	u->nnodes--;
	x = u->nodes++;
	*x = (struct yaml_node){.kind = (enum yaml_kind)(tag & 3),
	    .plain = (tag & 4) != 0,
	    .flow = (tag & 8) != 0,
	    .line = (uint32_t)line,
	    .column = (uint32_t)column};
	*out = x;
	if (x->kind == YAML_TEXT)
		return take_text(u, n, &x->text);
	x->n = (size_t)n;
	return take_below(u, level, x);
}

bool
yaml_is_packed(struct span s)
{
	return span_starts(s, MARK);
}

uint64_t
yaml_text_hash(struct span s)
{
	struct cursor c = cursor_of(s);

	if (!yaml_is_packed(s))
		return XXH3_64bits(s.p, s.n);
	cursor_skip(&c, MARK.n + 12);
	return cursor_le64(&c);
}

static int
broken(struct yaml_error *e)
{
	*e = (struct yaml_error){0};
	snprintf(e->text, sizeof(e->text), "packed YAML that is damaged");
	return -1;
}

int
yaml_unpack(struct arena *a, struct span packed, struct yaml_docs *out,
    struct yaml_error *e)
{
	struct cursor c = cursor_of(packed);
	struct yaml_docs docs;
	struct unpacking u;
	uint32_t nodes, texts;

	cursor_skip(&c, MARK.n);
	docs.n = cursor_le32(&c);
	nodes = cursor_le32(&c);
	texts = cursor_le32(&c);
	(void)cursor_le64(&c);
	/* A node has four bytes at least, a document a node. */
	if (c.failed || texts > cursor_left(&c) || docs.n > nodes ||
	    docs.n > LIMIT_YAML_DOCS || nodes > LIMIT_YAML_NODES ||
	    nodes > (cursor_left(&c) - texts) / 4)
		return broken(e);
	u.rest = cursor_take(&c, cursor_left(&c) - texts);
	u.texts = arena_copy(a, cursor_take(&c, texts));
	u.nodes = arena_array(a, nodes, sizeof(*u.nodes));
	u.links = arena_array(a, nodes, sizeof(*u.links));
	u.nnodes = u.nlinks = nodes;
	docs.v = arena_array(a, docs.n, sizeof(*docs.v));
	for (size_t i = 0; i < docs.n; i++)
		if (!take_node(&u, 0, &docs.v[i]))
			return broken(e);
	*out = docs;
	return 0;
}
