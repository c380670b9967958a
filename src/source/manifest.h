/*
 * The manifest: one line per plain file in the form that "sha256sum -c" of GNU
 * coreutils checks, and custody lines, which that command takes for comments.
 */
#ifndef TIDEMARK_SOURCE_MANIFEST_H
#define TIDEMARK_SOURCE_MANIFEST_H

#include <stdio.h>

#include "source/digest.h"

/* "HASH  PATH".  path: as it can be opened from where the run was started.
 * Backslash, newline and carriage return are written as \\, \n and \r, and
 * the line then starts with a backslash, as coreutils does. */
int manifest_write(FILE *f, struct span path,
    const unsigned char sha256[DIGEST_SHA256_BYTES], struct err *e);

/* What custody has to say of one source, also of a member of an archive or of
 * standard input. */
struct custody {
	struct span path; /* as in the report */
	struct digest_result digest;
	int64_t mtime; /* microseconds since the epoch, or TIME_NONE */
};

/* "# sha256=HASH xxh3=HASH bytes=N mtime=TIME path=PATH", where xxh3 is called
 * as digest_xxh3_name says; "-" stands for what is absent.  The path ends the
 * line; control characters and backslashes in it are written as \xHH. */
int custody_write(FILE *f, const struct custody *c, struct err *e);

#endif
