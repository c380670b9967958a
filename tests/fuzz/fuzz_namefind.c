/* Names in text: the first line holds the names, the rest is searched. */
#include "base/err.h"
#include "fuzz/fuzz.h"
#include "match/namefind.h"

static void
on_name(void *ctx, size_t offset, size_t length, uint32_t id, bool below)
{
	const struct span *text = ctx;

	(void)id;
	(void)below;
	FUZZ_CHECK(
	    length > 0 && offset <= text->n && length <= text->n - offset);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size), names;
	struct nameset *set = nameset_new();
	uint32_t id = 0;

	if (!span_line(&text, &names))
		names = (struct span){0};
	while (names.n > 0) {
		struct span name = span_until(&names, ',');

		nameset_add(set, name, id % 8, id);
		id++;
	}
	nameset_seal(set);
	namefind_scan(set, text, on_name, &text);
	nameset_free(set);
	return 0;
}
