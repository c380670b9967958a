/*
 * What every fuzzer shares.  A fuzzer is one function over bytes; libFuzzer
 * brings its own main.  Built with FUZZ_REPLAY it becomes a program that runs
 * the files given as arguments through the same function, so that what was
 * found once is tried in every test run, with any compiler.
 */
#ifndef TIDEMARK_TESTS_FUZZ_H
#define TIDEMARK_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Larger inputs find nothing new and slow everything down. */
#define FUZZ_INPUT_BYTES (256u << 10)

#define FUZZ_CHECK(cond)                                                       \
	((cond) ? (void)0 : fuzz_failed(#cond, __FILE__, __LINE__))

static inline void
fuzz_failed(const char *cond, const char *file, int line)
{
	fprintf(stderr, "fuzz: %s:%d: not so: %s\n", file, line, cond);
	abort();
}

/* Reads every byte of a span, so that a sanitizer sees what it borrows. */
static inline uint64_t
fuzz_touch(struct span s)
{
	FUZZ_CHECK(s.p != NULL || s.n == 0);
	return span_hash(s);
}

#ifdef FUZZ_REPLAY

static void
fuzz_replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *room = malloc(FUZZ_INPUT_BYTES), *exact;
	size_t n;

	if (f == NULL || room == NULL) {
		fprintf(stderr, "fuzz: cannot read %s\n", path);
		abort();
	}
	n = fread(room, 1, FUZZ_INPUT_BYTES, f);
	fclose(f);
	/* Exactly as large as the input: a byte beyond it is caught. */
	exact = malloc(n > 0 ? n : 1);
	if (exact == NULL)
		abort();
	memcpy(exact, room, n);
	free(room);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		fuzz_replay(argv[i]);
	return 0;
}

#endif

#endif
