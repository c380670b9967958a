/*
 * What a run has learned of a repository, so that the next one reads what is
 * new only: the line of commits, the states of files, and what each blob shows.
 * As bytes (for a file, or a case that lasts), and as a file.
 *
 * What blobs show holds for one knowledge and one program: with another, the
 * line stays and blobs are read again.
 */
#ifndef TIDEMARK_HISTORY_CACHE_H
#define TIDEMARK_HISTORY_CACHE_H

#include "history/history.h"

#define CACHE_KEY_BYTES 32

struct cache_about {
	struct span ref;   /* whose line it is */
	struct span maker; /* program and knowledge, as one text */
	/* By which secrets of different runs are told to be the same. */
	unsigned char secret_key[CACHE_KEY_BYTES];
};

/* Appends to out; false: it does not fit. */
bool history_pack(
    const struct history *h, const struct cache_about *about, struct buf *out);

/*
 * Into an empty history.  maker: as it is now; results of another are left
 * out.  about's texts are in the history's arena.  -1: no cache of this form,
 * or a damaged one.
 */
int history_unpack(struct history *h, struct span bytes, struct span maker,
    struct cache_about *about, struct err *e);

/* Forget the line, and keep what blobs show. */
void history_line_forget(struct history *h);

/* A file that does not exist leaves h empty and makes a new key: 0.  A file
 * that is no cache is an error, and is never written over. */
int history_cache_read(struct history *h, const char *path, struct span maker,
    struct cache_about *about, struct err *e);

/* Written beside its name (mode 0600) and moved there when it is complete. */
int history_cache_write(const struct history *h, const char *path,
    const struct cache_about *about, struct err *e);

#endif
