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
seal(struct span bytes, uint64_t before, struct buf *out)
{
	buf_init(out, 64u << 20);
	buf_puts(out, "tidemark history 3\n");
	buf_u64(out, before);
	buf_put(out, bytes);
	buf_u64(out, XXH3_64bits(out->p, out->n));
}

static bool
unpack(const struct span *parts, size_t n)
{
	const struct span_list l = {(struct span *)parts, n};
	struct history h;
	struct buf again;
	struct err e;
	bool is;

	history_init(&h);
	is = history_unpack(&h, &l, MAKER, 9, &e) == 0;
	if (is) {
		buf_init(&again, 64u << 20);
		walk(&h);
		FUZZ_CHECK(history_pack(&h, MAKER, true, &again));
		buf_release(&again);
	}
	history_release(&h);
	return is;
}

/* The input as it is, as a first part, and in two. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of((const char *)data, size), parts[2];
	struct buf one, first, second;
	size_t cut = size > 0 ? data[0] % size : 0;

	(void)unpack(&bytes, 1);
	seal(bytes, 0, &one);
	parts[0] = buf_span(&one);
	(void)unpack(parts, 1);
	seal(span_head(bytes, cut), 0, &first);
	seal(span_from(bytes, cut), XXH3_64bits(first.p, first.n - 8), &second);
	parts[0] = buf_span(&first);
	parts[1] = buf_span(&second);
	(void)unpack(parts, 2);
	buf_release(&one);
	buf_release(&first);
	buf_release(&second);
	return 0;
}
