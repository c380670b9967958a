/* STIX patterns: what is read can be asked for its values and its parts. */
#include "base/err.h"
#include "detect/meets.h"
#include "fuzz/fuzz.h"

struct asked {
	const struct stix_pattern *p;
	const struct record *r;
	size_t n;
};

static void
on_anchor(void *ctx, const struct stix_anchor *x)
{
	struct asked *a = ctx;
	struct indicator found = {.type = x->type, .value = x->value};

	a->n++;
	FUZZ_CHECK(x->part < a->p->parts);
	fuzz_touch(x->value);
	if (a->n < 100)
		(void)meets_part(a->p, x->part, &found, a->r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of((const char *)data, size);
	struct stix_error e = {0, NULL};
	struct stix_pattern *p;
	struct record r;
	struct arena a;

	if (size > 16384)
		return 0;
	arena_init(&a);
	record_init(&r, K_FLOW, 1, 0, SPAN("x"));
	record_put_ip(&r, F_SRC_IP, SPAN("203.0.113.7"));
	record_put_number(&r, F_DST_PORT, SPAN("22"));
	record_put(&r, F_USER, SPAN("root"));
	p = stix_read(&a, text, size % 2 == 0, &e);
	if (p == NULL) {
		FUZZ_CHECK(
		    e.text != NULL && e.column > 0 && e.column <= size + 1);
	} else {
		struct asked x = {p, &r, 0};
		bool whole;
		size_t lost;

		FUZZ_CHECK(p->parts > 0);
		FUZZ_CHECK(
		    stix_anchors(&a, p, on_anchor, &x, &whole, &lost) == (x.n > 0));
	}
	arena_release(&a);
	return 0;
}
