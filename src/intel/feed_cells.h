/*
 * Cells of tables and members of JSON objects: what their names say they are.
 */
#ifndef TIDEMARK_INTEL_FEED_CELLS_H
#define TIDEMARK_INTEL_FEED_CELLS_H

#include "intel/feed.h"

enum feed_role {
	ROLE_NONE,
	ROLE_VALUE, /* its type stands in the column of types, or is guessed */
	ROLE_TYPED, /* the column's name is a type */
	ROLE_START, /* of a range of addresses, up to ROLE_END */
	ROLE_END,
	ROLE_TYPE,
	ROLE_ID,
	ROLE_FROM,
	ROLE_UNTIL,
	ROLE_SOURCE,
	ROLE_CONFIRMED,
	ROLE_NOTE,
	ROLE_CONFIDENCE,
	ROLE_TLP,
	ROLE_PHASE,
	ROLE_REVOKED,
};

/* What a column or a member of this name holds; ROLE_NONE: not known. */
enum feed_role feed_role_of(struct span name);

/* The type of indicators that a name stands for; "destination.ip" is of the
 * type of its last part.  -1: none. */
int feed_column_type(struct span name);

/* What a cell says of the row's indicator; nothing where the role is one of a
 * value. */
void feed_meta_take(struct feed_read *r, enum feed_role role, struct span cell,
    struct feed_item *x);

/* A value; word: its type, as the row says it, or empty.  One that is none is
 * refused. */
void feed_cell_put(struct feed_read *r, struct feed_item *x, struct span cell,
    struct span word);

#endif
