/*
 * Finds one column of every line of a table, and the ends of keys in lines of
 * JSON, at memory speed: which lines of millions matter can so be told from a
 * number in them, without parsing any.
 */
#ifndef TIDEMARK_MATCH_COLUMN_H
#define TIDEMARK_MATCH_COLUMN_H

#include "base/span.h"

/* Places of one call; the text has less than 4 GiB. */
#define COLUMN_PLACES 256

struct column_list {
	size_t n;
	uint32_t at[COLUMN_PLACES]; /* ascending */
	size_t done; /* go on from here; the length of the text: no more */
};

/*
 * Where the column begins in each line that has it: behind so many separators
 * (1 or more), which may be the end of the text.
 */
void column_find(struct span lines, char separator, unsigned column,
    struct column_list *out);

/* Double quotes right behind a "t" or a "p" of either case, where a member's
 * name like "dest_port" or "id.resp_p" may end. */
void keyend_find(struct span text, struct column_list *out);

/* The variants that this processor runs, the best last; the first is
 * portable.  Return their number. */
#define COLUMN_KERNELS 2
typedef void column_kernel(struct span lines, char separator, unsigned column,
    struct column_list *out);
typedef void keyend_kernel(struct span text, struct column_list *out);
size_t column_kernels(column_kernel *v[COLUMN_KERNELS]);
size_t keyend_kernels(keyend_kernel *v[COLUMN_KERNELS]);

#endif
