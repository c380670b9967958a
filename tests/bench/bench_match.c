/*
 * bench_match FILE [ADDRESSES]: the speed of each searcher over one file, all
 * in one run and from memory, one core.  ADDRESSES has one address or prefix
 * a line; without it, a set made of documentation prefixes (RFC 5737, RFC
 * 3849) the size of an advisory's.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "match/addrfind.h"
#include "match/addrfind_kernel.h"
#include "match/literal.h"
#include "match/newline.h"

/* As the program reads: blocks that stay in cache. */
#define BLOCK ((size_t)256 << 10)
#define RUNS 5

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct span
file_map(const char *path)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size <= 0) {
		perror(path);
		return span_of(NULL, 0);
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ,
	    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED) {
		perror(path);
		return span_of(NULL, 0);
	}
	return span_of(p, (size_t)st.st_size);
}

struct job {
	struct span file;
	const struct addrset *set;
	const struct addrfind_kernel *finder;
	const struct literal *literals;
	struct literal_scratch *scratch;
	newline_kernel *newlines;
	size_t hits;
};

static void
found_address(void *ctx, size_t offset, size_t length, uint32_t id)
{
	struct job *j = ctx;

	(void)offset;
	(void)length;
	(void)id;
	j->hits++;
}

static int
found_literal(void *ctx, uint32_t id, size_t end)
{
	struct job *j = ctx;

	(void)id;
	(void)end;
	j->hits++;
	return 0;
}

static void
run_addresses(struct job *j, struct span block)
{
	addrfind_scan_with(j->finder, j->set, block, found_address, j);
}

static void
run_literals(struct job *j, struct span block)
{
	literal_scan(j->literals, j->scratch, block, found_literal, j);
}

static void
run_newlines(struct job *j, struct span block)
{
	j->hits += j->newlines(block);
}

static void
each_block(struct job *j, void (*run)(struct job *, struct span))
{
	struct span rest = j->file;

	while (rest.n > 0) {
		struct span block = span_head(rest, BLOCK);
		size_t end = span_rfind_byte(block, '\n');

		if (end != SPAN_NONE)
			block.n = end + 1;
		run(j, block);
		rest = span_from(rest, block.n);
	}
}

static void
measure(const char *what, const char *variant, struct job *j,
    void (*run)(struct job *, struct span))
{
	double best = 1e9;

	for (int i = 0; i < RUNS; i++) {
		double start = now(), took;

		j->hits = 0;
		each_block(j, run);
		took = now() - start;
		best = took < best ? took : best;
	}
	printf("%-10s %-10s %6.2f GB/s %10zu hits\n", what, variant,
	    (double)j->file.n / best / 1e9, j->hits);
}

static void
set_fill(struct addrset *set, struct span list)
{
	struct span line;
	struct prefix p;
	uint32_t id = 0;

	while (span_line(&list, &line))
		if (prefix_read(span_trim(line), &p))
			addrset_add(set, &p, id++);
	if (id > 0)
		return;
	for (; id < 89; id++) {
		p = prefix_of(addr_from_v4(0xcb007100u + id * 2), 32);
		addrset_add(set, &p, id);
	}
	prefix_read(SPAN("2001:db8::5:1"), &p);
	addrset_add(set, &p, id);
	prefix_read(SPAN("2001:db8:77::/48"), &p);
	addrset_add(set, &p, id + 1);
}

static void
literals_fill(struct literal *l)
{
	static const char *const words[] = {"guestshell", "app-hosting",
	    "useradd", "monitor capture", "tunnel mode gre", "webui_wsma",
	    "ip ssh port", "erase startup"};
	char text[64];

	for (uint32_t i = 0; i < 300; i++) {
		int n = snprintf(
		    text, sizeof(text), "%s %u", words[i % 8], i / 8 * 7919u);

		literal_add(l, span_of(text, (size_t)n), i, i % 2 == 0);
	}
}

static void
measure_all(struct job *j)
{
	const struct addrfind_kernel *finders[ADDRFIND_KERNELS];
	newline_kernel *counters[NEWLINE_KERNELS];
	static const char *const names[] = {"portable", "avx2", "avx512bw"};
	size_t n = newline_kernels(counters);

	for (size_t i = 0; i < n; i++) {
		j->newlines = counters[i];
		measure("newline", names[i], j, run_newlines);
	}
	n = addrfind_kernels(finders);
	for (size_t i = 0; i < n; i++) {
		j->finder = finders[i];
		measure("addrfind", finders[i]->name, j, run_addresses);
	}
	measure("literal", "300", j, run_literals);
}

int
main(int argc, char **argv)
{
	struct addrset *set = addrset_new();
	struct literal *literals = literal_new();
	struct job j = {0};
	struct err e;
	double start;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_match FILE [ADDRESSES]\n");
		return 2;
	}
	j.file = file_map(argv[1]);
	if (j.file.n == 0 || set == NULL || literals == NULL)
		return 1;
	start = now();
	set_fill(set, argc > 2 ? file_map(argv[2]) : span_of(NULL, 0));
	addrset_seal(set);
	printf("set built in %.3f ms, %zu KiB\n", (now() - start) * 1e3,
	    set->arena.used >> 10);
	literals_fill(literals);
	start = now();
	if (literal_compile(literals, &e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	printf("literals built in %.1f ms\n", (now() - start) * 1e3);
	j.set = set;
	j.literals = literals;
	j.scratch = literal_scratch_new(literals);
	if (j.scratch == NULL)
		return 1;
	measure_all(&j);
	literal_scratch_free(j.scratch);
	literal_free(literals);
	addrset_free(set);
	return 0;
}
