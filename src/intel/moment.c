#include "intel/moment.h"

#include "base/limits.h"
#include "intel/fix.h"

static const struct {
	const char *word, *meaning;
} kinds[] = {
#define TIMELINE(id, word, text) {word, text},
#include "intel/timeline.def"
#undef TIMELINE
};

const char *
timeline_kind_name(enum timeline_kind k)
{
	return kinds[k].word;
}

const char *
timeline_kind_meaning(enum timeline_kind k)
{
	return kinds[k].meaning;
}

int
timeline_kind_find(struct span word)
{
	for (int i = 0; i < TIMELINE_COUNT; i++)
		if (span_is(word, kinds[i].word))
			return i;
	return -1;
}

/* ---- reading ---- */

static int
records_read(const struct yaml_node *node, uint64_t *out, struct yaml_error *e)
{
	for (size_t i = 0; i < yaml_count(node); i++) {
		int kind = kind_find(yaml_text(yaml_at(node, i)));

		if (kind < 0 ||
		    (kind_flags((enum record_kind)kind) & EVENT) == 0)
			return yaml_wrong(e, yaml_at(node, i),
			    "expected a kind of record that is an event");
		*out |= UINT64_C(1) << kind;
	}
	return *out != 0 ? 0 : yaml_wrong(e, node, "no kinds of records");
}

static int
entry_read(struct arena *a, const struct yaml_node *node,
    struct moment_entry *m, struct yaml_error *e)
{
	int event = timeline_kind_find(yaml_text(yaml_get(node, "event")));

	if (event < 0 || event >= TIMELINE_SIGN)
		return yaml_wrong(e, node, "expected an event of the timeline");
	m->event = (enum timeline_kind)event;
	if (records_read(yaml_get(node, "records"), &m->records, e) != 0)
		return -1;
	m->tests = arena_array(a, node->n, sizeof(*m->tests));
	for (size_t i = 0; i < node->n; i++) {
		struct span key = yaml_text(node->keys[i]);
		int field = field_find(key);

		if (span_is(key, "event") || span_is(key, "records"))
			continue;
		if (field < 0)
			return yaml_wrong(
			    e, node->keys[i], "no field of records");
		m->tests[m->ntests++] = (struct moment_test){
		    (enum field_id)field, span_list_read(a, node->items[i])};
	}
	return 0;
}

int
moments_read(struct arena *a, struct span yaml, struct moment_list *out,
    struct yaml_error *e)
{
	struct moment_list l = {0};
	struct yaml_docs docs;
	const struct yaml_node *list;

	_Static_assert(K_COUNT <= 64, "kinds fit in a mask");
	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	list = yaml_get(docs.n == 1 ? docs.v[0] : NULL, "moments");
	if (list == NULL || list->kind != YAML_LIST)
		return yaml_wrong(e, list, "expected a list of moments");
	l.v = arena_array(a, list->n, sizeof(*l.v));
	for (; l.n < list->n; l.n++) {
		if (list->items[l.n]->kind != YAML_MAP)
			return yaml_wrong(
			    e, list->items[l.n], "expected an event");
		if (entry_read(a, list->items[l.n], &l.v[l.n], e) != 0)
			return -1;
		l.records |= l.v[l.n].records;
	}
	*out = l;
	return 0;
}

/* ---- asking ---- */

static bool
pattern_fits(struct span p, struct span text)
{
	bool open = span_starts(p, SPAN("*")), wide;

	if (open)
		p = span_from(p, 1);
	wide = span_ends(p, SPAN("*"));
	if (wide)
		p.n--;
	if (open && wide)
		return span_find_nocase(text, p) != SPAN_NONE;
	if (open)
		return span_ends_nocase(text, p);
	return wide ? span_starts_nocase(text, p) : span_eq_nocase(text, p);
}

static bool
one_fits(const struct moment_test *t, struct span text)
{
	for (size_t i = 0; text.n > 0 && i < t->patterns.n; i++)
		if (pattern_fits(t->patterns.v[i], text))
			return true;
	return false;
}

static bool
test_fits(const struct moment_test *t, const struct record *r, struct span full)
{
	for (unsigned i = 0; i < r->nvalues; i++)
		if (r->values[i].field == t->field &&
		    one_fits(t, r->values[i].text))
			return true;
	return t->field == F_COMMAND && one_fits(t, full);
}

static bool
entry_fits(
    const struct moment_entry *m, const struct record *r, struct span full)
{
	if ((m->records >> r->kind & 1) == 0)
		return false;
	for (size_t i = 0; i < m->ntests; i++)
		if (!test_fits(&m->tests[i], r, full))
			return false;
	return true;
}

bool
moment_of(const struct moment_list *l, const struct command_table *t,
    const struct record *r, enum timeline_kind *out)
{
	char room[LIMIT_COMMAND_BYTES];
	struct span command, full = {0};

	if ((l->records >> r->kind & 1) == 0 || r->time == TIME_NONE)
		return false;
	command = record_text(r, F_COMMAND);
	if (command.n > 0)
		full = span_of(
		    room, commands_expand(t, command, room, sizeof(room)));
	for (size_t i = 0; i < l->n; i++)
		if (entry_fits(&l->v[i], r, full)) {
			*out = l->v[i].event;
			return true;
		}
	return false;
}
