/*
 * How a host was heard in a log: when first and last, its silences, and holes
 * in the numbers that it gives its messages.  Kept per host while lines are
 * counted, joined chunk by chunk and file by file.
 */
#ifndef TIDEMARK_CASE_HEARD_H
#define TIDEMARK_CASE_HEARD_H

#include "base/buf.h"
#include "base/cursor.h"
#include "base/timestamp.h"

/* What is touched for each line comes first. */
struct heard {
	uint64_t lines;
	int64_t last;
	/* Numbers of messages (IOS: service sequence-numbers, or the
	 * collector's message counter; tasks of accounting); numbered: lines
	 * that have one. */
	uint64_t numbered, number_last;

	int64_t first; /* first, last: TIME_NONE: no time was read */
	uint64_t number_first;
	uint64_t holes, missing; /* in all */
	uint64_t hole;		 /* numbers missing in the largest one */
	int64_t hole_from, hole_to;

	/* The longest silence, and how long the next longest is. */
	int64_t silent_from, silent_to;
	int64_t second;
};

void heard_init(struct heard *h);

/* Something was heard at a time, which is not TIME_NONE. */
void heard_time(struct heard *h, int64_t time);

/* A line at a time (TIME_NONE: not known). */
static inline void
heard_line(struct heard *h, int64_t time)
{
	h->lines++;
	if (time != h->last && time != TIME_NONE)
		heard_time(h, time);
}

/* A line's number, before heard_line of the line. */
void heard_number(struct heard *h, uint64_t number, int64_t time);

/* What came after, of the same host. */
void heard_join(struct heard *h, const struct heard *later);

/* The same device under another name, at the same time: what is left of the
 * longest silence is what both agree on, and numbers say nothing any more. */
void heard_mingle(struct heard *h, const struct heard *other);

void heard_encode(struct buf *b, const struct heard *h);
void heard_decode(struct cursor *c, struct heard *h);

#endif
