#include "intel/remedies.h"

#include "intel/fix.h"

/* Lists of texts, by key. */
static struct span_list *
list_of(struct remedy_platform *p, struct span key)
{
	const struct {
		const char *key;
		struct span_list *list;
	} table[] = {{"platforms", &p->platforms}, {"collect", &p->collect},
	    {"contain", &p->contain}, {"evict", &p->evict},
	    {"before", &p->before}, {"kept", &p->kept}, {"enter", &p->enter},
	    {"leave", &p->leave}, {"after", &p->after},
	    {"rollback", &p->rollback}, {"control", &p->control},
	    {"single", &p->single}};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (span_is(key, table[i].key))
			return table[i].list;
	return NULL;
}

static int
samples_read(struct arena *a, const struct yaml_node *map,
    struct remedy_platform *p, struct yaml_error *e)
{
	if (map->kind != YAML_MAP)
		return yaml_wrong(e, map, "expected names with their samples");
	p->samples = arena_array(a, map->n, sizeof(*p->samples));
	for (; p->nsamples < map->n; p->nsamples++)
		p->samples[p->nsamples] = (struct remedy_sample){
		    arena_copy(a, yaml_text(map->keys[p->nsamples])),
		    arena_copy(a, yaml_text(map->items[p->nsamples]))};
	return 0;
}

static struct span_list
indicator_read(struct arena *a, const struct yaml_node *node)
{
	struct fix *f;
	size_t n;

	fix_read(a, node, &f, &n);
	return n == 1 ? f->templates : (struct span_list){0};
}

static int
platform_read(struct arena *a, const struct yaml_node *doc,
    struct remedy_book *b, struct yaml_error *e)
{
	struct remedy_platform p = {0};

	for (size_t i = 0; i < doc->n; i++) {
		struct span key = yaml_text(doc->keys[i]);
		struct span_list *list = list_of(&p, key);
		struct span text = yaml_text(doc->items[i]);

		if (list != NULL)
			*list = span_list_read(a, doc->items[i]);
		else if (span_is(key, "indicator"))
			p.indicator = indicator_read(a, doc->items[i]);
		else if (span_is(key, "family"))
			p.family = arena_copy(a, text);
		else if (span_is(key, "comment"))
			p.comment = arena_copy(a, text);
		else if (span_is(key, "restarts")) {
			if (!yaml_bool(doc->items[i], &p.restarts))
				return yaml_wrong(
				    e, doc->items[i], "expected true or false");
		} else if (span_is(key, "samples")) {
			if (samples_read(a, doc->items[i], &p, e) != 0)
				return -1;
		} else if (!span_is(key, "source") &&
			   !span_is(key, "confirmed"))
			return yaml_wrong(e, doc->keys[i], "unknown key");
	}
	if (p.platforms.n == 0 || p.comment.n == 0)
		return yaml_wrong(e, doc, "expected platforms and comment");
	if (p.family.n > 0 && !span_is(p.family, "lines") &&
	    !span_is(p.family, "paths") && !span_is(p.family, "blocks"))
		return yaml_wrong(e, doc, "family is lines, paths or blocks");
	if (yaml_text(yaml_get(doc, "source")).n == 0 ||
	    yaml_text(yaml_get(doc, "confirmed")).n == 0)
		return yaml_wrong(e, doc, "expected source and confirmed");
	b->v = arena_grow(a, b->v, b->n, &b->cap, sizeof(p));
	b->v[b->n++] = p;
	return 0;
}

static int
tests_read(struct arena *a, const struct yaml_node *is, struct remedy_value *v,
    struct yaml_error *e)
{
	if (is == NULL)
		return 0;
	if (is->kind != YAML_MAP)
		return yaml_wrong(e, is, "expected fields with their values");
	v->is = arena_array(a, is->n, sizeof(*v->is));
	for (; v->nis < is->n; v->nis++) {
		int f = field_find(yaml_text(is->keys[v->nis]));

		if (f < 0)
			return yaml_wrong(e, is->keys[v->nis], "no field");
		v->is[v->nis] = (struct remedy_test){(enum field_id)f,
		    arena_copy(a, yaml_text(is->items[v->nis]))};
	}
	return 0;
}

static int
value_read(struct arena *a, const struct yaml_node *item, struct remedy_book *b,
    struct yaml_error *e)
{
	const struct yaml_node *kind = yaml_get(item, "kind"),
			       *each = yaml_get(item, "each");
	struct remedy_value v = {
	    .name = arena_copy(a, yaml_text(yaml_get(item, "name"))),
	    .means = arena_copy(a, yaml_text(yaml_get(item, "means"))),
	    .sample = arena_copy(a, yaml_text(yaml_get(item, "sample"))),
	    .take = arena_copy(a, yaml_text(yaml_get(item, "take"))),
	    .kind = -1};

	if (v.name.n == 0 || v.means.n == 0 || v.sample.n == 0)
		return yaml_wrong(e, item, "expected name, means and sample");
	if (kind != NULL) {
		v.kind = kind_find(yaml_text(kind));
		if (v.kind < 0 || v.take.n == 0)
			return yaml_wrong(e, item, "expected a kind, and take");
	}
	if (each != NULL && !yaml_bool(each, &v.each))
		return yaml_wrong(e, each, "expected true or false");
	if (tests_read(a, yaml_get(item, "is"), &v, e) != 0)
		return -1;
	b->values =
	    arena_grow(a, b->values, b->nvalues, &b->values_cap, sizeof(v));
	b->values[b->nvalues++] = v;
	return 0;
}

int
remedies_read(struct arena *a, struct span yaml, struct remedy_book *b,
    struct yaml_error *e)
{
	struct remedy_book old = *b;
	struct arena trees;
	struct yaml_docs docs;
	int r;

	arena_init(&trees);
	r = yaml_read(&trees, yaml, &docs, e);
	for (size_t i = 0; r == 0 && i < docs.n; i++) {
		const struct yaml_node *values = yaml_get(docs.v[i], "values");

		if (docs.v[i]->kind != YAML_MAP)
			r = yaml_wrong(e, docs.v[i], "expected a mapping");
		else if (values == NULL)
			r = platform_read(a, docs.v[i], b, e);
		for (size_t k = 0; r == 0 && k < yaml_count(values); k++)
			r = value_read(a, yaml_at(values, k), b, e);
	}
	if (r != 0)
		*b = old;
	arena_release(&trees);
	return r;
}

const struct remedy_platform *
remedies_for(const struct remedy_book *b, struct span platform)
{
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->v[i].platforms.n; k++)
			if (span_eq(b->v[i].platforms.v[k], platform))
				return &b->v[i];
	return NULL;
}

static bool
is_control(const struct remedy_platform *p, struct span line)
{
	for (size_t i = 0; p != NULL && i < p->control.n; i++)
		if (span_eq(span_trim(line), p->control.v[i]))
			return true;
	return false;
}

struct span_list
remedies_lines(
    const struct remedy_platform *p, struct span_list all, struct arena *a)
{
	struct span_list out = {arena_array(a, all.n, sizeof(*out.v)), 0};

	for (size_t i = 0; i < all.n; i++)
		if (!is_control(p, all.v[i]))
			out.v[out.n++] = all.v[i];
	return out;
}

struct span
remedies_sample(const struct remedy_book *b, const struct remedy_platform *p,
    struct span name)
{
	size_t i = remedies_value(b, name);

	for (size_t k = 0; p != NULL && k < p->nsamples; k++)
		if (span_eq(p->samples[k].name, name))
			return p->samples[k].text;
	return i == SIZE_MAX ? SPAN("SAMPLE") : b->values[i].sample;
}

size_t
remedies_value(const struct remedy_book *b, struct span name)
{
	for (size_t i = 0; i < b->nvalues; i++)
		if (span_eq(b->values[i].name, name))
			return i;
	return SIZE_MAX;
}
