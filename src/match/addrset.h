/*
 * A set of IPv4 and IPv6 addresses and prefixes, each with the caller's
 * number.  Filled once, sealed, then read-only: workers forked after sealing
 * share its pages.  Its memory follows its content: one arena block for a
 * hundred hosts, some 3 MiB for a hundred thousand.
 *
 * IPv4 hosts (/32) lie in an open-addressed hash behind a hashed bitmap that
 * answers most misses from the first or second cache level.  Shorter IPv4
 * prefixes are flattened into disjoint ranges, each with the number of its
 * most specific prefix, found through an index over up to 16 leading bits,
 * again behind a bitmap: of the blocks of addresses that a range touches.
 * IPv6 has one hash for each prefix length in use; an IPv6 address that is in
 * none counts as the IPv4 address inside it (addr_embedded).
 */
#ifndef TIDEMARK_MATCH_ADDRSET_H
#define TIDEMARK_MATCH_ADDRSET_H

#include "base/addr.h"
#include "base/arena.h"

#define ADDRSET_NONE UINT32_MAX

struct addrset_host;
struct addrset_range;
struct addrset_length;
struct addrset_entry;

/* Visible for the inline lookup only; fields belong to addrset.c. */
struct addrset {
	/* IPv4 hosts; a sealed set always has both bitmaps. */
	uint64_t *filter;
	unsigned filter_shift, host_shift;
	struct addrset_host *hosts;
	size_t nhosts;
	/* IPv4 prefixes shorter than 32, as disjoint ranges in order. */
	struct addrset_range *ranges;
	size_t nranges;
	uint32_t *index;
	uint64_t *blocks;
	unsigned index_shift, block_shift;
	/* IPv6, longest prefix length first. */
	struct addrset_length *lengths;
	size_t nlengths;
	uint64_t *heads; /* a bit for each value of the first 16 bits */

	struct arena arena;
	bool sealed;
	/* Until sealed; malloc'd.  IPv4 hosts stand apart: they need not be
	 * sorted. */
	struct addrset_host *staged;
	size_t nstaged, staged_cap;
	struct addrset_entry *entries;
	size_t nentries, cap;
};

struct addrset *addrset_new(void);
void addrset_free(struct addrset *s);

/*
 * Add an address or prefix before sealing.  id is any number but
 * ADDRSET_NONE.  Of equal prefixes the first one's id stays.
 */
void addrset_add(struct addrset *s, const struct prefix *p, uint32_t id);

/* Build the tables; nothing is added afterwards, lookups work from here on. */
void addrset_seal(struct addrset *s);

/* Can an address of this family (4 or 6) be in the sealed set?  IPv6 where it
 * holds IPv4, too: see addr_embedded. */
bool addrset_has_family(const struct addrset *s, unsigned family);

/* Id of the most specific prefix that holds the address, or that inside it, or
 * ADDRSET_NONE. */
uint32_t addrset_find(const struct addrset *s, const struct addr *a);

/* The part of addrset_find_v4 behind the bitmaps. */
uint32_t addrset_find_v4_tables(const struct addrset *s, uint32_t a);

/* Fibonacci hashing: the high bits are the good ones. */
#define ADDRSET_HASH_V4 0x9e3779b1u

static inline uint32_t
addrset_hash_v4(uint32_t a)
{
	return a * ADDRSET_HASH_V4;
}

/* False: certainly not in the set.  Needs no table but the two bitmaps. */
static inline bool
addrset_may_hold_v4(const struct addrset *s, uint32_t a)
{
	uint32_t bit = addrset_hash_v4(a) >> s->filter_shift;
	uint32_t block = a >> s->block_shift;

	/* No branch between the two: it would be taken at random. */
	return ((s->filter[bit >> 6] >> (bit & 63) |
		    s->blocks[block >> 6] >> (block & 63)) &
		   1) != 0;
}

/* The same for IPv6, by the first 16 bits of the address; the set is not
 * empty. */
static inline bool
addrset_may_hold_v6(const struct addrset *s, uint16_t head)
{
	return (s->heads[head >> 6] >> (head & 63) & 1) != 0;
}

/* The same as addrset_find for an IPv4 address in host order. */
static inline uint32_t
addrset_find_v4(const struct addrset *s, uint32_t host_order)
{
	if (!addrset_may_hold_v4(s, host_order))
		return ADDRSET_NONE;
	return addrset_find_v4_tables(s, host_order);
}

#endif
