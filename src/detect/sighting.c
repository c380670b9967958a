#include "detect/sighting.h"

#include "base/limits.h"
#include "base/timestamp.h"

void
sighting_table_init(struct sighting_table *t, struct arena *a)
{
	*t = (struct sighting_table){.arena = a};
	map_init(&t->index, a);
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

static struct sighting *
find_or_make(struct sighting_table *t, const struct sighting *s)
{
	struct buf b;
	struct sighting *x;
	uint32_t at;

	buf_init(&b, LIMIT_MESSAGE_BYTES);
	at = map_add(&t->index, key_of(s, &b), (uint32_t)t->n);
	buf_release(&b);
	if (at < t->n)
		return &t->v[at];
	if (t->n >= LIMIT_FINDINGS) {
		t->full = true;
		return NULL;
	}
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

void
sighting_add(struct sighting_table *t, const struct sighting *s, int64_t time,
    const struct evidence *at)
{
	struct sighting *x = find_or_make(t, s);

	if (x == NULL)
		return;
	x->count++;
	if (time != TIME_NONE) {
		if (x->first == TIME_NONE || time < x->first)
			x->first = time;
		if (x->last == TIME_NONE || time > x->last)
			x->last = time;
	}
	if (x->nplaces >= LIMIT_EVIDENCE)
		return;
	x->places = arena_grow(
	    t->arena, x->places, x->nplaces, &x->cap, sizeof(*x->places));
	x->places[x->nplaces] = *at;
	x->places[x->nplaces++].text = arena_copy(
	    t->arena, span_head(at->text, LIMIT_EVIDENCE_TEXT));
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
