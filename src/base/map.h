/*
 * A hash map from byte strings to 32-bit numbers (indices into somebody's
 * array).  Keys are copied into the arena given at the start.  Iteration is
 * not offered: order would depend on hashing; keep an array beside it.
 */
#ifndef TIDEMARK_BASE_MAP_H
#define TIDEMARK_BASE_MAP_H

#include "base/arena.h"
#include "base/span.h"

struct map_slot {
	struct span key; /* key.p NULL: free */
	uint64_t hash;
	uint32_t value;
};

struct map {
	struct arena *arena;
	struct map_slot *slots;
	size_t cap, n;
};

#define MAP_NONE UINT32_MAX

void map_init(struct map *m, struct arena *arena);

/* MAP_NONE when absent. */
uint32_t map_get(const struct map *m, struct span key);

/* The map's own copy of a key, which lives as long as the arena; empty when
 * the key is absent. */
struct span map_key(const struct map *m, struct span key);

/* Sets key to value (not MAP_NONE) unless present; returns the value now
 * stored. */
uint32_t map_add(struct map *m, struct span key, uint32_t value);

/* Sets key to value, replacing. */
void map_put(struct map *m, struct span key, uint32_t value);

#endif
