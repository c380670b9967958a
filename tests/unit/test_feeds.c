/*
 * Feeds in a process of their own: what they say arrives whole, and whatever
 * becomes of the process costs its feed alone.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_wire.h"
#include "intel/knowledge.h"
#include "intel/stix_pattern.h"
#include "run/feeds.h"

static const char csv[] = "type,value\n"
			  "ipv4,203.0.113.7\n"
			  "domain,evil.example\n"
			  "ipv4,not an address\n";

struct kept {
	struct arena arena;
	struct indicator_list list;
	struct feed_options o;
	size_t told;
	char last[400];
};

static void
on_problem(void *ctx, struct span path, uint64_t line, uint64_t column,
    struct span text)
{
	struct kept *k = ctx;

	(void)path;
	(void)line;
	(void)column;
	k->told++;
	text = span_head(text, sizeof(k->last) - 1);
	memcpy(k->last, text.p, text.n);
	k->last[text.n] = '\0';
}

static void
kept_init(struct kept *k)
{
	*k = (struct kept){0};
	arena_init(&k->arena);
	indicator_list_init(&k->list, &k->arena);
	k->o = (struct feed_options){
	    .problem = on_problem, .ctx = k, .tell = 5, .now = TIME_NONE};
}

static void
kept_release(struct kept *k)
{
	indicator_list_release(&k->list);
	arena_release(&k->arena);
}

static void
says_the_same(void **state)
{
	struct kept here, apart;

	(void)state;
	kept_init(&here);
	kept_init(&apart);
	assert_int_equal(
	    feed_take(&here.list, span_str(csv), SPAN("a.csv"), true, &here.o),
	    FEED_TAKEN);
	assert_int_equal(feeds_take(&apart.list, span_str(csv), SPAN("a.csv"),
			     true, &apart.o),
	    FEED_TAKEN);
	assert_int_equal(apart.list.n, 2);
	assert_int_equal(apart.told, 1);
	assert_string_equal(here.last, apart.last);
	assert_int_equal(apart.list.feeds[0].refused, 1);
	for (size_t i = 0; i < here.list.n; i++) {
		const struct indicator *a = &here.list.v[i],
				       *b = &apart.list.v[i];

		assert_int_equal(a->type, b->type);
		assert_true(span_eq(a->value, b->value));
		assert_true(span_eq(indicator_check(&here.list, a)->title,
		    indicator_check(&apart.list, b)->title));
		assert_true(span_eq(indicator_check(&here.list, a)->source,
		    indicator_check(&apart.list, b)->source));
		assert_int_equal(a->about->from, b->about->from);
		assert_int_equal(a->about->percent, b->about->percent);
	}
	kept_release(&here);
	kept_release(&apart);
}

/* ---- readers that break down after a first indicator ---- */

static void
one_said(feed_say_fn *say, void *ctx)
{
	struct feed_item x = feed_item_new();
	struct feed_value v = {
	    .type = INDICATOR_DOMAIN, .text = SPAN("one.example")};
	struct feed_said s = {
	    .word = FEED_SAYS_INDICATOR, .item = &x, .value = &v};
	struct feed_wire_out *w = ctx;

	say(ctx, &s);
	w->full(w->ctx, &w->out);
}

#define READER(name, deed)                                                     \
	static void name(struct span bytes, struct span path, struct arena *a, \
	    uint64_t tell, feed_say_fn *say, void *ctx,                        \
	    struct feed_counts *out)                                           \
	{                                                                      \
		struct feed_wire_out *w = ctx;                                 \
                                                                               \
		(void)bytes;                                                   \
		(void)path;                                                    \
		(void)a;                                                       \
		(void)tell;                                                    \
		(void)w;                                                       \
		*out = (struct feed_counts){0};                                \
		one_said(say, ctx);                                            \
		deed;                                                          \
	}

static void
fall(void)
{
	signal(SIGABRT, SIG_DFL);
	signal(SIGSEGV, SIG_DFL);
	abort();
}

READER(abort_reader, fall())
READER(exit_reader, _exit(0))
READER(garbage_reader, buf_puts(&w->out, "\1\0\0\0\377garbage"))
READER(huge_reader, buf_u32(&w->out, UINT32_MAX))
READER(none_reader, buf_u32(&w->out, 0))
#if !defined(__SANITIZE_ADDRESS__)
static void
memory_eat(void)
{
	while (malloc(64u << 20) != NULL)
		;
	_exit(9);
}

READER(open_reader, (void)open("/etc/passwd", O_RDONLY))
READER(memory_reader, memory_eat())
#endif

static void
breaks_alone(feeds_reader_fn *fn)
{
	struct kept k;

	kept_init(&k);
	assert_int_equal(feeds_take_with(fn, &k.list, span_str(csv),
			     SPAN("a.csv"), false, &k.o),
	    FEED_LOST);
	assert_int_equal(k.told, 1);
	assert_non_null(strstr(k.last, "the rest is lost"));
	/* What had come is used, and the next feed is read. */
	assert_int_equal(k.list.n, 1);
	assert_int_equal(k.list.nfeeds, 1);
	assert_int_equal(
	    feeds_take(&k.list, span_str(csv), SPAN("b.csv"), true, &k.o),
	    FEED_TAKEN);
	assert_int_equal(k.list.n, 3);
	kept_release(&k);
}

static void
breakdowns(void **state)
{
	(void)state;
	breaks_alone(abort_reader);
	breaks_alone(exit_reader);
#if !defined(__SANITIZE_ADDRESS__)
	/* The checked builds' run-time needs to open files. */
	breaks_alone(open_reader);
	breaks_alone(memory_reader);
#endif
	breaks_alone(garbage_reader);
	breaks_alone(huge_reader);
	breaks_alone(none_reader);
}

static enum feed_taken
take_and_break(struct indicator_list *l, struct span bytes, struct span path,
    bool named, const struct feed_options *o)
{
	return feeds_take_with(abort_reader, l, bytes, path, named, o);
}

static void
on_knowledge(void *ctx, const struct knowledge_problem *p)
{
	(void)p;
	++*(size_t *)ctx;
}

static unsigned
any_evidence(struct span word)
{
	return word.n > 0;
}

/* A run knows that it has lost a feed. */
static void
run_knows(void **state)
{
	char path[] = "/tmp/tidemark-feed-XXXXXX";
	const char *paths[] = {path};
	struct knowledge_options o = {.feed_paths = paths,
	    .nfeed_paths = 1,
	    .feed_take = take_and_break,
	    .evidence_word = any_evidence};
	struct knowledge k;
	struct err e;
	size_t told = 0;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, csv, sizeof(csv) - 1), sizeof(csv) - 1);
	close(fd);
	assert_int_equal(knowledge_load(&o, &k, on_knowledge, &told, &e), 0);
	assert_int_equal(k.feeds_lost, 1);
	assert_int_equal(told, 1);
	knowledge_release(&k);
	unlink(path);
}

/* ---- words that no honest reader says ---- */

struct sent {
	struct buf all;
};

static void
gather(void *ctx, struct buf *out)
{
	struct sent *s = ctx;

	buf_put(&s->all, buf_span(out));
	buf_reset(out);
}

static const char bundle[] =
    "{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[\n"
    "{\"type\":\"indicator\",\"id\":\"indicator--1\","
    "\"pattern_type\":\"stix\",\"pattern\":"
    "\"([ipv4-addr:value = '203.0.113.9' AND network-traffic:dst_port IN "
    "(22, 57722)] FOLLOWEDBY [domain-name:value = 'evil.example']) WITHIN 60 "
    "SECONDS\"}]}";

/* Each byte of an honest feed's messages turned over, each cut: what comes out
 * stays sound, and the whole is read back as it was. */
static void
turned_and_cut(void **state)
{
	struct sent s;
	struct feed_wire_out w;
	struct feed_counts counts;
	struct arena a;
	size_t patterns = 0;

	(void)state;
	arena_init(&a);
	buf_init(&s.all, LIMIT_BUF_BYTES);
	feed_wire_init(&w, gather, &s);
	feed_read_bytes(span_str(bundle), SPAN("x.json"), &a, 5, feed_wire_say,
	    &w, &counts);
	feed_wire_end(&w, &counts);
	for (size_t at = 0; at <= s.all.n; at++) {
		for (int bits = 0; bits < 10; bits++) {
			struct kept k;
			struct feed_store store;
			struct feed_wire_in in;
			size_t n = bits == 9 ? at : s.all.n;

			if (at < s.all.n && bits < 9)
				s.all.p[at] ^=
				    (char)(bits == 8 ? 0xff : 1 << bits);
			kept_init(&k);
			feed_wire_expect(
			    &in, &k.arena, feed_store_take, &store);
			feed_store_begin(&store, &k.list, SPAN("x"), &k.o);
			(void)feed_wire_take(&in, span_of(s.all.p, n));
			feed_store_end(&store, &in.counts);
			for (size_t i = 0; i < k.list.n; i++) {
				const struct indicator *x = &k.list.v[i];
				assert_true(x->value.n > 0);
				const struct stix_pattern *p =
				    x->about->pattern;

				assert_true(
				    p == NULL || x->about->part < p->parts);
				patterns += p != NULL;
			}
			if (n == s.all.n && at == n) {
				assert_true(in.ended);
				assert_int_equal(k.list.n, 2);
				assert_int_equal(
				    k.list.v[0].about->pattern->n, 8);
			}
			feed_wire_release(&in);
			kept_release(&k);
			if (at < s.all.n && bits < 9)
				s.all.p[at] ^=
				    (char)(bits == 8 ? 0xff : 1 << bits);
		}
	}
	assert_true(patterns > 0);
	buf_release(&s.all);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_the_same),
	    cmocka_unit_test(breakdowns),
	    cmocka_unit_test(run_knows),
	    cmocka_unit_test(turned_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
