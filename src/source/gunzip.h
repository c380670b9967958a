/*
 * gzip (RFC 1952) as a stream, through ISA-L, which unpacks several times as
 * fast as zlib.  Not through libarchive, because a log that was cut off while
 * it was rotated is common evidence: every byte before the damage is given.
 */
#ifndef TIDEMARK_SOURCE_GUNZIP_H
#define TIDEMARK_SOURCE_GUNZIP_H

#include <isa-l/igzip_lib.h>

#include "source/stream.h"

struct gunzip {
	struct inflate_state *z;
	struct isal_gzip_header header;
	int64_t mtime; /* of the first member */
	struct stream *in;
	unsigned char *block;
	bool within;   /* inside a member, header included */
	bool body;     /* its header is read */
	bool held;     /* the library may have more without more input */
	bool first;    /* no member has ended yet */
	bool trailing; /* bytes that are no gzip follow the last member */
};

/* in: at the start of a gzip member; borrowed.  -1: out of memory. */
int gunzip_open(struct gunzip *g, struct stream *in);
void gunzip_close(struct gunzip *g);

/* Unpacked bytes, as a stream_pull_fn gives them.  Members follow each other
 * without a seam; zero padding behind the last one is no trouble.  Fails s
 * with DIAG_TRUNCATED, DIAG_ARCHIVE_BROKEN or what in failed with. */
ssize_t gunzip_data(struct gunzip *g, struct stream *s, char *buf, size_t n);

/* Seconds since the epoch from the first header, 0 when it has none; valid
 * once a byte or the end was read. */
int64_t gunzip_mtime(const struct gunzip *g);

#endif
