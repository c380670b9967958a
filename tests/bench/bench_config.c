/*
 * bench_config FILE...: identifies, reads and judges configurations in one
 * process without a sandbox, so that callgrind can count what that takes.
 */
#include <stdio.h>

#include "base/limits.h"
#include "bench/file_map.h"
#include "detect/detect.h"
#include "device/device.h"
#include "read/identify.h"

struct taker {
	struct emit emit;
	struct detector *detector;
	size_t records, diags;
};

static void
no_problem(void *ctx, const struct knowledge_problem *p)
{
	(void)p;
	++*(size_t *)ctx;
}

static void
on_record(struct emit *e, const struct record *r)
{
	struct taker *t = (struct taker *)e;

	t->records++;
	detector_record(t->detector, r);
}

static void
on_diag(struct emit *e, enum diag_code code, uint64_t line, struct span detail)
{
	(void)code;
	(void)line;
	(void)detail;
	((struct taker *)e)->diags++;
}

static void
take(struct taker *t, const struct knowledge *k, const char *path)
{
	struct span bytes = file_map(path, false);
	struct probe probe = {.head = span_head(bytes, LIMIT_PROBE_BYTES),
	    .path = span_str(path),
	    .size = bytes.n,
	    .whole = bytes.n <= LIMIT_PROBE_BYTES};
	struct identity identity;
	struct arena arena;
	struct read_in in = {.bytes = bytes,
	    .head = probe.head,
	    .path = probe.path,
	    .defaults = &k->defaults,
	    .arena = &arena};

	arena_init(&arena);
	identify(&probe, false, &identity);
	if (identity.reader != NULL && identity.reader->shape == READER_WHOLE) {
		detector_begin(t->detector, identity.reader);
		detector_bytes(t->detector, bytes);
		identity.reader->read(&in, &t->emit);
		detector_end(t->detector);
	}
	arena_release(&arena);
	munmap((void *)bytes.p, bytes.n);
}

int
main(int argc, char **argv)
{
	struct knowledge_options ko = {.evidence_word = evidence_class};
	struct detector_options none = {0};
	struct taker t = {.emit = {on_record, on_diag}};
	size_t problems = 0;
	struct knowledge k;
	struct detect *d;
	struct err e;

	if (knowledge_load(&ko, &k, no_problem, &problems, &e) != 0 ||
	    detect_new(&k, &d, &e) != 0 ||
	    detector_new(d, &none, &t.detector, &e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	for (int i = 1; i < argc; i++)
		take(&t, &k, argv[i]);
	printf("%zu records, %zu diagnostics\n", t.records, t.diags);
	detector_free(t.detector);
	detect_free(d);
	knowledge_release(&k);
	return 0;
}
