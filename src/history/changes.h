/*
 * What differs between two states, by fact: statements (intel/changes.h) of one
 * that the other does not have.
 */
#ifndef TIDEMARK_HISTORY_CHANGES_H
#define TIDEMARK_HISTORY_CHANGES_H

#include "history/history.h"

enum change_how {
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_CHANGED,
	CHANGE_REPLACED
};

struct change {
	enum change_how how;
	uint32_t old, now; /* items; HISTORY_NONE where there is none */
	uint32_t line;	   /* in the new state, or in the old one; 0: none */
};

struct change_list {
	struct change *v;
	size_t n, cap;
};

/* Appends the changes from one state to another, in the order of the table and
 * of their subjects.  NULL stands for a state without statements. */
void changes_find(const struct history *h, const struct change_table *table,
    const struct history_blob *old, const struct history_blob *now,
    struct arena *a, struct change_list *out);

/* added, removed, changed, replaced */
const char *change_word(enum change_how how);

/* The change as a sentence without its device: "local user noc2 added
 * (privilege 15)".  Secrets are not shown. */
void change_tell(
    const struct history *h, const struct change *c, struct buf *out);

/* Values of a statement, "privilege 15, role user"; empty: it has none. */
void change_values(struct span values, struct buf *out);

/* 16 hexadecimal digits and NUL: the same for the same change of the same
 * device in any run, but that changes of secrets are all the same. */
#define CHANGE_MARK 17
void change_mark(const struct history *h, const struct change *c,
    struct span device, char out[CHANGE_MARK]);

#endif
