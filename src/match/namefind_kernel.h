/*
 * The part of namefind that depends on the processor, for namefind*.c only:
 * which bytes of a text are of a class.
 */
#ifndef TIDEMARK_MATCH_NAMEFIND_KERNEL_H
#define TIDEMARK_MATCH_NAMEFIND_KERNEL_H

#include "match/namefind.h"

#define NAMEFIND_BLOCK 64

/* Bits of the 64 bytes of a block, the first byte the lowest. */
struct namefind_masks {
	uint64_t word, dot;
	uint64_t last; /* a name may end with it */
	uint64_t hex;  /* only where the set holds hashes */
};

struct namefind_kernel {
	const char *name;
	/* Of n blocks at p. */
	void (*masks)(const struct nameset *set, const char *p, size_t n,
	    struct namefind_masks *out);
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

#endif
