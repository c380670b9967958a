#include "read/flow/template.h"

#include "base/limits.h"

void
templates_init(struct templates *t, struct arena *a)
{
	*t = (struct templates){.arena = a};
	map_init(&t->map, a);
}

struct template_slot *
templates_slot(struct templates *t, const struct template_key *key)
{
	struct span name = span_of((const char *)key, sizeof(*key));
	uint32_t at = map_get(&t->map, name);

	if (at != MAP_NONE)
		return &t->v[at];
	if (t->n >= LIMIT_FLOW_TEMPLATES) {
		t->full = true;
		return NULL;
	}
	t->v = arena_grow(t->arena, t->v, t->n, &t->cap, sizeof(*t->v));
	t->v[t->n] = (struct template_slot){.key = *key};
	map_add(&t->map, name, (uint32_t)t->n);
	return &t->v[t->n++];
}

static bool
element_read(struct cursor *c, bool ipfix, struct element *e)
{
	*e = (struct element){.type = cursor_be16(c)};
	e->length = cursor_be16(c);
	if (ipfix && (e->type & 0x8000) != 0) {
		e->type &= 0x7fff;
		e->enterprise = cursor_be32(c);
	}
	return !c->failed;
}

bool
template_read(struct templates *t, struct template_slot *slot, struct cursor *c,
    unsigned n, bool ipfix, bool options)
{
	struct cursor start = *c;
	struct template made = {.n = n, .options = options};
	struct element *v, e;

	for (unsigned i = 0; i < n; i++)
		if (!element_read(c, ipfix, &e))
			return false;
	made.raw = cursor_take(&start, (size_t)(c->p - start.p));
	if (slot->template.n == n && slot->template.options == options &&
	    span_eq(made.raw, slot->template.raw))
		return true;
	if (t->bytes + made.raw.n > LIMIT_FLOW_TEMPLATE_BYTES) {
		t->full = true;
		return false;
	}
	t->bytes += made.raw.n;
	made.raw = arena_copy(t->arena, made.raw);
	v = arena_array(t->arena, n, sizeof(*v));
	start = cursor_of(made.raw);
	for (unsigned i = 0; i < n; i++) {
		element_read(&start, ipfix, &v[i]);
		if (ipfix && v[i].length == LENGTH_VARIABLE) {
			made.variable = true;
			made.least++;
		} else {
			made.least += v[i].length;
		}
	}
	made.v = v;
	slot->template = made;
	return true;
}

void
template_park(struct templates *t, struct template_slot *slot, struct span body,
    uint64_t offset, int64_t export_ms, uint32_t uptime)
{
	struct parked *p;

	if (t->parked + body.n + sizeof(*p) > LIMIT_FLOW_PARKED) {
		t->lost++;
		return;
	}
	t->parked += body.n + sizeof(*p);
	p = arena_alloc(t->arena, sizeof(*p));
	*p = (struct parked){.body = arena_copy(t->arena, body),
	    .offset = offset,
	    .export_ms = export_ms,
	    .uptime = uptime};
	if (slot->last != NULL)
		slot->last->next = p;
	else
		slot->first = p;
	slot->last = p;
}

struct span
template_field(const struct element *e, struct cursor *c)
{
	size_t n = e->length;

	if (n == LENGTH_VARIABLE) {
		n = cursor_u8(c);
		if (n == 255)
			n = cursor_be16(c);
	}
	return cursor_take(c, n);
}
