#include "intel/logsource.h"

#include <stdarg.h>
#include <stdio.h>

struct reading {
	struct arena *arena;
	logsource_problem_fn *problem;
	void *ctx;
	bool bad; /* the row at hand */
};

static void fail(struct reading *r, const struct yaml_node *at, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

static void
fail(struct reading *r, const struct yaml_node *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->bad = true;
	r->problem(r->ctx, at->line, at->column, text);
}

static uint16_t
field_of(struct span name)
{
	int f = field_find(name);

	if (f >= 0)
		return (uint16_t)f;
	if (span_is(name, "device"))
		return FIELD_DEVICE;
	return span_is(name, "time") ? FIELD_TIME : F_NONE;
}

static void
fields_read(struct reading *r, const struct yaml_node *map,
    struct field_name **out, size_t *n)
{
	if (yaml_is_null(map))
		return;
	if (map->kind != YAML_MAP) {
		fail(r, map, "expected names and record fields");
		return;
	}
	*out = arena_array(r->arena, map->n, sizeof(**out));
	for (size_t i = 0; i < map->n; i++) {
		uint16_t f = field_of(yaml_text(map->items[i]));

		if (f == F_NONE)
			fail(r, map->items[i], "no field of records: %.*s",
			    SPAN_FMT(yaml_text(map->items[i])));
		(*out)[(*n)++] = (struct field_name){map->keys[i]->text, f};
	}
}

static void
kinds_read(struct reading *r, const struct yaml_node *kinds, uint64_t *out)
{
	for (size_t i = 0; i < yaml_count(kinds); i++) {
		const struct yaml_node *item = yaml_at(kinds, i);
		int k = kind_find(yaml_text(item));

		if (k < 0)
			fail(r, item, "no kind of record: %.*s",
			    SPAN_FMT(yaml_text(item)));
		else
			*out |= UINT64_C(1) << k;
	}
}

static void
row_item(struct reading *r, struct logsource *row, const struct yaml_node *key,
    const struct yaml_node *value)
{
	if (span_is(key->text, "product"))
		row->product = yaml_text(value);
	else if (span_is(key->text, "category"))
		row->category = yaml_text(value);
	else if (span_is(key->text, "service"))
		row->service = yaml_text(value);
	else if (span_is(key->text, "about"))
		row->about = yaml_text(value);
	else if (span_is(key->text, "unread"))
		row->unread = yaml_text(value);
	else if (span_is(key->text, "kinds"))
		kinds_read(r, value, &row->kinds);
	else if (span_is(key->text, "fields"))
		fields_read(r, value, &row->fields, &row->nfields);
	else if (span_is(key->text, "where"))
		row->where = value;
	else if (span_is(key->text, "pairs")) {
		if (!yaml_bool(value, &row->pairs))
			fail(r, value, "expected true or false");
	} else {
		fail(r, key, "unknown key in a logsource: %.*s",
		    SPAN_FMT(key->text));
	}
}

static bool
row_read(struct reading *r, const struct yaml_node *node, struct logsource *row)
{
	r->bad = false;
	if (node->kind != YAML_MAP) {
		fail(r, node, "expected a logsource: a mapping");
		return false;
	}
	for (size_t i = 0; i < node->n; i++)
		row_item(r, row, node->keys[i], node->items[i]);
	if (row->product.n + row->category.n + row->service.n == 0)
		fail(r, node, "expected a product, category or service");
	if ((row->kinds == 0) == (row->unread.n == 0))
		fail(r, node, "expected kinds, or unread: why there are none");
	return !r->bad;
}

/* New ones first, then those of before. */
static void *
joined(struct arena *a, const void *fresh, size_t n, const void *old,
    size_t nold, size_t size)
{
	char *all = arena_array(a, n + nold, size);

	if (n > 0)
		memcpy(all, fresh, n * size);
	if (nold > 0)
		memcpy(all + n * size, old, nold * size);
	return all;
}

static void
document_read(
    struct reading *r, struct logsource_table *t, const struct yaml_node *doc)
{
	const struct yaml_node *rows = yaml_get(doc, "sources");
	struct logsource *v =
	    arena_array(r->arena, yaml_count(rows), sizeof(*v));
	struct field_name *names = NULL;
	size_t n = 0, nnames = 0;

	if (doc->kind != YAML_MAP) {
		fail(r, doc, "expected fields and sources");
		return;
	}
	for (size_t i = 0; i < doc->n; i++)
		if (!span_is(doc->keys[i]->text, "fields") &&
		    !span_is(doc->keys[i]->text, "sources"))
			fail(r, doc->keys[i], "expected fields or sources");
	for (size_t i = 0; i < yaml_count(rows); i++) {
		v[n] = (struct logsource){0};
		n += row_read(r, yaml_at(rows, i), &v[n]);
	}
	fields_read(r, yaml_get(doc, "fields"), &names, &nnames);
	t->v = joined(r->arena, v, n, t->v, t->n, sizeof(*v));
	t->n += n;
	t->fields = joined(
	    r->arena, names, nnames, t->fields, t->nfields, sizeof(*names));
	t->nfields += nnames;
}

void
logsource_read(struct logsource_table *t, struct arena *a, struct span yaml,
    logsource_problem_fn *problem, void *ctx)
{
	struct reading r = {.arena = a, .problem = problem, .ctx = ctx};
	struct yaml_docs docs = {0};
	struct yaml_error e;

	if (yaml_read(a, yaml, &docs, &e) < 0)
		problem(ctx, e.line, e.column, e.text);
	for (size_t i = 0; i < docs.n; i++)
		document_read(&r, t, docs.v[i]);
}

static bool
fits(struct span want, struct span have)
{
	return want.n == 0 || span_eq_nocase(want, have);
}

const struct logsource *
logsource_find(const struct logsource_table *t, struct span product,
    struct span category, struct span service)
{
	for (size_t i = 0; i < t->n; i++)
		if (fits(t->v[i].product, product) &&
		    fits(t->v[i].category, category) &&
		    fits(t->v[i].service, service))
			return &t->v[i];
	return NULL;
}

static uint16_t
name_find(const struct field_name *v, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq_nocase(v[i].name, name))
			return v[i].field;
	return F_NONE;
}

uint16_t
logsource_field(const struct logsource_table *t, const struct logsource *row,
    struct span name)
{
	uint16_t f = F_NONE;

	if (row != NULL)
		f = name_find(row->fields, row->nfields, name);
	if (f != F_NONE)
		return f;
	f = name_find(t->fields, t->nfields, name);
	/* Names of pairs are the line's own. */
	if (row != NULL && row->pairs)
		return f == FIELD_DEVICE || f == FIELD_TIME ? f : F_NONE;
	return f == F_NONE ? field_of(name) : f;
}

/* ---- the page ---- */

static const char *
target_name(uint16_t field)
{
	return field == FIELD_DEVICE ? "device"
	       : field == FIELD_TIME ? "time"
				     : field_name((enum field_id)field);
}

static void
names_put(struct buf *b, const struct field_name *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "%s`%.*s` = `%s`", i > 0 ? ", " : "",
		    SPAN_FMT(v[i].name), target_name(v[i].field));
}

static void
word_put(struct buf *b, struct span word)
{
	if (word.n > 0)
		buf_fmt(b, " `%.*s` |", SPAN_FMT(word));
	else
		buf_puts(b, " any |");
}

static void
kinds_put(struct buf *b, uint64_t kinds)
{
	bool any = false;

	for (unsigned k = 0; k < K_COUNT; k++) {
		if (!(kinds >> k & 1))
			continue;
		buf_fmt(b, "%s`%s`", any ? ", " : "",
		    kind_name((enum record_kind)k));
		any = true;
	}
}

static void
row_put(struct buf *b, const struct logsource *row)
{
	buf_byte(b, '|');
	word_put(b, row->product);
	word_put(b, row->category);
	word_put(b, row->service);
	buf_byte(b, ' ');
	if (row->kinds == 0)
		buf_fmt(b, "not read: %.*s", SPAN_FMT(row->unread));
	kinds_put(b, row->kinds);
	buf_puts(b, " | ");
	buf_put(b, row->about);
	if (row->about.n > 0 && (row->nfields > 0 || row->pairs))
		buf_puts(b, "<br>");
	names_put(b, row->fields, row->nfields);
	if (row->pairs)
		buf_fmt(b, "%sother names: `name=value` in the line",
		    row->nfields > 0 ? "; " : "");
	buf_puts(b, " |\n");
}

static void
own_put(struct buf *b)
{
	buf_puts(b, "## Our own\n\n"
		    "`product: tidemark`, `category:` one of these kinds, or a "
		    "list of them. `tidemark dump FILE` shows the records of a "
		    "file.\n\n| category | what |\n| --- | --- |\n");
	for (unsigned k = 0; k < K_COUNT; k++)
		buf_fmt(b, "| `%s` | %s |\n", kind_name((enum record_kind)k),
		    kind_meaning((enum record_kind)k));
	buf_puts(b, "\n## Fields of records\n\n| field | what |\n| --- | --- "
		    "|\n");
	for (unsigned f = 0; f < F_COUNT; f++)
		buf_fmt(b, "| `%s` | %s |\n", field_name((enum field_id)f),
		    field_meaning((enum field_id)f));
	buf_puts(b, "\n`time` is when the event happened, for the time "
		    "modifiers. `device`, in `group-by` only, is the device "
		    "that the evidence was joined to.\n");
}

void
logsource_page(const struct logsource_table *t, struct buf *b)
{
	buf_puts(b,
	    "# Logsources\n\n"
	    "Written by `tidemark intel logsources`; the table is "
	    "`data/logsources.yaml`.\n\n"
	    "## Of rules from elsewhere\n\n"
	    "The first row that fits a rule's `logsource` counts: what the "
	    "row names must be the rule's. `--logsources FILE` puts rows and "
	    "names of your own before these.\n\n"
	    "| product | category | service | records | what, and names of "
	    "fields |\n| --- | --- | --- | --- | --- |\n");
	for (size_t i = 0; i < t->n; i++)
		row_put(b, &t->v[i]);
	buf_puts(b, "\nIn all of them: ");
	names_put(b, t->fields, t->nfields);
	buf_puts(b, ". A name that is none of these is the record field of "
		    "that name.\n\n");
	own_put(b);
}
