/*
 * Rows of advisories and the checks that answer them, once all checks of
 * knowledge have their places.
 */
#ifndef TIDEMARK_INTEL_ROWS_H
#define TIDEMARK_INTEL_ROWS_H

#include "intel/knowledge.h"

/* path: of the advisory. */
typedef void rows_problem_fn(void *ctx, struct span path, struct span text);

/* Rows that name their checks: the checks learn it.  A row that names no
 * check, or one for other platforms, is a problem. */
void rows_join(struct knowledge *k, rows_problem_fn *problem, void *ctx);

/* Tell advisory rows where some check answers them.  A row of which a rule is
 * left out is not answered: silence would say nothing. */
void rows_index(struct knowledge *k);

#endif
