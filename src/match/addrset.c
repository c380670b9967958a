#include "match/addrset.h"

#include <stdlib.h>

#include "base/err.h"

/* A bitmap has this many bits for each host or range, as long as it fits a
 * second-level cache (2^21 bits are 256 KiB). */
#define BITMAP_BITS_EACH 32
#define BITMAP_LOG_MIN 9
#define BITMAP_LOG_MAX 21
#define INDEX_LOG_MAX 16

struct addrset_entry {
	struct prefix prefix;
	uint32_t id;
	uint32_t order; /* of addition */
};

struct addrset_host {
	uint32_t addr, id; /* id ADDRSET_NONE: free */
};

struct addrset_range {
	uint32_t first, last, id;
};

struct v6 {
	uint64_t hi, lo;
};

struct addrset_slot6 {
	struct v6 addr;
	uint32_t id; /* ADDRSET_NONE: free */
};

struct addrset_length {
	struct addrset_slot6 *slots;
	size_t mask;
	unsigned bits;
};

struct addrset *
addrset_new(void)
{
	struct addrset *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	arena_init(&s->arena);
	return s;
}

static void
staging_release(struct addrset *s)
{
	free(s->staged);
	free(s->entries);
	s->staged = NULL;
	s->entries = NULL;
}

void
addrset_free(struct addrset *s)
{
	if (s == NULL)
		return;
	arena_release(&s->arena);
	staging_release(s);
	free(s);
}

/* Room for one more. */
static void *
grown(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	ASSERT(n < UINT32_MAX / 4);
	*cap = n == 0 ? 64 : n * 2;
	v = realloc(v, *cap * size);
	ASSERT(v != NULL);
	return v;
}

void
addrset_add(struct addrset *s, const struct prefix *p, uint32_t id)
{
	ASSERT(!s->sealed && id != ADDRSET_NONE);
	ASSERT(p->addr.family == 4 || p->addr.family == 6);
	if (p->addr.family == 4 && p->bits >= 32) {
		s->staged = grown(
		    s->staged, s->nstaged, &s->staged_cap, sizeof(*s->staged));
		s->staged[s->nstaged++] =
		    (struct addrset_host){addr_v4(&p->addr), id};
		return;
	}
	s->entries =
	    grown(s->entries, s->nentries, &s->cap, sizeof(*s->entries));
	s->entries[s->nentries] = (struct addrset_entry){
	    .prefix = prefix_of(p->addr, p->bits),
	    .id = id,
	    .order = (uint32_t)s->nentries,
	};
	s->nentries++;
}

/* Smallest n with 2^n >= count. */
static unsigned
log2_up(size_t count)
{
	unsigned n = 0;

	while (((size_t)1 << n) < count)
		n++;
	return n;
}

static unsigned
clamp(unsigned v, unsigned low, unsigned high)
{
	return v < low ? low : v > high ? high : v;
}

/* By family, first address, length, addition: a prefix stands before all it
 * holds, and equal ones stand together, the oldest first. */
static int
entry_cmp(const void *x, const void *y)
{
	const struct addrset_entry *a = x, *b = y;
	int c = addr_cmp(&a->prefix.addr, &b->prefix.addr);

	if (c != 0)
		return c;
	if (a->prefix.bits != b->prefix.bits)
		return a->prefix.bits < b->prefix.bits ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static size_t
drop_doubles(struct addrset_entry *e, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || e[kept - 1].prefix.bits != e[i].prefix.bits ||
		    !addr_eq(&e[kept - 1].prefix.addr, &e[i].prefix.addr))
			e[kept++] = e[i];
	return kept;
}

/* A bitmap for so many things; *shift takes 32 bits to a bit's number. */
static uint64_t *
bitmap_make(struct addrset *s, size_t things, unsigned *shift)
{
	unsigned log = clamp(
	    log2_up(things * BITMAP_BITS_EACH), BITMAP_LOG_MIN, BITMAP_LOG_MAX);

	*shift = 32 - log;
	return arena_array(&s->arena, (size_t)1 << (log - 6), sizeof(uint64_t));
}

static void
bit_set(uint64_t *bitmap, size_t bit)
{
	bitmap[bit >> 6] |= 1ull << (bit & 63);
}

/* Unless it is there already. */
static void
host_put(struct addrset *s, size_t mask, struct addrset_host host)
{
	uint32_t hash = addrset_hash_v4(host.addr);
	size_t i = hash >> s->host_shift;

	for (; s->hosts[i].id != ADDRSET_NONE; i = (i + 1) & mask)
		if (s->hosts[i].addr == host.addr)
			return;
	bit_set(s->filter, hash >> s->filter_shift);
	s->hosts[i] = host;
	s->nhosts++;
}

static void
seal_hosts(struct addrset *s)
{
	size_t slots;
	unsigned log;

	s->filter = bitmap_make(s, s->nstaged, &s->filter_shift);
	/* At most half full, and never without a free slot. */
	log = log2_up(s->nstaged * 2 + 2);
	slots = (size_t)1 << log;
	s->host_shift = 32 - log;
	s->hosts = arena_array(&s->arena, slots, sizeof(*s->hosts));
	for (size_t i = 0; i < slots; i++)
		s->hosts[i].id = ADDRSET_NONE;
	for (size_t i = 0; i < s->nstaged; i++)
		host_put(s, slots - 1, s->staged[i]);
}

static uint32_t
last_of(const struct addrset_entry *e)
{
	return addr_v4(&e->prefix.addr) |
	       (uint32_t)(0xffffffffull >> e->prefix.bits);
}

/* Append [first, last] unless empty; one number's neighbours become one. */
static void
range_put(struct addrset *s, uint64_t first, uint64_t last, uint32_t id)
{
	struct addrset_range *r = s->ranges + s->nranges;

	if (first > last)
		return;
	if (s->nranges > 0 && r[-1].id == id && r[-1].last + 1ull == first)
		r[-1].last = (uint32_t)last;
	else
		s->ranges[s->nranges++] =
		    (struct addrset_range){(uint32_t)first, (uint32_t)last, id};
}

/* Flatten nested prefixes: "open" holds those around the place reached. */
static void
seal_ranges(struct addrset *s, const struct addrset_entry *e, size_t n)
{
	const struct addrset_entry *open[32];
	size_t depth = 0;
	uint64_t at = 0;

	s->ranges = arena_array(&s->arena, n * 2, sizeof(*s->ranges));
	for (size_t i = 0; i <= n; i++) {
		uint64_t first = UINT64_MAX;

		if (i < n)
			first = addr_v4(&e[i].prefix.addr);
		while (depth > 0 && last_of(open[depth - 1]) < first) {
			depth--;
			range_put(s, at, last_of(open[depth]), open[depth]->id);
			at = last_of(open[depth]) + 1ull;
		}
		if (i == n)
			break;
		if (depth > 0 && at < first)
			range_put(s, at, first - 1, open[depth - 1]->id);
		at = first;
		ASSERT(depth < 32);
		open[depth++] = &e[i];
	}
}

/* index[k]: the first range that ends at or behind the start of slice k. */
static void
seal_index(struct addrset *s)
{
	unsigned log = clamp(log2_up(s->nranges * 2), 1, INDEX_LOG_MAX);
	size_t r = 0;

	s->index_shift = 32 - log;
	s->index =
	    arena_array(&s->arena, ((size_t)1 << log) + 1, sizeof(*s->index));
	for (size_t k = 0; k <= (size_t)1 << log; k++) {
		uint64_t start = (uint64_t)k << s->index_shift;

		while (r < s->nranges && s->ranges[r].last < start)
			r++;
		s->index[k] = (uint32_t)r;
	}
}

static void
seal_blocks(struct addrset *s)
{
	s->blocks = bitmap_make(s, s->nranges, &s->block_shift);
	for (size_t r = 0; r < s->nranges; r++) {
		size_t last = s->ranges[r].last >> s->block_shift;

		for (size_t b = s->ranges[r].first >> s->block_shift; b <= last;
		     b++)
			bit_set(s->blocks, b);
	}
}

static struct v6
v6_of(const struct addr *a)
{
	struct v6 v = {0, 0};

	for (int i = 0; i < 8; i++) {
		v.hi = v.hi << 8 | a->bytes[i];
		v.lo = v.lo << 8 | a->bytes[i + 8];
	}
	return v;
}

static struct v6
v6_mask(struct v6 v, unsigned bits)
{
	if (bits <= 64) {
		v.hi &= bits == 0 ? 0 : UINT64_MAX << (64 - bits);
		v.lo = 0;
	} else {
		v.lo &= UINT64_MAX << (128 - bits);
	}
	return v;
}

static struct addrset_slot6 *
slot6(const struct addrset_length *l, struct v6 v)
{
	uint64_t h =
	    (v.hi ^ (v.lo * 0xff51afd7ed558ccdull)) * 0x9e3779b97f4a7c15ull;
	size_t i = (h ^ h >> 32) & l->mask;

	while (l->slots[i].id != ADDRSET_NONE &&
	       (l->slots[i].addr.hi != v.hi || l->slots[i].addr.lo != v.lo))
		i = (i + 1) & l->mask;
	return &l->slots[i];
}

static void
length_init(struct addrset *s, unsigned bits, size_t count)
{
	struct addrset_length *l = &s->lengths[s->nlengths++];
	size_t slots = (size_t)1 << log2_up(count * 2 + 2);

	l->bits = bits;
	l->mask = slots - 1;
	l->slots = arena_array(&s->arena, slots, sizeof(*l->slots));
	for (size_t i = 0; i < slots; i++)
		l->slots[i].id = ADDRSET_NONE;
}

static void
heads_mark(struct addrset *s, const struct prefix *p)
{
	unsigned head = (unsigned)p->addr.bytes[0] << 8 | p->addr.bytes[1];
	unsigned last = p->bits < 16 ? head | 0xffffu >> p->bits : head;

	for (; head <= last; head++)
		bit_set(s->heads, head);
}

/* Heads of addresses that hold an IPv4 address. */
static void
heads_embedded(struct addrset *s)
{
	static const uint16_t heads[] = {0, 0x0064, 0x2001, 0x2002};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		bit_set(s->heads, heads[i]);
}

static void
seal_v6(struct addrset *s, const struct addrset_entry *e, size_t n)
{
	size_t count[129] = {0};
	struct addrset_length *of[129] = {0};
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		used += count[e[i].prefix.bits]++ == 0;
	s->lengths = arena_array(&s->arena, used, sizeof(*s->lengths));
	for (unsigned bits = 129; bits-- > 0;) {
		if (count[bits] == 0)
			continue;
		of[bits] = &s->lengths[s->nlengths];
		length_init(s, bits, count[bits]);
	}
	for (size_t i = 0; i < n; i++) {
		struct v6 v = v6_of(&e[i].prefix.addr);

		*slot6(of[e[i].prefix.bits], v) =
		    (struct addrset_slot6){v, e[i].id};
		heads_mark(s, &e[i].prefix);
	}
}

void
addrset_seal(struct addrset *s)
{
	struct addrset_entry *e = s->entries;
	size_t n, v4 = 0;

	ASSERT(!s->sealed);
	if (s->nentries > 0)
		qsort(e, s->nentries, sizeof(*e), entry_cmp);
	n = drop_doubles(e, s->nentries);
	while (v4 < n && e[v4].prefix.addr.family == 4)
		v4++;
	seal_hosts(s);
	seal_ranges(s, e, v4);
	seal_blocks(s);
	if (s->nranges > 0)
		seal_index(s);
	if (n > 0)
		s->heads =
		    arena_array(&s->arena, 65536 / 64, sizeof(*s->heads));
	if (v4 > 0)
		heads_embedded(s);
	if (v4 < n)
		seal_v6(s, e + v4, n - v4);
	staging_release(s);
	s->sealed = true;
}

static uint32_t
range_find(const struct addrset *s, uint32_t a)
{
	size_t low = s->index[a >> s->index_shift];
	size_t high = s->index[(a >> s->index_shift) + 1];

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (s->ranges[mid].last < a)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == s->nranges || s->ranges[low].first > a)
		return ADDRSET_NONE;
	return s->ranges[low].id;
}

uint32_t
addrset_find_v4_tables(const struct addrset *s, uint32_t a)
{
	size_t mask = ((size_t)1 << (32 - s->host_shift)) - 1;
	size_t i = addrset_hash_v4(a) >> s->host_shift;

	for (; s->hosts[i].id != ADDRSET_NONE; i = (i + 1) & mask)
		if (s->hosts[i].addr == a)
			return s->hosts[i].id;
	return s->nranges > 0 ? range_find(s, a) : ADDRSET_NONE;
}

bool
addrset_has_family(const struct addrset *s, unsigned family)
{
	return s->nhosts + s->nranges > 0 || (family == 6 && s->nlengths > 0);
}

uint32_t
addrset_find(const struct addrset *s, const struct addr *a)
{
	struct addr inside;
	struct v6 v;

	if (a->family == 4)
		return addrset_find_v4(s, addr_v4(a));
	if (a->family != 6)
		return ADDRSET_NONE;
	v = v6_of(a);
	for (size_t i = 0; i < s->nlengths; i++) {
		const struct addrset_length *l = &s->lengths[i];
		uint32_t id = slot6(l, v6_mask(v, l->bits))->id;

		if (id != ADDRSET_NONE)
			return id;
	}
	return addr_embedded(a, &inside)
		   ? addrset_find_v4(s, addr_v4(&inside))
		   : ADDRSET_NONE;
}
