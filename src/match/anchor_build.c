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
#define CANDIDATE_EACH 8

#define COUNTS 16 /* log2 of the table of four bytes */

struct group {
	uint16_t low[ANCHOR_BYTES], high[ANCHOR_BYTES]; /* halves, a bit each */
	float share[ANCHOR_BYTES]; /* of bytes that may stand there */
	float mass;		   /* of texts that it lets through */
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
	return c == ' '		     ? 8
	       : ascii_lower(c) != c ? 1
	       : ascii_alnum(c)	     ? 2
	       : c > ' ' && c < 127  ? 1
				     : 0;
}

static uint32_t
place(uint32_t key)
{
	return anchor_hash(key) >> (32 - COUNTS);
}

/* The key of the anchor that begins so far in a literal. */
static uint32_t
key_at(struct span bytes, size_t before)
{
	char p[ANCHOR_BYTES] = {0};
	struct span s = span_head(span_from(bytes, before), ANCHOR_BYTES);

	memcpy(p, s.p, s.n);
	return s.n < ANCHOR_BYTES ? anchor_short(anchor_key(p)) : anchor_key(p);
}

static void
count_up(struct building *b, uint32_t key)
{
	uint16_t *n = &b->counts[place(key)];

	*n = *n < UINT16_MAX ? *n + 1 : *n;
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
		uint32_t key = anchor_key(b->sample.p + i);

		count_up(b, key);
		if (b->set->shorts)
			count_up(b, anchor_short(key));
	}
}

static float
common(const struct building *b, uint32_t key)
{
	return (float)b->counts[place(key)] /
	       (float)(b->sample.n + GUESS_BYTES);
}

/* What a byte more adds to the share of those that may stand at a place. */
static void
place_join(const struct building *b, struct group *g, size_t i, unsigned char c,
    bool nocase)
{
	unsigned low = c & 15, high = 1u << (c >> 4);

	if (nocase && ascii_alpha(c))
		high |= 1u << ((c ^ 0x20) >> 4);
	if ((g->low[i] >> low & 1) == 0)
		for (unsigned h = 0; h < 16; h++)
			if (g->high[i] >> h & 1)
				g->share[i] += b->share[h << 4 | low];
	g->low[i] |= (uint16_t)(1u << low);
	for (unsigned h = 0; h < 16; h++)
		for (unsigned l = 0; (high & ~g->high[i]) >> h & 1 && l < 16;
		     l++)
			if (g->low[i] >> l & 1)
				g->share[i] += b->share[h << 4 | l];
	g->high[i] |= (uint16_t)high;
}

/* The group with an anchor more. */
static struct group
group_join(const struct building *b, const struct group *g, struct span anchor,
    bool nocase)
{
	struct group out = *g;

	out.mass = 1;
	for (size_t i = 0; i < ANCHOR_BYTES; i++) {
		if (i < anchor.n) {
			place_join(
			    b, &out, i, (unsigned char)anchor.p[i], nocase);
		} else {
			out.low[i] = out.high[i] = UINT16_MAX;
			out.share[i] = 1;
		}
		out.mass *= out.share[i];
	}
	return out;
}

struct offer {
	size_t before;
	float cost; /* how common it is */
};

/* The rarest anchors of a literal, at most OFFERS; returns how many. */
static size_t
offers_of(const struct building *b, struct span bytes, struct offer out[OFFERS])
{
	size_t width = bytes.n < ANCHOR_BYTES ? ANCHOR_SHORT : ANCHOR_BYTES;
	size_t n = 0;

	for (size_t i = 0; i + width <= bytes.n; i++) {
		uint32_t key = key_at(bytes, i);
		float rare = 1;
		size_t k = n < OFFERS ? n++ : OFFERS;
		struct offer x;

		if (b->taken[place(key)] == LIMIT_ANCHOR_LITERALS) {
			n -= k < OFFERS;
			continue;
		}
		for (size_t j = 0; j < width; j++)
			rare *= b->share[(unsigned char)bytes.p[i + j]];
		x = (struct offer){i, common(b, key) + MIXED * rare};
		for (; k > 0 && out[k - 1].cost > x.cost; k--)
			if (k < OFFERS)
				out[k] = out[k - 1];
		if (k < OFFERS)
			out[k] = x;
	}
	return n;
}

/* The anchor and the group that cost least together. */
static void
word_place(struct building *b, size_t i)
{
	struct anchor_word *w = &b->v[i];
	struct offer offers[OFFERS];
	size_t n = offers_of(b, w->bytes, offers);
	struct group kept = {0};
	float best = 0;

	for (size_t k = 0; k < n; k++) {
		struct span p = span_head(
		    span_from(w->bytes, offers[k].before), ANCHOR_BYTES);
		float base = common(b, key_at(w->bytes, offers[k].before));

		for (unsigned g = 0; g < ANCHOR_GROUPS; g++) {
			struct group joined;
			float cost;

			if (!w->left && base >= best)
				break;
			joined = group_join(b, &b->groups[g], p, w->nocase);
			cost = base + MIXED * (joined.mass - b->groups[g].mass);
			if (!w->left && cost >= best)
				continue;
			w->left = false;
			best = cost;
			kept = joined;
			b->chosen[i] = (struct chosen){offers[k].before, g};
		}
	}
	if (w->left)
		return;
	b->groups[b->chosen[i].group] = kept;
	b->taken[place(key_at(w->bytes, b->chosen[i].before))]++;
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
		uint32_t key, h;
		struct anchor_slot *slot;

		if (b->v[i].left)
			continue;
		key = key_at(b->v[i].bytes, b->chosen[i].before);
		h = anchor_hash(key) >> (32 - ANCHOR_FILTER);
		a->filter[h >> 6] |= UINT64_C(1) << (h & 63);
		slot = slot_of(a, key);
		slot->key = key;
		slot->n++;
	}
	for (size_t i = 0; i < slots; i++) {
		a->slots[i].from = from;
		from += a->slots[i].n;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct anchor_slot *slot;

		if (b->v[i].left)
			continue;
		slot = slot_of(a, key_at(b->v[i].bytes, b->chosen[i].before));
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
	a->filter = arena_array(
	    &a->arena, ((size_t)1 << ANCHOR_FILTER) / 64, sizeof(*a->filter));
	for (size_t i = 0; i < b->n; i++) {
		b->v[i].left = true;
		a->shorts |= b->v[i].bytes.n == ANCHOR_SHORT;
	}
	sample_count(b);
	/* Those with the least choice first. */
	for (size_t length = ANCHOR_SHORT; length <= LIMIT_ANCHOR_BYTES;
	     length++)
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
	struct building b = {
	    .v = v, .n = n, .sample = span_head(sample, LIMIT_ANCHOR_SAMPLE)};
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
