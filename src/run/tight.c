/*
 * What a source gave takes no more room in the case than it needs: a fleet of
 * a hundred thousand devices must fit.  Lists grow in an arena of their own
 * while the result of a task is taken, and values that the configurations of a
 * platform have in common, its defaults, stand in the case once.
 */
#include <string.h>

#include "base/limits.h"
#include "run/scan_state.h"

static void *
exact(struct scan *s, const void *list, size_t n, size_t *cap, size_t size)
{
	void *v = NULL;

	if (n > 0) {
		v = arena_array(&s->c->arena, n, size);
		memcpy(v, list, n * size);
	}
	*cap = n;
	return v;
}

#define EXACT(list)                                                            \
	(row->list = exact(s, row->list, row->n##list, &row->list##_cap,       \
	     sizeof(*row->list)))

void
row_tighten(struct scan *s, struct source *row)
{
	EXACT(nets);
	EXACT(facts);
	EXACT(secrets);
	EXACT(traits);
	EXACT(sightings);
	EXACT(events);
	EXACT(hosts);
	EXACT(contacts);
	EXACT(moments);
}

/* Equal for records with equal values. */
static struct span
values_key(struct scan *s, const struct record *r)
{
	struct buf b;
	struct span key;

	buf_init(&b, LIMIT_FIELD_BYTES);
	buf_u8(&b, (uint8_t)r->kind);
	for (unsigned i = 0; i < r->nvalues; i++) {
		buf_u32(&b, r->values[i].field);
		buf_bytes(&b, r->values[i].text);
	}
	key = buf_full(&b) ? (struct span){0}
			   : arena_copy(&s->scratch, buf_span(&b));
	buf_release(&b);
	return key;
}

void
fact_take(struct scan *s, const struct record *r, struct fact *out)
{
	struct span key = {0};
	uint32_t at = MAP_NONE;

	if (s->shared.arena != NULL &&
	    span_is(record_text(r, F_ORIGIN), "default"))
		key = values_key(s, r);
	if (key.n > 0)
		at = map_get(&s->shared, key);
	if (at != MAP_NONE) {
		*out = (struct fact){.kind = r->kind,
		    .nvalues = r->nvalues,
		    .values = s->shared_values[at],
		    .raw = arena_copy(&s->c->arena, r->raw),
		    .line = r->line};
		return;
	}
	fact_of(r, &s->c->arena, out);
	if (key.n == 0 || s->shared.n >= LIMIT_SHARED_FACTS)
		return;
	at = (uint32_t)s->shared.n;
	s->shared_values = arena_grow(&s->arena, s->shared_values, at,
	    &s->shared_cap, sizeof(*s->shared_values));
	s->shared_values[at] = out->values;
	map_add(&s->shared, key, at);
}
