/*
 * bench_sigma LOG [RULES]: how long rules take to load and compile, and what
 * share of a syslog's lines the search lets through to be parsed.  One core,
 * from memory; nothing is parsed here.
 */
#include <stdio.h>
#include <time.h>

#include "base/limits.h"
#include "bench/file_map.h"
#include "detect/detect.h"
#include "device/device.h"
#include "match/newline.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
no_problem(void *ctx, const struct knowledge_problem *p)
{
	(void)p;
	++*(size_t *)ctx;
}

static void
on_line(void *ctx, size_t offset, size_t length)
{
	(void)offset;
	(void)length;
	++*(size_t *)ctx;
}

/* Lines that pass, block by block as the program reads. */
static size_t
search(struct detector *t, struct span all)
{
	size_t parsed = 0;

	while (all.n > 0) {
		struct span block = span_head(all, LIMIT_BLOCK_BYTES);
		size_t nl = span_rfind_byte(block, '\n');

		if (nl != SPAN_NONE)
			block = span_head(block, nl + 1);
		detector_lines(t, block, on_line, &parsed);
		all = span_from(all, block.n);
	}
	return parsed;
}

int
main(int argc, char **argv)
{
	struct knowledge_options ko = {.evidence_word = evidence_class};
	struct detector_options none = {0};
	struct knowledge k;
	struct detect *d;
	struct detector *t;
	struct span all;
	struct err e;
	size_t problems = 0, parsed, lines;
	double begun = now(), loaded, searched;

	if (argc < 2 || argc > 3)
		return 2;
	ko.rule_dirs = (const char *const *)argv + 2;
	ko.nrule_dirs = (size_t)argc - 2;
	all = file_map(argv[1], true);
	if (all.n == 0 ||
	    knowledge_load(&ko, &k, no_problem, &problems, &e) != 0 ||
	    detect_new(&k, &d, &e) != 0 || detector_new(d, &none, &t, &e) != 0)
		return 1;
	loaded = now() - begun;
	detector_begin(t, reader_find(SPAN("cisco-syslog")));
	begun = now();
	parsed = search(t, all);
	searched = now() - begun;
	lines = newline_count(all);
	printf("%zu rules loaded and compiled in %.3f s; %zu of %zu lines "
	       "parsed, 1 in %.0f; searched at %.0f MiB/s\n",
	    k.rules.n, loaded, parsed, lines,
	    (double)lines / (double)(parsed ? parsed : 1),
	    (double)all.n / searched / (1 << 20));
	detector_free(t);
	detect_free(d);
	knowledge_release(&k);
	return 0;
}
