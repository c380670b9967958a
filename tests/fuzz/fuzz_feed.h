/*
 * What the fuzzers of feeds share: a feed's bytes through one format's reader,
 * and checks of whatever it took.
 */
#ifndef TIDEMARK_TESTS_FUZZ_FEED_H
#define TIDEMARK_TESTS_FUZZ_FEED_H

#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "detect/lookup.h"
#include "fuzz/fuzz.h"
#include "intel/feed_store.h"
#include "intel/feed_wire.h"

static inline void
fuzz_problem(void *ctx, struct span path, uint64_t line, uint64_t column,
    struct span text)
{
	(void)line;
	(void)column;
	++*(size_t *)ctx;
	FUZZ_CHECK(text.n > 0);
	fuzz_touch(path);
	fuzz_touch(text);
}

/* A problem whose text came from nobody knows where. */
static inline void
fuzz_quiet(void *ctx, struct span path, uint64_t line, uint64_t column,
    struct span text)
{
	(void)line;
	(void)column;
	++*(size_t *)ctx;
	fuzz_touch(path);
	fuzz_touch(text);
}

static void
fuzz_hit(void *ctx, const struct lookup_hit *hit)
{
	const struct lookup *l = ctx;

	FUZZ_CHECK(hit->indicator < l->list->n);
	FUZZ_CHECK(l->list->v[hit->indicator].state == INDICATOR_ACTIVE);
}

static void
fuzz_indicators(const struct indicator_list *list, struct span text)
{
	struct lookup l;

	for (size_t i = 0; i < list->n; i++) {
		const struct indicator *x = &list->v[i];

		FUZZ_CHECK(
		    x->value.n > 0 && x->value.n <= LIMIT_INDICATOR_BYTES &&
		    indicator_title(list, x).n > 0 && indicator_id(x).n > 0);
		FUZZ_CHECK(x->type < INDICATOR_TYPES);
		FUZZ_CHECK(x->type != INDICATOR_ADDRESS || x->prefix.bits > 0);
		fuzz_touch(x->value);
		fuzz_touch(indicator_check(list, x)->source);
		fuzz_touch(x->about->tlp);
		fuzz_touch(x->about->phase);
		fuzz_touch(x->about->note);
	}
	/* The feed searched for its own values. */
	lookup_init(&l, list);
	lookup_scan(&l, text, fuzz_hit, &l);
	lookup_release(&l);
}

static inline void
fuzz_carry(void *ctx, struct buf *out)
{
	FUZZ_CHECK(feed_wire_take(ctx, buf_span(out)) == out->n);
	buf_reset(out);
}

static inline int
fuzz_feed(const struct feed_format *f, const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);
	struct indicator_list list;
	struct arena arena;
	struct warninglists warnings;
	struct feed_store store;
	struct feed_counts counts;
	size_t told = 0;
	struct feed_options o = {.problem = fuzz_problem,
	    .ctx = &told,
	    .tell = 100,
	    .now = TIME_NONE,
	    .warnings = &warnings};
	struct feed_wire_in in;
	struct feed_wire_out out;

	if (size > 16384)
		return 0;
	arena_init(&arena);
	feed_wire_expect(&in, &arena, feed_store_take, &store);
	in.soon = feed_store_soon;
	warninglists_init(&warnings);
	indicator_list_init(&list, &arena);
	(void)feed_identify(text, SPAN("x.csv"));
	/* By the way that feeds take: no honest word may be refused on it. */
	feed_store_begin(&store, &list, SPAN("x"), &o);
	feed_wire_init(&out, fuzz_carry, &in);
	feed_read_as(f, text, &arena, 100, feed_wire_say, &out, &counts);
	feed_wire_end(&out, &counts);
	FUZZ_CHECK(in.ended && in.counts.format == f);
	feed_store_end(&store, &in.counts);
	FUZZ_CHECK(told <= 101);
	FUZZ_CHECK(list.n <= counts.loaded);
	warninglists_seal(&warnings);
	feed_suppress(&list, &warnings);
	fuzz_indicators(&list, text);
	feed_wire_release(&in);
	indicator_list_release(&list);
	warninglists_release(&warnings);
	arena_release(&arena);
	return 0;
}

#define FUZZ_FEED(symbol)                                                      \
	extern const struct feed_format symbol;                                \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)           \
	{                                                                      \
		return fuzz_feed(&symbol, data, size);                         \
	}

#endif
