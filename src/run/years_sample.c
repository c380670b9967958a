#include "base/limits.h"
#include "run/years.h"

/* Samples taken first, evenly; between two of them more are taken only where
 * their days do not follow on each other within so many. */
#define COARSE 64
#define FOLLOWS 15

#define SAMPLE_BYTES 4096

struct sampler {
	struct years *years;
	struct stream *stream;
	uint64_t front; /* bytes of the source in front of the stream */
	unsigned left;	/* samples that may still be taken */
};

/* Whole lines of a sample. */
struct sample {
	char room[SAMPLE_BYTES];
	struct span rest;
	uint64_t at;
};

static void
sample_read(struct stream *stream, uint64_t at, struct sample *out)
{
	ssize_t got = stream_at(stream, at, out->room, sizeof(out->room));

	out->at = at;
	out->rest = span_of(out->room, got > 0 ? (size_t)got : 0);
	if (at > 0)
		(void)span_until(&out->rest, '\n');
}

static bool
sample_line(struct sample *s, struct span *line)
{
	return span_find_byte(s->rest, '\n') != SPAN_NONE &&
	       span_line(&s->rest, line);
}

static int
day_at(const struct sampler *p, uint64_t at)
{
	int day = YEARS_NO_DAY;
	struct sample s;
	struct span line;

	sample_read(p->stream, at, &s);
	while (day == YEARS_NO_DAY && sample_line(&s, &line))
		day = years_day(p->years, line);
	return day;
}

static void
take(struct sampler *p, uint64_t at)
{
	struct sample s;
	struct span line;

	sample_read(p->stream, at, &s);
	while (sample_line(&s, &line))
		years_line(p->years, line,
		    p->front + at + (uint64_t)(line.p - s.room));
}

/* Samples between two, in the order of the source; at most as deep as halves
 * of a size can be halved. */
static void
take_between(
    struct sampler *p, uint64_t from, int from_day, uint64_t to, int to_day)
{
	uint64_t middle = from + (to - from) / 2;
	int step = to_day - from_day, day;

	if (to - from <= LIMIT_YEAR_STEP || p->left == 0)
		return;
	if (from_day != YEARS_NO_DAY && to_day != YEARS_NO_DAY && step >= 0 &&
	    step <= FOLLOWS)
		return;
	p->left--;
	day = day_at(p, middle);
	take_between(p, from, from_day, middle, day);
	take(p, middle);
	take_between(p, middle, day, to, to_day);
}

size_t
years_sample(struct arena *a, struct stream *stream, uint64_t front,
    uint64_t size, const struct reader *r, int64_t written,
    struct year_part **out)
{
	struct sampler p = {
	    .stream = stream, .front = front, .left = LIMIT_YEAR_SAMPLES};
	uint64_t at[COARSE];
	int day[COARSE];
	bool any = false;

	if (r == NULL || r->yearless == NULL || size <= front)
		return 0;
	p.years = years_new(a, r, true);
	for (size_t i = 0; i < COARSE; i++) {
		at[i] = (size - front) / COARSE * i;
		day[i] = day_at(&p, at[i]);
		any |= day[i] != YEARS_NO_DAY;
	}
	if (!any)
		return 0;
	for (size_t i = 0; i < COARSE; i++) {
		take(&p, at[i]);
		if (i + 1 < COARSE)
			take_between(&p, at[i], day[i], at[i + 1], day[i + 1]);
	}
	return years_end(p.years, written, out);
}
