/*
 * Correlations over the events of a whole run (Sigma correlation rules
 * specification 2.1).  A pure function of the events, which are all at hand, so
 * any number of workers gives the same answer.
 *
 * What holds where the specification leaves room:
 * - An event that lacks a field of group-by, or the field that is counted,
 *   takes no part.  Only the first value of a field counts.
 * - A window slides: events are together when no more than the timespan lies
 *   between the first and the last.  Where a condition has an upper bound (lt,
 *   lte, eq, neq) a sliding window would always hold somewhere; then windows
 *   stand side by side, each from the first event that is in none before it,
 *   and the condition is asked of whole windows.  The same for averages,
 *   medians and percentiles.
 * - While the condition holds from event to event, that is one episode.  To a
 *   correlation above, each of these events is a signal at its time; in a
 *   count, an episode counts once.  A signal has the fields of the event that
 *   completes it.
 * - temporal_ordered: events of the same time and source stand in the order of
 *   their lines, those of several sources in whichever order fits.
 * - value_percentile with "percentile: p" compares that percentile of the
 *   numbers (nearest rank); without, the share in percent that each value has
 *   of the window's events.
 */
#ifndef TIDEMARK_DETECT_CORRELATE_H
#define TIDEMARK_DETECT_CORRELATE_H

#include "intel/sigma.h"

/* A plain rule met a record. */
struct event {
	uint32_t rule; /* index in the set */
	uint32_t source;
	int64_t time;	       /* never TIME_NONE */
	struct span *values;   /* beside the rule's gives; empty: absent */
	struct span device;    /* what tells devices apart; empty: none */
	uint32_t device_index; /* for the caller */
	uint64_t line, offset;
	struct span text;
};

struct episode {
	const struct rule *rule; /* the correlation */
	const struct span *keys; /* values beside its group-by */
	/* Indices of events that make it up, the first LIMIT_EPISODE_EVENTS,
	 * in order; count: all of them. */
	const uint32_t *events;
	size_t n;
	uint64_t count;
	int64_t first, last;
	/* Of a novel one (rule->novel): the value that is new, events of the
	 * group before, and since when: the first of them, or of silence the
	 * last. */
	struct span value;
	uint64_t before;
	int64_t since;
};

/* Lives during the call. */
typedef void correlate_fn(void *ctx, const struct episode *e);

/* events: ordered by time, then source, then place.  Episodes come by
 * correlation in the order of the set, then by their first signal. */
void correlate(const struct ruleset *rs, const struct event *events, size_t n,
    correlate_fn *fn, void *ctx);

/* The order that correlate wants, for qsort. */
int event_order(const void *a, const void *b);

#endif
