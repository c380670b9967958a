/* LZO1X streams: whatever comes out, it stays within the room. */
#include "base/err.h"
#include "fuzz/fuzz.h"
#include "read/flow/lzo.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* The room ends at another place for each last byte. */
	size_t n = size == 0 ? 1 : 16 + data[size - 1] * (size_t)97;
	char *room = malloc(n);
	long got;

	ASSERT(room != NULL);
	got = lzo_unpack(span_of((const char *)data, size), room, n);
	FUZZ_CHECK(got >= -1 && got <= (long)n);
	free(room);
	return 0;
}
