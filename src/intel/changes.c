#include "intel/changes.h"

#include <string.h>

#include "base/limits.h"
#include "intel/fix.h"

static int
fields_read(struct arena *a, const struct yaml_node *map,
    struct change_field **out, size_t *n, struct yaml_error *e)
{
	*n = map != NULL && map->kind == YAML_MAP ? map->n : 0;
	*out = arena_array(a, *n, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		int f = field_find(yaml_text(map->keys[i]));

		if (f < 0)
			return yaml_wrong(e, map->keys[i], "no such field");
		(*out)[i] = (struct change_field){
		    (enum field_id)f, arena_copy(a, yaml_text(map->items[i]))};
	}
	return 0;
}

/* Braces hold fields, brackets are closed and do not nest. */
static bool
subject_fits(struct span s)
{
	bool open = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '[' || s.p[i] == ']') {
			if (open != (s.p[i] == ']'))
				return false;
			open = !open;
		} else if (s.p[i] == '{') {
			struct span rest = span_from(s, i + 1);
			size_t end = span_find_byte(rest, '}');

			if (end == SPAN_NONE ||
			    field_find(span_head(rest, end)) < 0)
				return false;
		}
	}
	return s.n > 0 && !open;
}

static bool
flag(const struct yaml_node *node, const char *key)
{
	return span_is(yaml_text(yaml_get(node, key)), "true");
}

static int
kind_read(struct arena *a, const struct yaml_node *node, struct change_kind *k,
    struct yaml_error *e)
{
	int kind = kind_find(yaml_text(yaml_get(node, "kind")));

	if (kind < 0)
		return yaml_wrong(e, node, "no such record kind");
	k->kind = (enum record_kind)kind;
	k->subject = arena_copy(a, yaml_text(yaml_get(node, "subject")));
	k->watch = flag(node, "watch");
	k->brief = flag(node, "brief");
	k->replace = flag(node, "replace");
	if (!subject_fits(k->subject))
		return yaml_wrong(e, node,
		    "a subject of words, {fields} and [parts] is needed");
	if (fields_read(a, yaml_get(node, "compare"), &k->compare, &k->ncompare,
		e) != 0)
		return -1;
	return fields_read(a, yaml_get(node, "only"), &k->only, &k->nonly, e);
}

int
changes_read(struct arena *a, struct span yaml, struct change_table *out,
    struct yaml_error *e)
{
	struct change_table t = {0};
	struct yaml_docs docs;
	const struct yaml_node *list;

	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	list = yaml_get(docs.n == 1 ? docs.v[0] : NULL, "changes");
	if (list == NULL || list->kind != YAML_LIST)
		return yaml_wrong(e, list, "expected a list of changes");
	t.v = arena_array(a, list->n, sizeof(*t.v));
	for (; t.n < list->n; t.n++) {
		struct change_kind *k = &t.v[t.n];

		if (kind_read(a, list->items[t.n], k, e) != 0)
			return -1;
		if (t.by_kind[k->kind] != 0 || t.n >= UINT8_MAX - 1)
			return yaml_wrong(e, list->items[t.n], "a kind twice");
		t.by_kind[k->kind] = (uint8_t)(t.n + 1);
	}
	list = yaml_get(docs.v[0], "explained_by");
	t.messages = span_list_read(a, yaml_get(list, "messages"));
	t.looking = span_list_read(a, yaml_get(list, "looking"));
	*out = t;
	return 0;
}

static bool
listed(const struct span_list *l, struct span s)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq_nocase(l->v[i], s))
			return true;
	return false;
}

bool
changes_explained(const struct change_table *t, const struct record *r)
{
	struct span command = record_text(r, F_COMMAND);

	if (r->kind == K_COMMAND && command.n > 0)
		return !listed(&t->looking, span_word(&command));
	return r->kind == K_SYSLOG &&
	       listed(&t->messages, record_text(r, F_MNEMONIC));
}

const struct change_kind *
changes_of(const struct change_table *t, enum record_kind k)
{
	return t->by_kind[k] == 0 ? NULL : &t->v[t->by_kind[k] - 1];
}

/* ---- a record as a statement ---- */

struct stating {
	const struct record *r;
	change_secret_fn *secret;
	void *ctx;
};

static void
text_put(struct buf *b, struct span s)
{
	s = span_head(s, LIMIT_EVIDENCE_TEXT);
	for (size_t i = 0; i < s.n; i++)
		buf_byte(b, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
}

/* All values of a field; false: there is none. */
static bool
field_put(const struct stating *x, enum field_id f, struct buf *b)
{
	bool any = false;

	for (unsigned i = 0; i < x->r->nvalues; i++) {
		const struct value *v = &x->r->values[i];

		if (v->field != f)
			continue;
		if (any)
			buf_byte(b, ',');
		any = true;
		if (field_type(f) == FT_SECRET)
			x->secret(x->ctx, x->r, v->text, b);
		else
			text_put(b, v->text);
	}
	return any;
}

/* A part of a template; false: it names fields, and none has a value. */
static bool
part_put(const struct stating *x, struct span s, struct buf *b)
{
	bool named = false, any = false;

	for (size_t i = 0; i < s.n; i++) {
		size_t end;

		if (s.p[i] != '{') {
			buf_byte(b, s.p[i]);
			continue;
		}
		end = span_find_byte(span_from(s, i + 1), '}');
		named = true;
		any |= field_put(x,
		    (enum field_id)field_find(span_sub(s, i + 1, i + 1 + end)),
		    b);
		i += end + 1;
	}
	return !named || any;
}

static bool
subject_put(const struct stating *x, struct span s, struct buf *b)
{
	bool holds = true;

	while (s.n > 0) {
		size_t open = span_find_byte(s, '['), close, before;

		holds &= part_put(x, span_head(s, open), b);
		if (open == SPAN_NONE)
			break;
		close = span_find_byte(s, ']');
		before = b->n;
		if (!part_put(x, span_sub(s, open + 1, close), b))
			b->n = before;
		s = span_from(s, close + 1);
	}
	return holds && b->n > 0;
}

static bool
wanted(const struct change_kind *k, const struct record *r)
{
	for (size_t i = 0; i < k->nonly; i++)
		if (!span_eq(record_text(r, k->only[i].field), k->only[i].word))
			return false;
	return true;
}

bool
changes_state(const struct change_kind *k, const struct record *r,
    change_secret_fn *secret, void *ctx, struct buf *subject,
    struct buf *values)
{
	struct stating x = {r, secret, ctx};

	if (!wanted(k, r) || !subject_put(&x, k->subject, subject))
		return false;
	for (size_t i = 0; i < k->ncompare; i++) {
		size_t before = values->n;

		buf_put(values, k->compare[i].word);
		buf_byte(values, CHANGE_NAME_END);
		if (field_put(&x, k->compare[i].field, values))
			buf_byte(values, CHANGE_VALUE_END);
		else
			values->n = before;
	}
	return true;
}

bool
changes_value(struct span *rest, struct span *name, struct span *text)
{
	struct span one;

	if (rest->n == 0)
		return false;
	one = span_until(rest, CHANGE_VALUE_END);
	*name = span_until(&one, CHANGE_NAME_END);
	*text = one;
	return true;
}
