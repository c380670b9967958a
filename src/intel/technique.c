#include "intel/technique.h"

#include "base/limits.h"

static const char heading[] = "id,name,tactics,replaced_by,confirmed";

static bool
one_read(struct arena *a, struct span line, struct technique *t)
{
	struct span *const fields[] = {
	    &t->id, &t->name, &t->tactics, &t->replaced_by, &t->confirmed};
	const size_t n = sizeof(fields) / sizeof(*fields);
	size_t commas = 0;

	for (size_t i = 0; i < line.n; i++)
		commas += line.p[i] == ',';
	if (commas != n - 1)
		return false;
	for (size_t i = 0; i < n; i++)
		*fields[i] = arena_copy(a, span_trim(span_until(&line, ',')));
	return t->id.n > 0 && t->name.n > 0;
}

unsigned
techniques_read(struct arena *a, struct span csv, struct technique_list *out)
{
	struct span line;
	unsigned at = 0;

	while (span_line(&csv, &line)) {
		struct technique t = {0};

		at++;
		line = span_trim(line);
		if (line.n == 0 || line.p[0] == '#' || span_is(line, heading))
			continue;
		if (out->n == LIMIT_TECHNIQUES || !one_read(a, line, &t))
			return at;
		out->v =
		    arena_grow(a, out->v, out->n, &out->cap, sizeof(*out->v));
		out->v[out->n++] = t;
	}
	return 0;
}

const struct technique *
technique_find(const struct technique_list *l, struct span id)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq_nocase(l->v[i].id, id))
			return &l->v[i];
	return NULL;
}
