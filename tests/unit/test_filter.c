/*
 * Filters against a slow reference: every address of a small space, every way
 * in which the unsure entries could turn out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "device/filter.h"
#include "lib/random.h"

#define ENTRIES 12
#define PIECES 4

static unsigned
below(uint64_t *seed, unsigned n)
{
	return (unsigned)(random_next(seed) % n);
}

/* The space: 256 addresses, 203.0.113.0/24 or 2001:db8::ff00/120. */
static struct addr
at(unsigned family, unsigned last)
{
	struct addr a = addr_from_v4(0xcb007100u | last);

	if (family == 6) {
		assert_true(addr_read(SPAN("2001:db8::ff00"), &a));
		a.bytes[15] = (uint8_t)last;
	}
	return a;
}

struct list {
	struct filter f;
	struct filter_entry entries[ENTRIES];
	struct filter_piece pieces[ENTRIES][PIECES];
	struct filter_service services[ENTRIES];
	struct filter_ports ports[ENTRIES];
};

static struct filter_piece
random_piece(uint64_t *seed, unsigned family)
{
	struct addr a = at(family, below(seed, 256)), wild = a;
	struct prefix p;
	unsigned lo, size = family == 4 ? 32 : 128;

	switch (below(seed, 3)) {
	case 0:
		p = prefix_of(a, size - below(seed, 9));
		return filter_piece_of(&p);
	case 1:
		lo = below(seed, 256);
		return filter_piece_range(
		    at(family, lo), at(family, lo + below(seed, 256 - lo)));
	default:
		memset(wild.bytes, 0, sizeof(wild.bytes));
		wild.bytes[family == 4 ? 3 : 15] = (uint8_t)below(seed, 256);
		return filter_piece_wild(a, wild);
	}
}

static void
random_list(struct list *l, uint64_t *seed, unsigned family)
{
	unsigned unsure = 0;

	*l = (struct list){0};
	l->f.v = l->entries;
	l->f.n = below(seed, ENTRIES + 1);
	l->f.end = below(seed, 2) ? FILTER_DENY : FILTER_PERMIT;
	for (size_t i = 0; i < l->f.n; i++) {
		struct filter_entry *e = &l->entries[i];

		e->action = below(seed, 2) ? FILTER_PERMIT : FILTER_DENY;
		e->source.v = l->pieces[i];
		e->source.n = below(seed, PIECES + 1);
		for (size_t k = 0; k < e->source.n; k++)
			l->pieces[i][k] = random_piece(seed, family);
		if (below(seed, 12) == 0)
			e->source.any4 = e->source.any6 = true;
		if (unsure < 5 && below(seed, 5) == 0) {
			unsure++;
			if (below(seed, 2))
				e->unsure = true;
			else
				e->source.unsure = true;
			e->why = SPAN("hours");
		}
		e->never = below(seed, 10) == 0;
		if (below(seed, 2)) {
			l->ports[i].lo = (uint16_t)(20 + below(seed, 5));
			l->ports[i].hi =
			    (uint16_t)(l->ports[i].lo + below(seed, 4));
			l->services[i] = (struct filter_service){
			    .protocol =
				below(seed, 4) ? FILTER_TCP : FILTER_UDP,
			    .ports = &l->ports[i],
			    .nports = below(seed, 3) ? 1 : 0};
			e->services = &l->services[i];
			e->nservices = 1;
		}
	}
}

/* ---- the reference ---- */

static bool
piece_holds_slowly(const struct filter_piece *p, unsigned family, unsigned last)
{
	unsigned b = family == 4 ? 3 : 15;
	unsigned lo = p->lo.bytes[b], hi = p->hi.bytes[b];

	if (p->wild.family != 0)
		return (last | p->wild.bytes[b]) == (lo | p->wild.bytes[b]);
	return last >= lo && last <= hi;
}

static bool
takes(const struct filter_entry *e, const struct filter_query *q,
    unsigned family, unsigned last, bool guess)
{
	bool held = e->source.any4 || (e->source.unsure && guess);

	if (e->never || (e->unsure && !guess))
		return false;
	if (e->nservices > 0) {
		const struct filter_service *s = e->services;

		if (s->protocol != q->protocol)
			return false;
		if (s->nports > 0 &&
		    (q->port < s->ports->lo || q->port > s->ports->hi))
			return false;
	}
	for (size_t i = 0; i < e->source.n; i++)
		held |= piece_holds_slowly(&e->source.v[i], family, last);
	return held;
}

static enum filter_verdict
slowly(const struct filter *f, const struct filter_query *q, unsigned family,
    unsigned last)
{
	bool permit = false, deny = false;

	for (unsigned world = 0; world < 1u << 5; world++) {
		enum filter_verdict v = f->end;
		unsigned nth = 0;

		for (size_t i = 0; i < f->n; i++) {
			const struct filter_entry *e = &f->v[i];
			bool guess = world >> nth & 1;

			nth += e->unsure || e->source.unsure;
			if (takes(e, q, family, last, guess)) {
				v = e->action;
				break;
			}
		}
		permit |= v == FILTER_PERMIT;
		deny |= v == FILTER_DENY;
	}
	return permit && deny ? FILTER_UNKNOWN
	       : permit	      ? FILTER_PERMIT
			      : FILTER_DENY;
}

static const struct filter_answer *
run_of(const struct filter_runs *r, const struct addr *a)
{
	for (size_t i = 0; i < r->n; i++)
		if (addr_cmp(&r->v[i].lo, a) <= 0 &&
		    addr_cmp(a, &r->v[i].hi) <= 0)
			return &r->v[i].answer;
	fail_msg("the runs have a gap");
	return NULL;
}

static void
check_prefixes(const struct filter_runs *r, unsigned family)
{
	struct prefix v[600];
	size_t n = filter_prefixes(r, FILTER_PERMIT, v, 600);

	assert_true(n <= 600);
	for (unsigned last = 0; last < 256; last++) {
		struct addr a = at(family, last);
		unsigned held = 0;

		for (size_t i = 0; i < n; i++)
			held += prefix_holds(&v[i], &a);
		assert_int_equal(held, run_of(r, &a)->verdict == FILTER_PERMIT);
	}
}

static void
test_random(void **state)
{
	static struct list l;
	struct arena arena;
	uint64_t seed = 20251122;

	(void)state;
	arena_init(&arena);
	for (unsigned round = 0; round < 3000; round++) {
		struct filter_query q = {
		    FILTER_TCP, (uint16_t)(20 + below(&seed, 6))};
		unsigned family = below(&seed, 2) ? 4 : 6;
		struct filter_runs r;

		random_list(&l, &seed, family);
		assert_true(filter_map(&arena, &l.f, &q, family, &r));
		for (unsigned last = 0; last < 256; last++) {
			struct addr a = at(family, last);
			enum filter_verdict want =
			    slowly(&l.f, &q, family, last);
			struct filter_answer got;

			filter_ask(&l.f, &q, &a, &got);
			assert_int_equal(got.verdict, want);
			assert_int_equal(run_of(&r, &a)->verdict, want);
			assert_int_equal(run_of(&r, &a)->entry, got.entry);
		}
		check_prefixes(&r, family);
		arena_reset(&arena);
	}
	arena_release(&arena);
}

/* Two lists in a row: both must let the packet through. */
static void
test_two(void **state)
{
	static struct list x, y;
	struct arena arena;
	uint64_t seed = 7;

	(void)state;
	arena_init(&arena);
	for (unsigned round = 0; round < 500; round++) {
		struct filter_query q = {FILTER_TCP, 22};
		struct filter_runs a, b, both;

		random_list(&x, &seed, 4);
		random_list(&y, &seed, 4);
		filter_map(&arena, &x.f, &q, 4, &a);
		filter_map(&arena, &y.f, &q, 4, &b);
		filter_runs_and(&arena, &a, &b, &both);
		for (unsigned last = 0; last < 256; last++) {
			struct addr p = at(4, last);
			enum filter_verdict v = slowly(&x.f, &q, 4, last);
			enum filter_verdict w = slowly(&y.f, &q, 4, last);
			enum filter_verdict want =
			    v == FILTER_DENY || w == FILTER_DENY ? FILTER_DENY
			    : v == FILTER_PERMIT && w == FILTER_PERMIT
				? FILTER_PERMIT
				: FILTER_UNKNOWN;

			assert_int_equal(run_of(&both, &p)->verdict, want);
		}
		arena_reset(&arena);
	}
	arena_release(&arena);
}

/* The longest prefix decides, tried address by address. */
static void
test_choose(void **state)
{
	struct arena arena;
	uint64_t seed = 99;

	(void)state;
	arena_init(&arena);
	for (unsigned round = 0; round < 2000; round++) {
		struct filter_choice v[8];
		struct prefix p[8];
		struct filter_piece *out;
		size_t n = below(&seed, 9), k;

		for (size_t i = 0; i < n; i++) {
			struct filter_piece piece;

			p[i] = prefix_of(
			    at(4, below(&seed, 256)), 24 + below(&seed, 9));
			piece = filter_piece_of(&p[i]);
			v[i] = (struct filter_choice){piece.lo, piece.hi,
			    p[i].bits, below(&seed, 3) == 0};
		}
		k = filter_choose(&arena, v, n, &out);
		for (unsigned last = 0; last < 256; last++) {
			struct addr a = at(4, last);
			unsigned best = 0;
			bool in = false, held = false;

			for (size_t i = 0; i < n; i++) {
				if (!prefix_holds(&p[i], &a) ||
				    p[i].bits < best)
					continue;
				in = p[i].bits > best ? !v[i].except
						      : in && !v[i].except;
				best = p[i].bits;
			}
			for (size_t i = 0; i < k; i++)
				held |= filter_piece_holds(&out[i], &a);
			assert_int_equal(held, in);
		}
		arena_reset(&arena);
	}
	arena_release(&arena);
}

static struct addr
addr_must(const char *text)
{
	struct addr a;

	assert_true(addr_read(span_str(text), &a));
	return a;
}

/* 10.0.7.1 for every third byte, and a wildcard with too many holes. */
static void
test_wildcards(void **state)
{
	struct filter_piece p[] = {
	    filter_piece_wild(addr_must("10.0.0.1"), addr_must("0.0.255.0")),
	    filter_piece_wild(
		addr_must("192.0.2.1"), addr_must("0.255.255.254")),
	    filter_piece_wild(
		addr_must("198.51.100.9"), addr_must("0.0.0.255"))};
	struct filter_entry e = {.action = FILTER_PERMIT, .source = {.v = p}};
	struct filter f = {.v = &e, .n = 1, .end = FILTER_DENY};
	struct filter_query q = {FILTER_TCP, 22};
	struct addr in = addr_must("10.0.7.1"), out = addr_must("10.0.7.2");
	struct addr odd = addr_must("192.7.7.7"), even = addr_must("192.7.7.6");
	struct filter_answer answer;
	struct filter_runs r;
	struct prefix some[300];
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_int_equal(p[2].wild.family, 0);
	e.source.n = 1;
	filter_ask(&f, &q, &in, &answer);
	assert_int_equal(answer.verdict, FILTER_PERMIT);
	filter_ask(&f, &q, &out, &answer);
	assert_int_equal(answer.verdict, FILTER_DENY);
	assert_true(filter_map(&arena, &f, &q, 4, &r));
	assert_int_equal(filter_prefixes(&r, FILTER_PERMIT, some, 300), 256);
	/* A single address is told exactly, the space is not. */
	e.source.v = p + 1;
	filter_ask(&f, &q, &odd, &answer);
	assert_int_equal(answer.verdict, FILTER_PERMIT);
	filter_ask(&f, &q, &even, &answer);
	assert_int_equal(answer.verdict, FILTER_DENY);
	assert_true(filter_map(&arena, &f, &q, 4, &r));
	assert_int_equal(run_of(&r, &odd)->verdict, FILTER_UNKNOWN);
	assert_int_equal(run_of(&r, &in)->verdict, FILTER_DENY);
	arena_release(&arena);
}

/* A denied source port keeps nobody out, a permitted one lets everybody in;
 * the second behind the first is left open. */
static void
test_source_port(void **state)
{
	struct filter_service s = {.protocol = FILTER_TCP, .source_port = true};
	struct filter_entry e[2] = {{.action = FILTER_DENY,
					.source.any4 = true,
					.services = &s,
					.nservices = 1},
	    {.action = FILTER_PERMIT, .source.any4 = true}};
	struct filter f = {.v = e, .n = 2, .end = FILTER_DENY};
	struct filter_query q = {FILTER_TCP, 22};
	struct addr a = addr_must("192.0.2.1");
	struct filter_answer answer;

	(void)state;
	filter_ask(&f, &q, &a, &answer);
	assert_int_equal(answer.verdict, FILTER_PERMIT);
	e[1].services = &s;
	e[1].nservices = 1;
	filter_ask(&f, &q, &a, &answer);
	assert_int_equal(answer.verdict, FILTER_UNKNOWN);
	f.v = e + 1;
	f.n = 1;
	filter_ask(&f, &q, &a, &answer);
	assert_int_equal(answer.verdict, FILTER_PERMIT);
	assert_int_equal(answer.entry, 0);
}

/* More pieces than the limit: nothing is claimed. */
static void
test_too_long(void **state)
{
	size_t n = LIMIT_FILTER_PIECES + 1;
	struct filter_piece *p = calloc(n, sizeof(*p));
	struct filter_entry e = {
	    .action = FILTER_PERMIT, .source = {.v = p, .n = n}};
	struct filter f = {.v = &e, .n = 1, .end = FILTER_DENY};
	struct filter_query q = {FILTER_TCP, 22};
	struct filter_runs r;
	struct arena arena;

	(void)state;
	assert_non_null(p);
	arena_init(&arena);
	for (size_t i = 0; i < n; i++)
		p[i].lo = p[i].hi = addr_from_v4((uint32_t)i * 2);
	assert_false(filter_map(&arena, &f, &q, 4, &r));
	assert_int_equal(r.n, 1);
	assert_int_equal(r.v[0].answer.verdict, FILTER_UNKNOWN);
	e.source.n = n - 1;
	assert_true(filter_map(&arena, &f, &q, 4, &r));
	assert_int_equal(r.n, 2 * (n - 1));
	arena_release(&arena);
	free(p);
}

/* ---- filters within a filter ---- */

#define CLASSES 4

struct policy {
	struct filter f;
	struct filter_entry classes[CLASSES];
	struct list lists[CLASSES];
};

static void
random_policy(struct policy *p, uint64_t *seed, unsigned family)
{
	*p = (struct policy){.f = {.v = p->classes,
				 .n = below(seed, CLASSES + 1),
				 .end = FILTER_PERMIT}};
	for (size_t i = 0; i < p->f.n; i++) {
		random_list(&p->lists[i], seed, family);
		p->classes[i] = (struct filter_entry){
		    .action = below(seed, 2) ? FILTER_PERMIT : FILTER_DENY,
		    .source = {.any4 = true, .any6 = true},
		    .of = &p->lists[i].f,
		    .of_denied = below(seed, 2),
		    .unsure = below(seed, 6) == 0};
	}
}

/* Each class takes the packet, does not, or may: every way it could be. */
static enum filter_verdict
policy_slowly(const struct policy *p, const struct filter_query *q,
    unsigned family, unsigned last)
{
	bool permit = false, deny = false;

	for (unsigned world = 0; world < 1u << CLASSES; world++) {
		enum filter_verdict v = p->f.end;

		for (size_t i = 0; i < p->f.n; i++) {
			const struct filter_entry *e = &p->classes[i];
			enum filter_verdict inner =
			    slowly(e->of, q, family, last);
			bool guess = world >> i & 1;
			bool taken =
			    inner == FILTER_UNKNOWN
				? guess
				: (inner == FILTER_DENY) == e->of_denied;

			if (taken && (!e->unsure || guess)) {
				v = e->action;
				break;
			}
		}
		permit |= v == FILTER_PERMIT;
		deny |= v == FILTER_DENY;
	}
	return permit && deny ? FILTER_UNKNOWN
	       : permit	      ? FILTER_PERMIT
			      : FILTER_DENY;
}

static void
test_nested(void **state)
{
	struct filter_query q = {FILTER_TCP, 22};
	uint64_t seed = 20260217;
	struct policy *p = calloc(1, sizeof(*p));

	(void)state;
	assert_non_null(p);
	for (unsigned round = 0; round < 120; round++) {
		unsigned family = round % 2 ? 6 : 4;
		struct filter_runs r;
		struct arena arena;

		arena_init(&arena);
		random_policy(p, &seed, family);
		assert_true(filter_map(&arena, &p->f, &q, family, &r));
		for (unsigned last = 0; last < 256; last++) {
			enum filter_verdict want =
			    policy_slowly(p, &q, family, last);
			struct addr a = at(family, last);
			struct filter_answer answer;

			filter_ask(&p->f, &q, &a, &answer);
			assert_int_equal(answer.verdict, want);
			assert_int_equal(run_of(&r, &a)->verdict, want);
		}
		arena_release(&arena);
	}
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_two),
	    cmocka_unit_test(test_choose),
	    cmocka_unit_test(test_wildcards),
	    cmocka_unit_test(test_source_port),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_nested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
