#include "match/namefind_kernel.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/prefetch.h"

struct nameset *
nameset_new(void)
{
	struct nameset *s = calloc(1, sizeof(*s));

	ASSERT(s != NULL);
	arena_init(&s->arena);
	return s;
}

void
nameset_free(struct nameset *s)
{
	if (s == NULL)
		return;
	arena_release(&s->arena);
	free(s->entries);
	free(s);
}

static bool
all_hex(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = ascii_lower((unsigned char)s.p[i]);

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

static bool
is_folded(struct span s)
{
	bool upper = false;

	for (size_t i = 0; i < s.n; i++)
		upper |= s.p[i] >= 'A' && s.p[i] <= 'Z';
	return !upper;
}

bool
nameset_add(struct nameset *s, struct span name, unsigned rules, uint32_t id)
{
	size_t n = name.n;
	struct name_entry *e;

	ASSERT(!s->sealed);
	while (n > 0 && !name_word((unsigned char)name.p[n - 1]))
		n--;
	if (n < NAME_MIN || name.n > LIMIT_INDICATOR_BYTES ||
	    s->nentries >= NAMESET_NONE - 1)
		return false;
	if ((rules & NAME_LASTS) == 0 || !is_folded(name)) {
		char *p = (char *)arena_copy(&s->arena, name).p;

		for (size_t i = 0; i < name.n; i++)
			p[i] = (char)ascii_lower((unsigned char)p[i]);
		name.p = p;
	}
	if (s->nentries == s->cap) {
		s->cap = s->cap == 0 ? 64 : s->cap * 2;
		s->entries = realloc(s->entries, s->cap * sizeof(*e));
		ASSERT(s->entries != NULL);
	}
	e = &s->entries[s->nentries++];
	*e = (struct name_entry){.key = name.p,
	    .id = id,
	    .next = NAMESET_NONE,
	    .length = (uint16_t)n,
	    .tail = (uint16_t)(name.n - n),
	    .rules = (uint8_t)rules};
	return true;
}

static uint64_t
key_hash(const struct name_entry *e)
{
	uint64_t h = NAME_SEED;
	size_t i = e->length;

	for (; i >= 8; i -= 8)
		h = name_step(h, e->key + i - 8);
	return name_end(h, e->key, e->length);
}

static uint64_t
ending_of(const struct name_entry *e)
{
	return e->length >= 8 ? name_ending8(e->key + e->length)
			      : name_ending4(e->key + e->length);
}

/* Slots for n items, at most half full; *shift brings a hash to an index. */
static size_t
table_size(size_t n, unsigned *shift)
{
	size_t size = 16;

	*shift = 60;
	while (size < 2 * n) {
		size *= 2;
		--*shift;
	}
	return size;
}

/* Never 0. */
static uint32_t
group_tag(uint64_t ending)
{
	return (uint32_t)(ending ^ ending >> 32) * 2 + 1;
}

/* The group's slot, or the free one where it would stand. */
static struct name_group *
group_of(const struct nameset *s, uint64_t ending)
{
	size_t mask = SIZE_MAX >> s->group_shift,
	       at = name_mix(ending) >> s->group_shift;
	uint32_t tag = group_tag(ending);

	while (s->groups[at].tag != 0 && s->groups[at].tag != tag)
		at = (at + 1) & mask;
	return &s->groups[at];
}

const struct name_group *
nameset_group(const struct nameset *s, uint64_t ending)
{
	const struct name_group *g = group_of(s, ending);

	return g->tag != 0 ? g : NULL;
}

static struct name_slot *
slot_of(const struct nameset *s, uint64_t hash)
{
	size_t mask = SIZE_MAX >> s->slot_shift, at = hash >> s->slot_shift;

	while (s->slots[at].first != NAMESET_NONE &&
	       s->slots[at].tag != (uint32_t)hash)
		at = (at + 1) & mask;
	return &s->slots[at];
}

uint32_t
nameset_first(const struct nameset *s, uint64_t hash)
{
	return nameset_may_hold(s, hash) ? slot_of(s, hash)->first
					 : NAMESET_NONE;
}

static void
bit_set(uint64_t *bitmap, uint64_t bit)
{
	bitmap[bit >> 6] |= UINT64_C(1) << (bit & 63);
}

/* Of enum name_common what one byte of a name brings. */
static unsigned
byte_flags(unsigned char c)
{
	if (c == '.' || name_word(c))
		return 0;
	return c <= ' ' || c == '"' || c == '\'' ? NAMES_OTHER | NAMES_BLANKS
						 : NAMES_OTHER;
}

static void
group_add(struct nameset *s, const struct name_entry *e)
{
	uint64_t ending = ending_of(e), bit;
	struct name_group *g = group_of(s, ending);
	unsigned least = e->length >= 8 ? 8 : NAME_MIN;

	if (g->tag == 0)
		*g = (struct name_group){.tag = group_tag(ending),
		    .least = (uint8_t)least,
		    .flags = NAMES_URL};
	if (g->least > least)
		g->least = (uint8_t)least;
	if (g->longest < e->length)
		g->longest = e->length;
	for (size_t i = 0; i < e->length; i++)
		g->flags |= (uint8_t)byte_flags((unsigned char)e->key[i]);
	if ((e->rules & NAME_URL) == 0)
		g->flags &= (uint8_t)~NAMES_URL;
	bit = ending * UINT64_C(0x9e3779b97f4a7c15) >> s->filter_shift;
	bit_set(s->filter, bit);
}

/* Hashes in hex are looked for on their own: words that end in a digit are
 * too many to ask for each. */
static bool
is_hash(const struct name_entry *e)
{
	return e->tail == 0 &&
	       (e->length == 32 || e->length == 40 || e->length == 64) &&
	       all_hex(span_of(e->key, e->length));
}

/* How far before the last byte the last dot stands; 32: farther, or nowhere. */
static unsigned
dot_before(const struct name_entry *e)
{
	for (unsigned i = 1; i < 32 && i < e->length; i++)
		if (e->key[e->length - 1 - i] == '.')
			return i;
	return 32;
}

static void
entry_place(struct nameset *s, uint32_t i, uint64_t hash, unsigned *reach)
{
	struct name_entry *e = &s->entries[i];
	struct name_slot *slot = slot_of(s, hash);
	unsigned char last = (unsigned char)e->key[e->length - 1];
	unsigned dot;

	bit_set(s->keys, hash >> s->keys_shift);
	slot->tag = (uint32_t)hash;
	e->next = slot->first;
	slot->first = i;
	e->hash = is_hash(e);
	if (e->hash) {
		s->has_hex = true;
		return;
	}
	if (e->length >= 8)
		s->has_long = true;
	else
		s->has_short = true;
	dot = dot_before(e);
	*reach = dot > *reach ? dot : *reach;
	s->last_wide |= last >= 0x80;
	if (last < 0x80)
		s->last.low[last & 15] |= (uint8_t)(1u << (last >> 4));
	if (ascii_alpha(last)) {
		last ^= 0x20;
		s->last.low[last & 15] |= (uint8_t)(1u << (last >> 4));
	}
	group_add(s, e);
}

/* So many entries are placed at a time: the tables are large, and where each
 * has its place in them is known before. */
#define AHEAD 16

static void
entries_place(struct nameset *s)
{
	uint64_t hash[AHEAD];
	unsigned reach = 0;

	/* Backwards, so that a chain is in the order of adding. */
	for (size_t to = s->nentries, from; to > 0; to = from) {
		from = to > AHEAD ? to - AHEAD : 0;
		for (size_t i = from; i > 0 && i + AHEAD > from; i--)
			prefetch(s->entries[i - 1].key);
		for (size_t i = from; i < to; i++) {
			const struct name_entry *e = &s->entries[i];
			uint64_t ending = ending_of(e);

			hash[i - from] = key_hash(e);
			prefetch(&s->slots[hash[i - from] >> s->slot_shift]);
			prefetch(
			    &s->groups[name_mix(ending) >> s->group_shift]);
		}
		for (size_t i = to; i > from; i--)
			entry_place(
			    s, (uint32_t)(i - 1), hash[i - 1 - from], &reach);
	}
	s->dot_reach = reach < 32 ? reach : 0;
}

static void
classes_fill(struct nameset *s)
{
	for (unsigned c = 0; c < sizeof(s->classes); c++)
		s->classes[c] =
		    (uint8_t)((name_in(&namefind_word, c) ? NAME_OF_WORD : 0) |
			      (name_in(&s->last, c) ? NAME_OF_LAST : 0) |
			      (name_in(&namefind_hex, c) ? NAME_OF_HEX : 0));
}

void
nameset_seal(struct nameset *s)
{
	size_t n;

	s->sealed = true;
	if (s->nentries == 0)
		return;
	n = table_size(s->nentries, &s->slot_shift);
	s->slots = arena_array(&s->arena, n, sizeof(*s->slots));
	for (size_t i = 0; i < n; i++)
		s->slots[i].first = NAMESET_NONE;
	n = table_size(s->nentries, &s->group_shift);
	s->groups = arena_array(&s->arena, n, sizeof(*s->groups));
	n = table_size(
	    s->nentries * 8 < 4096 ? 4096 : s->nentries * 8, &s->filter_shift);
	s->filter = arena_array(&s->arena, n / 64, sizeof(*s->filter));
	n = table_size(
	    s->nentries * 4 < 2048 ? 2048 : s->nentries * 4, &s->keys_shift);
	s->keys = arena_array(&s->arena, n / 64, sizeof(*s->keys));
	entries_place(s);
	classes_fill(s);
}
