/*
 * Counts line feeds at memory speed, for line numbers of hits in large
 * blocks.
 */
#ifndef TIDEMARK_MATCH_NEWLINE_H
#define TIDEMARK_MATCH_NEWLINE_H

#include "base/span.h"

/* Number of LF bytes. */
size_t newline_count(struct span s);

/*
 * Places of the first "cap" LF bytes, in ascending order.  Returns how many
 * there are: fewer than cap only if there are no more.  The text has less than
 * 4 GiB.
 */
size_t newline_list(struct span s, uint32_t *at, size_t cap);

/*
 * The variants that this processor runs, the best last; the first is
 * portable.  newline_count is the best.  Returns their number.
 */
#define NEWLINE_KERNELS 3
typedef size_t newline_kernel(struct span s);
size_t newline_kernels(newline_kernel *v[NEWLINE_KERNELS]);
typedef size_t newline_lister(struct span s, uint32_t *at, size_t cap);
size_t newline_listers(newline_lister *v[NEWLINE_KERNELS]);

#endif
