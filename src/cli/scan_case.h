/*
 * What commands do with a kept case, beside store/casebook.h: which knowledge
 * it was made with, and what the exit status says of it.
 */
#ifndef TIDEMARK_CLI_SCAN_CASE_H
#define TIDEMARK_CLI_SCAN_CASE_H

#include "cli/knowing.h"
#include "run/scan.h"
#include "store/casebook.h"

/* A scan into a case. */
struct scan_case {
	struct casebook book;
	struct arena arena;
	struct span options;
};

/* The knowledge that a run has, as options to keep (knowing_of_case takes them
 * back), and all that decides how it reads a source, in one word. */
struct span case_options(const struct knowing *k, struct arena *a);
struct span case_reading(const struct scan_options *o,
    const struct knowledge *k, struct span options, struct arena *a);

/* Before a case is opened for writing. */
void case_signals(void);

/* Opens the case and lets the scan ask it what need not be read.  all: read
 * everything. */
int scan_case_begin(struct scan_case *x, const char *place,
    const struct knowing *knowing, const struct knowledge *k, bool all,
    struct scan_options *o, struct err *e);
void scan_case_release(struct scan_case *x);

/* Adds c, before it is closed, and fills whole. */
int scan_case_end(struct scan_case *x, const struct casefile *c,
    const struct casebook_run *run, struct casefile *whole, struct err *e);

/* Tells standard error what came of the scan's sources. */
void scan_case_told(const struct scan_case *x, const struct casefile *whole);

/* The knowledge that the last run of a case was made with, as options; texts
 * go to the arena. */
void knowing_of_case(struct knowing *k, struct span options, struct arena *a);

/* The exit status that a closed casefile calls for. */
int casefile_status(const struct casefile *c, enum verdict fail_on);

#endif
