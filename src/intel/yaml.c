#include "intel/yaml.h"

#include <stdio.h>
#include <yaml.h>

#include "base/limits.h"
#include "base/map.h"
#include "intel/yaml_pack.h"

/* Below this many pairs, comparing keys with each other is cheaper than a
 * map. */
#define FEW_KEYS 16

/* What is known of a node of libyaml's document. */
struct known {
	struct yaml_node *node;
	size_t size; /* nodes, aliases written out */
	unsigned height;
	bool open; /* being built: meeting it again is a cycle */
};

struct build {
	struct arena *arena;
	yaml_document_t *doc;
	struct known *known; /* one for each node of the document */
	size_t nknown;
	struct yaml_error *e;
};

static int
fail_at(
    struct yaml_error *e, yaml_mark_t at, const char *what, struct span name)
{
	e->line = (uint32_t)at.line + 1;
	e->column = (uint32_t)at.column + 1;
	snprintf(e->text, sizeof(e->text), "%s%.*s", what,
	    (int)(name.n < 100 ? name.n : 100), name.n ? name.p : "");
	return -1;
}

static int
fail_parse(struct yaml_error *e, const yaml_parser_t *p)
{
	yaml_mark_t at = p->problem_mark;

	if (p->error == YAML_READER_ERROR || p->error == YAML_MEMORY_ERROR)
		at = p->mark;
	fail_at(e, at, p->problem ? p->problem : "no memory", (struct span){0});
	if (p->context != NULL) {
		size_t n = strlen(e->text);

		snprintf(e->text + n, sizeof(e->text) - n, " (%s)", p->context);
	}
	return -1;
}

static int keys_check(struct build *b, const struct yaml_node *map);
static int node_build(
    struct build *b, int index, unsigned level, struct yaml_node **out);

static int
scalar_build(const yaml_node_t *from, struct build *b, struct yaml_node *to)
{
	yaml_scalar_style_t style = from->data.scalar.style;

	to->kind = YAML_TEXT;
	to->plain = style == YAML_PLAIN_SCALAR_STYLE;
	to->flow = style != YAML_LITERAL_SCALAR_STYLE &&
		   style != YAML_FOLDED_SCALAR_STYLE;
	to->text =
	    arena_copy(b->arena, span_of((const char *)from->data.scalar.value,
				     from->data.scalar.length));
	return 0;
}

static int
list_build(const yaml_node_t *from, struct build *b, unsigned level,
    struct yaml_node *to)
{
	yaml_node_item_t *items = from->data.sequence.items.start;

	to->kind = YAML_LIST;
	to->n = (size_t)(from->data.sequence.items.top - items);
	to->items = arena_array(b->arena, to->n, sizeof(*to->items));
	for (size_t i = 0; i < to->n; i++)
		if (node_build(b, items[i], level + 1, &to->items[i]) < 0)
			return -1;
	return 0;
}

static int
map_build(const yaml_node_t *from, struct build *b, unsigned level,
    struct yaml_node *to)
{
	yaml_node_pair_t *pairs = from->data.mapping.pairs.start;

	to->kind = YAML_MAP;
	to->n = (size_t)(from->data.mapping.pairs.top - pairs);
	to->keys = arena_array(b->arena, to->n, sizeof(*to->keys));
	to->items = arena_array(b->arena, to->n, sizeof(*to->items));
	for (size_t i = 0; i < to->n; i++)
		if (node_build(b, pairs[i].key, level + 1, &to->keys[i]) < 0 ||
		    node_build(b, pairs[i].value, level + 1, &to->items[i]) < 0)
			return -1;
	return keys_check(b, to);
}

static int
node_error(struct build *b, const struct yaml_node *n, const char *what,
    struct span name)
{
	yaml_mark_t at = {.line = n->line - 1, .column = n->column - 1};

	return fail_at(b->e, at, what, name);
}

static int
keys_check(struct build *b, const struct yaml_node *map)
{
	struct map seen;

	map_init(&seen, b->arena);
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_node *key = map->keys[i];
		bool twice = false;

		if (key->kind != YAML_TEXT)
			return node_error(b, key,
			    "expected a word as the key of a mapping",
			    (struct span){0});
		if (map->n > FEW_KEYS)
			twice = map_add(&seen, key->text, (uint32_t)i) != i;
		else
			for (size_t j = 0; j < i && !twice; j++)
				twice = span_eq(map->keys[j]->text, key->text);
		if (twice)
			return node_error(b, key,
			    "this key stands twice in its mapping: ",
			    key->text);
	}
	return 0;
}

/* Sum up size and height of a finished node's children. */
static int
node_measure(struct build *b, const yaml_node_t *from, struct known *k)
{
	size_t size = 1;
	unsigned height = 1;

	if (from->type == YAML_SEQUENCE_NODE) {
		for (yaml_node_item_t *i = from->data.sequence.items.start;
		     i < from->data.sequence.items.top; i++) {
			const struct known *c = &b->known[*i - 1];

			size += c->size;
			if (c->height >= height)
				height = c->height + 1;
		}
	} else if (from->type == YAML_MAPPING_NODE) {
		for (yaml_node_pair_t *p = from->data.mapping.pairs.start;
		     p < from->data.mapping.pairs.top; p++) {
			const struct known *c = &b->known[p->value - 1];

			size += 1 + c->size;
			if (c->height >= height)
				height = c->height + 1;
		}
	}
	/* Each child is within the limit, so the sum cannot wrap around. */
	if (size > LIMIT_YAML_NODES)
		return fail_at(b->e, from->start_mark,
		    "too many items, aliases written out", (struct span){0});
	k->size = size;
	k->height = height;
	return 0;
}

static int
node_build(struct build *b, int index, unsigned level, struct yaml_node **out)
{
	const yaml_node_t *from = yaml_document_get_node(b->doc, index);
	struct known *k = &b->known[index - 1];
	int rc;

	if (k->open)
		return fail_at(b->e, from->start_mark,
		    "an alias inside the item that it names", (struct span){0});
	if (level + (k->node ? k->height : 1) > LIMIT_YAML_DEPTH)
		return fail_at(b->e, from->start_mark,
		    "nested deeper than the limit", (struct span){0});
	if (k->node == NULL) {
		struct yaml_node *to = arena_alloc(b->arena, sizeof(*to));

		to->line = (uint32_t)from->start_mark.line + 1;
		to->column = (uint32_t)from->start_mark.column + 1;
		k->open = true;
		if (from->type == YAML_SCALAR_NODE)
			rc = scalar_build(from, b, to);
		else if (from->type == YAML_SEQUENCE_NODE)
			rc = list_build(from, b, level, to);
		else
			rc = map_build(from, b, level, to);
		if (rc < 0 || node_measure(b, from, k) < 0)
			return -1;
		k->open = false;
		k->node = to;
	}
	*out = k->node;
	return 0;
}

static int
document_build(struct arena *a, yaml_document_t *doc, struct yaml_node **out,
    struct yaml_error *e)
{
	struct build b = {.arena = a, .doc = doc, .e = e};
	struct arena scratch;
	int rc;

	b.nknown = (size_t)(doc->nodes.top - doc->nodes.start);
	if (b.nknown > LIMIT_YAML_NODES)
		return fail_at(
		    e, doc->start_mark, "too many items", (struct span){0});
	arena_init(&scratch);
	b.known = arena_array(&scratch, b.nknown, sizeof(*b.known));
	rc = node_build(&b, 1, 0, out);
	arena_release(&scratch);
	return rc;
}

/* The next document: 1, 0 at the end of the stream, -1 on an error. */
static int
document_next(struct arena *a, yaml_parser_t *p, struct yaml_node **out,
    struct yaml_error *e)
{
	yaml_document_t doc;
	int rc = 0;

	if (!yaml_parser_load(p, &doc))
		return fail_parse(e, p);
	if (yaml_document_get_root_node(&doc) != NULL)
		rc = document_build(a, &doc, out, e) < 0 ? -1 : 1;
	yaml_document_delete(&doc);
	return rc;
}

static int
stream_read(struct arena *a, yaml_parser_t *p, struct yaml_docs *out,
    struct yaml_error *e)
{
	struct yaml_docs docs = {0};
	struct yaml_node *root;
	size_t cap = 0;
	int rc;

	while ((rc = document_next(a, p, &root, e)) > 0) {
		if (yaml_is_null(root))
			continue;
		if (docs.n >= LIMIT_YAML_DOCS)
			return fail_at(
			    e, p->mark, "too many documents", (struct span){0});
		docs.v = arena_grow(a, docs.v, docs.n, &cap, sizeof(*docs.v));
		docs.v[docs.n++] = root;
	}
	if (rc == 0)
		*out = docs;
	return rc;
}

int
yaml_read(struct arena *a, struct span text, struct yaml_docs *out,
    struct yaml_error *e)
{
	yaml_parser_t p;
	int rc;

	*e = (struct yaml_error){0};
	if (text.n > LIMIT_YAML_BYTES) {
		snprintf(e->text, sizeof(e->text), "longer than %u bytes",
		    LIMIT_YAML_BYTES);
		return -1;
	}
	if (yaml_is_packed(text))
		return yaml_unpack(a, text, out, e);
	if (!yaml_parser_initialize(&p)) {
		snprintf(e->text, sizeof(e->text), "no memory");
		return -1;
	}
	yaml_parser_set_input_string(
	    &p, (const unsigned char *)(text.p ? text.p : ""), text.n);
	rc = stream_read(a, &p, out, e);
	yaml_parser_delete(&p);
	return rc;
}

int
yaml_wrong(struct yaml_error *e, const struct yaml_node *at, const char *text)
{
	e->line = at != NULL ? at->line : 0;
	e->column = at != NULL ? at->column : 0;
	snprintf(e->text, sizeof(e->text), "%s", text);
	return -1;
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++)
		if (span_is(map->keys[i]->text, key))
			return map->items[i];
	return NULL;
}

struct span
yaml_text(const struct yaml_node *node)
{
	if (node == NULL || node->kind != YAML_TEXT)
		return (struct span){0};
	return node->text;
}

bool
yaml_is_null(const struct yaml_node *node)
{
	if (node == NULL)
		return true;
	if (node->kind != YAML_TEXT || !node->plain)
		return false;
	return node->text.n == 0 || span_is(node->text, "~") ||
	       span_is(node->text, "null") || span_is(node->text, "Null") ||
	       span_is(node->text, "NULL");
}

size_t
yaml_count(const struct yaml_node *node)
{
	if (yaml_is_null(node))
		return 0;
	return node->kind == YAML_LIST ? node->n : 1;
}

const struct yaml_node *
yaml_at(const struct yaml_node *node, size_t i)
{
	return node->kind == YAML_LIST ? node->items[i] : node;
}

bool
yaml_bool(const struct yaml_node *node, bool *out)
{
	if (node == NULL || node->kind != YAML_TEXT || !node->plain)
		return false;
	if (span_is_nocase(node->text, "true") ||
	    span_is_nocase(node->text, "yes"))
		*out = true;
	else if (span_is_nocase(node->text, "false") ||
		 span_is_nocase(node->text, "no"))
		*out = false;
	else
		return false;
	return true;
}

bool
yaml_i64(const struct yaml_node *node, int64_t *out)
{
	return node != NULL && node->kind == YAML_TEXT && node->plain &&
	       span_i64(node->text, out);
}
