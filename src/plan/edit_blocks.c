/*
 * FortiOS: blocks that "config" opens and "end" closes, entries of them from
 * "edit" to "next", statements "set" and "unset".  Every line stands in the
 * output as it was but for those that a command names.
 */
#include "plan/edit.h"

#define NONE UINT32_MAX

enum row_kind { ROW_OTHER, ROW_SET, ROW_CONFIG, ROW_EDIT };

struct row {
	enum row_kind kind;
	struct span raw;   /* without line end; may hold several lines */
	struct span name;  /* behind the first word; of set: the attribute */
	struct span close; /* the line that closes a block; empty: none does */
	uint32_t parent, first, last, next;
	unsigned depth;
	bool gone, added;
};

struct editor {
	struct arena *arena;
	struct row *v; /* v[0] is the top */
	size_t n, cap;
	uint64_t looks;
	/* While commands are given. */
	uint32_t open[LIMIT_TREE_DEPTH];
	unsigned depth;
	/* The block that the last undo is in, and where what closes it begins
	 * and ends. */
	uint32_t back;
	size_t close, end;
};

#define EACH_ROW(i, e, up)                                                     \
	for (uint32_t i = (e)->v[up].first; i != NONE; i = (e)->v[i].next)

/* ---- reading ---- */

static uint32_t
row_add(struct editor *e, uint32_t parent, const struct row *row)
{
	uint32_t i = (uint32_t)e->n;

	e->v = arena_grow(e->arena, e->v, e->n, &e->cap, sizeof(*e->v));
	e->v[e->n++] = *row;
	e->v[i].parent = parent;
	e->v[i].first = e->v[i].last = e->v[i].next = NONE;
	if (parent == NONE)
		return i;
	e->v[i].depth = e->v[parent].depth + 1;
	if (e->v[parent].last == NONE)
		e->v[parent].first = i;
	else
		e->v[e->v[parent].last].next = i;
	e->v[parent].last = i;
	return i;
}

/* Takes a statement off *rest: a line, or several where a quote is open.  Once
 * a quote never closes, none does. */
static struct span
statement(struct span *rest, bool *quotes)
{
	bool in = false;
	size_t i, line = SPAN_NONE;

	for (i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (c == '\n' && line == SPAN_NONE)
			line = i;
		if (c == '\n' && !in)
			break;
		if (c == '\\' && in)
			i++;
		else if (c == '"' && *quotes)
			in = !in;
	}
	if (in) {
		*quotes = false;
		i = line == SPAN_NONE ? rest->n : line;
	}
	struct span all = span_head(*rest, i);

	*rest = span_from(*rest, i < rest->n ? i + 1 : rest->n);
	return all;
}

static struct span
unquoted(struct span s)
{
	s = span_trim(s);
	return s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"'
		   ? span_sub(s, 1, s.n - 1)
		   : s;
}

static struct row
row_of(struct span raw)
{
	struct row r = {.raw = raw};
	struct span rest = span_trim(raw), word = span_word(&rest);

	if (span_is(word, "config")) {
		r.kind = ROW_CONFIG;
		r.name = span_trim(rest);
	} else if (span_is(word, "edit")) {
		r.kind = ROW_EDIT;
		r.name = unquoted(rest);
	} else if (span_is(word, "set")) {
		r.kind = ROW_SET;
		r.name = span_word(&rest);
	}
	return r;
}

static bool
is_close(struct span raw, enum row_kind kind)
{
	raw = span_trim(raw);
	return span_is(raw, kind == ROW_EDIT ? "next" : "end");
}

static struct editor *
blocks_open(struct arena *a, const struct reader *reader, struct span text,
    const struct remedy_platform *platform)
{
	struct editor *e = arena_alloc(a, sizeof(*e));
	uint32_t at = 0;
	bool quotes = true;

	(void)platform;
	*e = (struct editor){.arena = a};
	if (!span_is(span_str(reader->name), "fortios-config"))
		return NULL;
	row_add(e, NONE, &(struct row){.kind = ROW_CONFIG});
	while (text.n > 0) {
		struct row r = row_of(statement(&text, &quotes));
		uint32_t i;

		/* "end" closes an entry that "next" did not. */
		if (e->v[at].kind == ROW_EDIT && is_close(r.raw, ROW_CONFIG))
			at = e->v[at].parent;
		if (at != 0 && is_close(r.raw, e->v[at].kind)) {
			e->v[at].close = r.raw;
			at = e->v[at].parent;
			continue;
		}
		i = row_add(e, at, &r);
		if (r.kind != ROW_CONFIG && r.kind != ROW_EDIT)
			continue;
		at = i;
		if (e->v[at].depth + 4 >= LIMIT_TREE_DEPTH)
			return NULL;
	}
	return e;
}

/* ---- what takes a change back ---- */

/* The blocks around a row, from the top; returns how many. */
static unsigned
undo_enter(struct editor *e, uint32_t row, struct plan_lines *undo)
{
	unsigned depth;

	if (row == 0)
		return 0;
	depth = undo_enter(e, e->v[row].parent, undo);
	edit_undo_put(e->arena, undo, depth, "", span_trim(e->v[row].raw));
	return depth + 1;
}

static void
undo_leave(
    struct editor *e, uint32_t row, unsigned depth, struct plan_lines *undo)
{
	for (; row != 0; row = e->v[row].parent, depth--)
		edit_undo_put(e->arena, undo, depth, "",
		    e->v[row].kind == ROW_EDIT ? SPAN("next") : SPAN("end"));
}

/* Into a block, or back into it where the last one was the same. */
static unsigned
undo_begin(struct editor *e, uint32_t parent, struct plan_lines *undo)
{
	if (e->back == parent && e->end == undo->n) {
		undo->n = e->close;
		return e->v[parent].depth;
	}
	return undo_enter(e, parent, undo);
}

static void
undo_end(
    struct editor *e, uint32_t parent, unsigned depth, struct plan_lines *undo)
{
	e->back = parent;
	e->close = undo->n;
	undo_leave(e, parent, depth, undo);
	e->end = undo->n;
}

/* In an entry that is new there is nothing to take back: the entry goes. */
static bool
in_new_entry(const struct editor *e, uint32_t row)
{
	for (; row != 0; row = e->v[row].parent)
		if (e->v[row].kind == ROW_EDIT && e->v[row].added)
			return true;
	return false;
}

/* The name of an SNMP community is its secret, and nothing in its line says
 * so. */
static void
put_row(struct editor *e, uint32_t row, unsigned depth, struct plan_lines *undo)
{
	const struct row *r = &e->v[row];
	uint32_t list = e->v[r->parent].parent;

	edit_undo_put(e->arena, undo, depth, "", span_trim(r->raw));
	if (r->kind == ROW_SET && span_is(r->name, "name") && list != NONE &&
	    span_is(e->v[list].name, "system snmp community")) {
		undo->v[undo->n - 1].shown = arena_fmt(
		    e->arena, "%*sset name <redacted>", (int)depth, "");
		undo->v[undo->n - 1].open = true;
	}
}

static void
undo_old(struct editor *e, uint32_t row, struct plan_lines *undo)
{
	uint32_t parent = e->v[row].parent;
	unsigned depth;

	if (undo == NULL || in_new_entry(e, parent))
		return;
	depth = undo_begin(e, parent, undo);
	put_row(e, row, depth, undo);
	undo_end(e, parent, depth, undo);
}

static void
undo_new(struct editor *e, uint32_t parent, const char *verb, struct span name,
    struct plan_lines *undo)
{
	unsigned depth;

	if (undo == NULL || in_new_entry(e, parent))
		return;
	depth = undo_begin(e, parent, undo);
	edit_undo_put(e->arena, undo, depth, verb, name);
	undo_end(e, parent, depth, undo);
}

/* A row with all that is below it, as it was. */
static void
undo_rows(
    struct editor *e, uint32_t row, unsigned depth, struct plan_lines *undo)
{
	const struct row *r = &e->v[row];

	put_row(e, row, depth, undo);
	EACH_ROW(i, e, row)
	if (!e->v[i].gone)
		undo_rows(e, i, depth + 1, undo);
	if (r->kind == ROW_CONFIG || r->kind == ROW_EDIT)
		edit_undo_put(e->arena, undo, depth + 1, "",
		    r->kind == ROW_EDIT ? SPAN("next") : SPAN("end"));
}

/* ---- commands ---- */

static uint32_t
find_below(struct editor *e, uint32_t up, enum row_kind kind, struct span name)
{
	uint32_t found = NONE;
	bool whole;

	EACH_ROW(i, e, up)
	{
		e->looks++;
		if (!e->v[i].gone && e->v[i].kind == kind &&
		    (kind == ROW_EDIT
			    ? span_eq(e->v[i].name, name)
			    : edit_begins(e->v[i].name, name, &whole) && whole))
			found = i;
	}
	return found;
}

/* Where a block stands: at the top, among what is global, in a virtual domain;
 * there one that has the entry that comes next, if any has. */
static uint32_t
find_block(struct editor *e, struct span name, struct span entry)
{
	uint32_t places[LIMIT_PLAN_VALUES], found = NONE;
	size_t n = 0;

	places[n++] = 0;
	EACH_ROW(i, e, 0)
	{
		bool vdom = span_is(e->v[i].name, "vdom");

		if (e->v[i].kind != ROW_CONFIG || n == LIMIT_PLAN_VALUES)
			continue;
		if (span_is(e->v[i].name, "global"))
			places[n++] = i;
		for (uint32_t k = vdom ? e->v[i].first : NONE;
		     k != NONE && n < LIMIT_PLAN_VALUES; k = e->v[k].next)
			if (e->v[k].kind == ROW_EDIT)
				places[n++] = k;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t at = find_below(e, places[i], ROW_CONFIG, name);

		if (at == NONE)
			continue;
		if (found == NONE)
			found = at;
		if (entry.n > 0 && find_below(e, at, ROW_EDIT, entry) != NONE)
			return at;
	}
	return found;
}

static uint32_t
insert(struct editor *e, uint32_t up, struct span command)
{
	struct row r = row_of(command);

	r.raw = arena_fmt(e->arena, "%*s%.*s", (int)(4 * e->v[up].depth), "",
	    SPAN_FMT(span_trim(command)));
	r = row_of(r.raw);
	r.added = true;
	if (r.kind == ROW_CONFIG || r.kind == ROW_EDIT)
		r.close =
		    arena_fmt(e->arena, "%*s%s", (int)(4 * e->v[up].depth), "",
			r.kind == ROW_EDIT ? "next" : "end");
	return row_add(e, up, &r);
}

/* The entry that the next command is about. */
static struct span
next_entry(const struct plan_line *v, size_t n)
{
	struct row r;

	if (n == 0)
		return (struct span){0};
	r = row_of(v[0].real);
	return r.kind == ROW_EDIT ? r.name : (struct span){0};
}

static void
enter(struct editor *e, const struct row *r, struct span entry,
    struct span command, struct plan_lines *undo)
{
	uint32_t up = e->open[e->depth], at;

	if (e->depth + 1 >= LIMIT_TREE_DEPTH)
		return;
	at = up == 0 && r->kind == ROW_CONFIG
		 ? find_block(e, r->name, entry)
		 : find_below(e, up, r->kind, r->name);
	if (at == NONE && up == 0) {
		uint32_t global = find_below(e, 0, ROW_CONFIG, SPAN("global"));

		up = global == NONE ? 0 : global;
	}
	if (at == NONE) {
		if (r->kind == ROW_EDIT)
			undo_new(e, up, "delete ", r->name, undo);
		at = insert(e, up, command);
	}
	e->open[++e->depth] = at;
}

/* Values compared as words: blanks between them mean nothing. */
static bool
same_words(struct span a, struct span b)
{
	bool whole;

	return edit_begins(a, b, &whole) && whole;
}

static void
set_value(struct editor *e, struct span command, struct plan_lines *undo)
{
	uint32_t up = e->open[e->depth], old;
	struct row r = row_of(command);

	old = find_below(e, up, ROW_SET, r.name);
	if (old == NONE) {
		insert(e, up, command);
		undo_new(e, up, "unset ", r.name, undo);
	} else if (!same_words(e->v[old].raw, command)) {
		undo_old(e, old, undo);
		e->v[old].raw =
		    arena_fmt(e->arena, "%*s%.*s", (int)(4 * e->v[up].depth),
			"", SPAN_FMT(span_trim(command)));
	}
}

static void
unset_value(struct editor *e, struct span name, struct plan_lines *undo)
{
	uint32_t up = e->open[e->depth], old;

	while ((old = find_below(e, up, ROW_SET, name)) != NONE) {
		undo_old(e, old, undo);
		e->v[old].gone = true;
	}
}

static void
delete_entry(struct editor *e, struct span name, struct plan_lines *undo)
{
	uint32_t up = e->open[e->depth],
		 at = find_below(e, up, ROW_EDIT, unquoted(name));
	unsigned depth;

	if (at == NONE)
		return;
	if (undo != NULL) {
		depth = undo_begin(e, up, undo);
		undo_rows(e, at, depth, undo);
		undo_end(e, up, depth, undo);
	}
	e->v[at].gone = true;
}

static void
leave(struct editor *e, bool all)
{
	if (all && e->depth > 0 && e->v[e->open[e->depth]].kind == ROW_EDIT)
		e->depth--;
	if (e->depth > 0)
		e->depth--;
}

static bool
blocks_apply(struct editor *e, const struct plan_line *v, size_t n,
    struct plan_lines *undo)
{
	e->depth = 0;
	e->open[0] = 0;
	e->back = NONE;
	for (size_t i = 0; i < n && e->looks < LIMIT_PLAN_LOOKS; i++) {
		struct span command = arena_copy(e->arena, v[i].real);
		struct row r = row_of(command);
		struct span rest = command, word = span_word(&rest);

		rest = span_trim(rest);
		if (v[i].remark)
			continue;
		if (r.kind == ROW_CONFIG || r.kind == ROW_EDIT)
			enter(e, &r, next_entry(v + i + 1, n - i - 1), command,
			    undo);
		else if (r.kind == ROW_SET)
			set_value(e, command, undo);
		else if (span_is(word, "unset"))
			unset_value(e, rest, undo);
		else if (span_is(word, "delete"))
			delete_entry(e, rest, undo);
		else if (span_is(word, "next") || span_is(word, "end"))
			leave(e, span_is(word, "end"));
	}
	return e->looks < LIMIT_PLAN_LOOKS;
}

/* ---- writing ---- */

/* As deep as the text, which is at most LIMIT_TREE_DEPTH. */
static void
row_write(const struct editor *e, uint32_t row, struct buf *out)
{
	const struct row *r = &e->v[row];

	if (r->gone)
		return;
	if (row != 0) {
		buf_put(out, r->raw);
		buf_byte(out, '\n');
	}
	EACH_ROW(i, e, row)
	row_write(e, i, out);
	if (r->close.n > 0) {
		buf_put(out, r->close);
		buf_byte(out, '\n');
	}
}

static void
blocks_write(const struct editor *e, struct buf *out)
{
	row_write(e, 0, out);
}

const struct editor_form edit_blocks = {
    .family = "blocks",
    .open = blocks_open,
    .apply = blocks_apply,
    .write = blocks_write,
};
