/*
 * Junos and PAN-OS: whatever its surface, a configuration is its set lines, one
 * for each leaf.  Groups stay groups, and what is inactive stays so.
 */
#include "plan/edit.h"
#include "read/config/junos.h"
#include "read/config/panos.h"

struct row {
	struct span text; /* behind "set" or "deactivate" */
	bool off, gone;
};

struct editor {
	struct arena *arena;
	const struct remedy_platform *platform;
	struct row *v;
	size_t n, cap;
	uint64_t looks;
};

static void
row_add(struct editor *e, struct span text, bool off)
{
	e->v = arena_grow(e->arena, e->v, e->n, &e->cap, sizeof(*e->v));
	e->v[e->n++] = (struct row){.text = text, .off = off};
}

static bool
is_bare(struct span word)
{
	for (size_t i = 0; i < word.n; i++)
		if (ascii_space((unsigned char)word.p[i]) ||
		    memchr(";{}[]#\"'", word.p[i], 8) != NULL)
			return false;
	return word.n > 0;
}

static void
word_put(struct buf *b, struct span word)
{
	bool bare = is_bare(word);

	if (b->n > 0)
		buf_byte(b, ' ');
	if (!bare)
		buf_byte(b, '"');
	buf_put(b, word);
	if (!bare)
		buf_byte(b, '"');
}

/* The statements at and below a node; path holds the words above it.  The
 * depth of a tree is at most LIMIT_PATH_WORDS. */
static void
rows_of(struct editor *e, const struct path_tree *t, uint32_t node,
    struct buf *path)
{
	const struct path_node *v = path_at(t, node);
	size_t before = path->n;

	if (v->flags & PATH_DELETED)
		return;
	if (node != PATH_ROOT) {
		/* An attribute of the XML form, no statement. */
		if (v->n > 0 && v->p[0] == '@')
			return;
		word_put(path, span_of(v->p, v->n));
	}
	if (v->child == PATH_NONE && node != PATH_ROOT)
		row_add(e, arena_copy(e->arena, buf_span(path)), false);
	for (uint32_t c = v->child; c != PATH_NONE; c = path_at(t, c)->next)
		rows_of(e, t, c, path);
	if (v->flags & PATH_INACTIVE && node != PATH_ROOT)
		row_add(e, arena_copy(e->arena, buf_span(path)), true);
	path->n = before;
}

static struct editor *
paths_open(struct arena *a, const struct reader *reader, struct span text,
    const struct remedy_platform *platform)
{
	struct emit out = emit_nothing();
	struct editor *e;
	struct path_tree *t;
	struct buf path;
	bool junos = span_is(span_str(reader->name), "junos-config");

	if (!junos && !span_is(span_str(reader->name), "pan-os-config"))
		return NULL;
	e = arena_alloc(a, sizeof(*e));
	*e = (struct editor){.arena = a, .platform = platform};
	t = path_tree_new(a, text);
	(junos ? junos_read_tree : panos_read_tree)(t, &out);
	buf_init(&path, LIMIT_LINE_BYTES);
	rows_of(e, t, PATH_ROOT, &path);
	buf_release(&path);
	return e;
}

/* How many there were. */
static size_t
delete_path(struct editor *e, struct span path, struct plan_lines *undo)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++) {
		struct row *r = &e->v[i];
		bool whole;

		e->looks++;
		if (r->gone || !edit_begins(r->text, path, &whole))
			continue;
		r->gone = true;
		n++;
		edit_undo_put(e->arena, undo, 0,
		    r->off ? "deactivate " : "set ", r->text);
	}
	return n;
}

/* All words but the last one. */
static struct span
front_of(struct span path)
{
	size_t n = path.n;

	while (n > 0 && path.p[n - 1] != ' ')
		n--;
	return span_rtrim(span_head(path, n));
}

/* Is it a value of which there is one (data/remedies/)?  Then front is what
 * leads to it. */
static bool
is_single(const struct editor *e, struct span path, struct span *front)
{
	const struct span_list *single = &e->platform->single;
	struct span last;

	*front = front_of(path);
	last = span_trim(span_from(*front, front_of(*front).n));
	for (size_t i = 0; i < single->n; i++)
		if (span_eq(single->v[i], last))
			return true;
	return false;
}

static void
set_path(struct editor *e, struct span path, struct span shown,
    struct plan_lines *undo)
{
	struct span front;

	for (size_t i = 0; i < e->n; i++) {
		bool whole;

		e->looks++;
		if (!e->v[i].gone && !e->v[i].off &&
		    edit_begins(e->v[i].text, path, &whole))
			return;
	}
	if (is_single(e, path, &front) && delete_path(e, front, undo) > 0)
		undo = NULL; /* the old value comes back in its place */
	row_add(e, arena_copy(e->arena, path), false);
	edit_undo_put(e->arena, undo, 0, "delete ", shown);
}

static bool
paths_apply(struct editor *e, const struct plan_line *v, size_t n,
    struct plan_lines *undo)
{
	for (size_t i = 0; i < n && e->looks < LIMIT_PLAN_LOOKS; i++) {
		struct span rest = v[i].real, verb = span_word(&rest);
		struct span shown = v[i].shown;

		rest = span_trim(rest);
		if (rest.n == 0 || v[i].remark)
			continue;
		(void)span_word(&shown);
		if (span_is(verb, "delete"))
			delete_path(e, rest, undo);
		else if (span_is(verb, "set"))
			set_path(e, rest, span_trim(shown), undo);
		else if (span_is(verb, "deactivate"))
			row_add(e, arena_copy(e->arena, rest), true);
	}
	return e->looks < LIMIT_PLAN_LOOKS;
}

static void
paths_write(const struct editor *e, struct buf *out)
{
	for (unsigned off = 0; off < 2; off++)
		for (size_t i = 0; i < e->n; i++) {
			if (e->v[i].gone || e->v[i].off != (off == 1))
				continue;
			buf_puts(out, off ? "deactivate " : "set ");
			buf_put(out, e->v[i].text);
			buf_byte(out, '\n');
		}
}

const struct editor_form edit_paths = {
    .family = "paths",
    .open = paths_open,
    .apply = paths_apply,
    .write = paths_write,
};
