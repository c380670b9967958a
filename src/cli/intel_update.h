/*
 * What files of knowledge about flaws gave.
 */
#ifndef TIDEMARK_CLI_INTEL_UPDATE_H
#define TIDEMARK_CLI_INTEL_UPDATE_H

#include "cli/command.h"

/* To standard error: a line for each file, when there are any; and that the
 * knowledge is old, when it is. */
void cli_updates_told(const struct knowledge *k, int64_t now);

/* update FILE...: each file in full. */
int intel_update(int argc, char **argv);

/* Is one of the files such knowledge, so that "check" means it? */
bool intel_names_updates(int argc, char **argv);

#endif
