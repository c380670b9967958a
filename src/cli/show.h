/*
 * tidemark dump --show: the output of a command as rows, through TextFSM
 * templates.
 */
#ifndef TIDEMARK_CLI_SHOW_H
#define TIDEMARK_CLI_SHOW_H

#include "cli/command.h"

struct show_options {
	const char *platform;  /* --show; the command is the first argument */
	const char *batch;     /* --show-batch: a file of lines
				* platform TAB command TAB file */
	const char *templates; /* --templates, or NULL: the built-in ones */
};

/* Whether one of the options asks for it. */
static inline bool
show_wanted(const struct show_options *o)
{
	return o->platform != NULL || o->batch != NULL;
}

/*
 * With a platform: args are COMMAND and FILE ("-" is standard input); prints
 * a JSON array of rows.  With a batch: no args; prints a JSON object a line,
 * {"file", "platform", "command", "rows"} or with "error" in place of rows.
 * Evidence is read in a sandboxed child.  Returns the exit status.
 */
int show_dump(const struct command *c, const struct show_options *o, int nargs,
    char **args);

#endif
