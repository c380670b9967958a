/*
 * Options that several commands have, taken in one way.  Each returns 0, or the
 * exit status of a usage error that was told.
 */
#ifndef TIDEMARK_CLI_TAKE_H
#define TIDEMARK_CLI_TAKE_H

#include <getopt.h>

#include "base/addr.h"
#include "base/limits.h"
#include "cli/command.h"
#include "cli/knowing.h"
#include "cli/out_file.h"
#include "detect/judge.h"

/* Address space that is the operator's own, as given. */
struct own_given {
	struct prefix v[LIMIT_OWN_GIVEN];
	size_t n;
};

/* What every table of long options ends with. */
enum { OPT_HELP = 255 };
#define OPTIONS_END                                                            \
	{"help", no_argument, NULL, OPT_HELP},                                 \
	{                                                                      \
		NULL, 0, NULL, 0                                               \
	}

/*
 * Takes the options that argv holds; optind is at what is left.  one gets the
 * val and the name of each, its value in optarg, and returns 0 or the exit
 * status of a usage error; what the table has not comes as '?', without a
 * name.  False when the command ends here, with *status: after --help, or an
 * error.
 */
typedef int take_option_fn(void *settings, int val, const char *name);
bool take_options(const struct command *c, int argc, char **argv,
    const struct option *options, take_option_fn *one, void *settings,
    int *status);

/* Worker processes. */
int take_jobs(const struct command *c, const char *text, unsigned *out);
/* Seconds without progress. */
int take_timeout(const struct command *c, const char *text, unsigned *out);
/* One more prefix. */
int take_own(const struct command *c, const char *text, struct own_given *own);
/* The verdict from which on a run exits with EXIT_THRESHOLD. */
int take_fail_on(const struct command *c, const char *text, enum verdict *out);

/* One more report, in the format "name". */
int take_output(const struct command *c, const char *name, const char *path,
    struct outputs *out);
/* When the terminal's report has colours. */
int take_colour(const struct command *c, const char *text, struct outputs *out);

/* A number in these bounds; "option" and "unit" (" seconds", "") are for the
 * message. */
int take_number(const struct command *c, const char *option, const char *text,
    unsigned lo, unsigned hi, const char *unit, unsigned *out);

#endif
