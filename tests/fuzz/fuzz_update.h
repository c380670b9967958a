/*
 * What the fuzzers of knowledge about flaws share: a file's bytes through one
 * format's reader, by the way that words take, into a set of flaws.
 */
#ifndef TIDEMARK_TESTS_FUZZ_UPDATE_H
#define TIDEMARK_TESTS_FUZZ_UPDATE_H

#include "detect/vulnerability.h"
#include "fuzz/fuzz.h"
#include "intel/update_store.h"
#include "intel/update_wire.h"

static inline void
fuzz_carry(void *ctx, const struct update_said *s)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	update_wire_put(&b, s);
	/* No honest word may be refused on its way. */
	FUZZ_CHECK(
	    update_wire_take(buf_span(&b), update_store_take, ctx) == b.n);
	buf_release(&b);
}

/* Every range can be judged by, for a release of each platform. */
static inline void
fuzz_judge(const struct vulnerability_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct vulnerability *v = set->v[i];
		struct span release = SPAN("7.4.1");
		struct vuln_device d = {.releases = &release, .nreleases = 1};
		struct vuln_answer a;

		FUZZ_CHECK(v->check.id.n > 0 && v->check.title.n > 0 &&
			   v->platforms.n > 0 && v->nlines > 0);
		for (size_t k = 0; k < v->platforms.n; k++) {
			d.platform = v->platforms.v[k];
			vulnerability_judge(v, &d, &a);
			FUZZ_CHECK(a.verdict != VULN_EXPOSED);
		}
	}
}

static inline int
fuzz_update(const struct update_format *f, const uint8_t *data, size_t size)
{
	static const char table[] =
	    "dates: {kev: 2026-01-01, epss: 2026-01-01}\n"
	    "old: {kev: 30, epss: 30}\n"
	    "products:\n"
	    "- {platform: fortios, vendors: [fortinet], products: [fortios]}\n"
	    "- {platform: pan-os, vendors: [palo alto networks, "
	    "paloaltonetworks], products: [pan-os]}\n"
	    "- {platform: junos, vendors: [juniper networks, juniper], "
	    "products: [junos os, junos]}\n"
	    "- {platform: ios, vendors: [cisco], products: [ios]}\n"
	    "- {platform: ivanti, vendors: [ivanti], products: [ics]}\n"
	    "- {platform: netscaler, vendors: [citrix], products: [adc]}\n";
	struct vulnerability_set set;
	struct vuln_updates all;
	struct product_table products;
	struct update_store store;
	struct arena arena;
	struct yaml_error ye;
	struct update_options o = {
	    .products = &products, .known = update_known, .known_ctx = &set};
	struct update_read r = {.o = &o, .say = fuzz_carry, .ctx = &store};
	struct span text = span_of((const char *)data, size);
	struct err e;

	if (size > 16384)
		return 0;
	arena_init(&arena);
	arena_init(&r.scratch);
	FUZZ_CHECK(products_read(&arena, span_str(table), &products, &ye) == 0);
	vulnerability_set_init(&set);
	vulnerability_link(&set, &e);
	updates_init(&all, &set, &products);
	update_store_begin(&store, &set, &all, &products, SPAN("x"));
	(void)update_identify(text);
	f->read(&r, text);
	fuzz_judge(&set);
	vulnerability_set_release(&set);
	arena_release(&r.scratch);
	arena_release(&arena);
	return 0;
}

#define FUZZ_UPDATE(symbol)                                                    \
	extern const struct update_format symbol;                              \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)           \
	{                                                                      \
		return fuzz_update(&symbol, data, size);                       \
	}

#endif
