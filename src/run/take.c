/*
 * Results of workers into the case.  A worker may be in the hands of the
 * evidence: what it sends is read with bounds and checked.
 */
#include <string.h>

#include "base/limits.h"
#include "run/scan_state.h"

static void
take_diag(struct scan *s, struct source *row, struct cursor c, uint64_t base)
{
	uint32_t code = cursor_le32(&c);
	uint64_t line = cursor_le64(&c);
	struct span detail = cursor_bytes(&c);

	if (!c.failed && code < DIAG_COUNT)
		source_diag(s->c, row, (enum diag_code)code,
		    line > 0 ? line + base : 0, detail);
}

static void
take_fact(struct scan *s, struct source *row, struct cursor c)
{
	struct record r;

	arena_reset(&s->scratch);
	if (!record_decode(&c, &s->scratch, &r))
		return;
	row->facts = arena_grow(&s->c->arena, row->facts, row->nfacts,
	    &row->facts_cap, sizeof(*row->facts));
	fact_of(&r, &s->c->arena, &row->facts[row->nfacts++]);
}

static void
take_net(struct scan *s, struct source *row, struct cursor c)
{
	struct source_net n = {.kind = (enum fleet_net)cursor_u8(&c)};
	struct span bytes;

	n.prefix.addr.family = cursor_u8(&c);
	n.prefix.bits = cursor_u8(&c);
	bytes = cursor_take(&c, sizeof(n.prefix.addr.bytes));
	if (c.failed || n.kind > FLEET_ROUTE ||
	    (n.prefix.addr.family != 4 && n.prefix.addr.family != 6) ||
	    n.prefix.bits > 128)
		return;
	memcpy(n.prefix.addr.bytes, bytes.p, bytes.n);
	row->nets = arena_grow(&s->c->arena, row->nets, row->nnets,
	    &row->nets_cap, sizeof(n));
	row->nets[row->nnets++] = n;
}

static void
take_sighting(
    struct scan *s, struct source *row, struct cursor c, uint64_t base)
{
	struct sighting x;

	if (!sighting_decode(&c, &s->c->arena, &x) ||
	    x.check >= s->c->knowledge->nchecks)
		return;
	for (size_t i = 0; i < x.nplaces; i++)
		if (x.places[i].line > 0)
			x.places[i].line += base;
	row->sightings = arena_grow(&s->c->arena, row->sightings,
	    row->nsightings, &row->sightings_cap, sizeof(x));
	row->sightings[row->nsightings++] = x;
}

static void
take_host(struct scan *s, struct source *row, struct cursor c)
{
	struct seen_host h;

	h.host = arena_copy(&s->c->arena, cursor_bytes(&c));
	h.host_addr = arena_copy(&s->c->arena, cursor_bytes(&c));
	h.lines = cursor_le64(&c);
	if (c.failed)
		return;
	row->hosts = arena_grow(&s->c->arena, row->hosts, row->nhosts,
	    &row->hosts_cap, sizeof(h));
	row->hosts[row->nhosts++] = h;
}

static void
take_end(struct scan *s, struct source *row, struct cursor c)
{
	struct arena *a = &s->c->arena;
	unsigned state = cursor_u8(&c);

	row->state = state <= SOURCE_UNREADABLE ? (enum source_state)state
						: SOURCE_UNREADABLE;
	row->format = arena_copy(a, cursor_bytes(&c));
	row->evidence = arena_copy(a, cursor_bytes(&c));
	row->magic = arena_copy(a, cursor_bytes(&c));
	row->why = arena_copy(a, cursor_bytes(&c));
	row->sha256 = arena_copy(a, cursor_bytes(&c));
	row->xxh3 = arena_copy(a, cursor_bytes(&c));
	row->bytes = cursor_le64(&c);
	row->records = cursor_le64(&c);
}

void
take_result(struct scan *s, struct span result, struct source *row,
    uint64_t base, result_special_fn *special, void *ctx)
{
	struct cursor c = cursor_of(result);
	bool given = row != NULL;

	while (cursor_left(&c) > 0 && !c.failed) {
		enum result_type type = (enum result_type)cursor_u8(&c);
		struct cursor body = cursor_of(cursor_bytes(&c));

		if (c.failed)
			break;
		if (type == RESULT_SOURCE && !given)
			row = casefile_source(s->c, cursor_bytes(&body));
		else if (type == RESULT_TEXT && s->o->text != NULL)
			fwrite(body.p, 1, cursor_left(&body), s->o->text);
		else if (row == NULL)
			break;
		else if (type == RESULT_DIAG)
			take_diag(s, row, body, base);
		else if (type == RESULT_FACT)
			take_fact(s, row, body);
		else if (type == RESULT_NET)
			take_net(s, row, body);
		else if (type == RESULT_SIGHTING)
			take_sighting(s, row, body, base);
		else if (type == RESULT_HOST)
			take_host(s, row, body);
		else if (type == RESULT_END)
			take_end(s, row, body);
		else if (special != NULL)
			special(s, type, body, ctx);
	}
}

