/*
 * dump --understood and --unknown.
 */
#ifndef TIDEMARK_CLI_UNDERSTOOD_H
#define TIDEMARK_CLI_UNDERSTOOD_H

#include <stdbool.h>
#include <stddef.h>

#include "run/scan.h"

struct understood_options {
	bool unknown; /* name what was not understood */
	bool json;
};

/* Runs the scan with "run", then prints.  Returns the exit status. */
int understood_dump(const struct understood_options *u, struct scan_options *o,
    int argc, char **argv,
    int (*run)(const char *const *paths, size_t n, struct scan_options *o));

#endif
