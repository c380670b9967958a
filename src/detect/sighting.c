#include "detect/sighting.h"

#include "base/limits.h"
#include "base/timestamp.h"

void
sighting_table_init(struct sighting_table *t, struct arena *a)
{
	*t = (struct sighting_table){.arena = a};
	map_init(&t->index, a);
	map_init(&t->groups, a);
}

/* The key that makes two sightings one. */
static struct span
key_of(const struct sighting *s, struct buf *b)
{
	buf_u32(b, s->check);
	buf_u8(b, (uint8_t)(s->severity * 4 + s->confidence));
	buf_bytes(b, s->host);
	buf_bytes(b, s->host_addr);
	buf_bytes(b, s->entity);
	buf_bytes(b, s->external);
	buf_bytes(b, s->peers);
	return buf_span(b);
}

/* The entities that the check has at the host. */
static uint32_t *
group_of(struct sighting_table *t, const struct sighting *s)
{
	struct buf b;
	uint32_t at;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	buf_u32(&b, s->check);
	buf_bytes(&b, s->host);
	buf_bytes(&b, s->host_addr);
	at = map_add(&t->groups, buf_span(&b), (uint32_t)t->ngroups);
	buf_release(&b);
	if (at == t->ngroups) {
		t->group_n = arena_grow(t->arena, t->group_n, t->ngroups,
		    &t->groups_cap, sizeof(*t->group_n));
		t->group_n[t->ngroups++] = 0;
	}
	return &t->group_n[at];
}

static struct sighting *
make(struct sighting_table *t, const struct sighting *s, struct span key)
{
	struct sighting *x;

	map_add(&t->index, key, (uint32_t)t->n);
	t->v = arena_grow(t->arena, t->v, t->n, &t->cap, sizeof(*t->v));
	x = &t->v[t->n++];
	*x = *s;
	x->host = arena_copy(t->arena, s->host);
	x->host_addr = arena_copy(t->arena, s->host_addr);
	x->entity = arena_copy(t->arena, s->entity);
	x->external = arena_copy(t->arena, s->external);
	x->peers = arena_copy(t->arena, s->peers);
	x->count = 0;
	x->first = x->last = TIME_NONE;
	x->places = NULL;
	x->nplaces = x->cap = 0;
	return x;
}

/* Room for one more entity; takes it. */
static bool
room_for(struct sighting_table *t, const struct sighting *s)
{
	uint32_t *n;

	if (t->n >= LIMIT_SIGHTINGS)
		return false;
	if (s->external.n > 0 || s->peers.n > 0)
		return true;
	n = group_of(t, s);
	if (*n >= LIMIT_ENTITIES)
		return false;
	++*n;
	return true;
}

/* Where the sightings go that have no room.  There is one for each check and
 * host, and of those at most as many again. */
static struct sighting *
catch_all(struct sighting_table *t, const struct sighting *s)
{
	struct sighting further = *s, *x = NULL;
	struct buf b;
	uint32_t at;

	t->full = true;
	if (s->external.n > 0)
		return NULL;
	further.entity = SIGHTING_FURTHER;
	further.peers = (struct span){0};
	buf_init(&b, LIMIT_MESSAGE_BYTES);
	at = map_get(&t->index, key_of(&further, &b));
	if (at != MAP_NONE)
		x = &t->v[at];
	else if (t->n < 2 * LIMIT_SIGHTINGS)
		x = make(t, &further, buf_span(&b));
	buf_release(&b);
	return x;
}

static struct sighting *
find_or_make(struct sighting_table *t, const struct sighting *s)
{
	struct buf b;
	struct sighting *x;
	uint32_t at;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	at = map_get(&t->index, key_of(s, &b));
	if (at != MAP_NONE)
		x = &t->v[at];
	else if (room_for(t, s))
		x = make(t, s, buf_span(&b));
	else
		x = catch_all(t, s);
	buf_release(&b);
	return x;
}

static void
times_add(struct sighting *x, int64_t first, int64_t last)
{
	if (first != TIME_NONE && (x->first == TIME_NONE || first < x->first))
		x->first = first;
	if (last != TIME_NONE && (x->last == TIME_NONE || last > x->last))
		x->last = last;
}

/* Room for one more place, or NULL. */
static struct evidence *
place_new(struct sighting_table *t, struct sighting *x)
{
	if (x->nplaces >= LIMIT_EVIDENCE ||
	    (x->nplaces > 0 && t->nplaces >= LIMIT_PLACES))
		return NULL;
	x->places = arena_grow(
	    t->arena, x->places, x->nplaces, &x->cap, sizeof(*x->places));
	t->nplaces++;
	return &x->places[x->nplaces++];
}

void
sighting_add(struct sighting_table *t, const struct sighting *s, int64_t time,
    const struct evidence *at)
{
	struct sighting *x = find_or_make(t, s);
	struct evidence *place;

	if (x == NULL)
		return;
	x->count++;
	times_add(x, time, time);
	place = place_new(t, x);
	if (place == NULL)
		return;
	*place = *at;
	place->text =
	    arena_copy(t->arena, span_head(at->text, LIMIT_EVIDENCE_TEXT));
}

void
sighting_merge(struct sighting_table *t, const struct sighting *s)
{
	struct sighting *x = find_or_make(t, s);

	if (x == NULL)
		return;
	x->count += s->count;
	times_add(x, s->first, s->last);
	for (size_t i = 0; i < s->nplaces; i++) {
		struct evidence *place = place_new(t, x);

		if (place == NULL)
			return;
		*place = s->places[i];
		place->text = arena_copy(t->arena, place->text);
	}
}

void
sighting_encode(struct buf *b, const struct sighting *s)
{
	buf_u32(b, s->check);
	buf_u8(b, (uint8_t)s->severity);
	buf_u8(b, (uint8_t)s->confidence);
	buf_bytes(b, s->host);
	buf_bytes(b, s->host_addr);
	buf_bytes(b, s->entity);
	buf_bytes(b, s->external);
	buf_bytes(b, s->peers);
	buf_u64(b, s->count);
	buf_u64(b, (uint64_t)s->first);
	buf_u64(b, (uint64_t)s->last);
	buf_u32(b, (uint32_t)s->nplaces);
	for (size_t i = 0; i < s->nplaces; i++) {
		buf_u64(b, s->places[i].line);
		buf_u64(b, s->places[i].offset);
		buf_bytes(b, s->places[i].text);
	}
}

bool
sighting_decode(struct cursor *c, struct arena *a, struct sighting *s)
{
	unsigned severity, confidence;

	*s = (struct sighting){.check = cursor_le32(c)};
	severity = cursor_u8(c);
	confidence = cursor_u8(c);
	s->host = arena_copy(a, cursor_bytes(c));
	s->host_addr = arena_copy(a, cursor_bytes(c));
	s->entity = arena_copy(a, cursor_bytes(c));
	s->external = arena_copy(a, cursor_bytes(c));
	s->peers = arena_copy(a, cursor_bytes(c));
	s->count = cursor_le64(c);
	s->first = (int64_t)cursor_le64(c);
	s->last = (int64_t)cursor_le64(c);
	s->nplaces = cursor_le32(c);
	if (c->failed || severity > SEV_CRITICAL || confidence > CONF_HIGH ||
	    s->nplaces > LIMIT_EVIDENCE)
		return false;
	s->severity = (enum severity)severity;
	s->confidence = (enum confidence)confidence;
	s->places = arena_array(a, s->nplaces, sizeof(*s->places));
	s->cap = s->nplaces;
	for (size_t i = 0; i < s->nplaces; i++) {
		s->places[i].line = cursor_le64(c);
		s->places[i].offset = cursor_le64(c);
		s->places[i].text = arena_copy(a, cursor_bytes(c));
	}
	return !c->failed;
}
