#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "case/contact.h"

#define BASE INT64_C(1740823200000000)

static struct addr
address(const char *text)
{
	struct addr a;

	assert_true(addr_read(span_str(text), &a));
	return a;
}

/* The router is 192.0.2.1 and 2001:db8::1. */
static struct addrset *
routers(void)
{
	struct addrset *s = addrset_new();
	struct prefix p;

	assert_true(prefix_read(SPAN("192.0.2.1"), &p));
	addrset_add(s, &p, 0);
	assert_true(prefix_read(SPAN("2001:db8::1"), &p));
	addrset_add(s, &p, 0);
	addrset_seal(s);
	return s;
}

static struct talk
talk(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	return (struct talk){.src = address(src),
	    .dst = address(dst),
	    .first = BASE,
	    .last = BASE + 10 * TIME_SECOND,
	    .packets_out = 10,
	    .bytes_out = 1000,
	    .src_port = sport,
	    .dst_port = dport,
	    .protocol = 6,
	    .has_ports = true,
	    .outcome = TALK_ANSWERED};
}

static void
both_ways_are_one(void **state)
{
	/* Service below, service named by a rule, neither. */
	static const uint16_t ports[][2] = {
	    {50123, 22}, {41000, 57722}, {50123, 22022}, {123, 123}};
	struct addrset *set = routers();
	uint64_t services[1024] = {0};

	(void)state;
	services[57722 / 64] |= UINT64_C(1) << (57722 % 64);
	for (size_t i = 0; i < 4; i++)
		for (int turned = 0; turned < 2; turned++) {
			uint16_t client = ports[i][0], server = ports[i][1];
			struct talk there =
			    talk("203.0.113.9", client, "192.0.2.1", server);
			struct talk back =
			    talk("192.0.2.1", server, "203.0.113.9", client);
			struct contacts c;
			struct arena a;

			back.bytes_out = 5000;
			arena_init(&a);
			contacts_init(&c, &a, set, services);
			contacts_take(&c, turned ? &back : &there);
			contacts_take(&c, turned ? &there : &back);
			assert_int_equal(c.n, 1);
			assert_int_equal(c.v[0].port, server);
			assert_true(c.v[0].answered);
			/* Equal ports tell nobody's part. */
			if (client != server) {
				assert_int_equal(c.v[0].bytes_out, 1000);
				assert_int_equal(c.v[0].bytes_in, 5000);
				assert_true(
				    addr_eq(&c.v[0].server, &there.dst));
			}
			arena_release(&a);
		}
	addrset_free(set);
}

static void
knocking_is_no_contact(void **state)
{
	struct addrset *set = routers();
	struct contacts c;
	struct arena a;
	struct talk t = talk("203.0.113.9", 50123, "192.0.2.1", 22);

	(void)state;
	arena_init(&a);
	contacts_init(&c, &a, set, NULL);
	t.outcome = TALK_REFUSED;
	contacts_take(&c, &t);
	/* And the refusal. */
	t = talk("192.0.2.1", 22, "203.0.113.9", 50123);
	t.outcome = TALK_REFUSED;
	contacts_take(&c, &t);
	/* A datagram. */
	t = talk("203.0.113.9", 50123, "192.0.2.1", 161);
	t.protocol = 17;
	t.packets_out = 1;
	t.outcome = TALK_UNKNOWN;
	contacts_take(&c, &t);
	assert_int_equal(c.n, 0);
	/* The router's own counts. */
	t = talk("2001:db8::1", 50123, "2001:db8:1::9", 69);
	t.protocol = 17;
	t.packets_out = 1;
	t.outcome = TALK_UNKNOWN;
	contacts_take(&c, &t);
	assert_int_equal(c.n, 1);
	assert_false(c.v[0].answered);
	arena_release(&a);
	addrset_free(set);
}

/* What was denied is a contact apart, and never an answered one. */
static void
denied_is_no_use(void **state)
{
	struct addrset *set = routers();
	struct contacts c;
	struct arena a;
	struct talk t = talk("192.0.2.1", 50123, "203.0.113.9", 22);

	(void)state;
	arena_init(&a);
	contacts_init(&c, &a, set, NULL);
	contacts_take(&c, &t);
	t.denied = true;
	t.outcome = TALK_REFUSED;
	contacts_take(&c, &t);
	contacts_take(&c, &t);
	/* The way back, too. */
	t = talk("203.0.113.9", 22, "192.0.2.1", 50123);
	t.denied = true;
	contacts_take(&c, &t);
	/* Another's is no deed of the router's. */
	t = talk("203.0.113.9", 50123, "192.0.2.1", 22);
	t.denied = true;
	t.outcome = TALK_REFUSED;
	contacts_take(&c, &t);
	assert_int_equal(c.n, 2);
	assert_false(c.v[0].denied);
	assert_int_equal(contact_flows(&c.v[0]), 1);
	assert_true(c.v[1].denied);
	assert_int_equal(contact_flows(&c.v[1]), 3);
	assert_false(c.v[1].answered);
	arena_release(&a);
	addrset_free(set);
}

/* Told when they open and when they close, or only one of these. */
static void
connections_count_once(void **state)
{
	struct addrset *set = routers();

	(void)state;
	for (unsigned told = 1; told <= 3; told++) {
		struct contacts c;
		struct arena a;
		struct talk t = talk("192.0.2.1", 50000, "203.0.113.9", 443);

		arena_init(&a);
		contacts_init(&c, &a, set, NULL);
		for (int i = 0; i < 20; i++) {
			t.src_port++;
			t.bytes_out = 0;
			t.first = t.last = BASE + i * 300 * TIME_SECOND;
			t.part = TALK_OPENS;
			if ((told & 1) != 0)
				contacts_take(&c, &t);
			t.last += 10 * TIME_SECOND;
			t.bytes_out = 500;
			t.part = TALK_CLOSES;
			if ((told & 2) != 0)
				contacts_take(&c, &t);
		}
		assert_int_equal(c.n, 1);
		assert_int_equal(contact_flows(&c.v[0]), 20);
		assert_int_equal(c.v[0].starts, 20);
		assert_int_equal(c.v[0].bytes_out, told == 1 ? 0 : 10000);
		arena_release(&a);
	}
	addrset_free(set);
}

static void
limit_holds(void **state)
{
	struct addrset *set = routers();
	struct contacts c;
	struct arena a;
	struct talk t = talk("192.0.2.1", 50123, "10.0.0.0", 443);

	(void)state;
	arena_init(&a);
	contacts_init(&c, &a, set, NULL);
	for (uint32_t i = 0; i < LIMIT_CONTACTS_SOURCE + 7; i++) {
		t.dst = addr_from_v4(0x0a000000 + i);
		contacts_take(&c, &t);
	}
	assert_int_equal(c.n, LIMIT_CONTACTS_SOURCE);
	assert_int_equal(c.dropped, 7);
	/* What is known goes on. */
	t.dst = addr_from_v4(0x0a000000);
	contacts_take(&c, &t);
	assert_int_equal(c.v[0].flows, 2);
	arena_release(&a);
	addrset_free(set);
}

static struct contact
sent(const struct contact *c)
{
	struct contact out;
	struct cursor at;
	struct buf b;

	buf_init(&b, 4096);
	contact_encode(&b, c);
	at = cursor_of(buf_span(&b));
	assert_true(contact_decode(&at, &out));
	assert_int_equal(cursor_left(&at), 0);
	/* Cut off anywhere, it is none. */
	for (size_t n = 0; n < b.n; n++) {
		struct contact cut;

		at = cursor_of(span_head(buf_span(&b), n));
		assert_false(contact_decode(&at, &cut));
	}
	buf_release(&b);
	return out;
}

/* A call every five minutes, in one source or in many. */
static void
beat_is_kept(void **state)
{
	struct addrset *set = routers();
	struct contact whole, joined;
	unsigned share, parts_share;

	(void)state;
	for (int parts = 1; parts <= 40; parts += 39) {
		struct contact sum;

		for (int p = 0; p < parts; p++) {
			struct contacts c;
			struct arena a;
			struct contact got;

			arena_init(&a);
			contacts_init(&c, &a, set, NULL);
			for (int i = p * 40 / parts; i < (p + 1) * 40 / parts;
			     i++) {
				struct talk t = talk("192.0.2.1",
				    (uint16_t)(50000 + i), "203.0.113.9", 443);

				t.first = BASE + i * 300 * TIME_SECOND;
				t.last = t.first + TIME_SECOND;
				contacts_take(&c, &t);
			}
			assert_int_equal(c.n, 1);
			got = sent(&c.v[0]);
			if (p == 0)
				sum = got;
			else
				contact_join(&sum, &got);
			arena_release(&a);
		}
		*(parts == 1 ? &whole : &joined) = sum;
	}
	assert_in_range(contact_beat(&whole, &share), 250, 360);
	assert_int_equal(share, 100);
	assert_int_equal(
	    contact_beat(&joined, &parts_share), contact_beat(&whole, &share));
	assert_int_equal(parts_share, share);
	assert_int_equal(joined.flows, whole.flows);
	assert_int_equal(joined.starts, 40);
	assert_int_equal(joined.bytes_out, whole.bytes_out);
	assert_int_equal(joined.busy, whole.busy);
	assert_true(joined.first == whole.first && joined.last == whole.last);
	assert_int_equal(joined.nclient_ports, CONTACT_PORTS);
	addrset_free(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_ways_are_one),
	    cmocka_unit_test(knocking_is_no_contact),
	    cmocka_unit_test(denied_is_no_use),
	    cmocka_unit_test(connections_count_once),
	    cmocka_unit_test(limit_holds),
	    cmocka_unit_test(beat_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
