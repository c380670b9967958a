#include "read/config/path_tree.h"

/* Children of a node that are sought one by one. */
#define NARROW 8

static struct path_node *
node_new(struct path_tree *t)
{
	struct path_node **page = &t->pages[t->n >> PATH_PAGE_BITS];

	if (*page == NULL)
		*page = arena_array(t->arena, PATH_PAGE, sizeof(**page));
	return &(*page)[t->n++ & (PATH_PAGE - 1)];
}

struct path_tree *
path_tree_new(struct arena *a, struct span bytes)
{
	struct path_tree *t = arena_alloc(a, sizeof(*t));
	struct path_node *root;

	t->arena = a;
	t->bytes = bytes;
	root = node_new(t);
	root->parent = root->child = root->last = root->next = PATH_NONE;
	return t;
}

/* ---- hash table of wide nodes ---- */

static bool
is_word(const struct path_tree *t, uint32_t i, struct span word)
{
	const struct path_node *v = path_at(t, i);

	/* Siblings often differ in their last byte only (ge-0/0/1). */
	return v->n == word.n && word.n > 0 &&
	       v->p[word.n - 1] == word.p[word.n - 1] &&
	       memcmp(v->p, word.p, word.n) == 0;
}

static uint64_t
slot_hash(uint32_t parent, struct span word)
{
	return (span_hash(word) ^ parent) * 0x9e3779b97f4a7c15u;
}

static void
slot_put(struct path_tree *t, uint32_t node)
{
	const struct path_node *v = path_at(t, node);
	uint64_t h = slot_hash(v->parent, span_of(v->p, v->n)) >> 20;

	while (t->slots[h & (t->slots_cap - 1)] != 0)
		h++;
	t->slots[h & (t->slots_cap - 1)] = node;
}

static void
slot_add(struct path_tree *t, uint32_t node)
{
	uint32_t *old = t->slots, cap = t->slots_cap;

	if (t->nslots + 1 > cap / 4 * 3) {
		t->slots_cap = cap ? cap * 2 : 256;
		t->slots =
		    arena_array(t->arena, t->slots_cap, sizeof(*t->slots));
		for (uint32_t i = 0; i < cap; i++)
			if (old[i] != 0)
				slot_put(t, old[i]);
	}
	slot_put(t, node);
	t->nslots++;
}

static uint32_t
slot_find(const struct path_tree *t, uint32_t parent, struct span word)
{
	uint64_t h = slot_hash(parent, word) >> 20;
	uint32_t i;

	while ((i = t->slots[h & (t->slots_cap - 1)]) != 0) {
		if (path_at(t, i)->parent == parent && is_word(t, i, word))
			return i;
		h++;
	}
	return PATH_NONE;
}

/* ---- building ---- */

uint32_t
path_find(const struct path_tree *t, uint32_t parent, struct span word)
{
	const struct path_node *v;

	if (parent == PATH_NONE || word.n == 0)
		return PATH_NONE;
	v = path_at(t, parent);
	if (v->last != PATH_NONE && is_word(t, v->last, word))
		return v->last;
	if (v->flags & PATH_WIDE)
		return slot_find(t, parent, word);
	for (uint32_t c = v->child; c != PATH_NONE; c = path_at(t, c)->next)
		if (is_word(t, c, word))
			return c;
	return PATH_NONE;
}

static void
widen(struct path_tree *t, uint32_t parent)
{
	struct path_node *v = path_at(t, parent);

	v->flags |= PATH_WIDE;
	for (uint32_t c = v->child; c != PATH_NONE; c = path_at(t, c)->next)
		slot_add(t, c);
}

uint32_t
path_append(struct path_tree *t, uint32_t parent, struct span word,
    uint32_t line, uint32_t offset)
{
	struct path_node *up, *v;
	uint32_t i = t->n;

	if (parent == PATH_NONE)
		return PATH_NONE;
	up = path_at(t, parent);
	if (up->depth >= LIMIT_PATH_WORDS) {
		t->too_deep = t->too_deep ? t->too_deep : line;
		return PATH_NONE;
	}
	if (i >= PATH_PAGES * PATH_PAGE) {
		t->too_many = t->too_many ? t->too_many : line;
		return PATH_NONE;
	}
	v = node_new(t);
	*v = (struct path_node){.p = word.n ? word.p : "",
	    .n = (uint32_t)word.n,
	    .line = line,
	    .offset = offset,
	    .parent = parent,
	    .child = PATH_NONE,
	    .last = PATH_NONE,
	    .next = PATH_NONE,
	    .depth = (uint8_t)(up->depth + 1)};
	if (up->last == PATH_NONE)
		up->child = i;
	else
		path_at(t, up->last)->next = i;
	up->last = i;
	if (up->children < UINT16_MAX)
		up->children++;
	if (up->flags & PATH_WIDE)
		slot_add(t, i);
	else if (up->children > NARROW)
		widen(t, parent);
	return i;
}

uint32_t
path_add(struct path_tree *t, uint32_t parent, struct span word, uint32_t line,
    uint32_t offset)
{
	uint32_t i = path_find(t, parent, word);

	return i != PATH_NONE ? i : path_append(t, parent, word, line, offset);
}

void
path_state(
    struct path_tree *t, uint32_t parent, struct span text, uint32_t line)
{
	path_state_at(t, parent, text, line, (uint32_t)(text.p - t->bytes.p));
}

void
path_state_at(struct path_tree *t, uint32_t parent, struct span text,
    uint32_t line, uint32_t offset)
{
	uint32_t i = t->nstatements;
	struct path_statement **page;

	if (i >= PATH_PAGES * PATH_PAGE) {
		t->too_many = t->too_many ? t->too_many : line;
		return;
	}
	page = &t->statements[i >> PATH_PAGE_BITS];
	if (*page == NULL)
		*page = arena_array(t->arena, PATH_PAGE, sizeof(**page));
	(*page)[i & (PATH_PAGE - 1)] = (struct path_statement){.p = text.p,
	    .n = (uint32_t)text.n,
	    .line = line,
	    .offset = offset,
	    .parent = parent == PATH_NONE ? PATH_ROOT : parent};
	t->nstatements++;
}

void
path_clear(struct path_tree *t, uint32_t node)
{
	if (node == PATH_NONE || path_at(t, node)->flags & PATH_WIDE)
		return;
	path_at(t, node)->child = path_at(t, node)->last = PATH_NONE;
	path_at(t, node)->children = 0;
}

/* ---- reading ---- */

static uint32_t
active(const struct path_tree *t, uint32_t i)
{
	while (i != PATH_NONE && path_at(t, i)->flags & PATH_INACTIVE)
		i = path_at(t, i)->next;
	return i;
}

uint32_t
path_first(const struct path_tree *t, uint32_t node)
{
	return node == PATH_NONE ? node : active(t, path_at(t, node)->child);
}

uint32_t
path_next(const struct path_tree *t, uint32_t node)
{
	return node == PATH_NONE ? node : active(t, path_at(t, node)->next);
}

/* A group may bring in what the configuration itself has switched off: then
 * there are two nodes of one word. */
uint32_t
path_find_active(const struct path_tree *t, uint32_t parent, struct span word)
{
	uint32_t i = path_find(t, parent, word);

	if (i == PATH_NONE || !(path_at(t, i)->flags & PATH_INACTIVE))
		return i;
	EACH_PATH(c, t, parent)
	if (is_word(t, c, word))
		return c;
	return PATH_NONE;
}

uint32_t
path_get(const struct path_tree *t, uint32_t node, const char *words)
{
	struct span rest = span_str(words), word;

	while (node != PATH_NONE && (word = span_word(&rest)).n > 0)
		node = path_find_active(t, node, word);
	return node;
}

uint32_t
path_value_node(const struct path_tree *t, uint32_t node, const char *words)
{
	return path_first(t, path_get(t, node, words));
}

struct span
path_value(const struct path_tree *t, uint32_t node, const char *words)
{
	return path_word(t, path_value_node(t, node, words));
}

bool
path_value_is(const struct path_tree *t, uint32_t node, const char *words,
    const char *value)
{
	return span_is(path_value(t, node, words), value);
}

uint32_t
path_leaf(const struct path_tree *t, uint32_t node)
{
	uint32_t below;

	while ((below = path_first(t, node)) != PATH_NONE)
		node = below;
	return node;
}

/* The last statement that begins at or before the offset. */
static struct span
statement_at(const struct path_tree *t, uint32_t offset)
{
	uint32_t from = 0, to = t->nstatements;
	const struct path_statement *s;

	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if (path_statement_at(t, mid)->offset <= offset)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == 0)
		return (struct span){0};
	s = path_statement_at(t, from - 1);
	return span_head(span_of(s->p, s->n), 2 * LIMIT_EVIDENCE_TEXT);
}

struct span
path_line(const struct path_tree *t, uint32_t node)
{
	size_t at, from, to, mark;

	if (node == PATH_NONE || node == PATH_ROOT)
		return (struct span){0};
	if (t->joined)
		return statement_at(t, path_at(t, node)->offset);
	at = path_at(t, node)->offset;
	from = at > LIMIT_EVIDENCE_TEXT ? at - LIMIT_EVIDENCE_TEXT : 0;
	mark = span_rfind_byte(span_sub(t->bytes, from, at), '\n');
	if (mark != SPAN_NONE)
		from += mark + 1;
	else if (from > 0)
		from = at;
	to = at + LIMIT_EVIDENCE_TEXT;
	mark = span_find_byte(span_sub(t->bytes, at, to), '\n');
	if (mark != SPAN_NONE)
		to = at + mark;
	return span_trim(span_sub(t->bytes, from, to));
}

struct span
path_text(const struct path_tree *t, uint32_t node)
{
	uint32_t up[LIMIT_PATH_WORDS + 1];
	size_t n = 0, room = 0, used = 0;
	char *out;

	for (; node != PATH_ROOT && node != PATH_NONE && n <= LIMIT_PATH_WORDS;
	     node = path_at(t, node)->parent) {
		up[n++] = node;
		room += path_at(t, node)->flags & PATH_SECRET
			    ? strlen("<redacted>") + 1
			    : path_at(t, node)->n + 1u;
	}
	if (room > LIMIT_PATH_BYTES)
		room = LIMIT_PATH_BYTES;
	out = arena_alloc(t->arena, room + 1);
	while (n > 0) {
		struct span w = path_word(t, up[--n]);

		if (path_at(t, up[n])->flags & PATH_SECRET)
			w = SPAN("<redacted>");
		if (used + w.n + 1 > room)
			break;
		memcpy(out + used, w.p, w.n);
		used += w.n;
		out[used++] = ' ';
	}
	return span_of(out, used ? used - 1 : 0);
}
