/*
 * What is new in a group of events: a value that none of its events before
 * had, or an event after long silence.
 */
#include "detect/correlate_run.h"

/* Parts of a silence in which others must have been heard: a hole in the
 * evidence is no silence. */
#define PARTS 4

/* Has the group been seen long and often enough to call anything new? */
static bool
ripe(const struct run *r, const struct novelty *n, size_t from, size_t at,
    size_t distinct)
{
	const struct signal *v = r->in.v;

	return v[at].time - v[from].time >= n->after &&
	       at - from >= n->events &&
	       (n->values == 0 || distinct <= n->values);
}

/* Index of the first event at or after a time. */
static size_t
event_from(const struct run *r, int64_t time)
{
	size_t low = 0, high = r->nheard;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->heard[mid] < time)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
others_heard(const struct run *r, int64_t from, int64_t to)
{
	int64_t part = (to - from) / PARTS;

	for (int i = 0; i < PARTS; i++) {
		int64_t begin = from + 1 + i * part;
		size_t at = event_from(r, begin);

		if (at == r->nheard || r->heard[at] >= begin + part ||
		    r->heard[at] >= to)
			return false;
	}
	return true;
}

void
novel_run(struct run *r, const struct novelty *n, size_t from, size_t to)
{
	const struct signal *v = r->in.v;
	size_t distinct = 0;

	for (size_t i = from; i < to; i++) {
		bool new = n->silence == 0
			       ? r->counts[v[i].value] == 0
			       : i > from &&v[i].time - v[i - 1].time >=
				     n->silence &&others_heard(
					 r, v[i - 1].time, v[i].time);

		if (new &&ripe(r, n, from, i, distinct)) {
			r->before = i - from;
			r->since =
			    n->silence > 0 ? v[i - 1].time : v[from].time;
			episode_take(r, episode_at(r, &v[i]), i, i + 1);
			episode_close(r);
		}
		if (n->silence == 0)
			distinct += r->counts[v[i].value]++ == 0;
	}
	for (size_t i = from; i < to && n->silence == 0; i++)
		r->counts[v[i].value] = 0;
}
