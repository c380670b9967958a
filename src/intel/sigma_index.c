/*
 * Which rules of a kind a record can meet at all: many ask for one of some
 * values of the same field (the name of a setting), so those of other values
 * need not be tried.
 */
#include "base/err.h"
#include "base/limits.h"
#include "intel/sigma.h"

/* Rules that must ask for a field before an index of it is worth its look. */
#define WORTH 4

/* A test that a record without one of these values cannot pass. */
static bool
names_values(const struct rule_test *t)
{
	if (t->field >= F_COUNT || t->part != PART_NONE || t->all ||
	    field_type((enum field_id)t->field) != FT_TEXT)
		return false;
	for (size_t i = 0; i < t->npatterns; i++) {
		const struct pattern *p = &t->patterns[i];

		if (p->op != PATTERN_EQUAL || p->numeric || p->text.n == 0 ||
		    p->text.n > RULE_KEY_BYTES || p->prefix.addr.family != 0)
			return false;
	}
	return t->npatterns > 0;
}

/* Such a test of the field that the whole rule depends on. */
static const struct rule_test *
key_test(const struct rule_node *n, unsigned field)
{
	const struct rule_test *t = NULL;

	if (n == NULL)
		return NULL;
	if (n->op == RULE_TEST)
		return n->test->field == field && names_values(n->test)
			   ? n->test
			   : NULL;
	if (n->op != RULE_AND)
		return NULL;
	for (size_t i = 0; i < n->nkids && t == NULL; i++)
		t = key_test(n->kids[i], field);
	return t;
}

/* The fields for which there is one. */
static void
key_fields(const struct rule_node *n, struct field_set *out)
{
	if (n == NULL)
		return;
	if (n->op == RULE_TEST && names_values(n->test))
		field_set_add(out, n->test->field);
	for (size_t i = 0; n->op == RULE_AND && i < n->nkids; i++)
		key_fields(n->kids[i], out);
}

/* The field that most rules of the list depend on. */
static unsigned
best_field(const struct rule_list *list)
{
	unsigned counts[F_COUNT] = {0}, best = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct field_set fields = {0};

		key_fields(list->v[i]->root, &fields);
		for (unsigned f = 0; f < F_COUNT; f++)
			counts[f] += field_set_has(&fields, f);
	}
	for (unsigned f = 0; f < F_COUNT; f++)
		if (counts[f] > counts[best])
			best = f;
	return counts[best] >= WORTH ? best : F_COUNT;
}

struct span
rule_key_fold(struct span text, char into[RULE_KEY_BYTES])
{
	ASSERT(text.n <= RULE_KEY_BYTES);
	for (size_t i = 0; i < text.n; i++)
		into[i] = (char)ascii_lower((unsigned char)text.p[i]);
	return span_of(into, text.n);
}

static void
list_append(struct arena *a, struct rule_list *l, const struct rule *r)
{
	/* Values of one rule may be equal but for case. */
	if (l->n > 0 && l->v[l->n - 1] == r)
		return;
	l->v = arena_grow(a, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = r;
}

void
rule_index_build(
    struct rule_index *x, const struct rule_list *list, struct arena *a)
{
	char folded[RULE_KEY_BYTES];
	size_t cap = 0, n = 0;

	*x = (struct rule_index){.field = (uint16_t)best_field(list)};
	if (x->field == F_COUNT)
		return;
	map_init(&x->values, a);
	for (size_t i = 0; i < list->n; i++) {
		const struct rule_test *t =
		    key_test(list->v[i]->root, x->field);

		if (t == NULL) {
			list_append(a, &x->rest, list->v[i]);
			continue;
		}
		for (size_t p = 0; p < t->npatterns; p++) {
			uint32_t at = map_add(&x->values,
			    rule_key_fold(t->patterns[p].text, folded),
			    (uint32_t)n);

			if (at == n) {
				x->of = arena_grow(
				    a, x->of, n, &cap, sizeof(*x->of));
				x->of[n++] = (struct rule_list){0};
			}
			list_append(a, &x->of[at], list->v[i]);
		}
	}
}
