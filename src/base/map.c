#include "base/map.h"

#include "base/err.h"

void
map_init(struct map *m, struct arena *arena)
{
	*m = (struct map){.arena = arena};
}

static struct map_slot *
slot_of(const struct map *m, struct span key, uint64_t hash)
{
	size_t i = hash & (m->cap - 1);

	while (m->slots[i].key.p != NULL &&
	    (m->slots[i].hash != hash || !span_eq(m->slots[i].key, key)))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void
grow(struct map *m)
{
	struct map_slot *old = m->slots;
	size_t cap = m->cap;

	m->cap = cap ? cap * 2 : 16;
	m->slots = arena_array(m->arena, m->cap, sizeof(*m->slots));
	for (size_t i = 0; i < cap; i++)
		if (old[i].key.p != NULL)
			*slot_of(m, old[i].key, old[i].hash) = old[i];
}

uint32_t
map_get(const struct map *m, struct span key)
{
	const struct map_slot *s;

	if (m->n == 0)
		return MAP_NONE;
	s = slot_of(m, key, span_hash(key));
	return s->key.p != NULL ? s->value : MAP_NONE;
}

struct span
map_key(const struct map *m, struct span key)
{
	return m->n == 0 ? (struct span){0}
			 : slot_of(m, key, span_hash(key))->key;
}

static struct map_slot *
slot_make(struct map *m, struct span key, bool *fresh)
{
	uint64_t hash = span_hash(key);
	struct map_slot *s;

	if (m->n * 4 >= m->cap * 3)
		grow(m);
	s = slot_of(m, key, hash);
	*fresh = s->key.p == NULL;
	if (*fresh) {
		s->key = arena_copy(m->arena, key);
		s->hash = hash;
		m->n++;
	}
	return s;
}

uint32_t
map_add(struct map *m, struct span key, uint32_t value)
{
	bool fresh;
	struct map_slot *s = slot_make(m, key, &fresh);

	if (fresh)
		s->value = value;
	return s->value;
}

void
map_put(struct map *m, struct span key, uint32_t value)
{
	bool fresh;

	slot_make(m, key, &fresh)->value = value;
}
