/*
 * The raw material of a source out of a case that somebody handed on.  What is
 * read is written to the same meaning, joined, judged and reported.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_knowledge.h"
#include "report/report.h"
#include "store/raw.h"

static bool
read_to(struct casefile *c, struct span bytes, enum raw_part part)
{
	struct raw_reader r;

	casefile_init(c, knowing());
	raw_reader_init(&r, c);
	return raw_read(&r, bytes, part);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of((const char *)data, size);
	struct report_options o = {.version = "0", .all = true};
	struct casefile c, again;
	struct buf b;
	struct err e;
	FILE *out;

	if (size > FUZZ_INPUT_BYTES)
		return 0;
	if (read_to(&c, bytes, RAW_SIGNS))
		FUZZ_CHECK(c.nsources <= 1);
	casefile_release(&c);
	if (!read_to(&c, bytes, RAW_ALL)) {
		FUZZ_CHECK(c.nsources == 0);
		casefile_release(&c);
		return 0;
	}
	buf_init(&b, LIMIT_STORE_VALUE);
	raw_write(&b, &c.sources[0], knowing());
	FUZZ_CHECK(read_to(&again, buf_span(&b), RAW_ALL));
	FUZZ_CHECK(again.sources[0].nsightings == c.sources[0].nsightings);
	FUZZ_CHECK(again.sources[0].nfacts == c.sources[0].nfacts);
	FUZZ_CHECK(again.sources[0].nmoments == c.sources[0].nmoments);
	casefile_release(&again);
	buf_release(&b);
	casefile_close(&c);
	out = fopen("/dev/null", "w");
	FUZZ_CHECK(out != NULL);
	for (size_t i = 0; reports[i] != NULL; i++)
		FUZZ_CHECK(reports[i]->write(out, &c, &o, &e) == 0);
	fclose(out);
	casefile_release(&c);
	return 0;
}
