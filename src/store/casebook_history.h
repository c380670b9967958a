/*
 * The past of repositories in a case.  Like a scan, a run over a repository
 * adds raw material: the newest state of each file as a source, what earlier
 * states showed (store/raw_past.h), and what logs of the time told.  Beside
 * it the case remembers, as bytes that it does not look into, what the run
 * learned of the line of commits and of each blob, so that the next run reads
 * what is new only.
 *
 * A run uses it in this order: casebook_history_open, casebook_history_knows
 * (no database is open while workers run), casebook_history_save.
 */
#ifndef TIDEMARK_STORE_CASEBOOK_HISTORY_H
#define TIDEMARK_STORE_CASEBOOK_HISTORY_H

#include "store/casebook.h"

struct casebook_history {
	struct arena arena;
	const char *place;
	struct span reading, ref;
	struct span origin, origin_id;	 /* of the repository and the ref */
	unsigned char key[CASEBOOK_KEY]; /* hashes secrets; of the case */
	int64_t run;			 /* the last one over it, or 0 */
	struct span_list memory; /* parts that earlier runs remembered */
	struct map known;	 /* newest states that the case holds */
	struct casefile heard;	 /* its past: voices and events kept */
	/* After casebook_history_save. */
	size_t nread, nkept; /* files whose newest state was read, was known */
};

/*
 * Open a case for a run over a repository (a path, and the ref whose line is
 * followed); made when it is not there.  The database is closed again before
 * this returns.  reading: as in casebook_open.
 */
int casebook_history_open(struct casebook_history *b, const char *place,
    const char *repository, const char *ref, struct span reading,
    const struct knowledge *k, struct err *e);
void casebook_history_release(struct casebook_history *b);

/* Does the case hold the newest state of a file, read as this run reads?
 * blob: the bytes of its name. */
bool casebook_history_knows(
    const struct casebook_history *b, struct span path, struct span blob);

/* A file that has a state at the end of the line, or a past that tells
 * something. */
struct casebook_file {
	struct span path;
	struct span blob; /* of its newest state; empty: gone, unreadable */
};

struct casebook_learned {
	/* Not closed: newest states that were not known, past states that its
	 * past refers to, and its past. */
	const struct casefile *c;
	const struct casebook_file *files; /* with a newest state */
	size_t nfiles;
	struct span tip;    /* name of the last commit, in hexadecimal */
	struct span memory; /* to be remembered; empty: what was stays */
	size_t memory_at;   /* as which part; those from it on go */
	bool complete;	    /* nothing of the repository was lost */
};

/* As casebook_save: one transaction, and whole is all that the case holds. */
int casebook_history_save(struct casebook_history *b,
    const struct casebook_learned *l, const struct casebook_run *run,
    struct casefile *whole, struct err *e);

#endif
