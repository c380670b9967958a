/*
 * A git repository as evidence, by libgit2: the line of commits that leads to a
 * reference, what each changed, and the bytes of files.  Runs in a process of
 * its own (history/reading.h), since the library needs the file system and the
 * repository may be made to break it.
 *
 * Of several parents the first is followed, as "git log --first-parent" does:
 * on that line each file has one state after the other.  What a merge brought
 * in appears with the merge.
 *
 * Nothing of the configuration of the user, the system or the repository's
 * hooks, filters and attributes is used; only commits, trees and blobs are.
 * Submodules and symbolic links are passed over and counted.
 */
#ifndef TIDEMARK_HISTORY_REPOSITORY_H
#define TIDEMARK_HISTORY_REPOSITORY_H

#include "base/buf.h"
#include "base/err.h"
#include "history/wire.h"

struct repository;

/* Before the sandbox: the library, and what it wants of the system.  Belongs to
 * the process, which has one. */
int repository_prepare(struct repository **out, struct err *e);

/* path: a work tree's top folder, its .git, or a bare repository.  -1: it is
 * none, or none that can be read. */
int repository_open(struct repository *r, const char *path, struct err *e);

/* Takes one message; body is cleared afterwards.  false: stop. */
typedef bool wire_fn(void *ctx, enum wire_type type, struct buf *body);

struct line_options {
	const char *ref;  /* NULL: HEAD */
	const char *from; /* tell this commit and ref alone; NULL: the line */
	int64_t since;	  /* committer time; TIME_NONE: from the beginning */
	int64_t until;	  /* exclusive; TIME_NONE: to the end */
	/* The last commit known from an earlier run, OID_BYTES, or empty:
	 * nothing before and including it is told again.  Where it no longer
	 * is on the line, everything is, with HEAD_REWRITTEN. */
	struct span known;
};

/*
 * Tell the line, oldest commit first: WIRE_HEAD, then each WIRE_COMMIT and what
 * it changed, then WIRE_END.  With since, the first commit told of is the last
 * one before it, with the state that it left.  -1: the line cannot be told at
 * all (no such reference, no commit); trouble with single objects is noted.
 */
int repository_line(struct repository *r, const struct line_options *o,
    wire_fn *fn, void *ctx, struct err *e);

/* The bytes of a blob; hashed and compared with its name.  Valid until the
 * next call. */
enum wire_blob repository_blob(
    struct repository *r, const unsigned char oid[OID_BYTES], struct span *out);

#endif
