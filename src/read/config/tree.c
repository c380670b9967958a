#include "read/config/tree.h"

void
tree_init(struct tree *t, struct arena *a, size_t lines)
{
	if (lines > LIMIT_TREE_NODES)
		lines = LIMIT_TREE_NODES;
	*t = (struct tree){0};
	t->v = arena_array(a, lines, sizeof(*t->v));
	t->cap = (uint32_t)lines;
}

uint32_t
tree_add(struct tree *t, struct span text, unsigned column, uint32_t line,
    uint32_t offset)
{
	struct tree_node *node;
	uint32_t i = t->n;

	if (i >= t->cap) {
		if (t->too_many == 0)
			t->too_many = line;
		return TREE_NONE;
	}
	while (t->nopen > 0 && t->v[t->open[t->nopen - 1]].column >= column)
		t->v[t->open[--t->nopen]].end = i;
	if (t->nopen == LIMIT_TREE_DEPTH) {
		if (t->too_deep == 0)
			t->too_deep = line;
		t->v[t->open[--t->nopen]].end = i;
	}
	node = &t->v[i];
	node->text = text;
	node->line = line;
	node->offset = offset;
	node->parent = t->nopen ? t->open[t->nopen - 1] : TREE_NONE;
	node->column = (uint16_t)(column < UINT16_MAX ? column : UINT16_MAX);
	node->depth = (uint8_t)t->nopen;
	t->open[t->nopen++] = i;
	t->n++;
	return i;
}

void
tree_finish(struct tree *t)
{
	while (t->nopen > 0)
		t->v[t->open[--t->nopen]].end = t->n;
}
