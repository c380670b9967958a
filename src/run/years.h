/*
 * Years of stamps that name none, for a log that is in memory: from lines that
 * do name one, or back from when the file was last written.  Months tell where
 * a year ends.  A single line far off (a clock that had not been set yet) does
 * not.
 */
#ifndef TIDEMARK_RUN_YEARS_H
#define TIDEMARK_RUN_YEARS_H

#include "base/arena.h"
#include "read/reader.h"

/* Lines from offset on are of this time or later, and of the next year where
 * their day is before it. */
struct year_part {
	uint64_t offset;
	struct clock_hint clock; /* year 0: not known */
};

/*
 * The parts of the bytes in order, the first at 0; LIMIT_YEAR_PARTS at most.
 * written: microseconds since 1970, or TIME_NONE.  Returns how many; 0: every
 * stamp names its year, or there is none.
 */
size_t years_plan(struct arena *a, struct span bytes, const struct reader *r,
    int64_t written, struct year_part **out);

#endif
