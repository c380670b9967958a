#include "intel/stix_codec.h"

#include "base/limits.h"

/* Least bytes of a node and of a value: what a count is checked with. */
#define NODE_BYTES 59
#define VALUE_BYTES 5

/* Levels of a tree: brackets, and what may stand between two of them. */
#define DEPTH (4 * LIMIT_PATTERN_DEPTH)

/* Seconds of WITHIN: beyond any evidence, and far from overflow. */
#define SECONDS 1e12

#define PARTS (sizeof(((struct stix_pattern *)0)->observations) / 4)

static void
put_node(struct buf *b, const struct stix_node *n)
{
	double within = n->seconds < SECONDS ? n->seconds : SECONDS;
	uint64_t seconds;

	memcpy(&seconds, &within, sizeof(seconds));
	buf_u8(b, (uint8_t)n->kind);
	buf_u8(b, (uint8_t)n->op);
	buf_u8(b, n->negated);
	buf_u32(b, n->first);
	buf_u32(b, n->next);
	buf_u32(b, n->part);
	buf_u32(b, n->column);
	buf_u64(b, seconds);
	buf_u64(b, n->times);
	buf_u64(b, (uint64_t)n->from);
	buf_u64(b, (uint64_t)n->until);
	buf_bytes(b, n->path);
	buf_u32(b, (uint32_t)n->nvalues);
	for (size_t i = 0; i < n->nvalues; i++) {
		buf_u8(b, (uint8_t)n->values[i].kind);
		buf_bytes(b, n->values[i].text);
	}
}

void
stix_encode(struct buf *b, const struct stix_pattern *p)
{
	buf_bytes(b, p->text);
	buf_u32(b, p->root);
	buf_u32(b, p->parts);
	buf_u8(b, p->qualified);
	for (uint32_t i = 0; i < p->parts && i < PARTS; i++)
		buf_u32(b, p->observations[i]);
	buf_u32(b, (uint32_t)p->n);
	for (size_t i = 0; i < p->n; i++)
		put_node(b, &p->nodes[i]);
}

static bool
get_values(struct arena *a, struct cursor *c, struct stix_node *n)
{
	n->nvalues = cursor_le32(c);
	if (n->nvalues > cursor_left(c) / VALUE_BYTES)
		return false;
	n->values = arena_array(a, n->nvalues, sizeof(*n->values));
	for (size_t i = 0; i < n->nvalues; i++) {
		unsigned kind = cursor_u8(c);

		if (kind > LITERAL_TIME)
			return false;
		n->values[i].kind = (enum stix_literal)kind;
		n->values[i].text = arena_copy(a, cursor_bytes(c));
	}
	return !c->failed;
}

static bool
get_node(struct arena *a, struct cursor *c, struct stix_node *n)
{
	unsigned kind = cursor_u8(c), op = cursor_u8(c);
	uint64_t seconds;

	if (kind > STIX_BETWEEN || op > STIX_EXISTS)
		return false;
	n->kind = (enum stix_kind)kind;
	n->op = (enum stix_op)op;
	n->negated = cursor_u8(c) != 0;
	n->first = cursor_le32(c);
	n->next = cursor_le32(c);
	n->part = cursor_le32(c);
	n->column = cursor_le32(c);
	seconds = cursor_le64(c);
	memcpy(&n->seconds, &seconds, sizeof(seconds));
	n->times = cursor_le64(c);
	n->from = (int64_t)cursor_le64(c);
	n->until = (int64_t)cursor_le64(c);
	n->path = arena_copy(a, cursor_bytes(c));
	return get_values(a, c, n);
}

static bool
is_comparison(const struct stix_node *n)
{
	return n->kind <= STIX_ANY;
}

/* What holds of a node by itself. */
static bool
node_sound(const struct stix_pattern *p, const struct stix_node *n)
{
	if (n->kind == STIX_TEST)
		return n->first == STIX_NONE &&
		       (n->op == STIX_EXISTS || n->nvalues > 0);
	if (n->kind == STIX_OBSERVATION && n->part >= p->parts)
		return false;
	/* No number, and a span without end, are none either. */
	if (n->kind == STIX_WITHIN &&
	    !(n->seconds >= 0 && n->seconds <= SECONDS))
		return false;
	return n->first != STIX_NONE;
}

/* Each node once, none below itself, comparisons below observations. */
static bool
tree_sound(const struct stix_pattern *p, uint32_t at, bool *seen, size_t depth)
{
	const struct stix_node *n = &p->nodes[at];
	bool below = is_comparison(n) || n->kind == STIX_OBSERVATION;

	if (depth > DEPTH || seen[at] || !node_sound(p, n))
		return false;
	seen[at] = true;
	for (uint32_t k = n->first; k != STIX_NONE; k = p->nodes[k].next) {
		if (k >= p->n || is_comparison(&p->nodes[k]) != below ||
		    !tree_sound(p, k, seen, depth + 1))
			return false;
	}
	return true;
}

static bool
pattern_sound(struct arena *a, const struct stix_pattern *p)
{
	bool *seen = arena_array(a, p->n, sizeof(*seen));

	if (p->root >= p->n || is_comparison(&p->nodes[p->root]) ||
	    p->nodes[p->root].next != STIX_NONE ||
	    !tree_sound(p, p->root, seen, 0))
		return false;
	for (uint32_t i = 0; i < p->parts; i++)
		if (p->observations[i] >= p->n || !seen[p->observations[i]] ||
		    p->nodes[p->observations[i]].kind != STIX_OBSERVATION)
			return false;
	return true;
}

struct stix_pattern *
stix_decode(struct arena *a, struct cursor *c)
{
	struct stix_pattern *p = arena_alloc(a, sizeof(*p));

	*p = (struct stix_pattern){0};
	p->text = arena_copy(a, cursor_bytes(c));
	p->root = cursor_le32(c);
	p->parts = cursor_le32(c);
	p->qualified = cursor_u8(c) != 0;
	if (c->failed || p->parts > PARTS)
		return NULL;
	for (uint32_t i = 0; i < p->parts; i++)
		p->observations[i] = cursor_le32(c);
	p->n = p->cap = cursor_le32(c);
	if (c->failed || p->n > LIMIT_PATTERN_NODES ||
	    p->n > cursor_left(c) / NODE_BYTES)
		return NULL;
	p->nodes = arena_array(a, p->n, sizeof(*p->nodes));
	for (size_t i = 0; i < p->n; i++)
		if (!get_node(a, c, &p->nodes[i]))
			return NULL;
	return !c->failed && cursor_left(c) == 0 && pattern_sound(a, p) ? p
									: NULL;
}
