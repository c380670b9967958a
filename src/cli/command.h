/*
 * Commands: one file and one constant struct each, listed in commands.def.
 */
#ifndef TIDEMARK_CLI_COMMAND_H
#define TIDEMARK_CLI_COMMAND_H

#include "base/err.h"
#include "base/span.h"
#include "intel/knowledge.h"

/* Exit status of the program. */
enum { EXIT_QUIET = 0, EXIT_THRESHOLD = 1, EXIT_USAGE = 2, EXIT_EVIDENCE = 3,
	EXIT_FAILED = 4 };

struct command {
	const char *name, *usage, *summary;
	/* argv[0] is the command's name.  Returns the exit status. */
	int (*run)(int argc, char **argv);
	const char *help; /* options, one a line */
};

extern const struct command *const commands[]; /* NULL-terminated */

/* To standard error, with the program's name; returns status. */
int complain(int status, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int usage_error(const struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Loads knowledge and tells standard error of what could not be taken. */
int cli_knowledge(const struct knowledge_options *o, struct knowledge *k);

unsigned cli_jobs_default(void);

/* The present time, in microseconds as record times. */
int64_t cli_clock(void);

/* A whole file of at most so many bytes into the arena. */
int cli_file(const char *path, size_t limit, struct arena *a,
    struct span *out, struct err *e);

/* Commands use getopt_long; --help prints the command's page and is
 * EXIT_QUIET. */
int command_help(const struct command *c);

#endif
