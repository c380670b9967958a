/*
 * What the past of a file showed, and what logs told, out of a case that
 * somebody handed on.  What is read is written to the same meaning, joined with
 * a device of that name, judged and reported.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "fuzz/fuzz_knowledge.h"
#include "report/report.h"
#include "store/raw_past.h"

struct world {
	struct casefile c;
	struct raw_reader r;
	struct past_taking t;
};

static void
begin(struct world *w)
{
	casefile_init(&w->c, knowing());
	raw_reader_init(&w->r, &w->c);
	w->t = (struct past_taking){
	    .c = &w->c, .r = &w->r, .prefix = SPAN("repo!/")};
}

/* Everything of a past as one file's. */
static void
write(const struct past *p, struct buf *b)
{
	struct past_pick pick = {.nsigns = p->n, .nfacts = p->nfacts};
	size_t n = p->n > p->nfacts ? p->n : p->nfacts;
	uint32_t *v = calloc(n + 1, sizeof(*v));

	FUZZ_CHECK(v != NULL);
	for (uint32_t i = 0; i < n; i++)
		v[i] = i;
	pick.signs = pick.facts = v;
	raw_past_write(b, p, &pick, knowing());
	free(v);
}

static void
again(const struct past *p)
{
	struct world w;
	struct buf b;

	buf_init(&b, LIMIT_STORE_VALUE);
	begin(&w);
	write(p, &b);
	FUZZ_CHECK(raw_past_read(&w.t, buf_span(&b)));
	FUZZ_CHECK(w.c.past.n == p->n && w.c.past.nfacts == p->nfacts);
	buf_reset(&b);
	raw_heard_write(&b, p);
	FUZZ_CHECK(raw_heard_read(&w.t, buf_span(&b)));
	FUZZ_CHECK(w.c.past.nvoices == p->nvoices);
	FUZZ_CHECK(w.c.past.nevents == p->nevents);
	casefile_release(&w.c);
	buf_release(&b);
}

static void
report(struct casefile *c)
{
	struct report_options o = {.version = "0", .all = true};
	FILE *out = fopen("/dev/null", "w");
	struct err e;

	FUZZ_CHECK(out != NULL);
	for (size_t i = 0; reports[i] != NULL; i++)
		FUZZ_CHECK(reports[i]->write(out, c, &o, &e) == 0);
	fclose(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of((const char *)data, size);
	struct source *s;
	struct world w;
	bool is;

	if (size > FUZZ_INPUT_BYTES)
		return 0;
	begin(&w);
	is = raw_past_read(&w.t, bytes);
	is |= raw_heard_read(&w.t, bytes);
	if (is) {
		again(&w.c.past);
		s = casefile_source(&w.c, SPAN("repo!/core/configs/r2"));
		s->evidence = SPAN("config");
		casefile_close(&w.c);
		report(&w.c);
	}
	casefile_release(&w.c);
	return 0;
}
