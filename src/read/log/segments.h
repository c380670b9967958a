/*
 * Messages that their sender cut into several lines of syslog, as Cisco ISE and
 * ACS ("Syslog message format": message id, total segments, segment number from
 * 0) and ClearPass do:
 *
 *	NAME ID TOTAL NUMBER text
 *
 * A line is read from itself, so each part is put together with those that
 * stand near it (read_in.around).  What is searched for must stand in the part
 * at hand; the others lend it their fields.
 */
#ifndef TIDEMARK_READ_LOG_SEGMENTS_H
#define TIDEMARK_READ_LOG_SEGMENTS_H

#include "read/reader.h"

struct segment {
	struct span key; /* "NAME ID TOTAL ", the same in all parts */
	unsigned total, number;
	struct span text;
};

/* A part whose name starts the text and is name_bytes long.  False: no three
 * numbers follow, or none that fit. */
bool segment_read(struct span text, size_t name_bytes, struct segment *out);

/* The text of all parts that are at hand, in order, in in->arena; the part's
 * own where it has no others.  host: of the header of line, to which others
 * must be equal. */
struct span segment_join(const struct read_in *in, struct span line,
    struct span host, const struct segment *part);

/* What the message's record shows: the line up to the part's text, then the
 * text of all parts. */
struct span segment_raw(struct arena *a, struct span line,
    const struct segment *part, struct span whole);

/* Two texts in one, whatever bytes they hold. */
struct span segment_glue(struct arena *a, struct span x, struct span y);

#endif
