/*
 * Text as a device printed it, out of what carried it: a mail message,
 * quotation marks, a pager's marks, lines that a terminal broke.
 */
#ifndef TIDEMARK_READ_CLEAN_H
#define TIDEMARK_READ_CLEAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

/* Told of what was taken off; line 0: of the whole. */
struct clean_told {
	void (*tell)(void *ctx, enum diag_code code, struct span detail);
	void *ctx;
};

/*
 * The body of a mail message (RFC 5322, RFC 2045 section 6), decoded; without
 * "> " before its lines; without pagers' marks.  Only the first
 * LIMIT_PROBE_BYTES are looked at to see whether there is anything to do.
 * Lines keep their numbers but for encoded bodies.  Scratch may be reset
 * afterwards.
 */
void clean_text(struct buf *b, struct arena *scratch, struct clean_told *told);

/*
 * Join lines that a terminal of 80 or 132 columns broke.  Only for
 * configurations, and only when no line is longer, at least three have just
 * that width and what follows them begins like no statement.  A blank line
 * takes the place of the second part.
 */
void clean_wrapped(struct buf *b, struct clean_told *told);

#endif
