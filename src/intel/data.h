/*
 * The knowledge that is compiled into the program: every file under data/,
 * as tools/embed laid it down: with the top bit of each byte turned over, so
 * that a scan of the program's own file does not find what it looks for.
 * --data DIR replaces it.
 */
#ifndef TIDEMARK_INTEL_DATA_H
#define TIDEMARK_INTEL_DATA_H

#include <sys/types.h>

#include "base/arena.h"

struct data_file {
	const char *name; /* up to begin; below data/, e.g. "rules/x.yml" */
	const char *begin, *end;
};

#define DATA_VEIL 0x80

extern const struct data_file data_files[];
extern const size_t data_file_count;

/* Name and text as they were, in the arena. */
void data_file_plain(const struct data_file *f, struct arena *a,
    struct span *name, struct span *text);

/* The text of a file that is compiled in, in the arena; false: there is
 * none. */
bool data_find(struct arena *a, struct span name, struct span *text);

/* A regular file of at most so many bytes, below an open folder or AT_FDCWD, in
 * the arena; in the latter case a pipe too, which somebody named.  -1 with
 * errno. */
int data_file_read(int dir, const char *name, off_t most, struct arena *a,
    struct span *out);

#endif
