#include "read/grammar_table.h"

struct table {
	struct grammar *g;
	struct arena *arena;
	const struct grammar_files *files;
	uint32_t body; /* at hand */
	struct span area;
	unsigned depth; /* of includes */
	struct err *e;
};

bool
grammar_has_word(const struct grammar_words *list, struct span word)
{
	for (unsigned i = 0; i < list->n; i++)
		if (span_eq(list->v[i], word))
			return true;
	return false;
}

uint32_t
grammar_first(
    const struct grammar_index *index, struct span word, unsigned turn)
{
	return turn == 0 ? map_get(&index->words, word) : index->any;
}

static uint32_t
link_new(struct table *t, uint32_t item, uint32_t next)
{
	struct grammar *g = t->g;

	g->links = arena_grow(
	    t->arena, g->links, g->nlinks, &g->links_cap, sizeof(*g->links));
	g->links[g->nlinks] = (struct grammar_link){item, next};
	return (uint32_t)g->nlinks++;
}

static void
index_init(struct table *t, struct grammar_index *index)
{
	map_init(&index->words, t->arena);
	index->any = GRAMMAR_NONE;
}

struct indexing {
	struct table *t;
	struct grammar_index *index;
	uint32_t item;
};

static void
index_word(void *ctx, struct span word)
{
	struct indexing *x = ctx;
	struct grammar_index *index = x->index;

	if (word.n == 0) {
		index->any = link_new(x->t, x->item, index->any);
		return;
	}
	map_put(&index->words, word,
	    link_new(x->t, x->item, map_get(&index->words, word)));
}

static void
index_add(struct table *t, struct grammar_index *index, const struct pattern *p,
    uint32_t item)
{
	struct indexing x = {t, index, item};

	pattern_first(p, index_word, &x);
}

static int
take_pattern(struct table *t, struct span text)
{
	struct grammar *g = t->g;
	struct grammar_entry entry = {.area = t->area};

	if (t->body == GRAMMAR_NONE)
		return err_set(t->e, "a statement before the first mode");
	if (pattern_read(t->arena, text, &entry.pattern, t->e) != 0)
		return -1;
	g->entries = arena_grow(
	    t->arena, g->entries, g->nentries, &g->entries_cap, sizeof(entry));
	g->entries[g->nentries] = entry;
	index_add(t, &g->bodies[t->body].index, &entry.pattern,
	    (uint32_t)g->nentries++);
	return 0;
}

static size_t
count_parts(struct span s)
{
	size_t n = 1;

	for (size_t at; (at = span_find(s, SPAN(" > "))) != SPAN_NONE; n++)
		s = span_from(s, at + 3);
	return n;
}

/* "router bgp * > vrf *" */
static int
take_mode(struct table *t, struct span head)
{
	struct grammar *g = t->g;
	struct grammar_mode m = {.body = t->body, .area = t->area};
	size_t n = count_parts(head);

	if (head.n == 0) {
		if (g->top == GRAMMAR_NONE)
			g->top = t->body;
		t->body = g->top;
		return 0;
	}
	m.parts = arena_array(t->arena, n, sizeof(*m.parts));
	for (; m.nparts < n; m.nparts++) {
		size_t at = span_find(head, SPAN(" > "));
		struct span part = span_trim(span_head(head, at));

		if (pattern_read(t->arena, part, &m.parts[m.nparts], t->e) != 0)
			return -1;
		head = span_from(head, at == SPAN_NONE ? head.n : at + 3);
	}
	g->modes =
	    arena_grow(t->arena, g->modes, g->nmodes, &g->modes_cap, sizeof(m));
	g->modes[g->nmodes] = m;
	index_add(t, &g->heads, &m.parts[0], (uint32_t)g->nmodes++);
	return 0;
}

/* "[a > b ; c] area" */
static int
take_head(struct table *t, struct span line)
{
	struct grammar *g = t->g;
	size_t end = span_rfind_byte(line, ']');
	struct span heads = span_sub(line, 1, end);

	if (end == SPAN_NONE)
		return err_set(t->e, "']' is missing");
	t->area = span_trim(span_from(line, end + 1));
	if (t->area.n == 0)
		return err_set(t->e, "the area is missing");
	g->bodies = arena_grow(t->arena, g->bodies, g->nbodies, &g->bodies_cap,
	    sizeof(*g->bodies));
	index_init(t, &g->bodies[g->nbodies].index);
	t->body = (uint32_t)g->nbodies++;
	do {
		size_t at = span_find(heads, SPAN(" ; "));

		if (take_mode(t, span_trim(span_head(heads, at))) != 0)
			return -1;
		heads = span_from(heads, at == SPAN_NONE ? heads.n : at + 3);
	} while (heads.n > 0);
	return 0;
}

static int
take_list(struct table *t, struct grammar_words *list, struct span rest)
{
	struct span word;

	while ((word = span_word(&rest)).n > 0) {
		if (list->n == LIMIT_GRAMMAR_LIST)
			return err_set(t->e, "too many words");
		list->v[list->n++] = word;
	}
	return 0;
}

static int
take_under(struct table *t, struct span text)
{
	struct grammar *g = t->g;

	if (g->nunder == LIMIT_GRAMMAR_LIST)
		return err_set(t->e, "too many \"under\"");
	return pattern_read(t->arena, text, &g->under[g->nunder++], t->e);
}

static int take_file(struct table *t, struct span name);

/* Directives stand before the first mode; "include" anywhere. */
static int
take_directive(struct table *t, struct span line, bool *taken)
{
	struct grammar *g = t->g;
	struct span rest = line, word = span_word(&rest);
	struct {
		const char *name;
		struct grammar_words *list;
	} lists[] = {{"before", &g->before}, {"always", &g->always},
	    {"verbs", &g->verbs}, {"open", &g->open}, {"whole", &g->whole},
	    {"drop", &g->drop}};

	*taken = true;
	rest = span_trim(rest);
	if (span_is(word, "include"))
		return take_file(t, rest);
	if (span_is(word, "=")) {
		t->area = rest;
		return 0;
	}
	if (t->body == GRAMMAR_NONE) {
		if (span_is(word, "shape")) {
			g->by_words = span_is(rest, "words");
			return 0;
		}
		if (span_is(word, "under"))
			return take_under(t, rest);
		if (span_is(word, "blanks")) {
			g->blanks = true;
			return 0;
		}
		for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
			if (span_is(word, lists[i].name))
				return take_list(t, lists[i].list, rest);
	}
	*taken = false;
	return 0;
}

static int
take_line(struct table *t, struct span line)
{
	bool taken;

	if (line.n == 0 || line.p[0] == '#')
		return 0;
	if (line.p[0] == '[')
		return take_head(t, line);
	if (take_directive(t, line, &taken) != 0)
		return -1;
	return taken ? 0 : take_pattern(t, line);
}

static int
take_file(struct table *t, struct span name)
{
	struct span text, line;
	struct err why;
	unsigned number = 0;

	if (++t->depth > LIMIT_GRAMMAR_NESTING)
		return err_set(t->e, "files include each other too deep");
	if (!t->files->find(t->files->ctx, name, &text))
		return err_set(
		    t->e, "there is no grammar %.*s", SPAN_FMT(name));
	while (span_line(&text, &line)) {
		number++;
		if (take_line(t, span_rtrim(line)) == 0)
			continue;
		why = *t->e;
		return err_set(t->e, "grammar/%.*s:%u: %.300s", SPAN_FMT(name),
		    number, why.text);
	}
	t->depth--;
	return 0;
}

struct grammar *
grammar_read(struct arena *a, struct span name,
    const struct grammar_files *files, struct err *e)
{
	struct table t = {.arena = a, .files = files, .body = GRAMMAR_NONE};
	struct err none;

	t.e = e != NULL ? e : &none;
	t.g = arena_alloc(a, sizeof(*t.g));
	t.g->top = GRAMMAR_NONE;
	index_init(&t, &t.g->heads);
	return take_file(&t, name) == 0 ? t.g : NULL;
}
