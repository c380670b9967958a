/*
 * A configuration as a tree by indentation: a flat array of nodes in the order
 * of the text, so that a subtree is a range.  Node i's children are
 *
 *	for (c = i + 1; c < t->v[i].end; c = t->v[c].end)
 *
 * and the top level is the same loop from 0 to t->n.  The tree knows columns
 * only; which lines are commands at all is decided by the format's reader.
 */
#ifndef TIDEMARK_READ_CONFIG_TREE_H
#define TIDEMARK_READ_CONFIG_TREE_H

#include "base/arena.h"
#include "base/limits.h"

#define TREE_NONE UINT32_MAX

struct tree_node {
	struct span text; /* without indentation and trailing blanks */
	uint32_t line;	  /* 1-based */
	uint32_t offset;  /* of the line's first byte in the source */
	uint32_t parent;  /* TREE_NONE at the top */
	uint32_t end;	  /* index behind the subtree; valid when finished */
	uint16_t column;  /* of the text, 0-based; a tab goes to a multiple of
			   * 8 */
	uint8_t depth;	  /* 0 at the top */
	uint8_t tag;	  /* for the format's reader, 0 at first */
};

struct tree {
	struct tree_node *v;
	uint32_t n;
	uint32_t cap;
	uint32_t too_deep; /* line at which LIMIT_TREE_DEPTH was met, or 0 */
	uint32_t too_many; /* line at which LIMIT_TREE_NODES was met, or 0 */
	uint32_t open[LIMIT_TREE_DEPTH];
	unsigned nopen;
};

/* Room for the given number of lines (clamped to LIMIT_TREE_NODES), zeroed,
 * in the arena. */
void tree_init(struct tree *t, struct arena *a, size_t lines);

/*
 * Append a line.  It becomes the child of the nearest earlier line that stands
 * further left and is still open.  Lines deeper than LIMIT_TREE_DEPTH become
 * siblings at that depth.  Returns its index, TREE_NONE when there is no room.
 * text is borrowed.
 */
uint32_t tree_add(struct tree *t, struct span text, unsigned column,
    uint32_t line, uint32_t offset);

/* Close what is open; call once, after the last line. */
void tree_finish(struct tree *t);

/* The text of the line that node i stands under, empty at the top. */
static inline struct span
tree_parent_text(const struct tree *t, uint32_t i)
{
	uint32_t up = t->v[i].parent;

	return up == TREE_NONE ? (struct span){0} : t->v[up].text;
}

#endif
