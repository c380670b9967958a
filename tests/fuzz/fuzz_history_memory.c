/*
 * What a run remembers of a repository, from bytes that anybody may have
 * written: whatever is accepted holds together, can be walked, and comes out of
 * the packer as it went in.
 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "fuzz/fuzz.h"
#include "history/memory.h"

#define MAKER SPAN("fuzz 1")

static void
walk(const struct history *h)
{
	struct history_spans spans;
	struct arena a;

	arena_init(&a);
	history_spans(h, &a, &spans);
	for (size_t i = 0; i < spans.n; i++) {
		const struct history_span *s = &spans.v[i];
		uint32_t gone = history_span_gone(h, s);

		FUZZ_CHECK(s->first <= s->last);
		FUZZ_CHECK(s->last < h->files[s->file].n);
		FUZZ_CHECK(gone == HISTORY_NONE || gone < h->ncommits);
		(void)history_device(h, s->file);
	}
	arena_release(&a);
}

/* With a checksum of its own, so that what lies behind it is reached. */
static void
unpack_sealed(struct span bytes)
{
	struct history h;
	struct buf sealed, again;
	struct err e;

	buf_init(&sealed, 64u << 20);
	buf_init(&again, 64u << 20);
	buf_puts(&sealed, "tidemark history 2\n");
	buf_put(&sealed, bytes);
	buf_u64(&sealed, XXH3_64bits(sealed.p, sealed.n));
	history_init(&h);
	if (history_unpack(&h, buf_span(&sealed), MAKER, 9, &e) == 0) {
		walk(&h);
		FUZZ_CHECK(history_pack(&h, MAKER, &again));
	}
	history_release(&h);
	buf_release(&again);
	buf_release(&sealed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of((const char *)data, size);
	struct history h;
	struct err e;

	history_init(&h);
	(void)history_unpack(&h, bytes, MAKER, 9, &e);
	history_release(&h);
	unpack_sealed(bytes);
	return 0;
}
