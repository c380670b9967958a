#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <bzlib.h>
#include <cmocka.h>
#include <lz4.h>
#include <zstd.h>
#ifdef TIDEMARK_LZO
#include <lzo/lzo1x.h>
#endif

#include "detect/flow_search.h"
#include "intel/knowledge.h"
#include "device/device.h"
#include "read/flow/flow.h"
#include "read/flow/template.h"
#include "read/flow/unpack.h"

struct got {
	struct emit emit;
	const struct ruleset *rules;
	struct rule_scratch *scratch;
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
		assert_true(flow_has_field(f));
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
	struct got g = {.emit = {on_record, NULL}};
	size_t passed = 0, matched = 0;
	uint32_t seed = 239;
	struct knowledge_options options = {.evidence_word = evidence_class};

	(void)state;
	assert_int_equal(knowledge_load(&options, &k, on_problem, NULL, &e), 0);
	assert_int_equal(rule_scratch_init(&scratch, &e), 0);
	addrset_seal(none);
	flow_search_build(&k.rules, none, &scratch, w);
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
	free(w);
	addrset_free(none);
	rule_scratch_release(&scratch);
	knowledge_release(&k);
}

static const char text[] = "what is packed comes out again, what is packed "
			   "comes out again, what is packed comes out again";

/* 0: this build has no LZO, which unpack_lacks must say. */
static long
pack_lzo(char *packed, size_t n)
{
#ifdef TIDEMARK_LZO
	static char work[LZO1X_1_MEM_COMPRESS];
	lzo_uint size = n;

	assert_null(unpack_lacks(PACKING_LZO));
	lzo1x_1_compress((const unsigned char *)text, sizeof(text),
	    (unsigned char *)packed, &size, work);
	return (long)size;
#else
	assert_non_null(strstr(unpack_lacks(PACKING_LZO), "LZO=1"));
	(void)packed;
	(void)n;
	return 0;
#endif
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
			n = pack_lzo(packed, sizeof(packed));
			if (n == 0)
				continue;
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
	    cmocka_unit_test(packings_come_back),
	    cmocka_unit_test(templates_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
