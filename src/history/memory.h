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

/*
 * Memory comes in parts: the first one holds everything, each later one what
 * changed since the one before, which it names.
 *
 * Appends a part to out.  maker: program and knowledge, as one text.  all: a
 * first one; else what follows those that h was unpacked from.  false: it does
 * not fit.
 */
bool history_pack(
    const struct history *h, struct span maker, bool all, struct buf *out);

/* Should all be written anew, for there is none or there are many parts? */
bool history_memory_anew(const struct history *h);

/*
 * Parts into an empty history; those behind one that does not follow are left.
 * maker: as it is now; results of another are left out.  nchecks: checks of
 * the knowledge.  -1: no bytes of this form, or damaged ones.
 */
int history_unpack(struct history *h, const struct span_list *parts,
    struct span maker, size_t nchecks, struct err *e);

/* Forget the line, and keep what blobs show. */
void history_line_forget(struct history *h);

#endif
