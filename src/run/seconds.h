/*
 * The time of a log line from that of another whose stamp is the same but for
 * its seconds: at a fraction of what reading a time costs, so that every line
 * of a large log has one.
 */
#ifndef TIDEMARK_RUN_SECONDS_H
#define TIDEMARK_RUN_SECONDS_H

#include "base/timestamp.h"

/* The longest stamp that is taken, all before the host. */
#define SECONDS_STAMP 64

struct seconds {
	char text[SECONDS_STAMP]; /* of the line whose time was read */
	size_t n;
	size_t at;	 /* where "ss" stands in "hh:mm:ss"; 0: nowhere */
	size_t fraction; /* bytes of it, its dot included */
	int64_t minute;	 /* the time when the seconds are 0 */
};

/*
 * A line begins with a stamp of n bytes, and its time was read.  Nothing is
 * learnt of a stamp that has no clock or whose seconds are not the time's: the
 * reader went by another.
 */
void seconds_learn(struct seconds *s, struct span line, size_t n, int64_t time);

/* The time of a line whose stamp is as long; TIME_NONE: it must be read. */
int64_t seconds_time(const struct seconds *s, struct span line);

#endif
