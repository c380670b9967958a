/*
 * Years of stamps that name none, for a log that is in memory: from lines that
 * do name one, or back from when the file was last written.  Months tell where
 * a year ends.  A single line far off (a clock that had not been set yet) does
 * not.
 */
#ifndef TIDEMARK_RUN_YEARS_H
#define TIDEMARK_RUN_YEARS_H

#include "base/arena.h"
#include "base/buf.h"
#include "read/reader.h"
#include "source/stream.h"

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

/* The same line by line; sampled: not every line is told of, so there is a part
 * for each month. */
struct years;
struct years *years_new(struct arena *a, const struct reader *r, bool sampled);
void years_line(struct years *w, struct span line, uint64_t offset);
size_t years_end(struct years *w, int64_t written, struct year_part **out);

/* The day of the year that a line's stamp says, in numbers that rise with the
 * calendar by at least one a day; YEARS_NO_DAY: it says none. */
#define YEARS_NO_DAY (-1)
int years_day(const struct years *w, struct span line);

/*
 * The same from samples of a source that is too large to be read for it: closer
 * ones where days do not follow on each other, LIMIT_YEAR_SAMPLES at most.  The
 * stream goes back; it begins behind "front" bytes of the source, which has
 * "size".
 */
size_t years_sample(struct arena *a, struct stream *stream, uint64_t front,
    uint64_t size, const struct reader *r, int64_t written,
    struct year_part **out);

/* Parts as bytes, which the parent passes on from a plan to its chunks; those
 * that bear on bytes [from, to) alone; and parts again, 0: there are none. */
void years_put(struct buf *b, const struct year_part *parts, size_t n);
void years_put_some(
    struct buf *b, struct span parts, uint64_t from, uint64_t to);
size_t years_take(struct arena *a, struct span s, struct year_part **out);

#endif
