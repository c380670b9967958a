/*
 * What is inside archives and compressed files, through libarchive, in the
 * sandbox: nothing is opened, written or executed.  The content decides what
 * is an archive, never the name.  Names of members are labels only: whatever
 * they hold ("..", "/", control characters, bytes that are no UTF-8) is passed
 * on, and bounded.
 *
 * Opened: tar (ustar, pax, GNU, old), zip, 7z; gzip, bzip2, xz and zstd around
 * a tar or around one file.
 */
#ifndef TIDEMARK_SOURCE_ARCHIVE_H
#define TIDEMARK_SOURCE_ARCHIVE_H

#include "base/diag.h"
#include "base/err.h"
#include "base/span.h"
#include "source/stream.h"

/* Does now what libarchive and the C library would otherwise do on first use:
 * sets the character type locale to C.UTF-8, without which names of members
 * that are not ASCII are damaged, and the time zone to UTC (times in a zip
 * have no zone).  Called once, before the first worker is forked. */
int archive_prepare(struct err *e);

/* True when the first bytes of a source (512 are enough) are those of an
 * archive or a compressed file that archive_each opens. */
bool archive_probe(struct span head);

struct archive_member {
	struct span path; /* "outer!/inner", at most LIMIT_PATH_BYTES */
	uint64_t size;	  /* as declared; STREAM_SIZE_UNKNOWN */
	int64_t mtime;	  /* microseconds since the epoch, or TIME_NONE */
	/* Its bytes.  A member that ends early, is damaged or passes a limit
	 * leaves the stream failed, with the reason. */
	struct stream *bytes;
};

/* Everything is valid during the call only.  The member need not be read to
 * its end.  When it is an archive itself (archive_probe of its stream_head),
 * archive_each may be called on m->bytes with depth + 1.
 * 0 to go on; anything else ends archive_each and is its result. */
typedef int archive_member_fn(void *ctx, const struct archive_member *m);

/* path: the archive, or a member that was not delivered. */
typedef void archive_diag_fn(
    void *ctx, struct span path, enum diag_code code, struct span detail);

/*
 * Delivers every regular file in the archive.
 *
 * in: the archive's bytes, nothing consumed.  Tar and compressed files are
 * read as they stream; zip and 7z need a stream that can seek, so those inside
 * another archive or from a pipe are held in memory and may have at most
 * LIMIT_WHOLE_BYTES (else DIAG_TOO_LARGE).
 * path: as reported.  depth: 0 for the outermost archive.
 *
 * Trouble goes to diag: DIAG_ARCHIVE_BROKEN or DIAG_TRUNCATED (members before
 * the damage were delivered), DIAG_ARCHIVE_ENCRYPTED (that member was not),
 * DIAG_ARCHIVE_DEPTH, DIAG_ARCHIVE_BOMB and DIAG_TOO_MANY (at a limit; counted
 * over everything inside the outermost archive), DIAG_SKIPPED_LINK and
 * DIAG_SKIPPED_SPECIAL (counted, with the first one's name),
 * DIAG_ARCHIVE_ODD, and what the stream in itself reports.
 * Returns 0 or what fn returned.
 */
int archive_each(struct stream *in, struct span path, unsigned depth,
    archive_member_fn *fn, archive_diag_fn *diag, void *ctx);

#endif
