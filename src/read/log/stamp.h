/*
 * Time stamps of log lines, with and without a year.
 */
#ifndef TIDEMARK_READ_LOG_STAMP_H
#define TIDEMARK_READ_LOG_STAMP_H

#include "base/span.h"
#include "base/timestamp.h"
#include "read/reader.h"

/* A time stamp as written. */
struct stamp {
	bool present;
	bool unsure; /* Cisco's mark *: the clock was not set by anybody */
	struct time_parts parts; /* year 0: none was written */
	int zone;		 /* minutes east of UTC; 0 when not known */
	bool zoned;		 /* a zone was written and is known */
};

/*
 * Reads a stamp at the start of s; returns bytes used, 0 when there is none.
 * Forms: "Mar  1 10:11:12", "Mar  1 2024 10:11:12", "Mar  1 10:11:12 2024",
 * "2024 Mar  1 10:11:12", each with an optional fraction and week day, and
 * RFC 3339.  A zone word behind it is not taken.
 */
size_t stamp_read(struct span s, struct stamp *out);

/* Its last form alone. */
size_t stamp_read_iso(struct span s, struct stamp *out);

/* Numeric zone (+0100, -05:00) or a well-known zone word as minutes east of
 * UTC; false for any other text. */
bool stamp_zone(struct span word, int *minutes);

/*
 * The point in time.  A stamp without a year takes the chunk's, or the next
 * when its day lies more than two days before the chunk's first; TIME_NONE
 * when the chunk has no year or the date is impossible.  One without a zone is
 * in the clock's.
 */
int64_t stamp_time(const struct stamp *s, const struct clock_hint *clock);

#endif
