/*
 * Printing what differs between two states; for the commands that compare.
 */
#ifndef TIDEMARK_CLI_DIFF_H
#define TIDEMARK_CLI_DIFF_H

#include "cli/out_file.h"
#include "history/diff.h"

struct diff_output {
	const char *old, *now; /* what the two sides are called */
	const char *baseline;  /* file of approved differences, or NULL */
	struct outputs *out;   /* opened; JSON goes there */
	bool quiet;	       /* nothing for people */
};

/* Returns the exit status: EXIT_THRESHOLD when something differs that nobody
 * approved.  Failures are told to standard error. */
int diff_output(const struct diff_output *o, const struct history *h,
    const struct knowledge *k);

#endif
