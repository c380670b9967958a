/*
 * What the files of anchor.h share: the set, made by anchor_build.c and
 * searched by anchor.c, and the kernels that depend on the processor, which
 * tests call one by one.
 */
#ifndef TIDEMARK_MATCH_ANCHOR_KERNEL_H
#define TIDEMARK_MATCH_ANCHOR_KERNEL_H

#include "base/arena.h"
#include "match/anchor.h"
#include "match/places.h"

#define ANCHOR_BYTES 4
#define ANCHOR_SHORT                                                           \
	3		/* of a literal that has no more: any byte behind them \
			 */
#define ANCHOR_PLANES 2 /* eight groups each */
#define ANCHOR_GROUPS (8 * ANCHOR_PLANES)

#define ANCHOR_STEP 64
#define ANCHOR_STEPS 64
#define ANCHOR_PIECE (ANCHOR_STEP * ANCHOR_STEPS)

/* Positions of one piece, with room for the branch-free writer to overrun. */
#define ANCHOR_POSITIONS (ANCHOR_PIECE + PLACES_OVERRUN)

/* A bit for each group of a plane that may have a byte of this lower (upper)
 * half at this place. */
struct anchor_tables {
	_Alignas(16) uint8_t low[ANCHOR_PLANES][ANCHOR_BYTES][16];
	_Alignas(16) uint8_t high[ANCHOR_PLANES][ANCHOR_BYTES][16];
};

/* A literal under its anchor. */
struct anchor_entry {
	const char *bytes; /* in lower case when nocase */
	uint32_t n, id;
	uint32_t before; /* bytes of it in front of the anchor */
	bool nocase;
	/* Its first bytes, coarsely folded as anchor_key does; 0 in the mask
	 * where it has none. */
	uint64_t head, mask;
};

/* Literals of one anchor: entries[from, from + n).  n 0: free. */
struct anchor_slot {
	uint32_t key, from, n;
};

struct anchor_set {
	struct arena arena;
	struct anchor_tables tables;
	uint64_t *filter; /* of hashes of anchors */
	struct anchor_slot *slots;
	unsigned slot_shift;
	struct anchor_entry *entries;
	bool shorts; /* some anchors are short */
};

/* log2 of the bits of the filter: small enough for the first cache, and so
 * large that a thousand anchors fill a sixtieth of it. */
#define ANCHOR_FILTER 16

/* The four bytes at p; the same for both cases of a letter, and for some other
 * pairs of bytes. */
static inline uint32_t
anchor_key(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v | 0x20202020u;
}
/* The key of the short anchor in front; no other key is one. */
static inline uint32_t
anchor_short(uint32_t key)
{
	return key & UINT32_C(0x00ffffff);
}
static inline uint64_t
anchor_head(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v | UINT64_C(0x2020202020202020);
}

/* Fibonacci hashing: the high bits are the good ones. */
static inline uint32_t
anchor_hash(uint32_t key)
{
	return key * UINT32_C(0x9e3779b1);
}

struct anchor_kernel {
	const char *name;
	/*
	 * Where in p[0, steps * 64) an anchor of some group may begin, in
	 * ascending order.  16 bytes more are readable.  Returns how many.
	 */
	size_t (*collect)(const struct anchor_tables *t, const char *p,
	    size_t steps, uint16_t *at);
};

/* The variants that this processor runs, best last; returns their number.
 * 0: it has none. */
#define ANCHOR_KERNELS 2
size_t anchor_kernels(const struct anchor_kernel *v[ANCHOR_KERNELS]);

/* anchor_scan with one of them. */
bool anchor_scan_with(const struct anchor_kernel *k, const struct anchor_set *a,
    struct span text, literal_fn *fn, void *ctx);

#endif
