#include "intel/prerequisite.h"

#include "base/limits.h"
#include "device/device.h"
#include "intel/advisory.h"

static int
seen_read(struct arena *a, const struct yaml_node *seen, struct prerequisite *p,
    struct yaml_error *e)
{
	for (size_t i = 0; seen != NULL && i < seen->n; i++) {
		struct span class = yaml_text(seen->keys[i]);
		struct span_list texts = span_list_read(a, seen->items[i]);

		if (evidence_class(class) == 0)
			return yaml_wrong(
			    e, seen->keys[i], "unknown evidence class");
		for (size_t k = 0; k < texts.n; k++) {
			/* A shorter one would stand in almost every line. */
			if (texts.v[k].n < 4 ||
			    p->nmarks == LIMIT_PREREQUISITE_MARKS)
				return yaml_wrong(e, seen->items[i],
				    "a text is too short, or too many");
			p->marks = arena_grow(a, p->marks, p->nmarks,
			    &p->marks_cap, sizeof(*p->marks));
			p->marks[p->nmarks++] = (struct prerequisite_mark){
			    arena_copy(a, class), texts.v[k]};
		}
	}
	return 0;
}

static int
settings_read(struct arena *a, const struct yaml_node *list,
    struct prerequisite *p, struct yaml_error *e)
{
	p->nsettings = yaml_count(list);
	p->settings = arena_array(a, p->nsettings, sizeof(*p->settings));
	for (size_t i = 0; i < p->nsettings; i++) {
		const struct yaml_node *item = yaml_at(list, i);
		struct prerequisite_setting *s = &p->settings[i];

		s->name = arena_copy(a, yaml_text(yaml_get(item, "name")));
		s->state = arena_copy(a, yaml_text(yaml_get(item, "state")));
		if (s->state.n == 0)
			s->state = SPAN("enabled");
		s->holds = span_list_read(a, yaml_get(item, "holds"));
		s->platforms = span_list_read(a, yaml_get(item, "platforms"));
		if (s->name.n == 0)
			return yaml_wrong(e, item, "a setting needs a name");
	}
	return 0;
}

static int
one_read(struct arena *a, const struct yaml_node *node, struct prerequisite *p,
    struct yaml_error *e)
{
	p->word = arena_copy(a, yaml_text(yaml_get(node, "word")));
	p->title = arena_copy(a, yaml_text(yaml_get(node, "title")));
	p->confirmed = arena_copy(a, yaml_text(yaml_get(node, "confirmed")));
	p->source = arena_copy(a, yaml_text(yaml_get(node, "source")));
	p->bit = evidence_class(p->word) & EV_SHOWN;
	if (p->bit == 0)
		return yaml_wrong(e, node, "no word of a prerequisite");
	p->always = span_list_read(a, yaml_get(node, "always"));
	fix_read(a, yaml_get(node, "need"), &p->need, &p->nneed);
	if (seen_read(a, yaml_get(node, "seen"), p, e) != 0)
		return -1;
	return settings_read(a, yaml_get(node, "settings"), p, e);
}

int
prerequisite_read(struct arena *a, struct span yaml,
    struct prerequisite_list *out, struct yaml_error *e)
{
	struct prerequisite_list l = {0};
	struct yaml_docs docs;
	const struct yaml_node *list;

	if (yaml_read(a, yaml, &docs, e) != 0)
		return -1;
	list = yaml_get(docs.n == 1 ? docs.v[0] : NULL, "prerequisites");
	if (list == NULL || list->kind != YAML_LIST)
		return yaml_wrong(e, list, "expected a list of prerequisites");
	l.v = arena_array(a, list->n, sizeof(*l.v));
	for (; l.n < list->n; l.n++)
		if (one_read(a, list->items[l.n], &l.v[l.n], e) != 0)
			return -1;
	*out = l;
	return 0;
}

const struct prerequisite *
prerequisite_find(const struct prerequisite_list *l, struct span word)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->v[i].word, word))
			return &l->v[i];
	return NULL;
}

static bool
one_of(const struct span_list *l, struct span word)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->v[i], word))
			return true;
	return false;
}

static bool
holds_one(const struct span_list *l, struct span value)
{
	for (size_t i = 0; i < l->n; i++)
		if (span_find_nocase(value, l->v[i]) != SPAN_NONE)
			return true;
	return l->n == 0;
}

bool
prerequisite_shown(const struct prerequisite *p, struct span platform,
    struct span name, struct span state, struct span value)
{
	for (size_t i = 0; i < p->nsettings; i++) {
		const struct prerequisite_setting *s = &p->settings[i];

		if (span_eq(s->name, name) && span_eq(s->state, state) &&
		    (s->platforms.n == 0 || one_of(&s->platforms, platform)) &&
		    holds_one(&s->holds, value))
			return true;
	}
	return false;
}

bool
prerequisite_always(const struct prerequisite *p, struct span platform)
{
	return one_of(&p->always, platform);
}
