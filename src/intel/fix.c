#include "intel/fix.h"

struct span_list
span_list_read(struct arena *a, const struct yaml_node *node)
{
	struct span_list l = {.n = yaml_count(node)};

	l.v = arena_array(a, l.n, sizeof(*l.v));
	for (size_t i = 0; i < l.n; i++)
		l.v[i] = arena_copy(a, span_trim(yaml_text(yaml_at(node, i))));
	return l;
}

static size_t
words_in(struct span s)
{
	size_t n = 0;

	while (span_word(&s).n > 0)
		n++;
	return n;
}

void
fix_read(
    struct arena *a, const struct yaml_node *node, struct fix **out, size_t *n)
{
	size_t all = 0, at = 0;
	struct fix *f;

	*out = NULL;
	*n = 0;
	if (node == NULL || yaml_is_null(node))
		return;
	if (node->kind != YAML_MAP) {
		*out = f = arena_alloc(a, sizeof(*f));
		*f = (struct fix){.commands = span_list_read(a, node)};
		*n = 1;
		return;
	}
	for (size_t i = 0; i < node->n; i++)
		all += words_in(yaml_text(node->keys[i]));
	*out = f = arena_array(a, all, sizeof(*f));
	for (size_t i = 0; i < node->n; i++) {
		struct span_list l = span_list_read(a, node->items[i]);
		struct span words = yaml_text(node->keys[i]), word;

		while ((word = span_word(&words)).n > 0) {
			if (!span_is(word, "any"))
				f[at].platform = arena_copy(a, word);
			f[at++].commands = l;
		}
	}
	*n = at;
}

void
fix_text(struct arena *a, struct span text, struct fix **out, size_t *n)
{
	struct fix *f;

	*out = NULL;
	*n = 0;
	if (text.n == 0)
		return;
	f = arena_alloc(a, sizeof(*f));
	*f = (struct fix){
	    .commands.v = arena_alloc(a, sizeof(text)), .commands.n = 1};
	f->commands.v[0] = text;
	*out = f;
	*n = 1;
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
