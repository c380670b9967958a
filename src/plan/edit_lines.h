/*
 * The editor of lines, inside: rows as the reader's tree has them, and new ones
 * among them.
 */
#ifndef TIDEMARK_PLAN_EDIT_LINES_H
#define TIDEMARK_PLAN_EDIT_LINES_H

#include "plan/edit.h"

#define NONE UINT32_MAX

struct row {
	struct span text;
	uint32_t line;	 /* in the text; of a new one, that it comes after */
	uint32_t parent; /* NONE at the top */
	uint32_t first, last, next;
	unsigned column;
	bool gone, added;
};

struct editor {
	struct arena *arena;
	const struct remedy_platform *platform;
	struct span text;
	struct row *v;
	size_t n, cap;
	uint32_t first, last; /* at the top */
	uint32_t old;	      /* rows that stood there: the first so many */
	uint32_t bottom;      /* line after which the top goes on */
	uint64_t looks;
};

/* The first row below another, or at the top (NONE). */
static inline uint32_t
edit_first_below(const struct editor *e, uint32_t parent)
{
	return parent == NONE ? e->first : e->v[parent].first;
}

#define EACH_ROW(i, e, parent)                                                 \
	for (uint32_t i = edit_first_below(e, parent); i != NONE;              \
	     i = (e)->v[i].next)

/* Is it inside a mode that is new?  Then there is nothing to take back there:
 * the mode goes. */
bool edit_in_new_mode(const struct editor *e, uint32_t parent);

/* The text as it is now, a line end after each line. */
void edit_lines_write(const struct editor *e, struct buf *out);

#endif
