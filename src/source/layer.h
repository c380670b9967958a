/*
 * One libarchive object that knows one format or one filter, and the stream
 * that feeds it.  libarchive never guesses, opens or executes here, and only
 * the code of that one format meets hostile bytes.
 */
#ifndef TIDEMARK_SOURCE_LAYER_H
#define TIDEMARK_SOURCE_LAYER_H

#include "source/packing.h"
#include "source/stream.h"

struct archive;
struct archive_entry;

struct layer {
	struct archive *la;
	struct stream *in; /* borrowed */
	char *block;	   /* what libarchive was fed last; NULL: memory */
	uint64_t at;	   /* bytes fed, or the next offset to feed from */
	bool seekable;
	uint64_t zeros; /* zero bytes in a row that were fed last */

	struct span run; /* bytes of the member that wait to be given out */
	uint64_t run_at; /* their offset in the member */
	uint64_t given;	 /* bytes of the member given out */
	uint64_t total;	 /* the same over all members */
	bool drained;	 /* the member has no more */
	bool warned;	 /* libarchive had a warning about its bytes */
};

/* Zip and 7z need a stream that can seek and knows its size.  0, or -1, after
 * which only layer_text, layer_diag and layer_close are allowed: libarchive
 * 3.6 leaves a wild pointer to the format then. */
int layer_open(struct layer *l, enum packing packing, struct stream *in);
void layer_close(struct layer *l);

/* The next member, as libarchive's archive_read_next_header returns it. */
int layer_next(struct layer *l, struct archive_entry **entry);

/* Bytes of the member, holes of sparse files as zeros: 1..n, 0 at the end, or
 * a status of libarchive (< 0).  What stands before damage is given first. */
ssize_t layer_data(struct layer *l, char *buf, size_t n);

/* What libarchive says is wrong, "" for nothing. */
const char *layer_text(const struct layer *l);

/* The diagnostic for it: what the stream failed with, DIAG_TRUNCATED or
 * DIAG_ARCHIVE_BROKEN. */
enum diag_code layer_diag(const struct layer *l);

#endif
