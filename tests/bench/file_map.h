/*
 * A whole file in memory, for benchmarks that do not measure reading.
 */
#ifndef TIDEMARK_TESTS_BENCH_FILE_MAP_H
#define TIDEMARK_TESTS_BENCH_FILE_MAP_H

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/span.h"

/* Without bytes when it cannot be opened or is empty; populate: every page is
 * there before the clock runs. */
static inline struct span
file_map(const char *path, bool populate)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *p;

	if (fd < 0)
		return span_of(NULL, 0);
	p = fstat(fd, &st) == 0 && st.st_size > 0
		? mmap(NULL, (size_t)st.st_size, PROT_READ,
		      MAP_PRIVATE | (populate ? MAP_POPULATE : 0), fd, 0)
		: MAP_FAILED;
	close(fd);
	return p == MAP_FAILED ? span_of(NULL, 0)
			       : span_of(p, (size_t)st.st_size);
}

#endif
