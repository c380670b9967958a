/*
 * Heads in the midst of a log in columns, as logs that were joined have them.
 */
#ifndef TIDEMARK_READ_LOG_HEADS_H
#define TIDEMARK_READ_LOG_HEADS_H

#include "base/span.h"

/*
 * The next run of lines that begin with "#" and of which one names columns
 * ("#fields" in any case), at or behind from: where it begins, or the length
 * of the text.  *end: where it ends, and the search may go on.
 */
size_t heads_next(struct span text, size_t from, size_t *end);

/*
 * Of the lines with "#" that the text begins with: equal heads name the same
 * columns in the same form.  When a log was begun and ended does not count.
 */
uint64_t heads_hash(struct span text);

#endif
