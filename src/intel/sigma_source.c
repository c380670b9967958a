/*
 * Logsources and field names.  Rules of our own name a record kind and its
 * fields; rules from elsewhere use names that intel/logsource.h maps.
 */
#include "intel/sigma_build.h"

_Static_assert(K_COUNT <= 64, "record kinds must fit a bit mask");

static uint64_t
kinds_native(struct sigma *s, const struct yaml_node *source)
{
	const struct yaml_node *category = yaml_get(source, "category");
	uint64_t kinds = 0;

	if (yaml_count(category) == 0 && s->filter)
		return ~UINT64_C(0);
	if (yaml_count(category) == 0) {
		sigma_fail(s, source, 0,
		    "expected a category: the kind of record, or several");
		return 0;
	}
	for (size_t i = 0; i < yaml_count(category); i++) {
		const struct yaml_node *item = yaml_at(category, i);
		int k = kind_find(yaml_text(item));

		if (k < 0)
			sigma_fail(s, item, 0, "no kind of record: %.*s",
			    SPAN_FMT(yaml_text(item)));
		else
			kinds |= UINT64_C(1) << k;
	}
	return kinds;
}

static void
source_check(struct sigma *s, const struct yaml_node *source)
{
	for (size_t i = 0; i < source->n; i++) {
		const struct yaml_node *key = source->keys[i];
		struct span name = key->text;

		if (!span_is(name, "product") && !span_is(name, "category") &&
		    !span_is(name, "service") && !span_is(name, "definition") &&
		    s->native)
			sigma_fail(s, key, 0,
			    "expected product, category, service or "
			    "definition, not %.*s",
			    SPAN_FMT(name));
		else if (!span_is(name, "product") &&
			 !span_is(name, "category") &&
			 !span_is(name, "service"))
			continue; /* elements of anybody's own */
		else if (source->items[i]->kind != YAML_TEXT &&
			 !(s->native && span_is(name, "category")))
			sigma_fail(s, source->items[i], 0, "expected a word");
	}
	if (s->native && yaml_get(source, "service") != NULL)
		sigma_fail(s, yaml_get(source, "service"), 0,
		    "product tidemark has no services");
}

void
sigma_logsource(struct sigma *s, const struct yaml_node *doc)
{
	const struct yaml_node *source = yaml_get(doc, "logsource");
	struct rule *r = s->rule;

	if (source == NULL || source->kind != YAML_MAP) {
		sigma_fail(s, source ? source : doc, 0,
		    "expected a logsource: a mapping");
		return;
	}
	struct span product = yaml_text(yaml_get(source, "product"));
	struct span category = yaml_text(yaml_get(source, "category"));
	struct span service = yaml_text(yaml_get(source, "service"));

	s->native = span_is(product, "tidemark");
	source_check(s, source);
	if (s->native)
		r->kinds = kinds_native(s, source);
	else
		r->source =
		    logsource_find(&s->rs->sources, product, category, service);
	if (r->source != NULL)
		r->kinds = r->source->kinds;
	r->unsupplied = r->kinds == 0;
	r->product = arena_copy(s->arena, product);
	r->category = arena_copy(s->arena, category);
	r->service = arena_copy(s->arena, service);
	r->logsource = arena_fmt(s->arena, "%.*s/%.*s/%.*s", SPAN_FMT(product),
	    SPAN_FMT(category), SPAN_FMT(service));
}

static void
missing_add(struct sigma *s, struct span name)
{
	struct span_list *missing = &s->rule->missing_fields;

	for (size_t i = 0; i < missing->n; i++)
		if (span_eq(missing->v[i], name))
			return;
	missing->v = arena_grow(s->arena, missing->v, missing->n,
	    &s->capmissing, sizeof(*missing->v));
	missing->v[missing->n++] = arena_copy(s->arena, name);
}

static bool
pairs_allowed(const struct sigma *s)
{
	return !s->where && s->rule->source != NULL && s->rule->source->pairs;
}

uint16_t
sigma_field(struct sigma *s, const struct yaml_node *key, struct span name)
{
	const struct logsource_table *sources = &s->rs->sources;
	static const struct logsource_table none;
	uint16_t f;

	if (s->native || s->where)
		f = logsource_field(&none, NULL, name);
	else
		f = logsource_field(sources, s->rule->source, name);
	/* Of an event, only the name in it is known. */
	if (f == FIELD_DEVICE && !s->native && !s->where)
		return F_HOST;
	if (f != F_NONE)
		return f;
	if (s->native || s->where) {
		sigma_fail(
		    s, key, 0, "no field of records: %.*s", SPAN_FMT(name));
		return FIELD_NEVER;
	}
	if (pairs_allowed(s))
		return FIELD_PAIR;
	missing_add(s, name);
	return FIELD_NEVER;
}
