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
 * The variants that this processor runs, the best last; the first is
 * portable.  newline_count is the best.  Returns their number.
 */
#define NEWLINE_KERNELS 3
typedef size_t newline_kernel(struct span s);
size_t newline_kernels(newline_kernel *v[NEWLINE_KERNELS]);

#endif
