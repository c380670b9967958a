#include "read/config/junos.h"

/* A part of a group that applies at a place. */
struct part {
	uint32_t node; /* below groups/NAME */
	struct span name;
};

struct parts {
	struct part *v;
	size_t n, cap;
};

struct expansion {
	struct path_tree *t;
	struct arena *arena;
	uint32_t groups;
	uint32_t steps;
};

static void
part_add(struct expansion *x, struct parts *p, uint32_t node, struct span name)
{
	p->v = arena_grow(x->arena, p->v, p->n, &p->cap, sizeof(*p->v));
	p->v[p->n++] = (struct part){node, name};
}

/* A shell pattern as in <ge-*> and <*>; at most one byte per step back, so
 * it takes n * m steps at worst. */
static bool
glob(struct span pattern, struct span s)
{
	size_t p = 0, i = 0, star = SPAN_NONE, mark = 0;

	while (i < s.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			mark = i;
		} else if (p < pattern.n &&
			   (pattern.p[p] == '?' || pattern.p[p] == s.p[i])) {
			p++;
			i++;
		} else if (p < pattern.n && pattern.p[p] == '[') {
			size_t end = span_find_byte(span_from(pattern, p), ']');
			bool in = false;

			if (end == SPAN_NONE)
				return false;
			for (size_t k = p + 1; k < p + end; k++) {
				in |= pattern.p[k] == s.p[i];
				if (k + 2 < p + end && pattern.p[k + 1] == '-')
					in |= pattern.p[k] <= s.p[i] &&
					      s.p[i] <= pattern.p[k + 2];
			}
			if (!in && star == SPAN_NONE)
				return false;
			p = in ? p + end + 1 : star + 1;
			i = in ? i + 1 : ++mark;
		} else if (star != SPAN_NONE) {
			p = star + 1;
			i = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static bool
is_pattern(struct span w)
{
	return w.n >= 2 && w.p[0] == '<' && w.p[w.n - 1] == '>';
}

static bool
is_apply(struct span w)
{
	return span_is(w, "apply-groups") ||
	       span_is(w, "apply-groups-except") || span_is(w, "when");
}

/* What of one part applies to the child named word. */
static void
descend(struct expansion *x, const struct part *from, struct span word,
    struct parts *out)
{
	uint32_t same = path_find(x->t, from->node, word);

	if (same != PATH_NONE && !(path_at(x->t, same)->flags & PATH_INACTIVE))
		part_add(x, out, same, from->name);
	EACH_PATH(g, x->t, from->node)
	{
		struct span w = path_word(x->t, g);

		x->steps++;
		if (!is_pattern(w))
			continue;
		if (glob(span_sub(w, 1, w.n - 1), word))
			part_add(x, out, g, from->name);
	}
}

static bool
is_excepted(const struct expansion *x, uint32_t node, struct span name)
{
	uint32_t e = path_get(x->t, node, "apply-groups-except");

	return e != PATH_NONE && path_find(x->t, e, name) != PATH_NONE;
}

/* The part of a group that lies where node lies. */
static void
locate(struct expansion *x, uint32_t node, struct span name, struct parts *out)
{
	uint32_t way[LIMIT_PATH_WORDS + 1];
	size_t n = 0;
	struct parts here = {0};
	uint32_t group = path_find(x->t, x->groups, name);

	if (group == PATH_NONE)
		return;
	for (uint32_t i = node; i != PATH_ROOT; i = path_at(x->t, i)->parent)
		way[n++] = i;
	part_add(x, &here, group, name);
	while (n > 0 && here.n > 0) {
		struct parts below = {0};
		struct span word = path_word(x->t, way[--n]);

		for (size_t i = 0; i < here.n; i++)
			descend(x, &here.v[i], word, &below);
		here = below;
	}
	for (size_t i = 0; i < here.n; i++)
		part_add(x, out, here.v[i].node, name);
}

/* Children that only the part has, patterns aside. */
static void
inherit(struct expansion *x, uint32_t node, const struct part *part)
{
	EACH_PATH(g, x->t, part->node)
	{
		struct span w = path_word(x->t, g);
		const struct path_node *from = path_at(x->t, g);
		uint32_t made;

		x->steps++;
		if (is_pattern(w) || is_apply(w) ||
		    path_find_active(x->t, node, w) != PATH_NONE)
			continue;
		made = path_append(x->t, node, w, from->line, from->offset);
		if (made != PATH_NONE)
			path_at(x->t, made)->flags |= PATH_INHERITED;
	}
}

static void
expand(struct expansion *x, uint32_t node, const struct parts *above)
{
	struct parts here = {0};
	uint32_t apply = path_get(x->t, node, "apply-groups");

	if (x->steps > LIMIT_GROUP_STEPS)
		return;
	EACH_PATH(a, x->t, apply)
	locate(x, node, path_word(x->t, a), &here);
	for (size_t i = 0; i < above->n; i++)
		part_add(x, &here, above->v[i].node, above->v[i].name);
	for (size_t i = 0; i < here.n; i++)
		if (!is_excepted(x, node, here.v[i].name))
			inherit(x, node, &here.v[i]);
	EACH_PATH(c, x->t, node)
	{
		struct span word = path_word(x->t, c);
		struct parts below = {0};

		x->steps++;
		if (c == x->groups || is_apply(word))
			continue;
		for (size_t i = 0; i < here.n; i++)
			if (!is_excepted(x, node, here.v[i].name))
				descend(x, &here.v[i], word, &below);
		expand(x, c, &below);
	}
}

bool
junos_expand_groups(struct path_tree *t, struct arena *a)
{
	struct expansion x = {.t = t, .arena = a};
	struct parts none = {0};

	x.groups = path_get(t, PATH_ROOT, "groups");
	if (x.groups == PATH_NONE)
		return true;
	expand(&x, PATH_ROOT, &none);
	return x.steps <= LIMIT_GROUP_STEPS;
}
