/*
 * Options that several commands have, taken in one way.  Each returns 0, or the
 * exit status of a usage error that was told.
 */
#ifndef TIDEMARK_CLI_TAKE_H
#define TIDEMARK_CLI_TAKE_H

#include "base/addr.h"
#include "base/limits.h"
#include "cli/command.h"
#include "cli/knowing.h"
#include "detect/judge.h"

/* Address space that is the operator's own, as given. */
struct own_given {
	struct prefix v[LIMIT_OWN_GIVEN];
	size_t n;
};

/* Worker processes. */
int take_jobs(const struct command *c, const char *text, unsigned *out);
/* Seconds without progress. */
int take_timeout(const struct command *c, const char *text, unsigned *out);
/* One more prefix. */
int take_own(const struct command *c, const char *text, struct own_given *own);
/* The verdict from which on a run exits with EXIT_THRESHOLD. */
int take_fail_on(const struct command *c, const char *text, enum verdict *out);

/* A number in these bounds; "option" and "unit" (" seconds", "") are for the
 * message. */
int take_number(const struct command *c, const char *option, const char *text,
    unsigned lo, unsigned hi, const char *unit, unsigned *out);

#endif
