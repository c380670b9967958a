/*
 * Who gets at a service through the doors of a device: a table of devices with
 * their doors, and what each comes to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "read/config/reach.h"

#define DOORS 4

struct told {
	struct emit emit;
	char word[32], why[600];
	unsigned services, entrances;
};

static void
keep(char *to, size_t room, const struct record *r, enum field_id f)
{
	struct span s = record_text(r, f);

	snprintf(to, room, "%.*s", SPAN_FMT(s));
}

static void
on_record(struct emit *e, const struct record *r)
{
	struct told *t = (struct told *)e;

	t->entrances += r->kind == K_ENTRANCE;
	if (r->kind != K_REACH)
		return;
	t->services++;
	keep(t->word, sizeof(t->word), r, F_OPENING);
	keep(t->why, sizeof(t->why), r, F_OPENING_WHY);
}

/* ---- filters ---- */

static const struct filter shut = {
    .end = FILTER_DENY, .end_why = {"shut by a rule", 14}};
static const struct filter unknown = {
    .end = FILTER_UNKNOWN, .end_why = {"a group is missing", 18}};
static const struct filter open_to_all = {.end = FILTER_PERMIT};

static struct filter_piece piece;
static struct filter_entry entry = {.action = FILTER_PERMIT,
    .source = {.v = &piece, .n = 1},
    .text = {"permit some", 11},
    .line = 7};
static const struct filter some = {.v = &entry, .n = 1, .end = FILTER_DENY};

static const struct filter *
filter_of(char c)
{
	return c == 'S'	  ? &shut
	       : c == 'U' ? &unknown
	       : c == 'F' ? &some
	       : c == 'O' ? &open_to_all
			  : NULL;
}

/* ---- devices ---- */

/*
 * A door is written as its face (I internet, C customers, L inside, M
 * management), then its filter (S shut, U unknown, F few, O open to all, -
 * none), then marks: 6 speaks IPv6 too, ? its address is given to it, v stands
 * in the VRF blue.
 */
struct device {
	const char *what, *doors[DOORS];
	char own, plane; /* filters of the service and of the control plane */
	bool inband, by_vrf;
	const char *more, *word, *why;
};

static enum reach_face
face_of(char c)
{
	return c == 'I'	  ? REACH_INTERNET
	       : c == 'C' ? REACH_OTHERS
	       : c == 'L' ? REACH_INSIDE
			  : REACH_MANAGEMENT;
}

static void
add(struct reach *r, const char *text, unsigned n)
{
	static const char *const names[] = {"port1", "port2", "port3", "port4"};
	struct reach_door d = {.interface = span_str(names[n]),
	    .face = face_of(text[0]),
	    .v4 = true,
	    .v6 = strchr(text, '6') != NULL,
	    .unsure = strchr(text, '?') ? "of unknown address" : NULL};

	if (strchr(text, 'v') != NULL)
		d.vrf = SPAN("blue");
	if (text[1] != '-')
		reach_door_guard(&d, SPAN("LIST"), filter_of(text[1]), NULL);
	reach_door(r, &d);
}

static void
judge(const struct device *d, struct told *out)
{
	struct arena arena;
	struct ios_scope scope;
	struct read_in in = {.arena = &arena};
	struct reach r;
	struct reach_service s = {
	    .service = "ssh", .query = REACH_TCP(22), .line = 3};

	*out = (struct told){.emit = emit_records(on_record)};
	arena_init(&arena);
	scope_init(&scope, &arena);
	in.arena = &arena;
	reach_init(&r, &in, &out->emit, &scope);
	for (unsigned i = 0; i < DOORS && d->doors[i] != NULL; i++)
		add(&r, d->doors[i], i);
	r.by_vrf = d->by_vrf;
	r.more_doors = d->more;
	r.planes_inband = d->inband;
	if (d->plane != 0)
		r.planes[r.nplanes++] = (struct reach_guard){
		    SPAN("PLANE"), filter_of(d->plane), filter_of(d->plane)};
	if (d->own != 0)
		reach_guard(
		    &s, SPAN("OWN"), filter_of(d->own), filter_of(d->own));
	reach_emit(&r, &s);
	arena_release(&arena);
}

static const struct device devices[] = {
    {.what = "no door is known", .word = ""},
    {.what = "one open door",
	.doors = {"I-"},
	.word = "internet",
	.why = "no filter stands before it"},
    {.what = "one shut, one open",
	.doors = {"IS", "I-"},
	.word = "internet",
	.why = "port2"},
    {.what = "all shut",
	.doors = {"IS", "CS"},
	.word = "none",
	.why = "port1: shut by a rule; port2: shut by a rule"},
    {.what = "shut to others, open inside",
	.doors = {"IS", "L-"},
	.word = "inside",
	.why = "kept from other networks by port1"},
    {.what = "a port for management is left",
	.doors = {"IS", "M-"},
	.word = "management",
	.why = "port2"},
    {.what = "customers only",
	.doors = {"IS", "C-", "L-"},
	.word = "customers",
	.why = "port2"},
    {.what = "inside only",
	.doors = {"L-", "M-"},
	.word = "inside",
	.why = "which has no public address"},
    {.what = "a filter that is not known closes nothing",
	.doors = {"IU", "L-"},
	.word = "unknown",
	.why = "filter LIST before ssh on port1 could not be evaluated: a "
	       "group is missing"},
    {.what = "open to customers counts as public anyway",
	.doors = {"IU", "C-"},
	.word = "customers",
	.why = "port2"},
    {.what = "not known, but open elsewhere",
	.doors = {"IU", "I-"},
	.word = "internet",
	.why = "port2"},
    {.what = "not known inside is inside",
	.doors = {"IS", "LU"},
	.word = "inside",
	.why = "could not be evaluated"},
    {.what = "a few networks through the filter",
	.doors = {"IF", "MS"},
	.word = "management",
	.why = "a few networks are let in"},
    {.what = "a door of unknown address",
	.doors = {"L-?", "L-"},
	.word = "unknown",
	.why = "of unknown address"},
    {.what = "a door of unknown address, shut",
	.doors = {"LS?", "L-"},
	.word = "inside",
	.why = "port2"},
    {.what = "IPv6 passes a filter of IPv4",
	.doors = {"IS6"},
	.word = "internet",
	.why = "no filter stands before it"},
    {.what = "the service's own list lets nobody in",
	.doors = {"I-"},
	.own = 'S',
	.word = "none",
	.why = "lets nobody in"},
    {.what = "the service's own list lets a few in",
	.doors = {"I-"},
	.own = 'F',
	.word = "management",
	.why = "OWN line 7: permit some"},
    {.what = "the service's own list is not known",
	.doors = {"I-"},
	.own = 'U',
	.word = "unknown",
	.why = "filter OWN before ssh on port1"},
    {.what = "not known, but shut by the door",
	.doors = {"IS"},
	.own = 'U',
	.word = "none",
	.why = "port1: shut by a rule"},
    {.what = "the control plane drops all",
	.doors = {"I-", "M-"},
	.plane = 'S',
	.word = "none",
	.why = "shut by a rule"},
    {.what = "it spares ports for management",
	.doors = {"I-", "M-"},
	.plane = 'S',
	.inband = true,
	.word = "management",
	.why = "port2"},
    {.what = "the control plane drops nothing",
	.doors = {"I-"},
	.plane = 'O',
	.word = "internet",
	.why = "port1"},
    {.what = "the control plane is not known",
	.doors = {"I-"},
	.plane = 'U',
	.word = "unknown",
	.why = "filter PLANE before ssh on port1"},
    {.what = "another VRF is no way in",
	.doors = {"I-v", "L-"},
	.by_vrf = true,
	.word = "inside",
	.why = "port2"},
    {.what = "no door in its VRF",
	.doors = {"I-v"},
	.by_vrf = true,
	.word = ""},
    {.what = "there may be other doors",
	.doors = {"IS", "L-"},
	.more = "the file is cut",
	.word = "unknown",
	.why = "the file is cut"},
    {.what = "there may be others, but one is open",
	.doors = {"I-"},
	.more = "the file is cut",
	.word = "internet",
	.why = "port1"},
};

static void
test_openings(void **state)
{
	struct prefix p = {.addr.family = 4, .bits = 32};

	(void)state;
	assert_true(addr_read(SPAN("198.51.100.9"), &p.addr));
	piece = filter_piece_of(&p);
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++) {
		const struct device *d = &devices[i];
		struct told t;

		judge(d, &t);
		assert_int_equal(t.services, 1);
		if (strcmp(t.word, d->word) != 0 ||
		    (d->why != NULL && strstr(t.why, d->why) == NULL))
			fail_msg("%s: want %s (%s), got %s (%s)", d->what,
			    d->word, d->why ? d->why : "", t.word, t.why);
	}
}

/* So many public addresses are as good as anybody; one less is a few. */
static void
test_few(void **state)
{
	static const struct {
		const char *prefix;
		unsigned bits;
		const char *word;
	} rows[] = {{"198.51.100.0", 22, "management"},
	    {"198.51.0.0", 21, "internet"}, {"198.51.100.9", 32, "management"},
	    {"10.0.0.0", 8, "management"}, {"0.0.0.0", 1, "internet"}};
	struct device d = {.doors = {"I-"}, .own = 'F'};
	struct told t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct prefix p = {.bits = (uint8_t)rows[i].bits};

		assert_true(addr_read(span_str(rows[i].prefix), &p.addr));
		piece = filter_piece_of(&p);
		judge(&d, &t);
		if (strcmp(t.word, rows[i].word) != 0)
			fail_msg("%s/%u: want %s, got %s", rows[i].prefix,
			    rows[i].bits, rows[i].word, t.word);
	}
}

/* Interfaces that are alike are one door; of more kinds than the limit nothing
 * is claimed. */
static void
test_many(void **state)
{
	struct told t = {.emit = emit_records(on_record)};
	struct arena arena;
	struct ios_scope scope;
	struct read_in in = {.arena = &arena};
	struct reach r;
	struct reach_service s = {.service = "ssh", .query = REACH_TCP(22)};

	(void)state;
	arena_init(&arena);
	scope_init(&scope, &arena);
	reach_init(&r, &in, &t.emit, &scope);
	for (unsigned i = 0; i < 5000; i++)
		add(&r, "IS", 0);
	assert_int_equal(r.ndoors, 1);
	assert_int_equal(r.doors[0].interfaces, 5000);
	for (unsigned i = 0; i <= LIMIT_REACH_DOORS; i++) {
		struct reach_door d = {.interface = SPAN("unit"),
		    .face = REACH_INTERNET,
		    .v4 = true,
		    .set = i + 1};

		reach_door_guard(&d, SPAN("LIST"), &shut, NULL);
		reach_door(&r, &d);
	}
	assert_int_equal(r.ndoors, LIMIT_REACH_DOORS);
	reach_emit(&r, &s);
	assert_string_equal(t.word, "unknown");
	assert_int_equal(t.entrances, LIMIT_REACH_DOORS);
	arena_release(&arena);
}

/* A loopback's public address is reached through the other interfaces. */
static void
test_loopback(void **state)
{
	struct told t = {.emit = emit_records(on_record)};
	struct arena arena;
	struct ios_scope scope;
	struct read_in in = {.arena = &arena};
	struct reach r;

	(void)state;
	arena_init(&arena);
	scope_init(&scope, &arena);
	reach_init(&r, &in, &t.emit, &scope);
	add(&r, "L-", 0);
	add(&r, "L-v", 1);
	add(&r, "M-", 2);
	reach_public(&r, (struct span){0});
	reach_doors_end(&r);
	assert_int_equal(r.doors[0].face, REACH_INTERNET);
	assert_int_equal(r.doors[1].face, REACH_INSIDE);
	assert_int_equal(r.doors[2].face, REACH_MANAGEMENT);
	/* Not where an interface has one itself. */
	add(&r, "L-", 3);
	reach_doors_end(&r);
	assert_int_equal(r.doors[3].face, REACH_INSIDE);
	/* That of a VRF without doors is reached through all others, unless
	 * services keep to their VRF. */
	reach_public(&r, SPAN("red"));
	r.by_vrf = true;
	reach_doors_end(&r);
	assert_int_equal(r.doors[1].face, REACH_INSIDE);
	r.by_vrf = false;
	reach_doors_end(&r);
	assert_int_equal(r.doors[1].face, REACH_INTERNET);
	assert_int_equal(r.doors[2].face, REACH_MANAGEMENT);
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_openings),
	    cmocka_unit_test(test_few),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
