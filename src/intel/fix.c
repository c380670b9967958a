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

static bool
brace_is(struct span s, size_t i, const char *text)
{
	return span_starts(span_from(s, i), span_str(text));
}

/* What stands for the modes that only a configuration can name. */
#define LINE_FOUND "<the line that was found>"
#define ITS_MODE "<the mode it stands in>"

/* {name} is <name> for people, {at words} is "... words"; conditions are
 * nothing. */
static struct span
for_people(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n);
	size_t n = 0, path = 0;

	if (span_ends(s, SPAN("{at}")))
		return SPAN(ITS_MODE);
	if (span_ends(s, SPAN("{in}")))
		return SPAN(LINE_FOUND);
	for (size_t i = 0; i < s.n; i++) {
		if (brace_is(s, i, "{?") || brace_is(s, i, "{!")) {
			while (i < s.n && s.p[i] != '}')
				i++;
		} else if (brace_is(s, i, "{raw}")) {
			memcpy(p + n, "<it>", 4);
			n += 4;
			i += 4;
		} else if (brace_is(s, i, "{at ")) {
			memcpy(p + n, "...", 3);
			n += 3;
			i += 2;
			path = 1;
		} else if (s.p[i] == '}' && path > 0 && --path == 0) {
			continue;
		} else {
			path += path > 0 && s.p[i] == '{';
			p[n++] = s.p[i] == '{'	 ? '<'
				 : s.p[i] == '}' ? '>'
						 : s.p[i];
		}
	}
	return span_of(p, n);
}

static void
people_add(struct arena *a, struct fix *f, struct span line)
{
	struct span s = for_people(a, line);

	f->commands.v[f->commands.n++] =
	    span_from(s, span_starts(s, SPAN("# ")) ? 2 : 0);
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
	/* Of alternatives the one without a condition is for people. */
	for (size_t i = 0; i < l->n; i++)
		if (!span_has(l->v[i], "{?"))
			people_add(a, f, l->v[i]);
	if (f->commands.n > 0)
		return;
	for (size_t i = 0; i < l->n; i++)
		people_add(a, f, l->v[i]);
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
