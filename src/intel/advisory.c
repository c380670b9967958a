#include "intel/advisory.h"

#include <stdio.h>

struct span_list
span_list_read(struct arena *a, const struct yaml_node *node)
{
	struct span_list l = {.n = yaml_count(node)};

	l.v = arena_array(a, l.n, sizeof(*l.v));
	for (size_t i = 0; i < l.n; i++)
		l.v[i] = arena_copy(a, yaml_text(yaml_at(node, i)));
	return l;
}

void
fix_read(
    struct arena *a, const struct yaml_node *node, struct fix **out, size_t *n)
{
	struct fix *f;

	*out = NULL;
	*n = 0;
	if (node == NULL || yaml_is_null(node))
		return;
	if (node->kind != YAML_MAP) {
		f = arena_alloc(a, sizeof(*f));
		f->commands = span_list_read(a, node);
		*out = f;
		*n = 1;
		return;
	}
	f = arena_array(a, node->n, sizeof(*f));
	for (size_t i = 0; i < node->n; i++) {
		struct span word = yaml_text(node->keys[i]);

		if (!span_is(word, "any"))
			f[i].platform = arena_copy(a, word);
		f[i].commands = span_list_read(a, node->items[i]);
	}
	*out = f;
	*n = node->n;
}

struct span_list
fix_for(const struct fix *fixes, size_t n, struct span platform)
{
	struct span_list any = {0};

	for (size_t i = 0; i < n; i++) {
		if (platform.n > 0 && span_eq(fixes[i].platform, platform))
			return fixes[i].commands;
		if (fixes[i].platform.n == 0)
			any = fixes[i].commands;
	}
	/* With the platform unknown, the first table is better than nothing. */
	if (any.n == 0 && platform.n == 0 && n > 0)
		return fixes[0].commands;
	return any;
}

bool
advisory_row_applies(const struct advisory_row *r, struct span platform)
{
	if (r->platforms.n == 0 || platform.n == 0)
		return true;
	for (size_t i = 0; i < r->platforms.n; i++)
		if (span_eq(r->platforms.v[i], platform))
			return true;
	return false;
}

static int
wrong(struct yaml_error *e, const struct yaml_node *at, const char *text)
{
	e->line = at ? at->line : 0;
	e->column = at ? at->column : 0;
	snprintf(e->text, sizeof(e->text), "%s", text);
	return -1;
}

static int
clear_read(const struct yaml_node *node, evidence_word_fn *word,
    struct advisory_row *row, struct yaml_error *e)
{
	for (size_t i = 0; i < yaml_count(node); i++) {
		const struct yaml_node *alt = yaml_at(node, i);
		unsigned mask = 0;

		if (row->nclear >= 8)
			return wrong(e, alt, "more than 8 alternatives");
		for (size_t k = 0; k < yaml_count(alt); k++) {
			unsigned bit = word(yaml_text(yaml_at(alt, k)));

			if (bit == 0)
				return wrong(e, yaml_at(alt, k),
				    "unknown evidence class");
			mask |= bit;
		}
		if (mask != 0)
			row->clear_when[row->nclear++] = mask;
	}
	return 0;
}

static int
row_read(struct arena *a, const struct yaml_node *node, struct span advisory,
    evidence_word_fn *word, struct advisory_row *row, struct yaml_error *e)
{
	struct span id = yaml_text(yaml_get(node, "id"));

	if (id.n == 0 || yaml_text(yaml_get(node, "title")).n == 0)
		return wrong(e, node, "a row needs id and title");
	row->id = arena_fmt(a, "%.*s:%.*s", SPAN_FMT(advisory), SPAN_FMT(id));
	row->title = arena_copy(a, yaml_text(yaml_get(node, "title")));
	row->confirmed = arena_copy(a, yaml_text(yaml_get(node, "confirmed")));
	row->procedure = arena_copy(a, yaml_text(yaml_get(node, "procedure")));
	yaml_bool(yaml_get(node, "essential"), &row->essential);
	yaml_bool(yaml_get(node, "by_hand"), &row->by_hand);
	if (row->by_hand && row->procedure.n == 0)
		return wrong(e, node, "a row by hand needs its procedure");
	row->platforms = span_list_read(a, yaml_get(node, "platforms"));
	fix_read(a, yaml_get(node, "need"), &row->need, &row->nneed);
	return clear_read(yaml_get(node, "clear_when"), word, row, e);
}

int
advisory_read(struct arena *a, struct span yaml, evidence_word_fn *word,
    struct advisory *out, struct yaml_error *e)
{
	struct advisory adv = {0};
	struct yaml_docs docs;
	const struct yaml_node *root, *rows;

	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	root = docs.n == 1 ? docs.v[0] : NULL;
	rows = yaml_get(root, "rows");
	adv.id = arena_copy(a, yaml_text(yaml_get(root, "id")));
	if (adv.id.n == 0 || rows == NULL || rows->kind != YAML_LIST)
		return wrong(e, root, "expected one document with id and rows");
	adv.title = arena_copy(a, yaml_text(yaml_get(root, "title")));
	adv.published = arena_copy(a, yaml_text(yaml_get(root, "published")));
	adv.sources = span_list_read(a, yaml_get(root, "sources"));
	adv.nrows = rows->n;
	adv.rows = arena_array(a, rows->n, sizeof(*adv.rows));
	for (size_t i = 0; i < rows->n; i++)
		if (row_read(
			a, rows->items[i], adv.id, word, &adv.rows[i], e) != 0)
			return -1;
	*out = adv;
	return 0;
}
