#include "read/show/show_library.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"

/* The forms of a command that was asked for. */
struct asked {
	struct show_form *forms;
	size_t n;
};

struct show_library {
	struct arena arena;
	struct clitable_source source;
	struct clitable *table;
	const struct span *platforms;
	size_t nplatforms;
	struct map index; /* command to place in asked */
	struct map read;  /* templates of an entry to place in maps */
	struct show_maps **maps;
	size_t nmaps, maps_cap;
	struct asked *asked;
	size_t nasked, asked_cap;
};

int
show_library_open(
    const struct clitable_source *s, struct show_library **out, struct err *e)
{
	struct show_library *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return err_set(e, "no memory for templates");
	l->source = *s;
	arena_init(&l->arena);
	map_init(&l->index, &l->arena);
	map_init(&l->read, &l->arena);
	if (clitable_open(s, &l->table, e) != 0) {
		show_library_free(l);
		return -1;
	}
	l->platforms = clitable_platforms(l->table, &l->nplatforms);
	*out = l;
	return 0;
}

void
show_library_free(struct show_library *l)
{
	if (l == NULL)
		return;
	clitable_free(l->table);
	arena_release(&l->arena);
	free(l);
}

size_t
show_library_platforms(const struct show_library *l, const struct span **out)
{
	*out = l->platforms;
	return l->nplatforms;
}

static void
when_read(struct span word, struct show_map *m)
{
	struct show_when *w = &m->when[m->nwhen++];
	size_t at = span_find_byte(word, '=');

	*w = (struct show_when){.value = span_head(word, at)};
	if (at != SPAN_NONE)
		w->is = span_from(word, at + 1);
}

static int
put_read(struct span word, struct show_map *m, struct err *e)
{
	size_t at = 0;
	int field;

	while (at < word.n && word.p[at] != '=' && word.p[at] != ':')
		at++;
	field = field_find(span_head(word, at));
	if (at >= word.n || field < 0)
		return err_set(
		    e, "\"%.*s\" puts no known field", SPAN_FMT(word));
	m->puts[m->nputs++] = (struct show_put){.field = (enum field_id)field,
	    .text = span_from(word, at + 1),
	    .fixed = word.p[at] == ':'};
	return 0;
}

/* What stands behind "#=". */
static int
map_read(
    struct show_library *l, struct span line, struct show_map *m, struct err *e)
{
	struct span word = span_word(&line), rest = line;
	int kind = kind_find(word);
	size_t words = 0;

	if (kind < 0)
		return err_set(e, "\"%.*s\" is no kind", SPAN_FMT(word));
	while (span_word(&rest).n > 0)
		words++;
	*m = (struct show_map){.kind = (enum record_kind)kind,
	    .when = arena_array(&l->arena, words, sizeof(*m->when)),
	    .puts = arena_array(&l->arena, words, sizeof(*m->puts))};
	while ((word = span_word(&line)).n > 0)
		if (span_starts(word, SPAN("?")))
			when_read(span_from(word, 1), m);
		else if (put_read(word, m, e) != 0)
			return -1;
	return 0;
}

static int
maps_read(struct show_library *l, struct span name, struct show_maps *out,
    struct err *e)
{
	struct span text, line;
	size_t cap = 0;
	struct err why;

	if (l->source.load(l->source.ctx, name, &l->arena, &text, e) != 0)
		return -1;
	while (span_line(&text, &line)) {
		if (!span_starts(line, SPAN("#=")))
			continue;
		out->v = arena_grow(
		    &l->arena, out->v, out->n, &cap, sizeof(*out->v));
		if (map_read(l, span_from(line, 2), &out->v[out->n++], &why) !=
		    0)
			return err_set(e, "%.*s: %s", SPAN_FMT(name), why.text);
	}
	return 0;
}

/* The maps of an entry, read once from its first template. */
static int
form_read(struct show_library *l, struct show_form *f, struct err *e)
{
	struct span names = clitable_templates(f->entry), name;
	uint32_t at = map_get(&l->read, names);
	struct show_maps *maps;

	if (at == MAP_NONE) {
		maps = arena_alloc(&l->arena, sizeof(*maps));
		name = names;
		if (maps_read(l, span_until(&name, ':'), maps, e) != 0)
			return -1;
		l->maps = arena_grow(&l->arena, l->maps, l->nmaps, &l->maps_cap,
		    sizeof(struct show_maps *));
		at = (uint32_t)l->nmaps++;
		l->maps[at] = maps;
		map_add(&l->read, names, at);
	}
	f->maps = l->maps[at];
	return 0;
}

static int
ask(struct show_library *l, struct span command, struct arena *a,
    struct asked *out, struct err *e)
{
	*out = (struct asked){
	    .forms = arena_array(a, l->nplatforms, sizeof(*out->forms))};
	for (size_t i = 0; i < l->nplatforms; i++) {
		struct show_form f = {.platform = l->platforms[i]};

		if (!clitable_has(l->table, f.platform, command))
			continue;
		if (clitable_find(l->table, f.platform, command, &f.entry, e) !=
			0 ||
		    form_read(l, &f, e) != 0)
			return -1;
		out->forms[out->n++] = f;
	}
	return 0;
}

int
show_library_find(struct show_library *l, struct span command, struct arena *a,
    const struct show_form **out, size_t *n, struct err *e)
{
	uint32_t at = map_get(&l->index, command);
	bool keep = l->nasked < LIMIT_SHOW_COMMANDS;
	struct asked found;

	if (at != MAP_NONE) {
		found = l->asked[at];
	} else if (ask(l, command, keep ? &l->arena : a, &found, e) != 0) {
		return -1;
	} else if (keep) {
		l->asked = arena_grow(&l->arena, l->asked, l->nasked,
		    &l->asked_cap, sizeof(*l->asked));
		l->asked[l->nasked] = found;
		map_add(&l->index, command, (uint32_t)l->nasked++);
	}
	*out = found.forms;
	*n = found.n;
	return 0;
}
