/*
 * The knowledge that is compiled into the program: every file under data/,
 * as tools/embed laid it down.  --data DIR replaces it.
 */
#ifndef TIDEMARK_INTEL_DATA_H
#define TIDEMARK_INTEL_DATA_H

#include <stddef.h>

struct data_file {
	const char *name; /* below data/, e.g. "rules/x.yml" */
	const char *begin, *end;
};

extern const struct data_file data_files[];
extern const size_t data_file_count;

#endif
