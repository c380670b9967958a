/*
 * Two states of many devices side by side: a history of two commits whose files
 * are devices.
 */
#ifndef TIDEMARK_HISTORY_DIFF_H
#define TIDEMARK_HISTORY_DIFF_H

#include <stdio.h>

#include "history/changes.h"

/* Changes that somebody approved: by their marks. */
struct approved {
	struct arena arena;
	struct map marks;
};
void approved_init(struct approved *a);
void approved_release(struct approved *a);

/* Reads the first word of each line that is a mark, in square brackets or
 * not, so that the printed differences may serve. */
void approved_read(struct approved *a, struct span text);

struct diff_options {
	const char *old, *now;		 /* what the two sides are called */
	const struct approved *approved; /* or NULL */
	bool json, colour;
};

/*
 * The differences of every file of h between its commits 0 and 1.  Returns how
 * many are not approved, or -1 when the stream failed.
 */
int64_t diff_write(FILE *f, const struct history *h, const struct knowledge *k,
    const struct diff_options *o, struct err *e);

/* How many there are that are not approved, without writing them; or -1. */
int64_t diff_count(const struct history *h, const struct knowledge *k,
    const struct diff_options *o, struct err *e);

/*
 * Scan the paths of both sides into h.  Devices are told apart by their names.
 * A side may be a kept case (store_is_case): its configurations are read again.
 * Those that are gone or hold something else now are in unread, and nothing is
 * told of their devices; texts in h's arena.  -1: the run itself failed.
 */
int diff_paths(struct history *h, const char *old, const char *now,
    const struct scan_options *o, const struct knowledge *k,
    struct span_list *unread, struct err *e);

#endif
