/*
 * The family of IOS: lines under lines by indentation.  The reader's own tree
 * says which lines are commands; texts of banners and certificates are none.
 */
#include "plan/edit_lines.h"
#include "read/config/cisco_ios_text.h"

/* ---- reading ---- */

static bool
banner_of(const struct reader *reader, enum banner_form *out)
{
	static const struct {
		const char *reader;
		enum banner_form form;
	} table[] = {{"cisco-ios-config", BANNER_DELIMITED},
	    {"cisco-ios-xr-config", BANNER_DELIMITED},
	    {"cisco-nx-os-config", BANNER_DELIMITED},
	    {"arista-eos-config", BANNER_TO_EOF},
	    {"cisco-asa-config", BANNER_LINE}};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (span_is(span_str(reader->name), table[i].reader)) {
			*out = table[i].form;
			return true;
		}
	return false;
}

static uint32_t
row_add(struct editor *e, const struct row *row)
{
	uint32_t i = (uint32_t)e->n, *first, *last;

	e->v = arena_grow(e->arena, e->v, e->n, &e->cap, sizeof(*e->v));
	e->v[e->n++] = *row;
	e->v[i].first = e->v[i].last = e->v[i].next = NONE;
	first = row->parent == NONE ? &e->first : &e->v[row->parent].first;
	last = row->parent == NONE ? &e->last : &e->v[row->parent].last;
	if (*last == NONE)
		*first = i;
	else
		e->v[*last].next = i;
	*last = i;
	return i;
}

/* New lines at the top go before the "end" that closes the configuration;
 * where a text may be open at its end, behind everything. */
static uint32_t
bottom_of(const struct editor *e)
{
	const struct row *last = e->n > 0 ? &e->v[e->n - 1] : NULL;
	uint32_t from = last != NULL ? last->line : 0, line = 0, end = 0;
	struct span rest = e->text, text;

	while (span_line(&rest, &text)) {
		line++;
		if (line >= from && end == 0 && span_is(span_trim(text), "end"))
			end = line;
	}
	if (end > 0)
		return end - 1;
	if (last == NULL || span_starts(last->text, SPAN("banner")) ||
	    span_starts(last->text, SPAN("certificate")))
		return line;
	return from;
}

static struct editor *
lines_open(struct arena *a, const struct reader *reader, struct span text,
    const struct remedy_platform *platform)
{
	struct read_in in = {.bytes = text,
	    .head = span_head(text, LIMIT_PROBE_BYTES),
	    .arena = a};
	struct emit out = emit_nothing();
	struct editor *e = arena_alloc(a, sizeof(*e));
	struct ios_text *t;
	enum banner_form banner;

	if (!banner_of(reader, &banner))
		return NULL;
	t = arena_alloc(a, sizeof(*t));
	ios_text_read_as(&in, &out, banner, t);
	*e = (struct editor){.arena = a,
	    .platform = platform,
	    .text = text,
	    .first = NONE,
	    .last = NONE};
	for (uint32_t i = 0; i < t->tree.n; i++) {
		const struct tree_node *v = &t->tree.v[i];

		row_add(
		    e, &(struct row){.text = v->text,
			   .line = v->line,
			   .parent = v->parent == TREE_NONE ? NONE : v->parent,
			   .column = v->column});
	}
	e->old = (uint32_t)e->n;
	e->bottom = bottom_of(e);
	return e;
}

/* ---- commands ---- */

/* The last line of the text that belongs to a row that stood there. */
static uint32_t
last_line(const struct editor *e, uint32_t row)
{
	while (e->v[row].last != NONE) {
		uint32_t below = e->v[row].last;

		/* New ones stand behind the old ones. */
		if (e->v[below].added)
			return e->v[below].line;
		row = below;
	}
	return e->v[row].line;
}

/* The mode's own step, taken from what stands in it or beside it. */
static unsigned
column_below(const struct editor *e, uint32_t parent)
{
	unsigned step = 1;

	if (parent == NONE)
		return 0;
	if (e->v[parent].first != NONE)
		return e->v[e->v[parent].first].column;
	for (uint32_t i = 0; i < e->old && i < 10000; i++)
		if (e->v[i].column > 0 && e->v[i].parent != NONE) {
			step = e->v[i].column - e->v[e->v[i].parent].column;
			break;
		}
	return e->v[parent].column + step;
}

/* place: the row that it takes the place of, or NONE. */
static uint32_t
insert(struct editor *e, uint32_t parent, uint32_t place, struct span text)
{
	struct row row = {.text = text, .parent = parent, .added = true};

	if (place != NONE) {
		row.line = e->v[place].line;
		row.column = e->v[place].column;
	} else {
		row.line = parent == NONE ? e->bottom : last_line(e, parent);
		row.column = column_below(e, parent);
	}
	return row_add(e, &row);
}

static void
remove_row(struct editor *e, uint32_t row)
{
	e->v[row].gone = true;
	EACH_ROW(i, e, row)
	remove_row(e, i);
}

static bool
verb(struct span text, const char *word, struct span *rest)
{
	struct span first;

	*rest = text;
	first = span_word(rest);
	*rest = span_trim(*rest);
	return span_is(first, word) && rest->n > 0;
}

static bool
next_is(struct span rest, struct span word)
{
	return span_eq(span_word(&rest), word);
}

static bool
meets_form(struct span form, struct span x, struct span y, bool inside)
{
	struct span w, p, q;

	while ((w = span_word(&form)).n > 0) {
		if (span_is(w, ">")) {
			if (!inside)
				return false;
			continue;
		}
		if (w.n > 1 && w.p[0] == '!') {
			w = span_from(w, 1);
			if (next_is(x, w) || next_is(y, w))
				return false;
			continue;
		}
		p = span_word(&x);
		q = span_word(&y);
		if (p.n == 0 || q.n == 0)
			return false;
		if (span_is(w, "*"))
			continue;
		if (!span_eq(p, q) || (!span_is(w, "=") && !span_eq(p, w)))
			return false;
	}
	return true;
}

/* Do both say what there is one of? */
static bool
is_single(const struct editor *e, struct span a, struct span b, bool inside)
{
	for (size_t i = 0; i < e->platform->single.n; i++)
		if (meets_form(e->platform->single.v[i], a, b, inside))
			return true;
	return false;
}

/* Is the row what a new statement puts an end to? */
static bool
is_replaced(const struct editor *e, const struct row *row, struct span text)
{
	struct span rest;
	bool whole;

	if (verb(row->text, "no", &rest))
		return edit_begins(text, rest, &whole) ||
		       is_single(e, rest, text, row->parent != NONE);
	return is_single(e, row->text, text, row->parent != NONE);
}

/* The commands that lead to a row's mode; returns the depth below them. */
static unsigned
undo_path(const struct editor *e, uint32_t parent, struct plan_lines *undo)
{
	unsigned depth;

	if (parent == NONE)
		return 0;
	depth = undo_path(e, e->v[parent].parent, undo);
	edit_undo_put(e->arena, undo, depth, "", e->v[parent].text);
	return depth + 1;
}

static void
undo_subtree(const struct editor *e, uint32_t row, unsigned depth,
    struct plan_lines *undo)
{
	if (e->v[row].added)
		return;
	edit_undo_put(e->arena, undo, depth, "", e->v[row].text);
	EACH_ROW(i, e, row)
	undo_subtree(e, i, depth + 1, undo);
}

/*
 * Take away the rows under parent that fn means; the first of them is
 * returned.  What takes them back goes to undo.
 */
struct removal {
	struct span words, whole;
	bool by_words;
};

static bool
is_meant(
    const struct editor *e, const struct row *row, const struct removal *what)
{
	bool whole;

	if (row->gone)
		return false;
	if (what->by_words)
		return edit_begins(row->text, what->words, &whole);
	return is_replaced(e, row, what->whole);
}

static uint32_t
remove_all(struct editor *e, uint32_t parent, const struct removal *what,
    struct plan_lines *undo)
{
	uint32_t place = NONE;
	unsigned depth = 0;

	EACH_ROW(i, e, parent)
	{
		e->looks++;
		if (!is_meant(e, &e->v[i], what))
			continue;
		if (place == NONE) {
			place = i;
			depth = undo_path(e, parent, undo);
		}
		undo_subtree(e, i, depth, undo);
		remove_row(e, i);
	}
	return place;
}

/* A row of just these words, or NONE. */
static uint32_t
find(struct editor *e, uint32_t parent, struct span text)
{
	bool whole = false;

	EACH_ROW(i, e, parent)
	{
		e->looks++;
		if (!e->v[i].gone && edit_begins(e->v[i].text, text, &whole) &&
		    whole)
			return i;
	}
	return NONE;
}

/* What takes an added command back is for people to read, as it is. */
static void
added(struct editor *e, uint32_t parent, const char *take_back,
    struct span shown, struct plan_lines *undo)
{
	struct span rest;

	if (edit_in_new_mode(e, parent))
		return;
	if (verb(shown, "no", &rest)) {
		shown = rest;
		take_back = "";
	}
	edit_undo_put(
	    e->arena, undo, undo_path(e, parent, undo), take_back, shown);
}

static uint32_t
apply_one(struct editor *e, uint32_t parent, const struct plan_line *line,
    struct plan_lines *undo)
{
	struct span text = span_trim(line->real);
	struct removal what = {.whole = text};
	uint32_t place = find(e, parent, text);
	struct span rest;

	if (place != NONE)
		return place;
	what.by_words = verb(text, "no", &rest) || verb(text, "default", &rest);
	what.words = rest;
	place = remove_all(e, parent, &what, undo);
	if (verb(text, "default", &rest))
		return NONE;
	if (place == NONE)
		added(e, parent, "no ", span_trim(line->shown), undo);
	return insert(e, parent, place, text);
}

/*
 * "ip access-list standard 10" is how one entry of "access-list 10 ..." lines
 * is changed: "no access-list 10 ..." would take the whole list away.  Gives
 * what such lines begin with; empty where there are none.
 */
static struct span
numbered_list(struct editor *e, struct span text)
{
	struct span word = span_word(&text), kind, number, lines;
	bool whole;
	uint64_t n;

	if (!span_is(word, "ip"))
		return (struct span){0};
	word = span_word(&text);
	kind = span_word(&text);
	number = span_word(&text);
	if (!span_is(word, "access-list") || !span_u64(number, &n) ||
	    (!span_is(kind, "standard") && !span_is(kind, "extended")))
		return (struct span){0};
	lines = arena_fmt(e->arena, "access-list %.*s", SPAN_FMT(number));
	EACH_ROW(i, e, NONE)
	{
		e->looks++;
		if (!e->v[i].gone && edit_begins(e->v[i].text, lines, &whole))
			return lines;
	}
	return (struct span){0};
}

/* A command in the mode of a numbered list. */
static void
apply_numbered(struct editor *e, struct span lines,
    const struct plan_line *line, struct plan_lines *undo)
{
	struct span rest, text = span_trim(line->real);
	struct plan_line whole = *line;

	if (verb(text, "no", &rest)) {
		struct removal what = {.by_words = true,
		    .words = arena_fmt(e->arena, "%.*s %.*s", SPAN_FMT(lines),
			SPAN_FMT(rest))};

		remove_all(e, NONE, &what, undo);
		return;
	}
	whole.real =
	    arena_fmt(e->arena, "%.*s %.*s", SPAN_FMT(lines), SPAN_FMT(text));
	whole.shown = arena_fmt(e->arena, "%.*s %.*s", SPAN_FMT(lines),
	    SPAN_FMT(span_trim(line->shown)));
	apply_one(e, NONE, &whole, undo);
}

/* "do" gives a command of another mode: what it takes away is gone from the
 * configuration all the same, and nothing else of it shows there. */
static bool
configures(const struct plan_line *given, struct plan_line *line)
{
	struct span rest, text, after;

	*line = *given;
	if (!verb(span_trim(given->real), "do", &text))
		return true;
	if (!verb(text, "no", &rest))
		return false;
	line->real = text;
	if (verb(span_trim(given->shown), "do", &after))
		line->shown = after;
	return true;
}

/* Changes in the order in which they are taken back. */
static void
undo_turn(struct plan_lines *undo, const size_t *starts, size_t n,
    struct arena *a, size_t from)
{
	struct plan_lines turned = {0};

	for (size_t i = n; i-- > 0;) {
		size_t end = i + 1 < n ? starts[i + 1] : undo->n;

		for (size_t k = starts[i]; k < end; k++) {
			turned.v = arena_grow(a, turned.v, turned.n,
			    &turned.cap, sizeof(*turned.v));
			turned.v[turned.n++] = undo->v[k];
		}
	}
	if (turned.n > 0)
		memcpy(&undo->v[from], turned.v, turned.n * sizeof(*turned.v));
}

static bool
lines_apply(struct editor *e, const struct plan_line *v, size_t n,
    struct plan_lines *undo)
{
	struct {
		unsigned indent;
		uint32_t row;
	} open[LIMIT_TREE_DEPTH];
	unsigned nopen = 0;
	struct span list = {0};
	size_t *starts = arena_array(e->arena, n, sizeof(*starts));
	size_t from = undo != NULL ? undo->n : 0;

	for (size_t i = 0; i < n && e->looks < LIMIT_PLAN_LOOKS; i++) {
		unsigned indent = (unsigned)plan_indent(v[i].real);
		struct plan_line line;
		uint32_t row;

		starts[i] = undo != NULL ? undo->n : 0;
		if (v[i].remark || !configures(&v[i], &line))
			continue;
		while (nopen > 0 && open[nopen - 1].indent >= indent)
			nopen--;
		if (indent == 0)
			list = numbered_list(e, span_trim(line.real));
		if (list.n > 0) {
			if (indent > 0)
				apply_numbered(e, list, &line, undo);
			continue;
		}
		row = apply_one(
		    e, nopen > 0 ? open[nopen - 1].row : NONE, &line, undo);
		if (row != NONE && nopen < LIMIT_TREE_DEPTH) {
			open[nopen].indent = indent;
			open[nopen++].row = row;
		}
	}
	if (undo != NULL)
		undo_turn(undo, starts, n, e->arena, from);
	return e->looks < LIMIT_PLAN_LOOKS;
}

const struct editor_form edit_lines = {
    .family = "lines",
    .open = lines_open,
    .apply = lines_apply,
    .write = edit_lines_write,
};
