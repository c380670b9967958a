/*
 * What a worker says of one state of a file becomes its entries.
 */
#ifndef TIDEMARK_HISTORY_TAKING_H
#define TIDEMARK_HISTORY_TAKING_H

#include "history/history.h"

struct taking_state;

struct taking_state *taking_new(
    struct history *h, const struct knowledge *k, const struct scan_options *o);
void taking_free(struct taking_state *t);

/* Take the messages of a worker about a blob; it is known afterwards. */
void taking_blob(struct taking_state *t, uint32_t blob, struct span messages);

#endif
