/*
 * The documents of a file.  Collections of Sigma 1 are merged here: a document
 * with "action: global" is the ground of those behind it, "reset" takes it
 * away, "repeat" is the document before with what it says anew.
 */
#include "base/limits.h"
#include "intel/sigma_build.h"

/* The keys of both; where both are mappings, merged, else b's. */
static struct yaml_node *
merged(struct arena *a, struct yaml_node *x, struct yaml_node *y)
{
	struct yaml_node *out;

	if (x == NULL || x->kind != YAML_MAP || y->kind != YAML_MAP)
		return y;
	out = arena_alloc(a, sizeof(*out));
	*out = *y;
	out->n = 0;
	out->keys = arena_array(a, x->n + y->n, sizeof(*out->keys));
	out->items = arena_array(a, x->n + y->n, sizeof(*out->items));
	for (size_t i = 0; i < x->n; i++) {
		out->keys[out->n] = x->keys[i];
		out->items[out->n++] = x->items[i];
	}
	for (size_t i = 0; i < y->n; i++) {
		size_t k = 0;

		while (k < x->n && !span_eq(x->keys[k]->text, y->keys[i]->text))
			k++;
		if (k < x->n) {
			out->items[k] = merged(a, x->items[k], y->items[i]);
		} else {
			out->keys[out->n] = y->keys[i];
			out->items[out->n++] = y->items[i];
		}
	}
	return out;
}

/* Nothing of a rule stands in it. */
static bool
no_rule(const struct yaml_node *doc)
{
	static const char *const keys[] = {"detection", "correlation", "filter",
	    "logsource", "title", "action"};

	if (doc->kind != YAML_MAP)
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (yaml_get(doc, keys[i]) != NULL)
			return false;
	return true;
}

static void
rule_new(struct sigma *s, const struct yaml_node *doc)
{
	s->rule = arena_alloc(s->arena, sizeof(*s->rule));
	s->rule->path = s->path;
	s->rule->line = doc->line;
	s->rule->external = F_NONE;
}

static void
plain_rule(struct sigma *s, const struct yaml_node *doc)
{
	if (yaml_get(doc, "detection") == NULL) {
		sigma_fail(s, doc, 0,
		    "expected a rule with a detection, a correlation or a "
		    "filter");
		return;
	}
	sigma_logsource(s, doc);
	sigma_about(s, doc);
	sigma_novel_check(s, NULL);
	sigma_detection(s, doc);
	if (s->bad)
		return;
	if (s->legacy != NULL)
		sigma_legacy_add(s, doc);
	else
		sigma_add(s, doc, s->rule);
}

static int
document_read(struct sigma *s, const struct yaml_node *doc)
{
	size_t before = s->rs->n;

	rule_new(s, doc);
	if (doc->kind != YAML_MAP)
		sigma_fail(s, doc, 0, "expected a rule: a mapping");
	else if (yaml_get(doc, "correlation") != NULL)
		sigma_correlation(s, doc);
	else if (yaml_get(doc, "filter") != NULL)
		sigma_filter_read(s, doc);
	else
		plain_rule(s, doc);
	return (int)(s->rs->n - before);
}

/* What stands before a document of a collection. */
struct ground {
	struct yaml_node *global, *last;
	unsigned copies; /* of the global document's id */
};

/* The document with its ground; NULL when it is only a ground itself. */
static struct yaml_node *
grounded(struct sigma *s, struct arena *tree, struct ground *g,
    struct yaml_node *doc)
{
	const struct yaml_node *action = yaml_get(doc, "action");
	struct span word = yaml_text(action);

	if (action != NULL && span_is(word, "global")) {
		g->global = merged(tree, g->global, doc);
		g->copies = 0;
		return NULL;
	}
	if (action != NULL && span_is(word, "reset"))
		g->global = NULL;
	else if (action != NULL && span_is(word, "repeat"))
		doc = merged(tree, g->last, doc);
	else if (action != NULL)
		sigma_fail(s, action, 0, "expected global, reset or repeat");
	if (g->global != NULL && yaml_get(doc, "id") == NULL &&
	    yaml_get(g->global, "id") != NULL)
		s->copy = ++g->copies;
	if (g->global != NULL)
		doc = merged(tree, g->global, doc);
	g->last = doc;
	return doc;
}

static int
documents_read(
    struct sigma *s, struct arena *tree, const struct yaml_docs *docs)
{
	struct ground g = {0};
	size_t none = 0;
	int added = 0;

	for (size_t i = 0; i < docs->n; i++) {
		struct sigma one = *s;
		struct yaml_node *doc;

		if (no_rule(docs->v[i]) && g.global == NULL) {
			none++;
			continue;
		}
		doc = grounded(&one, tree, &g, docs->v[i]);
		if (doc != NULL && !one.bad)
			added += document_read(&one, doc);
	}
	s->rs->nnorules += none == docs->n;
	return added;
}

static struct sigma
sigma_of(
    struct ruleset *rs, struct span path, sigma_problem_fn *problem, void *ctx)
{
	return (struct sigma){.rs = rs,
	    .arena = &rs->arena,
	    .path = arena_copy(&rs->arena, path),
	    .problem = problem,
	    .ctx = ctx};
}

int
ruleset_read(struct ruleset *rs, struct span yaml, struct span path,
    sigma_problem_fn *problem, void *ctx)
{
	struct sigma s = sigma_of(rs, path, problem, ctx);
	struct yaml_docs docs = {0};
	struct yaml_error e;
	struct arena tree;
	int added = 0;

	rs->nfiles++;
	arena_init(&tree);
	if (yaml_read(&tree, yaml, &docs, &e) < 0)
		sigma_report(&s, e.line, e.column, e.text);
	else
		added = documents_read(&s, &tree, &docs);
	arena_release(&tree);
	return added;
}

static void
on_logsource(void *ctx, uint32_t line, uint32_t column, const char *text)
{
	sigma_report(ctx, line, column, text);
}

void
ruleset_logsources(struct ruleset *rs, struct span yaml, struct span path,
    sigma_problem_fn *problem, void *ctx)
{
	struct sigma s = sigma_of(rs, path, problem, ctx);

	logsource_read(&rs->sources, &rs->arena, yaml, on_logsource, &s);
}

static void
placeholder_read(struct sigma *s, const struct yaml_node *key,
    const struct yaml_node *values)
{
	struct ruleset *rs = s->rs;
	struct span name = key->text;

	if (name.n > 2 && name.p[0] == '%' && name.p[name.n - 1] == '%')
		name = span_sub(name, 1, name.n - 1);
	rs->values = arena_grow(&rs->arena, rs->values, rs->nvalues,
	    &rs->capvalues, sizeof(*rs->values));
	rs->values[rs->nvalues] = sigma_texts(s, values);
	map_put(&rs->placeholders, name, (uint32_t)rs->nvalues++);
}

void
ruleset_placeholders(struct ruleset *rs, struct span yaml, struct span path,
    sigma_problem_fn *problem, void *ctx)
{
	struct sigma s = sigma_of(rs, path, problem, ctx);
	struct yaml_docs docs = {0};
	struct yaml_error e;
	struct arena tree;

	arena_init(&tree);
	if (yaml_read(&tree, yaml, &docs, &e) < 0)
		sigma_report(&s, e.line, e.column, e.text);
	for (size_t i = 0; i < docs.n; i++) {
		if (docs.v[i]->kind != YAML_MAP) {
			sigma_fail(&s, docs.v[i], 0,
			    "expected placeholders and their values");
			continue;
		}
		for (size_t k = 0; k < docs.v[i]->n; k++)
			placeholder_read(
			    &s, docs.v[i]->keys[k], docs.v[i]->items[k]);
	}
	arena_release(&tree);
}
