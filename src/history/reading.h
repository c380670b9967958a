/*
 * The processes that read a repository, seen from the parent: one tells the
 * line of commits, one hands out the bytes of files.  Each is forked, may open
 * files of the repository for reading and do little else (run/sandbox.h), and
 * is ended when it says nothing for too long.
 */
#ifndef TIDEMARK_HISTORY_READING_H
#define TIDEMARK_HISTORY_READING_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "history/repository.h"

struct reading {
	pid_t pid; /* 0: none */
	int sock;
	unsigned seconds; /* that it may be silent */
	struct buf in;
	size_t at; /* of the next message in in */
};

/* Start telling the line of a repository. */
int reading_line(struct reading *r, const char *path,
    const struct line_options *o, unsigned seconds, struct err *e);

/* Start handing out blobs. */
int reading_blobs(
    struct reading *r, const char *path, unsigned seconds, struct err *e);

/*
 * The next message; blocks.  *body is valid until the next call.  WIRE_FAIL
 * comes as a failure with its text.  -1: the process ended or broke the
 * protocol; *e says how.
 */
int reading_next(struct reading *r, enum wire_type *type, struct cursor *body,
    struct err *e);

/*
 * Ask for n blobs, to be written into fd (a memory file) one after the other;
 * a WIRE_BLOB for each follows, in order.  n at most LIMIT_HISTORY_BATCH.
 */
int reading_ask(struct reading *r, int fd,
    const unsigned char (*oids)[OID_BYTES], size_t n, struct err *e);

/* Ends the process, whatever it is at.  A zeroed struct is accepted. */
void reading_end(struct reading *r);

#endif
