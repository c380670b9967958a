/*
 * The words of tidemark intel that have a file of their own.  argv[0] is the
 * word; they return the exit status.
 */
#ifndef TIDEMARK_CLI_INTEL_H
#define TIDEMARK_CLI_INTEL_H

#include "cli/command.h"

extern const struct command command_intel;

/* check RULES...: does every rule load, and does something feed it? */
int intel_check(int argc, char **argv);

/* test CASES...: rules against events written by hand, see intel_test.c. */
int intel_test(int argc, char **argv);

#endif
