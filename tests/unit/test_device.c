/*
 * Which evidence belongs to which device: names, addresses, paths; and what
 * address space is the operator's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "device/device.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct world {
	struct arena arena;
	struct fleet fleet;
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	arena_init(&w->arena);
	fleet_init(&w->fleet, &w->arena);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	arena_release(&w->arena);
	free(w);
	return 0;
}

static uint32_t
named(struct world *w, const char *name)
{
	return fleet_name(&w->fleet, span_str(name));
}

static uint32_t
found(const struct world *w, const char *name)
{
	return fleet_find_name(&w->fleet, span_str(name));
}

static void
test_words(void **state)
{
	static const struct {
		const char *word;
		unsigned bit;
	} t[] = {{"config", EV_CONFIG}, {"version", EV_VERSION},
	    {"syslog", EV_SYSLOG}, {"accounting", EV_ACCOUNTING},
	    {"weblog", EV_WEBLOG}, {"flow", EV_FLOW}, {"file", EV_FILE},
	    {"text", EV_TEXT}, {"", 0}, {"Config", 0}, {"configs", 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++)
		assert_int_equal(evidence_class(span_str(t[i].word)), t[i].bit);
}

static void
test_names(void **state)
{
	struct world *w = *state;
	uint32_t d = named(w, "Edge1"), e;

	assert_int_equal(found(w, "edge2"), DEVICE_NONE);
	assert_int_equal(named(w, "edge1"), d);
	assert_int_equal(named(w, " EDGE1 "), d);
	assert_int_equal(named(w, "edge1."), d);
	assert_true(span_is(w->fleet.v[d].name, "Edge1"));
	/* With a domain: the same device, which now has a full name. */
	assert_int_equal(found(w, "edge1.example.net"), d);
	assert_int_equal(named(w, "edge1.Example.net"), d);
	assert_true(span_is_nocase(w->fleet.v[d].fqdn, "edge1.example.net"));
	assert_int_equal(named(w, "edge1"), d);
	/* The other way round. */
	e = named(w, "core1.example.net");
	assert_int_not_equal(d, e);
	assert_int_equal(named(w, "core1"), e);
	assert_true(span_is(w->fleet.v[e].name, "core1"));
	assert_int_equal(w->fleet.n, 2);
}

static void
test_names_of_nothing(void **state)
{
	static const char *const none[] = {
	    "", " ", ".", "...", " . ", ".example.net"};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT(none); i++) {
		assert_int_equal(found(w, none[i]), DEVICE_NONE);
		assert_int_equal(named(w, none[i]), DEVICE_NONE);
	}
	assert_int_equal(w->fleet.n, 0);
}

static void
test_two_domains(void **state)
{
	struct world *w = *state;
	uint32_t a = named(w, "edge1.north.example"),
		 b = named(w, "edge1.south.example");

	assert_int_not_equal(a, b);
	assert_true(b < DEVICE_AMBIGUOUS);
	/* The short name alone could be either. */
	assert_int_equal(named(w, "edge1"), DEVICE_AMBIGUOUS);
	assert_int_equal(found(w, "EDGE1"), DEVICE_AMBIGUOUS);
	assert_int_equal(found(w, "edge1.north.example"), a);
	assert_int_equal(found(w, "edge1.south.example"), b);
	/* Two devices must not look the same in a report. */
	assert_false(span_eq(w->fleet.v[a].name, w->fleet.v[b].name));
	/* A third one is a third one. */
	assert_int_equal(named(w, "edge1.west.example"), 2);
	assert_int_equal(named(w, "edge1"), DEVICE_AMBIGUOUS);
	assert_int_equal(w->fleet.n, 3);
}

static void
test_names_of_addresses(void **state)
{
	struct world *w = *state;
	uint32_t a = named(w, "192.0.2.1"), b = named(w, "192.0.2.2"),
		 c = named(w, "2001:db8::1");

	assert_true(a != b && b != c && a != c);
	assert_int_equal(named(w, "192.0.2.1"), a);
	assert_int_equal(found(w, "2001:DB8::1"), c);
	/* The first octet is no host name. */
	assert_int_equal(found(w, "192"), DEVICE_NONE);
	assert_int_equal(w->fleet.v[a].fqdn.n, 0);
}

static void
net(struct world *w, uint32_t device, enum fleet_net kind, const char *text)
{
	struct prefix p;

	assert_true(prefix_read(span_str(text), &p));
	fleet_net(&w->fleet, device, kind, &p);
}

static uint32_t
at_address(const struct world *w, const char *text)
{
	struct addr a;

	assert_true(addr_read(span_str(text), &a));
	return fleet_find_address(&w->fleet, &a);
}

static void
test_addresses(void **state)
{
	struct world *w = *state;
	uint32_t a = named(w, "edge1"), b = named(w, "edge2");

	net(w, a, FLEET_ADDRESS, "192.0.2.1");
	net(w, a, FLEET_ADDRESS, "192.0.2.1");
	net(w, a, FLEET_ADDRESS, "2001:db8::1");
	net(w, b, FLEET_ADDRESS, "192.0.2.2");
	assert_int_equal(at_address(w, "192.0.2.1"), a);
	assert_int_equal(at_address(w, "::ffff:192.0.2.1"), a);
	assert_int_equal(at_address(w, "2001:DB8:0::1"), a);
	assert_int_equal(at_address(w, "192.0.2.2"), b);
	assert_int_equal(at_address(w, "192.0.2.3"), DEVICE_NONE);
	assert_int_equal(
	    fleet_find_address(&w->fleet, &(struct addr){0}), DEVICE_NONE);
	/* The same address on two devices (a virtual gateway) is neither's. */
	net(w, a, FLEET_ADDRESS, "10.0.0.1");
	net(w, b, FLEET_ADDRESS, "10.0.0.1");
	assert_int_equal(at_address(w, "10.0.0.1"), DEVICE_AMBIGUOUS);
	net(w, a, FLEET_ADDRESS, "10.0.0.1");
	assert_int_equal(at_address(w, "10.0.0.1"), DEVICE_AMBIGUOUS);
	/* The network of an interface is no address of the device. */
	net(w, a, FLEET_LINK, "198.51.100.0/24");
	assert_int_equal(at_address(w, "198.51.100.0"), DEVICE_NONE);
}

static void
test_path_names(void **state)
{
	static const struct {
		const char *path, *name;
	} t[] = {{"configs/edge1.cfg", "edge1"}, {"edge1-confg", "edge1"},
	    {"show/edge1/show_version.txt", "edge1"},
	    {"edge1_show_version.txt", "edge1"},
	    {"edge1-running-config.txt", "edge1"},
	    {"archive.tar!/edge1/run.txt", "edge1"},
	    {"collected.zip!/configs/Core-1.cfg", "Core-1"},
	    {"logs/edge1.log.gz", "edge1"}, {"edge1.log.1", "edge1"},
	    {"edge1", "edge1"}, {"./edge1//show/", "edge1"},
	    {"a/b/edge1/2024/01/running-config", "edge1"},
	    {"show_version.txt", ""}, {"configs/running-config.cfg", ""},
	    {"syslog.log", ""}, {"logs/messages.1", ""}, {"-", ""}, {"", ""},
	    {"/", ""}, {"2024/05/22.log", ""},
	    {"show-tech/support_01.txt", ""},
	    {"edge1_show_tcp_brief_all.log", "edge1"},
	    {"show/edge1/show_app-hosting_list.txt", "edge1"},
	    {"cisco_ios_show_users.raw", ""}};
	struct world *w = *state;
	uint32_t edge = named(w, "edge1"), core = named(w, "core-1");

	assert_true(span_is(
	    path_output_name(SPAN("lab/edge1_show_users.txt")), "edge1"));
	assert_int_equal(path_output_name(SPAN("edge1/show_users.txt")).n, 0);
	assert_int_equal(path_output_name(SPAN("edge1.cfg")).n, 0);
	assert_int_equal(
	    path_output_name(SPAN("cisco_ios_show_users.raw")).n, 0);
	for (size_t i = 0; i < COUNT(t); i++) {
		struct span got = path_device_name(span_str(t[i].path));
		uint32_t want = span_is(got, "edge1")	 ? edge
				: span_is(got, "Core-1") ? core
							 : DEVICE_NONE;

		if (!span_is(got, t[i].name))
			fail_msg(
			    "\"%s\" names \"%.*s\"", t[i].path, SPAN_FMT(got));
		assert_int_equal(
		    fleet_find_path(&w->fleet, span_str(t[i].path)), want);
	}
	/* A known device further up counts more than an unknown word. */
	assert_int_equal(
	    fleet_find_path(&w->fleet, SPAN("edge1/notes/page.txt")), edge);
}

static void
test_path_of_two(void **state)
{
	struct world *w = *state;

	named(w, "edge1.north.example");
	named(w, "edge1.south.example");
	assert_int_equal(fleet_find_path(&w->fleet, SPAN("configs/edge1.cfg")),
	    DEVICE_AMBIGUOUS);
}

static void
device_fact_of(struct world *w, uint32_t d, const char *platform,
    const char *version, const char *model, uint32_t source)
{
	struct record r;
	struct fact f;

	record_init(&r, K_DEVICE, 1, 0, SPAN("raw"));
	record_put_str(&r, F_PLATFORM, platform);
	record_put_str(&r, F_VERSION, version);
	record_put_str(&r, F_MODEL, model);
	fact_of(&r, &w->arena, &f);
	fleet_fact(&w->fleet, d, &f, source);
}

static void
test_identity(void **state)
{
	struct world *w = *state;
	uint32_t d = named(w, "edge1");
	const struct device *v = &w->fleet.v[d];

	/* A configuration says ios; what runs knows better. */
	device_fact_of(w, d, "ios", NULL, NULL, 0);
	assert_true(span_is(v->platform, "ios"));
	device_fact_of(w, d, "ios-xe", "17.6.3", "C9300-48P", 1);
	assert_true(span_is(v->platform, "ios-xe"));
	assert_true(span_is(v->version, "17.6.3"));
	device_fact_of(w, d, "ios-xe", "17.6.3", "other", 2);
	assert_false(v->version_conflict);
	assert_true(span_is(v->model, "C9300-48P"));
	device_fact_of(w, d, "ios-xe", "17.9.4", NULL, 3);
	assert_true(v->version_conflict);
	assert_true(span_is(v->version, "17.6.3"));
	assert_int_equal(v->nfacts, 4);
	assert_int_equal(v->facts[3].source, 3);
	for (size_t i = 0; i < LIMIT_DEVICE_FACTS; i++)
		device_fact_of(w, d, "ios-xe", NULL, NULL, 4);
	assert_true(v->facts_full);
	assert_int_equal(v->nfacts, LIMIT_DEVICE_FACTS);
}

static void
test_own_space(void **state)
{
	static const struct {
		const char *address;
		bool own;
	} t[] = {{"10.0.0.1", true}, {"10.255.255.255", true},
	    {"11.0.0.1", false}, {"9.255.255.255", false},
	    {"198.51.100.0", true}, {"198.51.100.255", true},
	    {"198.51.99.255", false}, {"198.51.101.0", true},
	    {"198.51.102.0", false}, {"203.0.113.9", false},
	    {"192.0.2.129", true}, {"192.0.2.127", false},
	    {"2001:db8:1::1", true}, {"2001:db8:2::1", true},
	    {"2001:db8:ffff::1", true}, {"2001:db9::1", false},
	    {"0.0.0.0", false}, {"255.255.255.255", false}, {"::", false},
	    {"ffff::", false}};
	struct world *w = *state;
	uint32_t d = named(w, "edge1");
	struct addr a;

	assert_true(addr_read(SPAN("10.0.0.1"), &a));
	fleet_seal(&w->fleet);
	assert_false(fleet_is_own(&w->fleet, &a));
	net(w, d, FLEET_LINK, "198.51.100.0/24");
	net(w, d, FLEET_LINK, "10.1.2.0/24");
	net(w, d, FLEET_LINK, "10.200.0.0/16");
	net(w, d, FLEET_LINK, "10.0.0.0/8");
	net(w, d, FLEET_LINK, "198.51.101.0/24");
	net(w, d, FLEET_LINK, "192.0.2.128/25");
	net(w, d, FLEET_LINK, "2001:db8:1::/64");
	net(w, d, FLEET_LINK, "2001:db8::/32");
	/* Not these: everything, half of the Internet. */
	net(w, d, FLEET_LINK, "0.0.0.0/0");
	net(w, d, FLEET_LINK, "128.0.0.0/1");
	net(w, d, FLEET_LINK, "::/0");
	net(w, d, FLEET_LINK, "2000::/3");
	net(w, d, FLEET_ADDRESS, "203.0.113.9");
	fleet_seal(&w->fleet);
	/* Disjoint and in order. */
	assert_int_equal(w->fleet.nown, 5);
	for (size_t i = 1; i < w->fleet.nown; i++) {
		assert_true(addr_cmp(&w->fleet.own[i - 1].addr,
				&w->fleet.own[i].addr) < 0);
		assert_false(
		    prefix_holds(&w->fleet.own[i - 1], &w->fleet.own[i].addr));
	}
	for (size_t i = 0; i < COUNT(t); i++) {
		assert_true(addr_read(span_str(t[i].address), &a));
		if (fleet_is_own(&w->fleet, &a) != t[i].own)
			fail_msg("%s", t[i].address);
	}
}

static void
test_many(void **state)
{
	struct world *w = *state;
	char name[32];

	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "r%u.example.net", i);
		assert_int_equal(named(w, name), i);
		snprintf(name, sizeof(name), "10.%u.%u.1", i / 256, i % 256);
		net(w, i, FLEET_ADDRESS, name);
	}
	for (uint32_t i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "R%u", i);
		assert_int_equal(named(w, name), i);
		snprintf(name, sizeof(name), "10.%u.%u.1", i / 256, i % 256);
		assert_int_equal(at_address(w, name), i);
	}
	/* A name longer than a host name may be is cut, not taken whole. */
	char longest[600];
	memset(longest, 'x', sizeof(longest));
	uint32_t d = fleet_name(&w->fleet, span_of(longest, sizeof(longest)));
	assert_true(d < DEVICE_AMBIGUOUS);
	assert_true(w->fleet.v[d].name.n <= 256);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_words),
	    TEST(test_names),
	    TEST(test_names_of_nothing),
	    TEST(test_two_domains),
	    TEST(test_names_of_addresses),
	    TEST(test_addresses),
	    TEST(test_path_names),
	    TEST(test_path_of_two),
	    TEST(test_identity),
	    TEST(test_own_space),
	    TEST(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
