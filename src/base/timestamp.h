/*
 * Points in time: microseconds since 1970-01-01T00:00:00Z, as int64_t.
 * TIME_NONE where there is none.  Years 1970 to 9999.
 */
#ifndef TIDEMARK_BASE_TIMESTAMP_H
#define TIDEMARK_BASE_TIMESTAMP_H

#include "base/span.h"

#define TIME_NONE INT64_MIN
#define TIME_SECOND INT64_C(1000000)
#define TIME_DAY (86400 * TIME_SECOND)

/* Calendar parts; month 1..12, day 1..31. */
struct time_parts {
	int year, month, day, hour, minute, second, micro;
};

/* Parts taken as UTC; TIME_NONE when out of range. */
int64_t time_from_parts(const struct time_parts *p);
void time_to_parts(int64_t t, struct time_parts *p);

/* RFC 3339 and its ISO 8601 cousins at the start of s: date, 'T' or blank,
 * time, optional fraction (. or ,), optional zone (Z, +hh:mm, +hhmm).
 * Returns bytes used, 0 when there is no such thing.  *zoned tells whether a
 * zone was present; without one the time is taken as UTC. */
size_t time_read_iso(struct span s, int64_t *out, bool *zoned);

/* A whole date, "2027-01-31", as its first moment in UTC. */
bool time_read_day(struct span s, int64_t *out);

/* Month of an English three-letter name, 1..12, or 0. */
int time_month(struct span s);

/* "hh:mm:ss" with optional fraction (. or ,) at the start of s into the time
 * parts.  Returns bytes used or 0. */
size_t time_read_clock(struct span s, struct time_parts *p);

/* Seconds (with fraction) since the epoch as decimal text, the whole span. */
bool time_read_epoch(struct span s, int64_t *out);

/* RFC 3339 in UTC, whole seconds unless there is a fraction (then 3 or 6
 * digits).  Empty for TIME_NONE. */
#define TIME_TEXT 32
const char *time_write(int64_t t, char out[TIME_TEXT]);

#endif
