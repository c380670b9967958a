/* Packets: streams and datagrams put together, tables that stay bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "lib/random.h"
#include "read/packet/capture.h"
#include "read/packet/datagrams.h"
#include "read/packet/talks.h"
#include "read/packet/tcp.h"

/* A number of bytes in pieces, in an order of which no piece stands more than
 * a few places off, some twice. */
struct part {
	uint32_t from, to;
};

static size_t
parts_make(uint64_t *seed, uint32_t total, uint32_t unit, struct part *v)
{
	size_t n = 0;

	for (uint32_t at = 0; at < total;) {
		uint32_t to =
		    at + unit * (1 + (uint32_t)(random_next(seed) % 12));

		v[n++] = (struct part){at, to < total ? to : total};
		at = v[n - 1].to;
		if (random_next(seed) % 5 == 0) {
			v[n] = v[n - 1];
			n++;
		}
	}
	for (size_t i = 0; i + 1 < n; i++) {
		size_t k = i + random_next(seed) % (n - i < 4 ? n - i : 4);
		struct part t = v[i];

		v[i] = v[k];
		v[k] = t;
	}
	return n;
}

#define STREAM_TOTAL 6000

static void
test_stream_any_order(void **state)
{
	char sent[STREAM_TOTAL];
	uint64_t seed = 239;
	struct part v[2 * STREAM_TOTAL];

	(void)state;
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (char)(i * 7 + i / 251);
	for (int round = 0; round < 200; round++) {
		struct tcp_streams s;
		struct arena a;
		size_t n = parts_make(&seed, STREAM_TOTAL, 16, v), got = 0;
		/* The numbers go past their end (RFC 9293 section 3.4). */
		uint32_t seq = UINT32_MAX - 1000 + (uint32_t)round, i;

		arena_init(&a);
		tcp_streams_init(&s, &a);
		i = tcp_stream_new(&s, 0, seq);
		for (size_t k = 0; k < n; k++) {
			struct span have;
			uint32_t take;

			tcp_stream_add(&s, i, seq + v[k].from,
			    span_of(sent + v[k].from, v[k].to - v[k].from));
			have = tcp_stream_bytes(&s.v[i]);
			assert_true(got + have.n <= sizeof(sent));
			assert_memory_equal(have.p, sent + got, have.n);
			take = (uint32_t)(random_next(&seed) % (have.n + 1));
			tcp_stream_take(&s.v[i], take);
			got += take;
		}
		got += tcp_stream_bytes(&s.v[i]).n;
		assert_int_equal(got, sizeof(sent));
		assert_int_equal(s.given_up, 0);
		arena_release(&a);
	}
}

static void
test_stream_hold_and_skip(void **state)
{
	struct tcp_streams s;
	struct arena a;
	struct tcp_stream *x;
	uint32_t i;

	(void)state;
	arena_init(&a);
	tcp_streams_init(&s, &a);
	i = tcp_stream_new(&s, 0, 100);
	x = &s.v[i];
	tcp_stream_add(&s, i, 110, SPAN("later"));
	tcp_stream_add(&s, i, 100, SPAN("headbody"));
	tcp_stream_hold(x, 4);
	assert_true(span_is(tcp_stream_held(x), "head"));
	assert_true(span_is(tcp_stream_bytes(x), "body"));
	tcp_stream_take(x, 6); /* two bytes more than are there */
	assert_true(span_is(tcp_stream_bytes(x), "later"));
	tcp_stream_release(x);
	assert_true(span_is(tcp_stream_bytes(x), "later"));
	tcp_stream_take(x, 5);
	assert_int_equal(tcp_stream_bytes(x).n, 0);
	/* What never comes is given up when the window is full. */
	for (uint32_t k = 0; k < 2 * LIMIT_STREAM_BYTES / 1000; k++) {
		char block[1000] = "";

		tcp_stream_add(
		    &s, i, 200 + k * 1000, span_of(block, sizeof(block)));
		tcp_stream_take(x, x->n);
	}
	assert_true(s.given_up > 0);
	arena_release(&a);
}

static void
test_datagram_any_order(void **state)
{
	char sent[8000];
	uint64_t seed = 40;
	struct part v[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (char)(i * 11 + i / 253);
	for (uint32_t round = 0; round < 100; round++) {
		struct datagrams d;
		struct arena a;
		size_t n = parts_make(&seed, sizeof(sent), 32, v);
		unsigned whole = 0;

		arena_init(&a);
		datagrams_init(&d, &a);
		for (size_t k = 0; k < n && whole == 0; k++) {
			struct frame f = {.fragment = true,
					 .protocol = 17,
					 .id = round,
					 .at = v[k].from,
					 .more = v[k].to < sizeof(sent)},
				     head;
			struct span data;

			f.data = span_of(sent + v[k].from, v[k].to - v[k].from);
			if (!datagrams_add(&d, &f, &head, &data))
				continue;
			whole++;
			assert_int_equal(head.at, 0);
			assert_true(span_eq(data, span_of(sent, sizeof(sent))));
		}
		assert_int_equal(whole, 1);
		datagrams_end(&d);
		assert_int_equal(d.lost, 0);
		arena_release(&a);
	}
}

static void
test_datagrams_bounded(void **state)
{
	struct datagrams d;
	struct arena a;
	struct frame head;
	struct span data;

	(void)state;
	arena_init(&a);
	datagrams_init(&d, &a);
	for (uint32_t i = 0; i < 3 * LIMIT_DATAGRAMS; i++) {
		struct frame f = {.fragment = true, .more = true, .id = i};

		f.data = SPAN("12345678");
		assert_false(datagrams_add(&d, &f, &head, &data));
	}
	assert_int_equal(d.n, LIMIT_DATAGRAMS);
	assert_int_equal(d.lost, 2 * LIMIT_DATAGRAMS);
	arena_release(&a);
}

static void
on_end(void *ctx, struct talk *t)
{
	*(uint64_t *)ctx += t->packets[0];
}

/* Every packet is told of, however many conversations there are. */
static void
test_talks_bounded(void **state)
{
	struct talks t;
	struct arena a;
	uint64_t told = 0, sent = 0;
	bool client, fresh;

	(void)state;
	arena_init(&a);
	talks_init(&t, &a, on_end, &told);
	for (uint32_t i = 0; i < LIMIT_TALKS + LIMIT_TALKS / 2; i++) {
		struct frame f = {.src = addr_from_v4(0xc0000200 + i),
		    .dst = addr_from_v4(0xcb007101),
		    .protocol = 17,
		    .src_port = 4000,
		    .dst_port = 53};

		talks_find(&t, &f, &client, &fresh)->packets[0]++;
		assert_true(client && fresh);
		sent++;
	}
	assert_int_equal(t.n, LIMIT_TALKS);
	assert_int_equal(t.evicted, LIMIT_TALKS / 2);
	talks_end(&t);
	assert_int_equal(told, sent);
	arena_release(&a);
}

static void
test_talks_both_ways(void **state)
{
	struct frame f = {.src = addr_from_v4(0xc6336401),
	    .dst = addr_from_v4(0xc0000201),
	    .protocol = 6,
	    .src_port = 443,
	    .dst_port = 40000,
	    .flags = TCP_SYN | TCP_ACK};
	struct talks t;
	struct talk *one;
	struct arena a;
	uint64_t told = 0;
	bool client, fresh;
	uint16_t port;
	struct addr end;

	(void)state;
	arena_init(&a);
	talks_init(&t, &a, on_end, &told);
	one = talks_find(&t, &f, &client, &fresh);
	assert_true(fresh && !client);
	talk_client(one, &end, &port);
	assert_true(addr_eq(&end, &f.dst) && port == 40000);
	f = (struct frame){.src = f.dst,
	    .dst = f.src,
	    .protocol = 6,
	    .src_port = 40000,
	    .dst_port = 443,
	    .flags = TCP_ACK};
	assert_ptr_equal(talks_find(&t, &f, &client, &fresh), one);
	assert_true(!fresh && client);
	arena_release(&a);
}

/* A capture byte by byte gives what it gives at once. */
static void
test_capture_any_cut(void **state)
{
	static const char file[] =
	    "\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\1\0\0\0"
	    "\1\0\0\0\2\0\0\0\3\0\0\0\3\0\0\0abc"
	    "\1\0\0\0\3\0\0\0\2\0\0\0\7\0\0\0de";
	struct span all = span_of(file, sizeof(file) - 1);

	(void)state;
	for (size_t cut = 0; cut <= all.n; cut++) {
		struct capture c;
		struct packet p;
		struct span rest = span_head(all, cut);
		unsigned n = 0;
		enum capture_step step;

		capture_init(&c);
		while ((step = capture_next(&c, &rest, &p)) != CAPTURE_MORE) {
			assert_int_not_equal(step, CAPTURE_BROKEN);
			if (step == CAPTURE_PACKET)
				assert_int_equal(p.number, ++n);
		}
		assert_int_equal(n, (cut >= 43) + (cut >= 61));
		assert_int_equal(c.packets, n);
		if (n == 2)
			assert_true(span_is(p.bytes, "de") && p.wire == 7 &&
				    p.time == TIME_SECOND + 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stream_any_order),
	    cmocka_unit_test(test_stream_hold_and_skip),
	    cmocka_unit_test(test_datagram_any_order),
	    cmocka_unit_test(test_datagrams_bounded),
	    cmocka_unit_test(test_talks_bounded),
	    cmocka_unit_test(test_talks_both_ways),
	    cmocka_unit_test(test_capture_any_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
