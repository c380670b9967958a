/*
 * Drives a reader of blocks over the bytes of a fuzzer: whole, in pieces of
 * odd sizes and one byte after the other, which must come to the same.
 */
#ifndef TIDEMARK_TESTS_FUZZ_BLOCKS_H
#define TIDEMARK_TESTS_FUZZ_BLOCKS_H

#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "read/dump.h"
#include "read/reader.h"

struct fuzz_blocks {
	struct emit emit; /* first: the reader hands it back */
	uint64_t sum, records;
	size_t bytes;
	struct buf text;
};

static void
fuzz_blocks_record(struct emit *e, const struct record *r)
{
	struct fuzz_blocks *x = (struct fuzz_blocks *)e;

	FUZZ_CHECK(r->kind < K_COUNT && r->nvalues <= LIMIT_RECORD_FIELDS);
	FUZZ_CHECK(r->offset <= x->bytes);
	fuzz_touch(r->raw);
	for (unsigned i = 0; i < r->nvalues; i++) {
		const struct value *v = &r->values[i];

		FUZZ_CHECK(v->field < F_COUNT && v->text.n > 0);
		if (field_verbatim((enum field_id)v->field))
			FUZZ_CHECK(span_find(r->raw, v->text) != SPAN_NONE);
	}
	buf_reset(&x->text);
	record_dump(&x->text, r, SPAN("edge1/input"), false);
	x->sum = x->sum * 31 + span_hash(buf_span(&x->text));
	x->records++;
}

static void
fuzz_blocks_diag(
    struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	(void)e;
	(void)line;
	FUZZ_CHECK(code < DIAG_COUNT);
	fuzz_touch(detail);
}

static void
fuzz_blocks_pass(
    struct fuzz_blocks *x, const struct reader *r, struct span all, size_t step)
{
	struct arena kept, each;
	struct read_in in = {.path = SPAN("edge1/input"), .arena = &kept};
	size_t done = 0, have = 0;
	void *state;

	arena_init(&kept);
	arena_init(&each);
	in.head = span_head(all, LIMIT_PROBE_BYTES);
	x->sum = x->records = 0;
	state = r->open(&in);
	in.arena = &each;
	while (have < all.n) {
		struct span piece;
		char *copy;
		size_t n;

		have = all.n - have > step ? have + step : all.n;
		piece = span_sub(all, done, have);
		/* A copy of its own size shows what reads beyond it. */
		copy = malloc(piece.n + 1);
		FUZZ_CHECK(copy != NULL);
		memcpy(copy, piece.p, piece.n);
		arena_reset(&each);
		n = r->block(
		    state, &in, span_of(copy, piece.n), done, &x->emit);
		FUZZ_CHECK(n <= piece.n);
		free(copy);
		done += n;
	}
	arena_reset(&each);
	if (r->close != NULL)
		r->close(state, &in, span_from(all, done), &x->emit);
	arena_release(&kept);
	arena_release(&each);
}

static int
fuzz_blocks(const struct reader *r, const uint8_t *data, size_t size)
{
	struct fuzz_blocks x = {
	    .emit = {fuzz_blocks_record, fuzz_blocks_diag}, .bytes = size};
	struct span all = span_of((const char *)data, size);
	struct probe probe = {.head = span_head(all, LIMIT_PROBE_BYTES),
	    .path = SPAN("edge1/input"),
	    .size = size,
	    .whole = size <= LIMIT_PROBE_BYTES};
	struct guess g;
	uint64_t sum;

	if (size > FUZZ_INPUT_BYTES)
		return 0;
	g = r->guess(&probe);
	FUZZ_CHECK(g.score >= 0 && g.score <= 100);
	buf_init(&x.text, LIMIT_MESSAGE_BYTES);
	fuzz_blocks_pass(&x, r, all, size > 0 ? size : 1);
	sum = x.sum;
	fuzz_blocks_pass(&x, r, all, 37);
	FUZZ_CHECK(x.sum == sum);
	if (size < 1024) {
		fuzz_blocks_pass(&x, r, all, 1);
		FUZZ_CHECK(x.sum == sum);
	}
	buf_release(&x.text);
	return 0;
}

/* A fuzzer of one reader of blocks. */
#define FUZZ_BLOCKS(symbol)                                                    \
	extern const struct reader symbol;                                     \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)           \
	{                                                                      \
		return fuzz_blocks(&symbol, data, size);                       \
	}

#endif
