/*
 * What a configuration shows of the values that commands name, and where its
 * statements stand.
 */
#include "plan/template.h"

void
plan_facts_init(struct plan_facts *f, struct arena *a,
    const struct remedy_book *book, struct given_list given)
{
	*f = (struct plan_facts){.book = book, .given = given, .arena = a};
	f->values = arena_array(a, book->nvalues, sizeof(*f->values));
}

static bool
is_meant(const struct remedy_value *v, const struct record *r)
{
	if (v->kind != (int)r->kind)
		return false;
	for (size_t i = 0; i < v->nis; i++) {
		bool met = v->is[i].value.n == 0 &&
			   record_get(r, v->is[i].field) == NULL;

		for (unsigned k = 0; k < r->nvalues && !met; k++)
			met = r->values[k].field == v->is[i].field &&
			      span_eq(r->values[k].text, v->is[i].value);
		if (!met)
			return false;
	}
	return true;
}

/* Where a field is missing, it is not the value that was meant. */
static bool
has_fields(const struct remedy_value *v, const struct record *r)
{
	struct span rest = v->take;

	while (span_find_byte(rest, '{') != SPAN_NONE) {
		struct span name;
		int f;

		(void)span_until(&rest, '{');
		name = span_until(&rest, '}');
		f = field_find(name);
		if (span_is(name, "raw")
			? r->raw.n == 0
			: f < 0 || record_get(r, (enum field_id)f) == NULL)
			return false;
	}
	return true;
}

static void
value_take(struct plan_facts *f, size_t at, const struct record *r)
{
	struct value_list *l = &f->values[at];
	struct plan_lines one = {0};
	struct plan_facts scratch = *f;
	struct span_list take = {&f->book->values[at].take, 1};
	struct fact fact;

	if (l->n >= LIMIT_PLAN_VALUES || !has_fields(&f->book->values[at], r))
		return;
	fact_of(r, f->arena, &fact);
	scratch.commands = 0;
	template_fill(&scratch, &take, &fact, &one);
	if (one.n == 0)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->v[i].real, one.v[0].real))
			return;
	l->v = arena_grow(f->arena, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = one.v[0];
}

/* Statements come in the order of the text. */
static void
place_take(struct plan_facts *f, const struct record *r)
{
	const struct value *depth = record_get(r, F_DEPTH);
	struct span line = record_text(r, F_LINE);
	struct place p = {.line = r->line, .parent = UINT32_MAX};

	if (f->nplaces > 0 && f->places[f->nplaces - 1].line > r->line)
		return;
	p.depth = depth != NULL && depth->u.number < LIMIT_TREE_DEPTH
		      ? (unsigned)depth->u.number
		      : 0;
	if (f->paths && span_find_byte(line, ';') != SPAN_NONE)
		line = span_head(line, span_find_byte(line, ';'));
	if (f->paths)
		line = span_starts(line, SPAN("set "))
			   ? span_from(line, 4)
			   : arena_fmt(f->arena, "%.*s %.*s",
				 SPAN_FMT(record_text(r, F_PARENT)),
				 SPAN_FMT(line));
	else if (p.depth > 0)
		p.parent = f->open[p.depth - 1];
	p.text = arena_copy(f->arena, line);
	f->places = arena_grow(
	    f->arena, f->places, f->nplaces, &f->places_cap, sizeof(p));
	f->open[p.depth] = (uint32_t)f->nplaces;
	f->places[f->nplaces++] = p;
}

void
plan_facts_take(struct plan_facts *f, const struct record *r)
{
	if (r->kind == K_CONFIG)
		place_take(f, r);
	for (size_t i = 0; i < f->book->nvalues; i++)
		if (is_meant(&f->book->values[i], r))
			value_take(f, i, r);
}
