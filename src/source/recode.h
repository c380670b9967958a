/*
 * Text in another form becomes UTF-8 with lines that end in LF: UTF-16 with or
 * without a byte-order mark, and lines that end in CR alone, as old Macs and
 * some terminals leave them.  Of a text in memory and of a stream alike.
 */
#ifndef TIDEMARK_SOURCE_RECODE_H
#define TIDEMARK_SOURCE_RECODE_H

#include "source/stream.h"

enum recode_form {
	RECODE_NONE,
	RECODE_UTF16_LE,
	RECODE_UTF16_BE,
	RECODE_CR, /* CR and no LF: whether it is text is for others to say */
};

/* What a text is in, by its first bytes.  Without a mark UTF-16 is told by
 * ASCII and NUL by turns, from 64 bytes on. */
enum recode_form recode_form(struct span head);

struct recode {
	struct stream out; /* to be read; does not go back */
	struct stream *in; /* borrowed */
	enum recode_form form;
	bool begun;
	unsigned char half; /* the first byte of a unit, where odd */
	bool odd;
	uint16_t high; /* of a pair of surrogates, or 0 */
	bool cr;       /* the last byte was one */
	struct buf made;
	size_t given; /* of made */
};

/* For recode_put alone: without a stream. */
void recode_init(struct recode *r, enum recode_form form);

/* Bytes that follow on those before.  The mark is left out; a surrogate without
 * its other half becomes '?' (Unicode 15, section 3.9). */
void recode_put(struct recode *r, struct span bytes, struct buf *out);

/* r->out gives what is left of in, and fails as it does. */
void recode_open(struct recode *r, enum recode_form form, struct stream *in);
void recode_close(struct recode *r);

#endif
