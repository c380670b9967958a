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
#include "intel/feed.h"

static void
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

		FUZZ_CHECK(x->value.n > 0 &&
			   x->value.n <= LIMIT_INDICATOR_BYTES &&
			   x->check.title.n > 0 && x->check.id.n > 0);
		FUZZ_CHECK(x->type < INDICATOR_TYPES);
		FUZZ_CHECK(x->type != INDICATOR_ADDRESS || x->prefix.bits > 0);
		fuzz_touch(x->value);
		fuzz_touch(x->check.source);
		fuzz_touch(x->tlp);
		fuzz_touch(x->phase);
		fuzz_touch(x->note);
	}
	/* The feed searched for its own values. */
	lookup_init(&l, list);
	lookup_scan(&l, text, fuzz_hit, &l);
	lookup_release(&l);
}

static inline int
fuzz_feed(const struct feed_format *f, const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);
	struct indicator_list list;
	struct indicator_feed feed = {.path = SPAN("x")};
	struct arena arena;
	struct warninglists warnings;
	size_t told = 0;
	struct feed_options o = {.problem = fuzz_problem,
	    .ctx = &told,
	    .tell = 100,
	    .now = TIME_NONE,
	    .warnings = &warnings};
	struct feed_read r = {.list = &list, .feed = &feed, .o = &o};

	if (size > 16384)
		return 0;
	arena_init(&arena);
	warninglists_init(&warnings);
	indicator_list_init(&list, &arena);
	(void)feed_identify(text, SPAN("x.csv"));
	/* A feed to belong to. */
	list.feeds = arena_array(&arena, 1, sizeof(*list.feeds));
	list.nfeeds = 1;
	list.feeds[0] = feed;
	r.arena = &arena;
	arena_init(&r.scratch);
	arena_init(&r.work);
	f->read(&r, text);
	FUZZ_CHECK(told <= 101);
	FUZZ_CHECK(list.n <= feed.loaded);
	warninglists_seal(&warnings);
	feed_suppress(&list, &warnings);
	fuzz_indicators(&list, text);
	arena_release(&r.scratch);
	arena_release(&r.work);
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
