/*
 * Words of a feed from a process that is not to be believed: whatever comes,
 * what is kept is what honest feeds could have said.
 */
#include "fuzz/fuzz_feed.h"
#include "intel/stix_pattern.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct indicator_list list;
	struct arena arena;
	struct feed_store store;
	size_t told = 0;
	struct feed_options o = {
	    .problem = fuzz_quiet, .ctx = &told, .tell = 100, .now = TIME_NONE};
	struct feed_wire_in in;

	if (size > 16384)
		return 0;
	arena_init(&arena);
	feed_wire_expect(&in, &arena, feed_store_take, &store);
	in.soon = feed_store_soon;
	indicator_list_init(&list, &arena);
	feed_store_begin(&store, &list, SPAN("x"), &o);
	(void)feed_wire_take(&in, span_of((const char *)data, size));
	feed_store_end(&store, &in.counts);
	for (size_t i = 0; i < list.n; i++) {
		const struct indicator *x = &list.v[i];

		FUZZ_CHECK(x->about->pattern == NULL ||
			   x->about->part < x->about->pattern->parts);
		FUZZ_CHECK(indicator_type_name(x->type) != NULL);
	}
	fuzz_indicators(&list, SPAN("203.0.113.1 evil.example"));
	feed_wire_release(&in);
	indicator_list_release(&list);
	arena_release(&arena);
	return 0;
}
