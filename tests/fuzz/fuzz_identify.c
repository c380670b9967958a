/* What is it?  The first line is the path, the rest the content. */
#include "fuzz/fuzz.h"
#include "read/identify.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of((const char *)data, size);
	struct probe p = {.size = UINT64_MAX, .whole = true};
	struct identity id;
	const struct reader *quick;

	if (size > LIMIT_PROBE_BYTES)
		return 0;
	p.path = span_until(&bytes, '\n');
	p.head = bytes;
	if (size % 2 == 0)
		p.size = bytes.n;
	identify(&p, false, &id);
	quick = id.reader;
	identify(&p, true, &id);
	/* Who is certain ends the search; the answer stays. */
	FUZZ_CHECK(quick == id.reader || quick == NULL ||
		   quick->guess(&p).score >= IDENTIFY_CERTAIN);
	FUZZ_CHECK((id.reader == NULL) == (id.why_not != NULL));
	FUZZ_CHECK(id.magic != NULL);
	if (id.reader != NULL) {
		FUZZ_CHECK(id.guess.score >= IDENTIFY_THRESHOLD &&
			   id.guess.score <= 100);
		FUZZ_CHECK(id.guess.reason != NULL);
		FUZZ_CHECK(reader_find(span_str(id.reader->name)) == id.reader);
	}
	if (id.second != NULL) {
		FUZZ_CHECK(id.second != id.reader);
		FUZZ_CHECK(id.second_guess.score <= id.guess.score);
	}
	return 0;
}
