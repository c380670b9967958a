/*
 * Once every rule is read: filters become part of the rules they name, and
 * correlations find the rules they refer to (Sigma filters specification 2.1;
 * Sigma correlation rules specification 2.1, "Related rules", "Aliases").
 */
#include "base/limits.h"
#include "intel/sigma_build.h"

/* ---- filters ---- */

/* Does the condition negate anything? */
static bool
negates(const struct yaml_node *condition)
{
	for (size_t i = 0; i < yaml_count(condition); i++) {
		struct span rest = yaml_text(yaml_at(condition, i)), word;

		while ((word = span_word(&rest)).n > 0) {
			while (word.n > 0 && word.p[0] == '(')
				word = span_from(word, 1);
			if (span_is_nocase(word, "not") ||
			    span_starts_nocase(word, SPAN("not(")))
				return true;
		}
	}
	return false;
}

void
sigma_filter_read(struct sigma *s, const struct yaml_node *doc)
{
	const struct yaml_node *map = yaml_get(doc, "filter");
	const struct yaml_node *rules = yaml_get(map, "rules");
	struct ruleset *rs = s->rs;
	struct sigma_filter f = {.path = s->path,
	    .line = map->line,
	    .column = map->column,
	    .rule = s->rule};
	struct rule_node *root;

	s->filter = true;
	if (yaml_text(yaml_get(doc, "title")).n == 0)
		sigma_fail(s, doc, 0, "expected a title");
	sigma_logsource(s, doc);
	if (map->kind != YAML_MAP) {
		sigma_fail(s, map, 0, "expected a filter: a mapping");
		return;
	}
	if (!span_is_nocase(yaml_text(rules), "any"))
		f.rules = sigma_texts(s, rules);
	root = sigma_body(s, map, "rules");
	if (s->timeframe != NULL || s->legacy != NULL)
		sigma_fail(s, map, 0, "a filter has no aggregation");
	if (root == NULL || s->bad)
		return;
	s->rule->root = root;
	f.suppresses = !negates(yaml_get(map, "condition"));
	rs->filters = arena_grow(
	    &rs->arena, rs->filters, rs->nfilters, &rs->capfilters, sizeof(f));
	rs->filters[rs->nfilters++] = f;
}

/* What the filter's logsource names must be the rule's. */
static bool
covers(const struct rule *f, const struct rule *r)
{
	if (f->product.n > 0 && !span_eq_nocase(f->product, r->product))
		return false;
	if (span_is(f->product, "tidemark"))
		return (r->kinds & ~f->kinds) == 0;
	return (f->category.n == 0 ||
		   span_eq_nocase(f->category, r->category)) &&
	       (f->service.n == 0 || span_eq_nocase(f->service, r->service));
}

static bool
is_named(const struct rule *r, struct span name)
{
	return span_eq(r->check.id, name) || span_eq(r->name, name) ||
	       span_eq(r->uuid, name);
}

static bool
names(const struct sigma_filter *f, const struct rule *r)
{
	for (size_t i = 0; i < f->rules.n; i++)
		if (is_named(r, f->rules.v[i]))
			return true;
	return f->rules.n == 0;
}

static struct rule_node *
node_new(
    struct arena *a, enum rule_op op, struct rule_node *x, struct rule_node *y)
{
	struct rule_node *n = arena_alloc(a, sizeof(*n));

	n->op = op;
	n->nkids = y != NULL ? 2 : 1;
	n->kids = arena_array(a, n->nkids, sizeof(struct rule_node *));
	n->kids[0] = x;
	if (y != NULL)
		n->kids[1] = y;
	sigma_settle(n);
	return n;
}

static void
filter_apply(struct ruleset *rs, const struct sigma_filter *f)
{
	struct rule_node *keep = f->rule->root;

	if (f->suppresses)
		keep = node_new(&rs->arena, RULE_NOT, keep, NULL);
	for (size_t i = 0; i < rs->n; i++) {
		struct rule *r = rs->rules[i];

		if (r->root != NULL && names(f, r) && covers(f->rule, r))
			r->root = node_new(&rs->arena, RULE_AND, r->root, keep);
	}
}

static void
filter_check(struct sigma *s, const struct sigma_filter *f)
{
	struct span name;

	for (size_t i = 0; i < f->rules.n; i++) {
		name = f->rules.v[i];
		if (map_get(&s->rs->refs, name) != MAP_NONE)
			continue;
		s->path = f->path;
		sigma_report(s, f->line, f->column,
		    arena_fmt(s->arena, "no rule %.*s", SPAN_FMT(name)).p);
	}
}

/* ---- correlations ---- */

static void
correlation_fail(struct sigma *s, struct rule *r,
    const struct correlation_ref *at, const char *what)
{
	s->path = r->path;
	sigma_report(s, at->line, at->column,
	    arena_fmt(s->arena, "%s %.*s", what, SPAN_FMT(at->name)).p);
	r->unsupplied = true;
}

/* Those of the same file first: names need to be unique there only. */
static struct rule *
ref_find(const struct ruleset *rs, const struct rule *from, struct span name)
{
	uint32_t i = map_get(&rs->refs, name);

	if (i == MAP_NONE)
		return NULL;
	if (span_eq(rs->rules[i]->path, from->path))
		return rs->rules[i];
	/* A file's rules stand together. */
	for (uint32_t k = from->index; k-- > 0;)
		if (!span_eq(rs->rules[k]->path, from->path))
			break;
		else if (is_named(rs->rules[k], name))
			return rs->rules[k];
	for (uint32_t k = from->index + 1; k < rs->n; k++)
		if (!span_eq(rs->rules[k]->path, from->path))
			break;
		else if (is_named(rs->rules[k], name))
			return rs->rules[k];
	return rs->rules[i];
}

static void
refs_find(struct sigma *s, struct rule *r)
{
	struct correlation *c = r->correlation;

	for (size_t i = 0; i < c->nrefs; i++) {
		struct rule *to = ref_find(s->rs, r, c->refs[i].name);

		c->refs[i].rule = to;
		if (to == NULL)
			correlation_fail(s, r, &c->refs[i], "no rule");
		else if (to == r)
			correlation_fail(
			    s, r, &c->refs[i], "a correlation of itself:");
		else if (span_eq(to->path, r->path) && !c->generate)
			to->silent = true;
	}
}

/* Chains: the depth of a correlation above plain rules; 0 when it is in a
 * ring, or refers to nothing. */
static unsigned
depth_of(struct sigma *s, struct rule *r, unsigned level)
{
	struct correlation *c = r->correlation;
	unsigned most = 0;

	if (c == NULL || c->depth > 0 || r->unsupplied)
		return c == NULL ? 0 : c->depth;
	for (size_t i = 0; i < c->nrefs; i++) {
		struct rule *to = c->refs[i].rule;
		unsigned d;

		if (level >= LIMIT_CORRELATION_DEPTH) {
			correlation_fail(s, r, &c->refs[i],
			    "correlations in a ring, or nested too deep, at");
			return 0;
		}
		d = depth_of(s, to, level + 1);
		if (to->correlation != NULL && d == 0) {
			if (!r->unsupplied)
				correlation_fail(s, r, &c->refs[i],
				    "a correlation that cannot run:");
			return 0;
		}
		most = d > most ? d : most;
	}
	c->depth = most + 1;
	return c->depth;
}

static uint16_t
give(struct ruleset *rs, struct rule *r, uint16_t field, struct span key)
{
	for (size_t i = 0; i < r->ngives; i++)
		if (r->gives[i].field == field &&
		    (field != FIELD_PAIR || span_eq(r->gives[i].key, key)))
			return (uint16_t)i;
	if (r->ngives == LIMIT_RECORD_FIELDS)
		return SLOT_ABSENT;
	r->gives = arena_grow(
	    &rs->arena, r->gives, r->ngives, &r->capgives, sizeof(*r->gives));
	r->gives[r->ngives] = (struct rule_given){field, key};
	return (uint16_t)r->ngives++;
}

/* A field name of a correlation, as events of a rule have it. */
static struct span
aliased(const struct correlation *c, struct span key, struct span ref,
    const struct rule *base)
{
	for (size_t i = 0; i < c->naliases; i++)
		if (span_eq(c->aliases[i].alias, key) &&
		    (span_eq(c->aliases[i].rule, ref) ||
			is_named(base, c->aliases[i].rule)))
			return c->aliases[i].field;
	return key;
}

static uint16_t
slot_of(struct sigma *s, struct rule *r, struct rule *base, struct span name)
{
	static const struct logsource_table none;
	bool native = span_is(base->product, "tidemark");
	uint16_t f = native
			 ? logsource_field(&none, NULL, name)
			 : logsource_field(&s->rs->sources, base->source, name);

	if (f == FIELD_DEVICE)
		return SLOT_DEVICE;
	if (f == F_NONE && base->source != NULL && base->source->pairs)
		f = FIELD_PAIR;
	if (f != F_NONE)
		return give(s->rs, base, f, name);
	if (native)
		correlation_fail(s, r,
		    &(struct correlation_ref){.name = name, .line = r->line},
		    "no field of records:");
	return SLOT_ABSENT;
}

static void
feed_add(struct sigma *s, struct rule *r, uint32_t ref, struct rule *base)
{
	struct correlation *c = r->correlation;
	struct span by = c->refs[ref].name;
	struct correlation_feed *f;

	for (size_t i = 0; i < c->nfeeds; i++)
		if (c->feeds[i].ref == ref && c->feeds[i].rule == base->index)
			return;
	c->feeds = arena_grow(
	    s->arena, c->feeds, c->nfeeds, &c->capfeeds, sizeof(*c->feeds));
	f = &c->feeds[c->nfeeds++];
	f->ref = ref;
	f->rule = base->index;
	f->slots = arena_array(s->arena, c->keys.n + 1, sizeof(*f->slots));
	for (size_t i = 0; i < c->keys.n; i++)
		f->slots[i] =
		    slot_of(s, r, base, aliased(c, c->keys.v[i], by, base));
	f->slots[c->keys.n] =
	    c->field.n == 0
		? SLOT_ABSENT
		: slot_of(s, r, base, aliased(c, c->field, by, base));
	base->feeds = true;
}

/* The plain rules below a reference. */
static void
feeds_add(struct sigma *s, struct rule *r, uint32_t ref, struct rule *below)
{
	struct correlation *c = below->correlation;

	if (c == NULL) {
		feed_add(s, r, ref, below);
		return;
	}
	for (size_t i = 0; i < c->nrefs; i++)
		feeds_add(s, r, ref, c->refs[i].rule);
}

/* Can anything here make it hold? */
static bool
supplied(const struct rule *r)
{
	const struct correlation *c = r->correlation;
	bool all = c != NULL && c->expression == NULL && c->nbounds == 0;
	size_t n = 0;

	if (c == NULL)
		return r->kinds != 0;
	for (size_t i = 0; i < c->nrefs; i++)
		n += supplied(c->refs[i].rule);
	return all ? n == c->nrefs : n > 0;
}

void
ruleset_link(struct ruleset *rs, sigma_problem_fn *problem, void *ctx)
{
	struct sigma s = {
	    .rs = rs, .arena = &rs->arena, .problem = problem, .ctx = ctx};

	for (size_t i = 0; i < rs->nfilters; i++) {
		filter_check(&s, &rs->filters[i]);
		filter_apply(rs, &rs->filters[i]);
	}
	rs->nfilters = 0;
	for (size_t i = 0; i < rs->n; i++)
		if (rs->rules[i]->correlation != NULL)
			refs_find(&s, rs->rules[i]);
	for (size_t i = 0; i < rs->n; i++)
		depth_of(&s, rs->rules[i], 0);
	for (size_t i = 0; i < rs->n; i++) {
		struct rule *r = rs->rules[i];
		struct correlation *c = r->correlation;

		if (c == NULL || c->depth == 0)
			continue;
		for (uint32_t k = 0; k < c->nrefs; k++)
			feeds_add(&s, r, k, c->refs[k].rule);
		r->unsupplied |= !supplied(r);
	}
}
