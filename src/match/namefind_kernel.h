/*
 * The part of namefind that depends on the processor, for namefind*.c only:
 * which bytes of a text are of a class.
 */
#ifndef TIDEMARK_MATCH_NAMEFIND_KERNEL_H
#define TIDEMARK_MATCH_NAMEFIND_KERNEL_H

#include "match/namefind.h"

#define NAMEFIND_BLOCK 64

/* Blocks whose marks are made at a time. */
#define NAMEFIND_BATCH 32

/* Those, the block before and the one behind. */
#define NAMEFIND_ROOM (NAMEFIND_BATCH + 2)

/* Marks of the bytes of a block, the first byte the lowest bit; number 0 is
 * the block before. */
struct namefind_marks {
	uint64_t word[NAMEFIND_ROOM], dot[NAMEFIND_ROOM];
	uint64_t last[NAMEFIND_ROOM]; /* a name may end with it */
	uint64_t hex[NAMEFIND_ROOM];  /* only where the set holds hashes */
	uint64_t ends[NAMEFIND_ROOM]; /* a name may end here */
};

struct namefind_kernel {
	const char *name;
	/* Of n blocks at p, and of the one behind but for its ends. */
	void (*mark)(const struct nameset *set, const char *p, size_t n,
	    struct namefind_marks *m);
};

extern const struct name_class namefind_word, namefind_hex;

/* The variants that this processor runs, best last; the first is portable.
 * Returns their number. */
#define NAMEFIND_KERNELS 3
size_t namefind_kernels(const struct namefind_kernel *v[NAMEFIND_KERNELS]);

/* namefind_scan with one of them. */
void namefind_scan_with(const struct namefind_kernel *k,
    const struct nameset *set, struct span text, namefind_fn *fn, void *ctx);

/* namefind_x86.c: adds what the processor has to v[n...], returns the new n. */
size_t namefind_x86_kernels(
    const struct namefind_kernel *v[NAMEFIND_KERNELS], size_t n);

/* Add to each bit those up to so many places on, less than 32. */
static inline void
namefind_spread(uint64_t *restrict bits, size_t n, unsigned reach)
{
	uint64_t on[NAMEFIND_ROOM];

	for (unsigned step = 1; step <= reach; step *= 2) {
		on[0] = bits[0] << step;
		for (size_t i = 1; i <= n; i++)
			on[i] = bits[i] << step | bits[i - 1] >> (64 - step);
		for (size_t i = 0; i <= n; i++)
			bits[i] |= on[i];
	}
}

/*
 * The ends from the other marks: of a word, unless a dot joins it to another,
 * and not too far behind a dot where all names have one.  Plain loops, which
 * the compiler makes vectors of as the kernel that includes them allows.
 */
static inline void
namefind_ends(
    const struct nameset *set, size_t n, struct namefind_marks *restrict m)
{
	uint64_t near[NAMEFIND_ROOM];

	for (size_t i = 1; i <= n; i++) {
		uint64_t w1 = m->word[i] >> 1 | m->word[i + 1] << 63,
			 w2 = m->word[i] >> 2 | m->word[i + 1] << 62,
			 d1 = m->dot[i] >> 1 | m->dot[i + 1] << 63;

		m->ends[i] = m->last[i] & ~w1 & ~(d1 & w2);
	}
	if (set->dot_reach == 0)
		return;
	for (size_t i = 0; i <= n; i++)
		near[i] = m->dot[i];
	namefind_spread(near, n, set->dot_reach);
	for (size_t i = 1; i <= n; i++)
		m->ends[i] &= near[i];
}

#endif
