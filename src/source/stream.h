/*
 * A stream is a pull reader over bytes that somebody else opened: a range of a
 * file, a pipe, memory, or a member of an archive.  It never opens anything,
 * so it works inside the sandbox: the system calls are pread and read.
 *
 * Trouble sticks: bytes before it are delivered, then every read returns -1
 * and stream.code and stream.text say what it was.
 */
#ifndef TIDEMARK_SOURCE_STREAM_H
#define TIDEMARK_SOURCE_STREAM_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/span.h"

struct stream;
struct archive_budget;
struct digest;

/* More bytes of a stream_pull: 1..n, 0 at the end, or -1 after having called
 * stream_fail. */
typedef ssize_t stream_pull_fn(struct stream *s, char *buf, size_t n);

#define STREAM_SIZE_UNKNOWN UINT64_MAX

struct stream {
	enum { STREAM_RANGE, STREAM_PIPE, STREAM_MEM, STREAM_PULL } type;
	int fd;	       /* RANGE, PIPE: borrowed */
	uint64_t from; /* RANGE: offset of the first byte in the file */
	uint64_t size; /* bytes in all, or STREAM_SIZE_UNKNOWN */
	uint64_t pos;  /* bytes consumed so far */
	struct span mem;
	stream_pull_fn *pull;
	void *ctx; /* for pull */

	char *head; /* owned; the first bytes, once asked for */
	size_t head_n;

	bool failed;
	enum diag_code code; /* valid when failed */
	char text[160];	     /* detail, "" when there is none */

	struct digest *tap; /* see stream_tap */
	uint64_t tapped, tap_end;

	/* Set by archive_each: shared by everything inside one archive. */
	struct archive_budget *budget;
};

/* Bytes [from, from + size) of a seekable descriptor, by pread; its own file
 * position is neither used nor moved.  With STREAM_SIZE_UNKNOWN up to the end
 * of the file.  A file that ends before size fails with DIAG_SHRANK. */
void stream_range(struct stream *s, int fd, uint64_t from, uint64_t size);

/* What a pipe, or any descriptor without a position, still has. */
void stream_pipe(struct stream *s, int fd);

/* Borrowed memory. */
void stream_mem(struct stream *s, struct span bytes);

/* Whatever pull returns.  size: as far as known. */
void stream_pull(
    struct stream *s, stream_pull_fn *pull, void *ctx, uint64_t size);

/* Frees the head; closes nothing.  A zeroed stream is accepted. */
void stream_release(struct stream *s);

/* 1..n bytes into buf, 0 at the end, -1 after trouble.  n > 0; may be short
 * without being at the end. */
ssize_t stream_read(struct stream *s, void *buf, size_t n);

/* The first bytes, at most n (clamped to LIMIT_PROBE_BYTES), without consuming
 * them; to be asked before the first stream_read.  Fewer than n only when the
 * stream is shorter or broken.  Valid until a longer head is asked for or the
 * stream is released. */
struct span stream_head(struct stream *s, size_t n);

/* Passes over the NULs at the front, before the first stream_read: the stream
 * is as if it began behind them.  Holes of a file are not read.  How many. */
uint64_t stream_skip_zeros(struct stream *s);

/* Appends all that is left to *b.  True when it reached the end or trouble;
 * false when b is full and bytes remain. */
bool stream_all(struct stream *s, struct buf *b);

/* True for ranges and memory: stream_at works. */
bool stream_seekable(const struct stream *s);

/* Bytes at an offset from the stream's start, without consuming; as
 * stream_read, but trouble is also noted when the stream is at its end. */
ssize_t stream_at(struct stream *s, uint64_t at, void *buf, size_t n);

/* Whoever reads a seekable stream from its first byte on feeds d (borrowed):
 * s->tapped bytes so far.  It is all of the stream only when that is its size;
 * a reader may leave out or come back to what it likes. */
void stream_tap(struct stream *s, struct digest *d);

/* The same for bytes [from, to) alone: s->tapped is where d stands. */
void stream_tap_part(
    struct stream *s, struct digest *d, uint64_t from, uint64_t to);

/* Marks the stream as failed, unless it already is; returns -1. */
int stream_fail(struct stream *s, enum diag_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
