#include "case/heard.h"

/* Numbers that come late by so few were overtaken on the way; a counter that
 * falls back further began anew. */
#define LATE 64

/* A jump of more is another counter, not a hole. */
#define JUMP 1000000

void
heard_init(struct heard *h)
{
	*h = (struct heard){.first = TIME_NONE,
	    .last = TIME_NONE,
	    .silent_from = TIME_NONE,
	    .silent_to = TIME_NONE,
	    .hole_from = TIME_NONE,
	    .hole_to = TIME_NONE};
}

static int64_t
silence_length(const struct heard *h)
{
	return h->silent_from == TIME_NONE ? 0 : h->silent_to - h->silent_from;
}

static void
silence_add(struct heard *h, int64_t from, int64_t to)
{
	int64_t length = to - from, longest = silence_length(h);

	if (length > longest) {
		h->second = longest;
		h->silent_from = from;
		h->silent_to = to;
	} else if (length > h->second) {
		h->second = length;
	}
}

void
heard_time(struct heard *h, int64_t time)
{
	if (h->first == TIME_NONE) {
		h->first = h->last = time;
		return;
	}
	if (time <= h->last)
		return;
	silence_add(h, h->last, time);
	h->last = time;
}

static void
hole_add(struct heard *h, uint64_t n, int64_t from, int64_t to)
{
	h->holes++;
	h->missing += n;
	if (n <= h->hole)
		return;
	h->hole = n;
	h->hole_from = from;
	h->hole_to = to;
}

void
heard_number(struct heard *h, uint64_t number, int64_t time)
{
	uint64_t last = h->number_last;

	if (h->numbered++ == 0) {
		h->number_first = h->number_last = number;
		return;
	}
	if (number > last + 1 && number - last < JUMP) {
		hole_add(h, number - last - 1, h->last, time);
	} else if (number < last && last - number < LATE) {
		h->missing -= h->missing > 0;
		return;
	}
	h->number_last = number;
}

void
heard_join(struct heard *h, const struct heard *later)
{
	uint64_t holes, missing;

	if (later->numbered > 0) {
		heard_number(h, later->number_first, later->first);
		h->numbered += later->numbered - 1;
		h->number_last = later->number_last;
	}
	h->lines += later->lines;
	holes = h->holes + later->holes;
	missing = h->missing + later->missing;
	if (later->hole > h->hole) {
		h->hole = later->hole;
		h->hole_from = later->hole_from;
		h->hole_to = later->hole_to;
	}
	h->holes = holes;
	h->missing = missing;
	if (later->first == TIME_NONE)
		return;
	heard_time(h, later->first);
	if (later->silent_from != TIME_NONE)
		silence_add(h, later->silent_from, later->silent_to);
	if (later->second > h->second && later->second < silence_length(h))
		h->second = later->second;
	if (later->last > h->last)
		h->last = later->last;
}

/* The part of a silence in which another is silent from one time to another. */
static void
silence_cut(
    const struct heard *of, int64_t from, int64_t to, struct heard *best)
{
	if (from < of->silent_from)
		from = of->silent_from;
	if (to > of->silent_to)
		to = of->silent_to;
	if (from < to && to - from > silence_length(best)) {
		best->silent_from = from;
		best->silent_to = to;
	}
}

void
heard_mingle(struct heard *h, const struct heard *other)
{
	struct heard base = other->lines > h->lines ? *other : *h,
		     with = other->lines > h->lines ? *h : *other, best;

	heard_init(&best);
	if (base.silent_from != TIME_NONE && with.first != TIME_NONE) {
		silence_cut(&base, base.silent_from, with.first, &best);
		silence_cut(&base, with.last, base.silent_to, &best);
		if (with.silent_from != TIME_NONE)
			silence_cut(
			    &base, with.silent_from, with.silent_to, &best);
	}
	best.second = base.second;
	best.lines = base.lines + with.lines;
	best.first = base.first < with.first ? base.first : with.first;
	best.last = base.last > with.last ? base.last : with.last;
	*h = best;
}

void
heard_encode(struct buf *b, const struct heard *h)
{
	const int64_t times[] = {h->first, h->last, h->silent_from,
	    h->silent_to, h->second, h->hole_from, h->hole_to};
	const uint64_t numbers[] = {h->lines, h->numbered, h->number_first,
	    h->number_last, h->holes, h->missing, h->hole};

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		buf_u64(b, (uint64_t)times[i]);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		buf_u64(b, numbers[i]);
}

/* A time from a worker: what is none, or far from ours, would overflow. */
static int64_t
time_decode(struct cursor *c)
{
	int64_t t = (int64_t)cursor_le64(c);

	return t < 0 || t > INT64_MAX / 4 ? TIME_NONE : t;
}

void
heard_decode(struct cursor *c, struct heard *h)
{
	heard_init(h);
	h->first = time_decode(c);
	h->last = time_decode(c);
	h->silent_from = time_decode(c);
	h->silent_to = time_decode(c);
	h->second = time_decode(c);
	h->hole_from = time_decode(c);
	h->hole_to = time_decode(c);
	h->lines = cursor_le64(c);
	h->numbered = cursor_le64(c);
	h->number_first = cursor_le64(c);
	h->number_last = cursor_le64(c);
	h->holes = cursor_le64(c);
	h->missing = cursor_le64(c);
	h->hole = cursor_le64(c);
	if (h->last == TIME_NONE)
		h->first = TIME_NONE;
	if (h->first == TIME_NONE || h->silent_to == TIME_NONE)
		h->silent_from = TIME_NONE;
	if (h->second == TIME_NONE)
		h->second = 0;
}
