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

/* {name} is <name> for people; a condition {?name} is nothing. */
static struct span
for_people(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '{' && i + 1 < s.n &&
		    (s.p[i + 1] == '?' || s.p[i + 1] == '!')) {
			while (i < s.n && s.p[i] != '}')
				i++;
			continue;
		}
		p[n++] = s.p[i] == '{' ? '<' : s.p[i] == '}' ? '>' : s.p[i];
	}
	return span_of(p, n);
}

/* Lines of all texts, with their indentation. */
static void
lines_read(struct arena *a, const struct yaml_node *node, struct fix *f)
{
	struct span_list *l = &f->templates;
	size_t cap = 0;

	for (size_t i = 0; i < yaml_count(node); i++) {
		struct span rest = yaml_text(yaml_at(node, i)), line;

		while (span_line(&rest, &line)) {
			line = span_rtrim(line);
			if (line.n == 0)
				continue;
			l->v = arena_grow(a, l->v, l->n, &cap, sizeof(*l->v));
			l->v[l->n++] = arena_copy(a, line);
		}
	}
	f->commands.v = arena_array(a, l->n, sizeof(*l->v));
	for (; f->commands.n < l->n; f->commands.n++)
		f->commands.v[f->commands.n] =
		    for_people(a, l->v[f->commands.n]);
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
		*f = (struct fix){0};
		lines_read(a, node, f);
		*n = 1;
		return;
	}
	for (size_t i = 0; i < node->n; i++)
		all += words_in(yaml_text(node->keys[i]));
	*out = f = arena_array(a, all, sizeof(*f));
	for (size_t i = 0; i < node->n; i++) {
		struct fix lines = {0};
		struct span words = yaml_text(node->keys[i]), word;

		lines_read(a, node->items[i], &lines);
		while ((word = span_word(&words)).n > 0) {
			f[at] = lines;
			if (!span_is(word, "any"))
				f[at].platform = arena_copy(a, word);
			at++;
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

struct span_list
fix_templates(const struct fix *fixes, size_t n, struct span platform)
{
	for (size_t i = 0; i < n; i++)
		if (platform.n > 0 && span_eq(fixes[i].platform, platform))
			return fixes[i].templates;
	return (struct span_list){0};
}
