/*
 * What carries a configuration: cleaning ends, never grows beyond the mail it
 * decodes, and the parts of a file are in order.
 */
#include "fuzz/fuzz.h"
#include "read/clean.h"
#include "read/split.h"

static void
on_told(void *ctx, enum diag_code code, struct span detail)
{
	(void)ctx;
	(void)detail;
	FUZZ_CHECK(code < DIAG_COUNT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clean_told told = {on_told, NULL};
	struct arena a;
	struct buf b;
	struct split s;

	arena_init(&a);
	buf_init(&b, 1u << 24);
	buf_put(&b, span_of((const char *)data, size));
	clean_text(&b, &a, &told);
	clean_wrapped(&b, &told);
	FUZZ_CHECK(b.n <= 2 * size + 2);
	split_devices(buf_span(&b), &s);
	FUZZ_CHECK(s.n >= 1 && s.n <= LIMIT_FILE_DEVICES);
	for (unsigned i = 1; i < s.n; i++) {
		FUZZ_CHECK(s.start[i] > s.start[i - 1] && s.start[i] <= b.n);
		FUZZ_CHECK(s.line[i] > s.line[i - 1]);
	}
	buf_release(&b);
	arena_release(&a);
	return 0;
}
