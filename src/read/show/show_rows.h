/*
 * Rows of a command's output to records.
 */
#ifndef TIDEMARK_READ_SHOW_SHOW_ROWS_H
#define TIDEMARK_READ_SHOW_SHOW_ROWS_H

#include "read/reader.h"
#include "read/show/show_library.h"

/* Where a block of output stands. */
struct show_place {
	struct span clean;    /* the block, as templates read it */
	struct span original; /* the source, from the block's first line */
	uint64_t line;	      /* 1-based, of the block's first line */
	uint64_t offset;      /* of original in the source */
	struct span host;     /* the device's name, or empty */
	struct span command;
};

/* A record for each row and map, with the row's line as evidence. */
void show_rows(const struct show_place *p, const struct show_maps *maps,
    const struct show_table *t, struct arena *a, struct emit *out);

#endif
