/*
 * Configurations of a kept case, read again for what the case does not keep: as
 * remedies, or all that they state.  Only those that still hold what the case
 * read in them count.
 */
#ifndef TIDEMARK_RUN_CASE_AGAIN_H
#define TIDEMARK_RUN_CASE_AGAIN_H

#include "run/scan.h"

/*
 * Scan them with o, whose callbacks get what they tell, with the case's key
 * where o has none.  c: all that the case
 * holds, closed.  read: an empty casefile, for what is read.  unread: paths in
 * c of those that are gone or hold something else now; in the arena.  -1: the
 * case cannot be read, or a file changed while it was.
 */
int case_again(const char *place, const struct scan_options *o,
    const struct casefile *c, struct casefile *read, struct arena *a,
    struct span_list *unread, struct err *e);

#endif
