/*
 * What a run and its keeping in a case agree on.
 */
#ifndef TIDEMARK_HISTORY_KEEP_H
#define TIDEMARK_HISTORY_KEEP_H

#include "history/history.h"
#include "store/casebook_history.h"

/* Program and knowledge, as one text: results of another do not count. */
struct span history_maker(
    const struct history_options *o, const struct casefile *c, struct arena *a);

/* The whole line is told, and may be remembered. */
bool history_is_whole(const struct history_options *o);

#endif
