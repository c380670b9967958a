/*
 * What opening and saving the past of a repository share, inside the casebook.
 */
#ifndef TIDEMARK_STORE_SHELF_HISTORY_H
#define TIDEMARK_STORE_SHELF_HISTORY_H

#include "store/casebook_history.h"
#include "store/shelf.h"

/* The evidence class of sources that are past states. */
#define HISTORY_EVIDENCE "history"

/* Form of what is remembered; the bytes say more themselves. */
#define HISTORY_MEMORY "1"

/* Under which name, see casebook_remember. */
struct span shelf_history_name(
    const struct casebook_history *b, size_t part, struct arena *a);

/* The name of an object, in hexadecimal. */
struct span shelf_hex(struct arena *a, struct span bytes);

#endif
