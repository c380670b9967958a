/*
 * Which four bytes of each literal are its anchor, and in which group.  Two
 * things cost: an anchor that is common, and a group that lets much else
 * through, since it takes any byte of its anchors at each place, mixed at
 * will.  The sample tells how common four bytes are, and single ones; for what
 * it does not hold, a guess at bytes in general stands beside it.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "match/anchor_kernel.h"

/* Anchors of a literal that are weighed: its rarest. */
#define OFFERS 6

/* Bytes are not independent: candidates come about this many times as often as
 * their shares multiplied say. */
#define MIXED 3

/* The guess counts as much as so many bytes of the sample. */
#define GUESS_BYTES 4096

/* Of the bytes of a sample, one in so many may be a candidate: more cost as
 * much as an automaton. */
#define CANDIDATE_EACH 32

#define COUNTS 16 /* log2 of the table of four bytes */

struct group {
	uint16_t low[ANCHOR_BYTES], high[ANCHOR_BYTES]; /* halves, a bit each */
	float share[ANCHOR_BYTES]; /* of bytes that may stand there */
	float mass; /* of texts that it lets through */
};

struct chosen {
	size_t before;
	unsigned group;
};

struct building {
	struct anchor_set *set;
	struct anchor_word *v;
	struct chosen *chosen; /* beside v */
	size_t n;
	struct span sample;
	float share[256];
	uint16_t *counts; /* of four bytes in the sample, by hash */
	uint8_t *taken;	  /* literals at an anchor, by hash */
	struct group groups[ANCHOR_GROUPS];
};

/* How common bytes are in logs of any kind, roughly: in 64. */
static unsigned
guess(unsigned char c)
{
	return c == ' '		 ? 8
	       : ascii_lower(c) != c ? 1
	       : ascii_alnum(c)	 ? 2
	       : c > ' ' && c < 127 ? 1
				    : 0;
}

static uint32_t
place(const char *p)
{
	return anchor_hash(anchor_key(p)) >> (32 - COUNTS);
}

static void
sample_count(struct building *b)
{
	size_t all = b->sample.n + GUESS_BYTES;

	for (size_t i = 0; i < 256; i++)
		b->share[i] =
		    (float)(guess((unsigned char)i) * (GUESS_BYTES / 128));
	for (size_t i = 0; i < b->sample.n; i++)
		b->share[(unsigned char)b->sample.p[i]] += 1;
	for (size_t i = 0; i < 256; i++)
		b->share[i] /= (float)all;
	for (size_t i = 0; i + ANCHOR_BYTES <= b->sample.n; i++) {
		uint16_t *n = &b->counts[place(b->sample.p + i)];

		*n = *n < UINT16_MAX ? *n + 1 : *n;
	}
}

static float
common(const struct building *b, const char *p)
{
	return (float)b->counts[place(p)] /
	       (float)(b->sample.n + GUESS_BYTES);
}

/* The share of bytes whose halves are of these. */
static float
share_of(const struct building *b, unsigned low, unsigned high)
{
	float all = 0;

	for (unsigned h = 0; h < 16; h++)
		for (unsigned l = 0; (high >> h & 1) && l < 16; l++)
			if (low >> l & 1)
				all += b->share[h << 4 | l];
	return all;
}

/* The group with an anchor more. */
static void
group_join(const struct building *b, const struct group *g, const char *anchor,
    bool nocase, struct group *out)
{
	*out = *g;
	out->mass = 1;
	for (size_t i = 0; i < ANCHOR_BYTES; i++) {
		unsigned char c = (unsigned char)anchor[i];
		unsigned high = 1u << (c >> 4);

		if (nocase && ascii_alpha(c))
			high |= 1u << ((c ^ 0x20) >> 4);
		out->low[i] |= (uint16_t)(1u << (c & 15));
		out->high[i] |= (uint16_t)high;
		if (out->low[i] != g->low[i] || out->high[i] != g->high[i])
			out->share[i] =
			    share_of(b, out->low[i], out->high[i]);
		out->mass *= out->share[i];
	}
}

/* The rarest places for an anchor; returns how many, at most OFFERS. */
static size_t
offers_of(const struct building *b, struct span bytes, size_t out[OFFERS])
{
	float cost[OFFERS];
	size_t n = 0;

	for (size_t i = 0; i + ANCHOR_BYTES <= bytes.n; i++) {
		const char *p = bytes.p + i;
		float c = MIXED, at;
		size_t k;

		if (b->taken[place(p)] == LIMIT_ANCHOR_LITERALS)
			continue;
		for (size_t j = 0; j < ANCHOR_BYTES; j++)
			c *= b->share[(unsigned char)p[j]];
		at = common(b, p) + c;
		for (k = n < OFFERS ? n++ : OFFERS; k > 0; k--) {
			if (cost[k - 1] <= at)
				break;
			if (k < OFFERS) {
				cost[k] = cost[k - 1];
				out[k] = out[k - 1];
			}
		}
		if (k < OFFERS) {
			cost[k] = at;
			out[k] = i;
		}
	}
	return n;
}

static void
word_place(struct building *b, size_t i)
{
	struct anchor_word *w = &b->v[i];
	size_t offers[OFFERS], n;
	float best = 0;
	struct group joined, kept;

	n = offers_of(b, w->bytes, offers);
	for (size_t k = 0; k < n; k++) {
		const char *p = w->bytes.p + offers[k];
		float base = common(b, p);

		for (unsigned g = 0; g < ANCHOR_GROUPS; g++) {
			float cost;

			group_join(b, &b->groups[g], p, w->nocase, &joined);
			cost =
			    base + MIXED * (joined.mass - b->groups[g].mass);
			if (!w->left && cost >= best)
				continue;
			w->left = false;
			best = cost;
			kept = joined;
			b->chosen[i] = (struct chosen){offers[k], g};
		}
	}
	if (w->left)
		return;
	b->groups[b->chosen[i].group] = kept;
	b->taken[place(w->bytes.p + b->chosen[i].before)]++;
}

static void
tables_fill(struct building *b)
{
	struct anchor_tables *t = &b->set->tables;

	for (unsigned g = 0; g < ANCHOR_GROUPS; g++)
		for (size_t i = 0; i < ANCHOR_BYTES; i++)
			for (unsigned h = 0; h < 16; h++) {
				uint8_t bit = (uint8_t)(1u << (g & 7));

				if (b->groups[g].low[i] >> h & 1)
					t->low[g >> 3][i][h] |= bit;
				if (b->groups[g].high[i] >> h & 1)
					t->high[g >> 3][i][h] |= bit;
			}
}

static void
entry_make(struct building *b, const struct anchor_word *w, size_t before,
    struct anchor_entry *e)
{
	char *p = arena_alloc(&b->set->arena, w->bytes.n + 1);
	char head[sizeof(e->head)] = {0}, mask[sizeof(e->mask)] = {0};

	for (size_t i = 0; i < w->bytes.n; i++) {
		unsigned char c = (unsigned char)w->bytes.p[i];

		p[i] = (char)(w->nocase ? ascii_lower(c) : c);
		if (i < sizeof(head)) {
			head[i] = p[i];
			mask[i] = (char)0xff;
		}
	}
	*e = (struct anchor_entry){.bytes = p,
	    .n = (uint32_t)w->bytes.n,
	    .id = w->id,
	    .before = (uint32_t)before,
	    .nocase = w->nocase};
	memcpy(&e->mask, mask, sizeof(mask));
	e->head = anchor_head(head) & e->mask;
}

static struct anchor_slot *
slot_of(const struct anchor_set *a, uint32_t key)
{
	uint32_t i = anchor_hash(key) >> a->slot_shift;

	while (a->slots[i].n > 0 && a->slots[i].key != key)
		i = (i + 1) & ((1u << (32 - a->slot_shift)) - 1);
	return &a->slots[i];
}

/* Entries of one anchor stand side by side: counted, then filled in. */
static void
entries_fill(struct building *b)
{
	struct anchor_set *a = b->set;
	uint32_t *filled, from = 0;
	size_t slots = 64;

	while (slots < 2 * b->n)
		slots *= 2;
	a->slot_shift = (unsigned)__builtin_clz((uint32_t)slots) + 1;
	a->slots = arena_array(&a->arena, slots, sizeof(*a->slots));
	a->entries = arena_array(&a->arena, b->n, sizeof(*a->entries));
	filled = arena_array(&a->arena, slots, sizeof(*filled));
	for (size_t i = 0; i < b->n; i++) {
		const char *p = b->v[i].bytes.p + b->chosen[i].before;
		struct anchor_slot *slot;

		if (b->v[i].left)
			continue;
		uint32_t h =
		    anchor_hash(anchor_key(p)) >> (32 - ANCHOR_FILTER);

		a->filter[h >> 6] |= UINT64_C(1) << (h & 63);
		slot = slot_of(a, anchor_key(p));
		slot->key = anchor_key(p);
		slot->n++;
	}
	for (size_t i = 0; i < slots; i++) {
		a->slots[i].from = from;
		from += a->slots[i].n;
	}
	for (size_t i = 0; i < b->n; i++) {
		const char *p = b->v[i].bytes.p + b->chosen[i].before;
		struct anchor_slot *slot;

		if (b->v[i].left)
			continue;
		slot = slot_of(a, anchor_key(p));
		entry_make(b, &b->v[i], b->chosen[i].before,
		    &a->entries[slot->from + filled[slot - a->slots]++]);
	}
}

/* Are candidates few enough where it matters? */
static bool
sample_passes(const struct anchor_set *a, struct span sample)
{
	const struct anchor_kernel *v[ANCHOR_KERNELS];
	size_t k = anchor_kernels(v), found = 0, n = 0;
	uint16_t at[ANCHOR_POSITIONS];

	for (; sample.n - n >= ANCHOR_PIECE + ANCHOR_STEP; n += ANCHOR_PIECE)
		found += v[k - 1]->collect(
		    &a->tables, sample.p + n, ANCHOR_STEPS, at);
	return found <= n / CANDIDATE_EACH;
}

static bool
build(struct building *b)
{
	struct anchor_set *a = b->set;

	b->counts = calloc((size_t)1 << COUNTS, sizeof(*b->counts));
	b->taken = calloc((size_t)1 << COUNTS, sizeof(*b->taken));
	if (b->counts == NULL || b->taken == NULL)
		return false;
	b->chosen = arena_array(&a->arena, b->n, sizeof(*b->chosen));
	a->filter = arena_array(&a->arena,
	    ((size_t)1 << ANCHOR_FILTER) / 64, sizeof(*a->filter));
	for (size_t i = 0; i < b->n; i++)
		b->v[i].left = true;
	sample_count(b);
	/* Those with the least choice first. */
	for (size_t length = 0; length <= LIMIT_ANCHOR_BYTES; length++)
		for (size_t i = 0; i < b->n; i++)
			if (b->v[i].bytes.n == length)
				word_place(b, i);
	tables_fill(b);
	entries_fill(b);
	return sample_passes(a, b->sample);
}

struct anchor_set *
anchor_new(struct anchor_word *v, size_t n, struct span sample)
{
	const struct anchor_kernel *kernels[ANCHOR_KERNELS];
	struct building b = {.v = v,
	    .n = n,
	    .sample = span_head(sample, LIMIT_ANCHOR_SAMPLE)};
	bool done;

	if (n == 0 || n > LIMIT_ANCHORS || anchor_kernels(kernels) == 0)
		return NULL;
	b.set = calloc(1, sizeof(*b.set));
	if (b.set == NULL)
		return NULL;
	arena_init(&b.set->arena);
	done = build(&b);
	free(b.counts);
	free(b.taken);
	if (done)
		return b.set;
	anchor_free(b.set);
	return NULL;
}

void
anchor_free(struct anchor_set *a)
{
	if (a == NULL)
		return;
	arena_release(&a->arena);
	free(a);
}
