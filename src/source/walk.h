/*
 * The walk finds sources: it goes over the arguments of a scan and reports
 * each file below them once, in an order that depends on names only.  It runs
 * in the parent process, before the sandbox.
 *
 * Symbolic links inside a folder are reported, not followed: their target is
 * scanned where it stands, or does not belong to the evidence.  An argument
 * itself may be a link.  Nothing is left out for its name: hidden files are
 * evidence too.
 */
#ifndef TIDEMARK_SOURCE_WALK_H
#define TIDEMARK_SOURCE_WALK_H

#include <sys/types.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/span.h"

enum source_kind {
	SOURCE_FILE,   /* a regular file: open it with source_open */
	SOURCE_STDIN,  /* standard input, from the argument "-" */
	SOURCE_PIPE,   /* a pipe that was given by name: it is read but once */
	SOURCE_TROUBLE /* nothing to open: diag and detail say why */
};

#define SOURCE_SIZE_UNKNOWN UINT64_MAX

/* Valid during the call of the source_fn only. */
struct source_item {
	enum source_kind kind;
	/* As reported: relative to the argument, or the argument itself when
	 * the trouble is with the whole of it; unique within the walk. */
	struct span path;
	const char *open_path; /* for source_open; as far as it fits */
	unsigned argument;     /* index into the walk's paths */
	bool follow;	       /* open_path itself may be a symbolic link */
	uint64_t size;	       /* bytes; SOURCE_SIZE_UNKNOWN for a pipe */
	int64_t mtime;	       /* microseconds since the epoch, or TIME_NONE */
	dev_t dev;
	ino_t ino;
	enum diag_code diag; /* valid for SOURCE_TROUBLE */
	struct span detail;  /* may be empty */
};

/* 0 to go on; anything else ends the walk and is its result. */
typedef int source_fn(void *ctx, const struct source_item *item);

/*
 * Walks n arguments: files, folders, "-".  What is wrong with evidence (links,
 * unreadable folders, missing arguments) arrives as items of SOURCE_TROUBLE.
 * A pipe is read when it is an argument itself ("/dev/stdin", a shell's process
 * substitution), never when a folder holds it.
 * Where two arguments would give the same path, the later one's gets the
 * argument in front, without leading "/", "./" and "../"; if that is taken as
 * well, "#" and the argument's number, counted from 1, behind.
 * Returns 0, what fn returned, or -1 with *e (out of memory).
 */
int source_walk(const char *const *paths, size_t n, source_fn *fn, void *ctx,
    struct err *e);

/* When it was last written: microseconds since the epoch, or TIME_NONE. */
struct stat;
int64_t source_mtime(const struct stat *st);

/* An opened source, or the reason why there is none. */
struct source_opened {
	int fd;	       /* read only, close-on-exec; the caller closes it */
	bool seekable; /* stream_range fits, else stream_pipe */
	uint64_t size; /* as it is now; SOURCE_SIZE_UNKNOWN for a pipe */
	int64_t mtime; /* as it is now */
	enum diag_code diag; /* valid after failure */
	char detail[128];
};

/* Opens an item.  Returns 0, or -1 with diag and detail when it vanished,
 * cannot be read or is no regular file now.  Of a pipe with a name waits until
 * somebody writes, for LIMIT_PIPE_SECONDS: that may never be. */
int source_open(const struct source_item *item, struct source_opened *out);

#endif
