#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <bzlib.h>
#include <cmocka.h>
#include <lz4.h>
#include <zstd.h>

#include "detect/flow_search.h"
#include "intel/knowledge.h"
#include "device/device.h"
#include "read/flow/flow.h"
#include "read/flow/lzo.h"
#include "read/flow/template.h"
#include "read/flow/unpack.h"
#include "read/packet/session.h"
#include "read/packet/talk_flow.h"

struct got {
	struct emit emit;
	const struct ruleset *rules;
	struct rule_scratch *scratch;
	flow_field_fn *has;
	size_t records, hits;
};

static void
on_rule(void *ctx, const struct rule *r)
{
	(void)r;
	((struct got *)ctx)->hits++;
}

static void
on_record(struct emit *e, const struct record *r)
{
	struct got *g = (struct got *)e;

	g->records++;
	for (unsigned i = 0; i < r->nvalues; i++) {
		enum field_id f = (enum field_id)r->values[i].field;

		/* What rules may be asked in advance rests on this. */
		assert_true(g->has(ENDPOINT_TCP, f));
		if (field_verbatim(f))
			assert_true(
			    span_find(r->raw, r->values[i].text) != SPAN_NONE);
	}
	if (g->rules != NULL)
		ruleset_match(g->rules, r, g->scratch, on_rule, g);
}

static void
on_problem(void *ctx, const struct knowledge_problem *p)
{
	(void)ctx;
	fail_msg("%.*s", SPAN_FMT(p->text));
}

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static struct flow
some_flow(uint32_t *seed)
{
	static const uint16_t ports[] = {22, 49, 69, 443, 1812, 4786, 18443,
	    22022, 30022, 57722, 65522, 50000, 0};
	static const uint8_t protocols[] = {6, 6, 6, 17, 17, 1, 47};
	struct flow f;

	flow_init(&f);
	f.first = INT64_C(1740823200000000);
	f.last = f.first + next(seed) % 5000000;
	f.src = addr_from_v4(0xc0000200 + next(seed) % 250);
	f.dst = addr_from_v4(
	    (next(seed) & 1 ? 0xcb007100 : 0x0a000000) + next(seed) % 250);
	f.src_port = ports[next(seed) % 13];
	f.dst_port =
	    next(seed) % 4 ? ports[next(seed) % 13] : (uint16_t)next(seed);
	f.protocol = protocols[next(seed) % 7];
	f.has_ports = flow_has_ports(f.protocol);
	f.tcp_flags = f.protocol == 6 ? next(seed) & 0x3f : 0;
	f.packets = next(seed) % 100;
	f.bytes = f.packets * (40 + next(seed) % 1000);
	f.counted = next(seed) % 8 != 0;
	f.action = (enum flow_action)(next(seed) % 3);
	return f;
}

/* No flow that some rule matches is left out, and most are. */
static void
wanted_is_sound(void **state)
{
	struct knowledge k;
	struct rule_scratch scratch;
	struct err e;
	struct addrset *none = addrset_new();
	struct endpoints *w = malloc(sizeof(*w));
	struct got g = {.emit = {on_record, NULL}, .has = flow_has_field};
	size_t passed = 0, matched = 0;
	uint32_t seed = 239;
	struct knowledge_options options = {.evidence_word = evidence_class};

	(void)state;
	assert_int_equal(knowledge_load(&options, &k, on_problem, NULL, &e), 0);
	assert_int_equal(rule_scratch_init(&scratch, &e), 0);
	addrset_seal(none);
	flow_search_build(&k.rules, none, flow_has_field, &scratch, w);
	g.rules = &k.rules;
	g.scratch = &scratch;
	for (int i = 0; i < 30000; i++) {
		struct flow f = some_flow(&seed);

		g.hits = 0;
		flow_emit(&f, 1, 0, &g.emit);
		if (g.hits > 0)
			matched++;
		if (g.hits > 0)
			assert_true(flow_wanted(w, &f));
		else if (!flow_wanted(w, &f))
			passed++;
	}
	assert_true(matched > 500);
	assert_true(passed > 15000);
	addrset_free(w->named);
	free(w);
	addrset_free(none);
	rule_scratch_release(&scratch);
	knowledge_release(&k);
}

static struct talk
some_talk(uint32_t *seed)
{
	static const uint16_t ports[] = {22, 49, 69, 443, 4786, 18443, 22022,
	    30022, 57722, 65522, 50000, 161};
	static const uint8_t protocols[] = {6, 6, 6, 17, 17, 1, 47};
	struct talk t = {.first = INT64_C(1740823200000000)};
	struct addr a = addr_from_v4(0x0a000000 + next(seed) % 250);
	struct addr b = addr_from_v4(0xcb007100 + next(seed) % 250);

	memcpy(t.key.low, a.bytes, sizeof(a.bytes));
	memcpy(t.key.high, b.bytes, sizeof(b.bytes));
	t.key.low_family = t.key.high_family = 4;
	t.key.protocol = protocols[next(seed) % 7];
	if (flow_has_ports(t.key.protocol)) {
		t.key.low_port = (uint16_t)next(seed);
		t.key.high_port = next(seed) % 4 ? ports[next(seed) % 12]
						 : (uint16_t)next(seed);
		t.service = (uint8_t)(next(seed) % SERVICE_COUNT);
	}
	t.high_client = (next(seed) & 1) != 0;
	t.last = t.first + next(seed) % 5000000;
	t.saw = (uint8_t)(next(seed) & 0x3f);
	for (int i = 0; i < 2; i++) {
		t.packets[i] = next(seed) % 100;
		t.bytes[i] = t.packets[i] * (next(seed) % 1000);
	}
	return t;
}

/* The same of what is captured, where services and all states are known. */
static void
talk_wanted_is_sound(void **state)
{
	struct knowledge k;
	struct rule_scratch scratch;
	struct err e;
	struct addrset *none = addrset_new();
	struct endpoints *w = malloc(sizeof(*w));
	struct got g = {.emit = {on_record, NULL}, .has = talk_has_field};
	struct arena arena;
	struct wire wire = {.out = &g.emit, .arena = &arena};
	size_t passed = 0, matched = 0;
	uint32_t seed = 57722;
	struct knowledge_options options = {.evidence_word = evidence_class};

	(void)state;
	arena_init(&arena);
	assert_int_equal(knowledge_load(&options, &k, on_problem, NULL, &e), 0);
	assert_int_equal(rule_scratch_init(&scratch, &e), 0);
	addrset_seal(none);
	flow_search_build(&k.rules, none, talk_has_field, &scratch, w);
	g.rules = &k.rules;
	g.scratch = &scratch;
	for (int i = 0; i < 30000; i++) {
		struct talk t = some_talk(&seed);

		g.hits = 0;
		arena_reset(&arena);
		talk_tell(&t, NULL, &wire);
		matched += g.hits > 0;
		if (g.hits > 0)
			assert_true(talk_wanted(&t, NULL, w, NULL));
		else
			passed += !talk_wanted(&t, NULL, w, NULL);
	}
	assert_true(matched > 500);
	assert_true(passed > 10000);
	arena_release(&arena);
	addrset_free(w->named);
	free(w);
	addrset_free(none);
	rule_scratch_release(&scratch);
	knowledge_release(&k);
}

static const char text[] = "what is packed comes out again, what is packed "
			   "comes out again, what is packed comes out again";

/* Some literals, from 32 bytes behind all but the last, the end mark. */
static long
pack_lzo(char *packed)
{
	static const unsigned char rest[] = {
	    0x20, sizeof(text) - 33 - 2 - 31, 31 << 2 | 1, 0, 0, 0x11, 0, 0};

	packed[0] = 17 + 32;
	memcpy(packed + 1, text, 32);
	memcpy(packed + 33, rest, sizeof(rest));
	return 33 + (long)sizeof(rest);
}

/* One instruction of each kind, as the description of the format has them. */
static void
lzo_instructions(void **state)
{
#define END "\x11\0\0"
	static const struct {
		const char *packed;
		size_t n;
		const char *out; /* NULL: refused */
	} streams[] = {
#define S(bytes, out) {bytes, sizeof(bytes) - 1, out}
	    S(END, ""),
	    S("\x14"
	      "abc" END,
		"abc"),
	    S("\x15"
	      "abcd" END,
		"abcd"),
	    /* Literals in bulk where none came before. */
	    S("\x02"
	      "abcde" END,
		"abcde"),
	    S("\0\x01"
	      "0123456789abcdefghi" END,
		"0123456789abcdefghi"),
	    /* Two from behind after three literals, with one more to come. */
	    S("\x14"
	      "abc"
	      "\x09\0"
	      "x" END,
		"abcabx"),
	    /* Three to four, five to eight, and runs that repeat. */
	    S("\x15"
	      "abcd"
	      "\x4c\0" END,
		"abcdabc"),
	    S("\x15"
	      "abcd"
	      "\xec\0" END,
		"abcdabcdabcd"),
	    S("\x15"
	      "abcd"
	      "\x22\x0d\0"
	      "y" END,
		"abcdabcdy"),
	    /* Behind the start, no end, something behind the end. */
	    S("\x15"
	      "abcd"
	      "\x50\0" END,
		NULL),
	    S("\x15"
	      "abcd",
		NULL),
	    S("\x15"
	      "abcd" END "z",
		NULL),
	    S("\x15"
	      "abcd"
	      "\0" END,
		NULL),
	    S("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", NULL),
	    S("", NULL),
#undef S
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		const char *want = streams[i].out;
		long n = lzo_unpack(
		    span_of(streams[i].packed, streams[i].n), out, sizeof(out));

		assert_int_equal(n, want == NULL ? -1 : (long)strlen(want));
		if (want != NULL)
			assert_memory_equal(out, want, strlen(want));
	}
}

/* What lies far behind, over two instructions. */
static void
lzo_far(void **state)
{
	enum { LITERALS = 3000, BACK = 20000 };
	static unsigned char packed[LITERALS + 300];
	static char out[64 << 10];
	size_t n = 0;
	long got;

	(void)state;
	packed[n++] = 0;
	for (int i = 0; i < (LITERALS - 18) / 255; i++)
		packed[n++] = 0;
	packed[n++] = (LITERALS - 18) % 255;
	for (int i = 0; i < LITERALS; i++)
		packed[n++] = (unsigned char)(i * 7 % 251);
	/* Three from 2049 behind, which follows on a long run alone. */
	packed[n++] = 0;
	packed[n++] = 0;
	/* A long run of what was last, then some of the beginning. */
	packed[n++] = 0x20;
	for (int i = 0; i < 70; i++)
		packed[n++] = 0;
	packed[n++] = 1;
	packed[n++] = 0;
	packed[n++] = 0;
	packed[n++] = 0x10 | 3;
	packed[n++] = (BACK - 16384) << 2 & 0xff;
	packed[n++] = (BACK - 16384) >> 6;
	memcpy(packed + n, "\x11\0", 3);
	n += 3;
	got = lzo_unpack(span_of((const char *)packed, n), out, sizeof(out));
	assert_int_equal(got, LITERALS + 3 + 2 + 31 + 70 * 255 + 1 + 5);
	assert_memory_equal(out + LITERALS, out + LITERALS - 2049, 3);
	assert_int_equal(out[LITERALS + 3], out[LITERALS + 2]);
	assert_memory_equal(out + got - 5, out + got - 5 - BACK, 5);
	assert_int_equal(
	    lzo_unpack(span_of((const char *)packed, n), out, (size_t)got - 1),
	    -1);
}

static void
packings_come_back(void **state)
{
	char packed[1024], out[1024];
	unsigned bz = sizeof(packed);
	struct span v[PACKING_COUNT];

	(void)state;
	for (int how = PACKING_LZO; how < PACKING_COUNT; how++) {
		long n = 0;

		if (how == PACKING_LZO) {
			n = pack_lzo(packed);
		} else if (how == PACKING_BZ2) {
			BZ2_bzBuffToBuffCompress(packed, &bz,
			    (char *)(uintptr_t)text, sizeof(text), 9, 0, 0);
			n = bz;
		} else if (how == PACKING_LZ4) {
			n = LZ4_compress_default(
			    text, packed, sizeof(text), sizeof(packed));
		} else {
			n = (long)ZSTD_compress(
			    packed, sizeof(packed), text, sizeof(text), 3);
		}
		v[how] = span_of(packed, (size_t)n);
		assert_int_equal(
		    unpack_block(how, v[how], out, sizeof(out)), sizeof(text));
		assert_memory_equal(out, text, sizeof(text));
		/* No room, and cut off. */
		assert_int_equal(
		    unpack_block(how, v[how], out, sizeof(text) - 1), -1);
		assert_true(unpack_block(how, span_head(v[how], v[how].n - 3),
				out, sizeof(out)) != (long)sizeof(text));
	}
}

/* A template that comes again is not kept again; waiting data has a limit. */
static void
templates_are_bounded(void **state)
{
	static const char fields[] = "\0\x08\0\x04\0\x0c\0\x04";
	struct template_key key = {.id = 300};
	struct templates t;
	struct template_slot *slot;
	struct arena a;
	struct cursor c;
	size_t kept;
	char *big = calloc(1, 1 << 20);

	(void)state;
	arena_init(&a);
	templates_init(&t, &a);
	slot = templates_slot(&t, &key);
	for (int i = 0; i < 3; i++) {
		c = cursor_of(span_of(fields, 8));
		assert_true(template_read(&t, slot, &c, 2, true, false));
		kept = i == 0 ? t.bytes : kept;
	}
	assert_int_equal(t.bytes, kept);
	assert_int_equal(slot->template.least, 8);
	c = cursor_of(span_of(fields, 7));
	assert_false(template_read(&t, slot, &c, 2, true, false));
	for (int i = 0; i < 20; i++)
		template_park(&t, slot, span_of(big, 1 << 20), 0, 0, 0);
	assert_true(t.parked <= LIMIT_FLOW_PARKED);
	assert_true(t.lost >= 4);
	free(big);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wanted_is_sound),
	    cmocka_unit_test(talk_wanted_is_sound),
	    cmocka_unit_test(packings_come_back),
	    cmocka_unit_test(lzo_instructions),
	    cmocka_unit_test(lzo_far),
	    cmocka_unit_test(templates_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
