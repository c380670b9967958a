/*
 * A set of names for namefind.h: domains, URLs, hashes, file names, anything
 * that stands in text as a word.  Filled once, sealed, then read-only: workers
 * forked after sealing share its pages.  All comparisons fold ASCII case.
 *
 * Names are found from their ends.  A bitmap of hashes of the last eight bytes
 * (four, for shorter names) answers nearly all words; what remains walks
 * backwards, with a hash that grows by eight bytes at a step, and asks a table
 * where a name may begin.  A walk is as long as the longest name with this
 * ending, so the cost does not follow the number of names.
 */
#ifndef TIDEMARK_MATCH_NAMESET_H
#define TIDEMARK_MATCH_NAMESET_H

#include "base/arena.h"

enum name_rule {
	/* A name joined in front by a dot counts too: names below a domain. */
	NAME_BELOW = 1,
	/* A URL: nothing that would make it a longer URL may follow. */
	NAME_URL = 2,
	/* "//" stands in front: the URL of a whole site. */
	NAME_SCHEME = 4,
	/* Its bytes outlive the set, and are not copied where they are folded
	 * already. */
	NAME_LASTS = 8,
};

struct name_entry {
	const char *key; /* folded; its last byte is a byte of a word */
	uint32_t id;
	uint32_t next;	       /* entry with the same key, or NAMESET_NONE */
	uint16_t length, tail; /* bytes of the key, and behind it */
	uint8_t rules;
	bool hash; /* found by its length, not by its ending */
};
#define NAMESET_NONE UINT32_MAX

struct name_slot {
	uint32_t tag;	/* of the hash of a key */
	uint32_t first; /* entry, or NAMESET_NONE */
};

/* What names of one ending have in common.  Endings of one tag share a group:
 * a walk too many, never one too few. */
struct name_group {
	uint32_t tag; /* 0: free */
	uint16_t longest;
	uint8_t least;
	uint8_t flags; /* enum name_common */
};

enum name_common {
	NAMES_BLANKS = 1, /* some name holds white space or quotes */
	NAMES_URL = 2,	  /* all are URLs */
	NAMES_OTHER = 4,  /* some name holds more than words and dots */
};

/* Bytes of a class: bit h of low[l] says that the byte h << 4 | l is in it.
 * ASCII only. */
struct name_class {
	uint8_t low[16];
};

static inline bool
name_in(const struct name_class *c, unsigned byte)
{
	return (c->low[byte & 15] >> (byte >> 4) & 1) != 0;
}

/* What a byte is of: a word, the end of a name of the set, a hash. */
enum name_of { NAME_OF_WORD = 1, NAME_OF_LAST = 2, NAME_OF_HEX = 4 };

/* Fields belong to nameset.c and namefind*.c. */
struct nameset {
	struct arena arena;
	struct name_entry *entries; /* malloc'd */
	size_t nentries, cap;
	struct name_slot *slots;
	struct name_group *groups;
	uint64_t *filter; /* of endings of eight bytes and of four */
	uint64_t *keys;	  /* of hashes of keys: small enough for a cache */
	unsigned slot_shift, group_shift, filter_shift, keys_shift;
	struct name_class last; /* bytes that a name ends with; ASCII */
	bool last_wide;		/* and others */
	uint8_t classes[128];	/* of each ASCII byte: enum name_of */
	/* A dot stands in all names, but hashes, no farther before the last
	 * byte than this; 0: no such distance below 32. */
	unsigned dot_reach;
	bool has_long, has_short, has_hex, sealed;
};

struct nameset *nameset_new(void);
void nameset_free(struct nameset *s);

/*
 * Add a name before sealing.  rules: of enum name_rule.  false, and nothing is
 * added: the name has fewer than NAME_MIN or more than LIMIT_INDICATOR_BYTES
 * bytes, or no letter or digit to find it by.  Equal names may have different
 * ids; each is reported.
 */
#define NAME_MIN 4
bool nameset_add(
    struct nameset *s, struct span name, unsigned rules, uint32_t id);
void nameset_seal(struct nameset *s);

/* ---- for namefind.c ---- */

/* A byte of a word: letter, digit, '-', '_', any byte of UTF-8. */
static inline bool
name_word(unsigned char c)
{
	return ascii_alnum(c) || c == '-' || c == '_' || c >= 0x80;
}

/* May a name of the sealed set end with this byte? */
static inline bool
nameset_last(const struct nameset *s, unsigned char c)
{
	return c >= 0x80 ? s->last_wide : (s->classes[c] & NAME_OF_LAST) != 0;
}

/* Eight bytes, folded coarsely: case is lost, and some more. */
#define NAME_FOLD UINT64_C(0x2020202020202020)

/* The last eight (four) bytes before end, folded so; never 0. */
static inline uint64_t
name_ending8(const char *end)
{
	uint64_t v;

	memcpy(&v, end - 8, 8);
	return v | NAME_FOLD;
}
static inline uint64_t
name_ending4(const char *end)
{
	uint32_t v;

	memcpy(&v, end - 4, 4);
	return v | (uint32_t)NAME_FOLD;
}

/* Fibonacci hashing: the high bits are the good ones. */
static inline uint64_t
name_mix(uint64_t v)
{
	v *= UINT64_C(0x9e3779b97f4a7c15);
	return v ^ v >> 32;
}

/*
 * The hash of a key is that of its bytes from the end on, eight at a time:
 * name_step takes the eight that stand before those taken, name_end the rest at
 * the front, fewer than eight.  length: of the key.
 */
#define NAME_SEED UINT64_C(0xcbf29ce484222325)
static inline uint64_t
name_step(uint64_t h, const char *eight)
{
	uint64_t v;

	memcpy(&v, eight, 8);
	return name_mix(h ^ (v | NAME_FOLD));
}
static inline uint64_t
name_end(uint64_t h, const char *key, size_t length)
{
	uint64_t v = 0;

	if (length >= 8) {
		memcpy(&v, key, 8);
		v &= (UINT64_C(1) << length % 8 * 8) - 1;
	} else {
		for (size_t i = 0; i < length; i++)
			v |= (uint64_t)(unsigned char)key[i] << i * 8;
	}
	return name_mix(h ^ (v | NAME_FOLD)) *
	       (UINT64_C(0xbf58476d1ce4e5b9) + 2 * length);
}

static inline bool
nameset_may_end(const struct nameset *s, uint64_t ending)
{
	uint64_t bit = ending * UINT64_C(0x9e3779b97f4a7c15) >> s->filter_shift;

	return (s->filter[bit >> 6] >> (bit & 63) & 1) != 0;
}

const struct name_group *nameset_group(
    const struct nameset *s, uint64_t ending);

/* False: certainly no key has this hash. */
static inline bool
nameset_may_hold(const struct nameset *s, uint64_t hash)
{
	uint64_t bit = hash >> s->keys_shift;

	return (s->keys[bit >> 6] >> (bit & 63) & 1) != 0;
}

/* The first entry of this hash of a key. */
uint32_t nameset_first(const struct nameset *s, uint64_t hash);

#endif
