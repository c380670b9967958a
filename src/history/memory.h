/*
 * What a run has learned of a repository, as bytes that a case keeps, so that
 * the next run reads what is new only: the line of commits, the states of
 * files, and what each blob shows.
 *
 * What blobs show holds for one knowledge and one program: with another, the
 * line stays and blobs are read again.
 */
#ifndef TIDEMARK_HISTORY_MEMORY_H
#define TIDEMARK_HISTORY_MEMORY_H

#include "history/history.h"

/* Appends to out.  maker: program and knowledge, as one text.  false: it does
 * not fit. */
bool history_pack(const struct history *h, struct span maker, struct buf *out);

/*
 * Into an empty history.  maker: as it is now; results of another are left
 * out.  nchecks: checks of the knowledge.  -1: no bytes of this form, or
 * damaged ones.
 */
int history_unpack(struct history *h, struct span bytes, struct span maker,
    size_t nchecks, struct err *e);

/* Forget the line, and keep what blobs show. */
void history_line_forget(struct history *h);

#endif
