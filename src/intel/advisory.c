#include "intel/advisory.h"

static bool
lists(struct span_list l, struct span word)
{
	for (size_t i = 0; i < l.n; i++)
		if (span_eq(l.v[i], word))
			return true;
	return false;
}

bool
advisory_row_applies(const struct advisory_row *r, struct span platform)
{
	if (platform.n == 0)
		return !r->scoped;
	return r->platforms.n == 0 || lists(r->platforms, platform);
}

bool
advisory_row_clears(const struct advisory_row *r, struct span platform)
{
	if (!r->answered)
		return false;
	if (r->answered_on.n > 0 && !lists(r->answered_on, platform))
		return false;
	return r->clear_on.n == 0 || lists(r->clear_on, platform);
}

static int
clear_read(const struct yaml_node *node, evidence_word_fn *word,
    struct advisory_row *row, struct yaml_error *e)
{
	for (size_t i = 0; i < yaml_count(node); i++) {
		const struct yaml_node *alt = yaml_at(node, i);
		unsigned mask = 0;

		if (row->nclear >= 8)
			return yaml_wrong(e, alt, "more than 8 alternatives");
		for (size_t k = 0; k < yaml_count(alt); k++) {
			unsigned bit = word(yaml_text(yaml_at(alt, k)));

			if (bit == 0)
				return yaml_wrong(e, yaml_at(alt, k),
				    "unknown evidence class");
			mask |= bit;
		}
		if (mask != 0)
			row->clear_when[row->nclear++] = mask;
	}
	return 0;
}

static int
row_read(struct arena *a, const struct yaml_node *node,
    const struct advisory *adv, evidence_word_fn *word,
    struct advisory_row *row, struct yaml_error *e)
{
	struct span id = yaml_text(yaml_get(node, "id"));

	if (id.n == 0 || yaml_text(yaml_get(node, "title")).n == 0)
		return yaml_wrong(e, node, "a row needs id and title");
	row->id = arena_fmt(a, "%.*s:%.*s", SPAN_FMT(adv->id), SPAN_FMT(id));
	row->title = arena_copy(a, yaml_text(yaml_get(node, "title")));
	row->confirmed = arena_copy(a, yaml_text(yaml_get(node, "confirmed")));
	if (row->confirmed.n == 0)
		row->confirmed = adv->confirmed;
	row->procedure =
	    arena_copy(a, span_trim(yaml_text(yaml_get(node, "procedure"))));
	yaml_bool(yaml_get(node, "essential"), &row->essential);
	yaml_bool(yaml_get(node, "by_hand"), &row->by_hand);
	if (row->by_hand && row->procedure.n == 0)
		return yaml_wrong(e, node, "a row by hand needs its procedure");
	row->platforms = span_list_read(a, yaml_get(node, "platforms"));
	if (row->platforms.n == 0)
		row->platforms = adv->platforms;
	row->scoped = adv->platforms.n > 0;
	row->checks = span_list_read(a, yaml_get(node, "checks"));
	row->settings = span_list_read(a, yaml_get(node, "settings"));
	row->clear_on = span_list_read(a, yaml_get(node, "clear_on"));
	fix_read(a, yaml_get(node, "need"), &row->need, &row->nneed);
	return clear_read(yaml_get(node, "clear_when"), word, row, e);
}

static void
campaign_read(
    struct arena *a, const struct yaml_node *node, struct advisory *adv)
{
	if (node == NULL)
		return;
	adv->campaign = arena_copy(a, yaml_text(yaml_get(node, "name")));
	adv->overlaps = span_list_read(a, yaml_get(node, "overlaps"));
}

int
advisory_read(struct arena *a, struct span yaml, evidence_word_fn *word,
    struct advisory *out, struct yaml_error *e)
{
	struct advisory adv = {0};
	struct yaml_docs docs;
	const struct yaml_node *root, *rows;
	bool essential = false;

	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	root = docs.n == 1 ? docs.v[0] : NULL;
	rows = yaml_get(root, "rows");
	adv.id = arena_copy(a, yaml_text(yaml_get(root, "id")));
	if (adv.id.n == 0 || rows == NULL || rows->kind != YAML_LIST)
		return yaml_wrong(
		    e, root, "expected one document with id and rows");
	adv.title = arena_copy(a, yaml_text(yaml_get(root, "title")));
	adv.published = arena_copy(a, yaml_text(yaml_get(root, "published")));
	adv.confirmed = arena_copy(a, yaml_text(yaml_get(root, "confirmed")));
	adv.sources = span_list_read(a, yaml_get(root, "sources"));
	campaign_read(a, yaml_get(root, "campaign"), &adv);
	adv.platforms = span_list_read(a, yaml_get(root, "platforms"));
	adv.nrows = rows->n;
	adv.rows = arena_array(a, rows->n, sizeof(*adv.rows));
	for (size_t i = 0; i < rows->n; i++)
		if (row_read(a, rows->items[i], &adv, word, &adv.rows[i], e) !=
		    0)
			return -1;
	for (size_t i = 0; i < rows->n; i++)
		essential |= adv.rows[i].essential;
	for (size_t i = 0; i < rows->n; i++)
		adv.rows[i].main = essential;
	*out = adv;
	return 0;
}
