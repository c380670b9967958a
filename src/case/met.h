/*
 * Indicators that the evidence holds, each once for the whole case: were we
 * touched, where, when first, when last.
 */
#ifndef TIDEMARK_CASE_MET_H
#define TIDEMARK_CASE_MET_H

#include "case/casefile.h"

struct met_indicator {
	const struct check *check;
	const struct finding *worst; /* the most severe of its findings */
	int64_t first, last;	     /* TIME_NONE: no time is known */
	uint64_t count;		     /* places in the evidence */
	uint32_t *devices;	     /* each once, in the order of names */
	size_t ndevices;
	bool loose; /* also in what no device could be told of */
	const struct finding **findings; /* in the case's order */
	size_t nfindings;
};

struct met_indicators {
	struct met_indicator *v; /* the worst first, then the most frequent */
	size_t n;
};

/* Findings that somebody accepted or rejected do not count.  The case must be
 * closed; everything is allocated from the arena. */
struct met_indicators case_indicators_met(
    const struct casefile *c, struct arena *a);

/* How many are looked for: neither taken back nor suppressed. */
size_t case_indicators_sought(const struct casefile *c);

#endif
