/*
 * A set of names for namefind.h: domains, URLs, hashes, file names, anything
 * that stands in text as a word.  Filled once, sealed, then read-only: workers
 * forked after sealing share its pages.  All comparisons fold ASCII case.
 *
 * Names are found from their ends.  A bitmap of hashes of the last eight bytes
 * (four, for shorter names) answers nearly all words; what remains walks
 * backwards, with a hash that grows by a byte at each step, and asks a table
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
	uint64_t hash;
	uint32_t first; /* entry, or NAMESET_NONE */
};

/* What names of one ending have in common. */
struct name_group {
	uint64_t ending; /* 0: free */
	uint16_t least, longest;
	bool blanks; /* some name holds white space or quotes */
	bool url;    /* all are URLs */
};

/* Bytes of a class: bit h of low[l] says that the byte h << 4 | l is in it.
 * ASCII only. */
struct name_class {
	uint8_t low[16];
};

/* Fields belong to nameset.c and namefind.c. */
struct nameset {
	struct arena arena;
	struct name_entry *entries;
	size_t nentries, cap;
	struct name_slot *slots;
	struct name_group *groups;
	uint64_t *filter; /* of endings of eight bytes and of four */
	unsigned slot_shift, group_shift, filter_shift;
	struct name_class last; /* bytes that a name ends with */
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

static inline uint64_t
name_step(uint64_t h, char c)
{
	return (h ^ ascii_lower((unsigned char)c)) * UINT64_C(0x100000001b3);
}
#define NAME_SEED UINT64_C(0xcbf29ce484222325)

/* The last eight (four) bytes before p, folded coarsely; never 0. */
static inline uint64_t
name_ending8(const char *end)
{
	uint64_t v;

	memcpy(&v, end - 8, 8);
	return v | UINT64_C(0x2020202020202020);
}
static inline uint64_t
name_ending4(const char *end)
{
	uint32_t v;

	memcpy(&v, end - 4, 4);
	return v | 0x20202020u;
}
static inline uint64_t
name_mix(uint64_t v)
{
	v *= UINT64_C(0x9e3779b97f4a7c15);
	return v ^ v >> 29;
}
/* Fibonacci hashing: the high bits are the good ones. */
static inline uint64_t
name_spread(uint64_t v)
{
	return name_mix(v) * UINT64_C(0xbf58476d1ce4e5b9);
}

static inline bool
nameset_may_end(const struct nameset *s, uint64_t ending)
{
	uint64_t bit = name_spread(ending) >> s->filter_shift;

	return (s->filter[bit >> 6] >> (bit & 63) & 1) != 0;
}

const struct name_group *nameset_group(
    const struct nameset *s, uint64_t ending);
/* The first entry of this hash of a key, read backwards. */
uint32_t nameset_first(const struct nameset *s, uint64_t hash);

#endif
