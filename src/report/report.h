/*
 * Reports consume a case and nothing else.  One constant struct per output,
 * listed in report/formats.def.
 */
#ifndef TIDEMARK_REPORT_REPORT_H
#define TIDEMARK_REPORT_REPORT_H

#include <stdio.h>

#include "case/casefile.h"
#include "plan/plan.h"

struct report_options {
	const char *version;
	int64_t started; /* the run's time stamp */
	double seconds;
	bool colour;
	unsigned width;		 /* of the terminal, 0: do not wrap */
	bool all;		 /* terminal: every finding, every place */
	const struct plan *plan; /* for HTML; NULL: none was made */
};

struct report {
	const char *name, *title;
	/* -1 only when the stream failed. */
	int (*write)(FILE *f, const struct casefile *c,
	    const struct report_options *o, struct err *e);
};

extern const struct report *const reports[]; /* NULL-terminated */
const struct report *report_find(struct span name);

/* "read", "unrecognised", "unreadable", "skipped". */
const char *source_state_name(enum source_state s);

/* Why a source was not read, or what was odd about one that was; empty when
 * there is nothing to tell.  Lives in text or in the source. */
#define SOURCE_WHY 1024
struct span source_why(const struct source *s, char text[SOURCE_WHY]);

/* Of diagnostics of one code so many are told of a source, and behind the last
 * of these how many more there are (*more, 0 behind any other). */
#define SOURCE_ALIKE 3
bool source_diag_shown(const struct source *s, size_t at, size_t *more);

#endif
