#include "intel/warninglist.h"

#include "base/err.h"
#include "base/limits.h"
#include "match/addrset.h"

void
warninglists_init(struct warninglists *w)
{
	*w = (struct warninglists){.addresses = addrset_new()};
	arena_init(&w->arena);
	map_init(&w->words, &w->arena);
}

void
warninglists_release(struct warninglists *w)
{
	addrset_free(w->addresses);
	arena_release(&w->arena);
	*w = (struct warninglists){0};
}

void
warninglists_begin(struct warninglists *w, struct span name)
{
	w->names =
	    arena_grow(&w->arena, w->names, w->n, &w->cap, sizeof(*w->names));
	w->names[w->n++] = arena_copy(&w->arena, name);
}

static struct span
lowered(struct span s, char room[LIMIT_INDICATOR_BYTES])
{
	s = span_head(s, LIMIT_INDICATOR_BYTES);
	for (size_t i = 0; i < s.n; i++)
		room[i] = (char)ascii_lower((unsigned char)s.p[i]);
	return span_of(room, s.n);
}

void
warninglists_add(struct warninglists *w, struct span value, bool above)
{
	struct warning_entry e = {.list = (uint32_t)(w->n - 1), .above = above};
	struct prefix p;
	char room[LIMIT_INDICATOR_BYTES];

	ASSERT(w->n > 0 && !w->sealed);
	value = span_trim(value);
	if (value.n == 0)
		return;
	if (value.p[0] == '.')
		value = span_from(value, 1);
	w->entries = arena_grow(&w->arena, w->entries, w->nentries,
	    &w->entries_cap, sizeof(*w->entries));
	if (prefix_read(value, &p)) {
		e.bits = p.bits;
		addrset_add(w->addresses, &p, (uint32_t)w->nentries);
	} else {
		map_add(&w->words, lowered(value, room), (uint32_t)w->nentries);
	}
	w->entries[w->nentries++] = e;
}

void
warninglists_seal(struct warninglists *w)
{
	addrset_seal(w->addresses);
	w->sealed = true;
}

size_t
warninglists_read_csv(struct warninglists *w, struct span csv)
{
	struct span line, last = {0};
	size_t n = 0;

	while (span_line(&csv, &line)) {
		struct span list = span_trim(span_until(&line, ','));

		line = span_trim(line);
		if (list.n == 0 || list.p[0] == '#' || line.n == 0 ||
		    span_is(list, "list"))
			continue;
		if (!span_eq(list, last))
			warninglists_begin(w, list);
		last = list;
		warninglists_add(w, line, true);
		n++;
	}
	return n;
}

static struct span
find_address(const struct warninglists *w, const struct prefix *p)
{
	uint32_t at = addrset_find(w->addresses, &p->addr);

	if (at == ADDRSET_NONE || w->entries[at].bits > p->bits)
		return (struct span){0};
	return w->names[w->entries[at].list];
}

struct span
warninglists_find(const struct warninglists *w, const struct indicator *x)
{
	char room[LIMIT_INDICATOR_BYTES];
	struct span s = lowered(x->value, room), rest = s;

	ASSERT(w->sealed);
	if (x->type == INDICATOR_ADDRESS)
		return find_address(w, &x->prefix);
	while (rest.n > 0) {
		uint32_t at = map_get(&w->words, rest);

		if (at != MAP_NONE && (rest.n == s.n || w->entries[at].above))
			return w->names[w->entries[at].list];
		if (x->type != INDICATOR_DOMAIN)
			break;
		(void)span_until(&rest, '.');
	}
	return (struct span){0};
}
