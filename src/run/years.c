#include "run/years.h"

#include "base/cursor.h"
#include "base/limits.h"
#include "base/timestamp.h"

/* Days by which lines may stand out of order, and by which neighbours may be
 * apart before one of them may be a stray. */
#define SLACK 2
#define FAR 62
#define HALF_YEAR 186

struct day {
	uint64_t offset;
	int month, day;
};

struct years {
	struct arena *a;
	const struct reader *reader;
	bool sampled, yearless;
	struct year_part *parts;
	size_t n, cap;
	int year; /* counted from the first line's, or as a line stated */
	bool any, waits;
	bool stated; /* year is one of the calendar */
	struct day at, waiting;
};

static int
number_of(const struct day *d)
{
	return d->month * 31 + d->day;
}

static void
part_add(struct years *w, const struct day *d)
{
	if (w->n >= LIMIT_YEAR_PARTS)
		return;
	w->parts = arena_grow(w->a, w->parts, w->n, &w->cap, sizeof(*w->parts));
	w->parts[w->n++] = (struct year_part){
	    d->offset, {.year = w->year, .month = d->month, .day = d->day}};
}

static bool
is_month_on(const struct years *w)
{
	const struct clock_hint *last;

	if (w->n == 0)
		return false;
	last = &w->parts[w->n - 1].clock;
	return number_of(&w->at) - (last->month * 31 + last->day) > 31;
}

/* The next day in the order of the file is taken for what it is. */
static void
settle(struct years *w, const struct day *d)
{
	int step = number_of(d) - number_of(&w->at);

	if (step >= -SLACK && step < 0)
		return;
	w->at = *d;
	w->year += step < 0;
	if (step < 0 || (w->sampled && is_month_on(w)))
		part_add(w, d);
}

static bool
near(const struct day *a, const struct day *b)
{
	int step = number_of(b) - number_of(a);

	return step >= -SLACK && step <= FAR;
}

/* A line far from its neighbours on both sides is a stray: a part of its own
 * keeps it in the year. */
static void
next_day(struct years *w, const struct day *d)
{
	if (w->waits) {
		w->waits = false;
		if (near(&w->at, d)) {
			part_add(w, &w->waiting);
			w->at.offset = d->offset;
			part_add(w, &w->at);
		} else {
			settle(w, &w->waiting);
		}
	}
	if (near(&w->at, d)) {
		settle(w, d);
	} else {
		w->waits = true;
		w->waiting = *d;
	}
}

/* Parts so far were counted; the stated year says what they are. */
static void
state(struct years *w, const struct day *d, int year)
{
	int shift;

	if (w->waits)
		settle(w, &w->waiting);
	w->waits = false;
	shift = year - w->year;
	/* The line before it is of the nearest of the years around. */
	if (number_of(&w->at) - number_of(d) > HALF_YEAR)
		shift--;
	else if (number_of(d) - number_of(&w->at) > HALF_YEAR)
		shift++;
	for (size_t i = 0; !w->stated && i < w->n; i++)
		w->parts[i].clock.year += shift;
	w->year = year;
	w->at = *d;
	part_add(w, d);
	w->any = w->stated = true;
}

static bool
digits(struct span s, size_t n, int *out)
{
	uint64_t v;

	if (s.n < n || !span_u64(span_head(s, n), &v))
		return false;
	*out = (int)v;
	return true;
}

/* "2024-01-31..." at the start of a line, behind a priority and a version (RFC
 * 5424 section 6) where it has them. */
static bool
stated_day(struct span s, struct day *d, int *year)
{
	if (s.n > 0 && s.p[0] == '<') {
		size_t end = span_find_byte(span_head(s, 6), '>');

		s = end == SPAN_NONE ? span_head(s, 0) : span_from(s, end + 1);
		if (span_starts(s, SPAN("1 ")))
			s = span_from(s, 2);
	}
	return s.n >= 10 && s.p[4] == '-' && s.p[7] == '-' &&
	       digits(s, 4, year) && digits(span_from(s, 5), 2, &d->month) &&
	       digits(span_from(s, 8), 2, &d->day) && *year >= 1990 &&
	       *year < 2100 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
	       d->day <= 31;
}

/* A device whose clock is wrong states a day of its own. */
static bool
believable(const struct years *w, const struct day *d)
{
	int apart = number_of(d) - number_of(&w->at);

	if (apart < 0)
		apart = -apart;
	return !w->any || apart <= FAR || apart >= 2 * HALF_YEAR - FAR;
}

/* Counted years become those of the calendar: the last line is not later than
 * the file. */
static void
date_back(struct years *w, int64_t written)
{
	struct time_parts p;
	struct day last;
	int shift;

	if (w->stated)
		return;
	if (written == TIME_NONE) {
		for (size_t i = 0; i < w->n; i++)
			w->parts[i].clock.year = 0;
		return;
	}
	time_to_parts(written, &p);
	last = (struct day){0, p.month, p.day};
	shift =
	    p.year - w->year - (number_of(&w->at) > number_of(&last) + SLACK);
	for (size_t i = 0; i < w->n; i++)
		w->parts[i].clock.year += shift;
}

struct years *
years_new(struct arena *a, const struct reader *r, bool sampled)
{
	struct years *w = arena_alloc(a, sizeof(*w));

	*w = (struct years){.a = a, .reader = r, .sampled = sampled};
	return w;
}

int
years_day(const struct years *w, struct span line)
{
	struct day d;
	int year;

	return w->reader->yearless(line, &d.month, &d.day) ||
		       stated_day(line, &d, &year)
		   ? number_of(&d)
		   : YEARS_NO_DAY;
}

void
years_line(struct years *w, struct span line, uint64_t offset)
{
	struct day d = {.offset = offset};
	int year;

	if (w->reader->yearless(line, &d.month, &d.day)) {
		w->yearless = true;
		if (w->any)
			next_day(w, &d);
		else
			part_add(w, &d);
		if (!w->any)
			w->at = d;
		w->any = true;
	} else if (stated_day(line, &d, &year) && believable(w, &d) &&
		   (!w->stated || year != w->year ||
		       number_of(&d) != number_of(&w->at))) {
		state(w, &d, year);
	}
}

size_t
years_end(struct years *w, int64_t written, struct year_part **out)
{
	if (!w->yearless || w->n == 0)
		return 0;
	if (w->waits)
		settle(w, &w->waiting);
	date_back(w, written);
	w->parts[0].offset = 0;
	*out = w->parts;
	return w->n;
}

size_t
years_plan(struct arena *a, struct span bytes, const struct reader *r,
    int64_t written, struct year_part **out)
{
	struct span rest = bytes, line;
	struct years *w;

	if (r->yearless == NULL)
		return 0;
	w = years_new(a, r, false);
	while (span_line(&rest, &line))
		years_line(w, line, (uint64_t)(line.p - bytes.p));
	return years_end(w, written, out);
}

#define PART_BYTES 20

void
years_put(struct buf *b, const struct year_part *parts, size_t n)
{
	buf_u32(b, (uint32_t)(n * PART_BYTES));
	for (size_t i = 0; i < n; i++) {
		buf_u64(b, parts[i].offset);
		buf_u32(b, (uint32_t)parts[i].clock.year);
		buf_u32(b, (uint32_t)parts[i].clock.month);
		buf_u32(b, (uint32_t)parts[i].clock.day);
	}
}

/* The last part that begins before the bytes counts at their start. */
void
years_put_some(struct buf *b, struct span parts, uint64_t from, uint64_t to)
{
	size_t n = parts.n / PART_BYTES, first = 0, end = 0;

	for (size_t i = 0; i < n; i++) {
		struct cursor c = cursor_of(span_from(parts, i * PART_BYTES));
		uint64_t at = cursor_le64(&c);

		if (at <= from)
			first = i;
		if (at < to)
			end = i + 1;
	}
	buf_bytes(b, first < end
			 ? span_sub(parts, first * PART_BYTES, end * PART_BYTES)
			 : span_head(parts, 0));
}

size_t
years_take(struct arena *a, struct span s, struct year_part **out)
{
	struct cursor c = cursor_of(s);
	size_t n = s.n / PART_BYTES;

	*out = arena_array(a, n, sizeof(**out));
	for (size_t i = 0; i < n; i++) {
		(*out)[i].offset = cursor_le64(&c);
		(*out)[i].clock.year = (int)cursor_le32(&c);
		(*out)[i].clock.month = (int)cursor_le32(&c);
		(*out)[i].clock.day = (int)cursor_le32(&c);
	}
	return c.failed ? 0 : n;
}
