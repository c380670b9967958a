#include "read/show/clitable.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "read/show/textfsm_regex.h"

/* From here on machine code has paid for its making: an expression costs some
 * 50 microseconds, and gains some 100 nanoseconds a line. */
#define EXPECT_MANY (96u << 10)

enum column { COL_TEMPLATE, COL_HOSTNAME, COL_PLATFORM, COL_COMMAND, COLS };

struct clitable_entry {
	struct textfsm *templates[8];
	size_t ntemplates;
	struct span names;
	uint64_t expected;
	bool compiled;
};

struct line {
	struct span cells[COLS];
	unsigned number;
	struct regex platform, command; /* compiled at need */
	bool translated, broken;
	struct clitable_entry *entry;
};

struct clitable {
	struct clitable_source source;
	struct arena arena;
	struct line *lines;
	size_t nlines, cap;
	int columns[COLS]; /* place in the index, or -1 */
	unsigned ncolumns;
	struct regex_scratch scratch;
	struct map templates; /* name to place */
	struct textfsm **read;
	size_t nread, read_cap;
};

static struct span
before(struct span s, char c)
{
	return span_until(&s, c);
}

static int
header_read(struct clitable *c, struct span line, struct err *e)
{
	static const char *const names[] = {
	    "Template", "Hostname", "Platform", "Command"};
	struct span rest = line;

	for (int k = 0; k < COLS; k++)
		c->columns[k] = -1;
	while (rest.n > 0) {
		struct span name = span_trim(span_until(&rest, ','));

		for (int k = 0; k < COLS; k++)
			if (span_is(name, names[k]))
				c->columns[k] = (int)c->ncolumns;
		c->ncolumns++;
	}
	if (c->columns[COL_TEMPLATE] < 0 || c->columns[COL_COMMAND] < 0)
		return err_set(
		    e, "the index has no columns Template and Command");
	return 0;
}

/* A line of the index; one with another number of columns is dropped. */
static void
line_read(struct clitable *c, struct span text, unsigned number)
{
	struct line l = {.number = number};
	unsigned commas = 0;

	for (size_t i = 0; i < text.n; i++)
		commas += text.p[i] == ',';
	if (commas + 1 != c->ncolumns)
		return;
	for (unsigned at = 0; at < c->ncolumns; at++) {
		struct span cell = span_trim(span_until(&text, ','));

		for (int k = 0; k < COLS; k++)
			if (c->columns[k] == (int)at)
				l.cells[k] = cell;
	}
	c->lines = arena_grow(
	    &c->arena, c->lines, c->nlines, &c->cap, sizeof(*c->lines));
	c->lines[c->nlines++] = l;
}

static int
index_read(struct clitable *c, struct span text, struct err *e)
{
	struct span line;
	bool header = false;
	unsigned number = 0;

	while (span_line(&text, &line)) {
		if (++number > LIMIT_TEXTFSM_INDEX)
			return err_set(e, "the index is too long");
		if (!header) {
			line = span_trim(before(line, '#'));
			header = line.n > 0;
			if (header && header_read(c, line, e) != 0)
				return -1;
		} else if (!span_starts(line, SPAN("#"))) {
			line_read(c, line, number);
		}
	}
	return header ? 0 : err_set(e, "the index is empty");
}

int
clitable_open(
    const struct clitable_source *s, struct clitable **out, struct err *e)
{
	struct clitable *c = calloc(1, sizeof(*c));
	struct span text;

	if (c == NULL)
		return err_set(e, "no memory for an index");
	c->source = *s;
	arena_init(&c->arena);
	map_init(&c->templates, &c->arena);
	if (regex_scratch_init(&c->scratch, LIMIT_TEXTFSM_GROUPS, e) != 0 ||
	    s->load(s->ctx, SPAN("index"), &c->arena, &text, e) != 0 ||
	    index_read(c, text, e) != 0) {
		clitable_free(c);
		return -1;
	}
	*out = c;
	return 0;
}

void
clitable_free(struct clitable *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->nlines; i++) {
		regex_release(&c->lines[i].platform);
		regex_release(&c->lines[i].command);
	}
	for (size_t i = 0; i < c->nread; i++)
		textfsm_free(c->read[i]);
	regex_scratch_release(&c->scratch);
	arena_release(&c->arena);
	free(c);
}

/* "sh[[ow]]" to "sh(o(w)?)?". */
static void
complete(struct span s, struct buf *out)
{
	while (s.n > 0) {
		size_t at = span_find(s, SPAN("[["));
		size_t end = at == SPAN_NONE
				 ? SPAN_NONE
				 : span_find(span_from(s, at + 3), SPAN("]]"));

		if (end == SPAN_NONE) {
			buf_put(out, s);
			return;
		}
		end += at + 3;
		buf_put(out, span_head(s, at));
		for (size_t i = at + 2; i < end; i++) {
			buf_byte(out, '(');
			buf_byte(out, s.p[i]);
		}
		for (size_t i = at + 2; i < end; i++)
			buf_puts(out, ")?");
		s = span_from(s, end + 2);
	}
}

static int
line_translate(struct clitable *c, struct line *l, struct err *e)
{
	struct err why;
	struct buf b;
	int r;

	if (l->translated)
		return l->broken ? -1 : 0;
	l->translated = true;
	buf_init(&b, LIMIT_TEXTFSM_EXPRESSION);
	complete(l->cells[COL_COMMAND], &b);
	r = regex_translate(
		&c->arena, l->cells[COL_PLATFORM], &l->platform, &why) != 0 ||
		    regex_translate(
			&c->arena, buf_span(&b), &l->command, &why) != 0
		? err_set(e, "index: line %u: %s", l->number, why.text)
		: 0;
	buf_release(&b);
	l->broken = r != 0;
	return r;
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static bool
matches(struct clitable *c, struct regex *r, struct span text)
{
	struct regex_line l = regex_line_of(text, is_ascii(text));

	return regex_may_match(r, &l) &&
	       regex_match(r, &c->scratch, &l) == REGEX_YES;
}

/* A platform is mostly a plain word; then no expression is needed. */
static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alnum((unsigned char)s.p[i]) && s.p[i] != '_' &&
		    s.p[i] != '-')
			return false;
	return true;
}

static int
line_matches(struct clitable *c, struct line *l, struct span platform,
    struct span command, bool *yes, struct err *e)
{
	struct span word = l->cells[COL_PLATFORM];

	*yes = false;
	if (is_plain(word) && !span_starts(platform, word))
		return 0;
	if (line_translate(c, l, e) != 0)
		return -1;
	*yes = (is_plain(word) || matches(c, &l->platform, platform)) &&
	       matches(c, &l->command, command);
	return 0;
}

/* A template by name, read at most once. */
static int
template_get(
    struct clitable *c, struct span name, struct textfsm **out, struct err *e)
{
	uint32_t at = map_get(&c->templates, name);
	struct textfsm *t;
	struct span text;
	struct err why;

	if (at != MAP_NONE) {
		*out = c->read[at];
		return 0;
	}
	if (c->source.load(c->source.ctx, name, &c->arena, &text, e) != 0)
		return -1;
	if (textfsm_read(text, &t, &why) != 0)
		return err_set(e, "%.*s: %s", SPAN_FMT(name), why.text);
	c->read = arena_grow(&c->arena, c->read, c->nread, &c->read_cap,
	    sizeof(struct textfsm *));
	c->read[c->nread] = *out = t;
	map_add(&c->templates, name, (uint32_t)c->nread++);
	return 0;
}

static int
entry_make(struct clitable *c, struct line *l, struct err *e)
{
	struct clitable_entry *entry = arena_alloc(&c->arena, sizeof(*entry));
	struct span rest = l->cells[COL_TEMPLATE];

	entry->names = rest;
	while (rest.n > 0) {
		struct span name = span_until(&rest, ':');

		if (entry->ntemplates == 8)
			return err_set(
			    e, "index: line %u: too many templates", l->number);
		if (template_get(c, name,
			&entry->templates[entry->ntemplates++], e) != 0)
			return -1;
	}
	if (entry->ntemplates == 0)
		return err_set(e, "index: line %u: no template", l->number);
	l->entry = entry;
	return 0;
}

const struct span *
clitable_platforms(struct clitable *c, size_t *n)
{
	struct span *names = NULL;
	size_t cap = 0;

	*n = 0;
	for (size_t i = 0; i < c->nlines; i++) {
		struct span name = c->lines[i].cells[COL_PLATFORM];
		size_t k = 0;

		while (k < *n && !span_eq(names[k], name))
			k++;
		if (k < *n || name.n == 0 || !is_plain(name))
			continue;
		names = arena_grow(&c->arena, names, *n, &cap, sizeof(*names));
		names[(*n)++] = name;
	}
	return names;
}

struct span
clitable_templates(const struct clitable_entry *entry)
{
	return entry->names;
}

/* The first line of the index that matches; NULL: none. */
static int
line_find(struct clitable *c, struct span platform, struct span command,
    struct line **out, struct err *e)
{
	*out = NULL;
	for (size_t i = 0; i < c->nlines && *out == NULL; i++) {
		bool yes;

		if (line_matches(c, &c->lines[i], platform, command, &yes, e) !=
		    0)
			return -1;
		if (yes)
			*out = &c->lines[i];
	}
	return 0;
}

bool
clitable_has(struct clitable *c, struct span platform, struct span command)
{
	struct line *l;
	struct err e;

	return line_find(c, platform, command, &l, &e) == 0 && l != NULL;
}

int
clitable_find(struct clitable *c, struct span platform, struct span command,
    struct clitable_entry **out, struct err *e)
{
	struct line *l;

	if (line_find(c, platform, command, &l, e) != 0)
		return -1;
	if (l != NULL) {
		if (l->entry == NULL && entry_make(c, l, e) != 0)
			return -1;
		*out = l->entry;
		return 0;
	}
	return err_set(e, "no template for \"%.*s\" on %.*s", SPAN_FMT(command),
	    SPAN_FMT(platform));
}

int
clitable_expect(struct clitable_entry *entry, uint64_t bytes, struct err *e)
{
	entry->expected += bytes;
	if (entry->compiled || entry->expected < EXPECT_MANY)
		return 0;
	entry->compiled = true;
	for (size_t i = 0; i < entry->ntemplates; i++)
		if (textfsm_compile(entry->templates[i], e) != 0)
			return -1;
	return 0;
}

static int
find_column(const struct show_table *t, struct span name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (span_eq(t->names[i], name))
			return (int)i;
	return -1;
}

/* A cell as bytes that differ when cells do. */
static void
key_put(struct buf *b, const struct show_cell *c, unsigned depth)
{
	buf_u8(b, (uint8_t)c->kind);
	buf_bytes(b, c->text);
	buf_u64(b, c->n);
	for (size_t i = 0; depth < 3 && i < c->n; i++)
		key_put(b, &c->items[i], depth + 1);
}

/* Keys of a join: places of the key columns in both tables. */
struct join {
	const struct show_table *first, *more;
	const int *left, *right;
	size_t nkeys;
	struct buf key;
	struct map rows; /* key to the first row of "more" that has it */
};

static struct span
join_key(struct join *j, const struct show_cell *row, const int *places)
{
	buf_reset(&j->key);
	for (size_t k = 0; k < j->nkeys; k++)
		key_put(&j->key, &row[places[k]], 0);
	return buf_span(&j->key);
}

/* The row of "more" that belongs to row i; MAP_NONE: none. */
static uint32_t
join_find(struct join *j, size_t i)
{
	if (j->nkeys == 0)
		return i < j->more->nrows ? (uint32_t)i : MAP_NONE;
	return map_get(&j->rows, join_key(j, j->first->rows[i], j->left));
}

static void
join_rows(struct join *j, struct arena *a, const int *added, size_t nadded)
{
	size_t n = j->first->ncolumns;

	for (size_t i = 0; j->nkeys > 0 && i < j->more->nrows; i++)
		map_add(&j->rows, join_key(j, j->more->rows[i], j->right),
		    (uint32_t)i);
	for (size_t i = 0; i < j->first->nrows; i++) {
		uint32_t other = join_find(j, i);
		struct show_cell *row =
		    arena_array(a, n + nadded, sizeof(*row));

		memcpy(row, j->first->rows[i], n * sizeof(*row));
		for (size_t k = 0; k < nadded; k++)
			row[n + k] = other == MAP_NONE
					 ? (struct show_cell){.text = SPAN("")}
					 : j->more->rows[other][added[k]];
		j->first->rows[i] = row;
	}
}

/* The columns that "more" adds, behind those of *t. */
static void
add_columns(struct show_table *t, const struct show_table *more,
    struct arena *a, const int *added, size_t nadded)
{
	struct span *names =
	    arena_array(a, t->ncolumns + nadded, sizeof(*names));
	bool *keys = arena_array(a, t->ncolumns + nadded, sizeof(*keys));

	for (size_t i = 0; i < t->ncolumns; i++) {
		names[i] = t->names[i];
		keys[i] = t->keys[i];
	}
	for (size_t k = 0; k < nadded; k++)
		names[t->ncolumns + k] = more->names[added[k]];
	t->names = names;
	t->keys = keys;
	t->ncolumns += nadded;
}

static int
extend(struct show_table *t, const struct show_table *more, struct arena *a,
    const bool *keys, const struct show_table *keyed, struct err *e)
{
	int *added = arena_array(a, more->ncolumns, sizeof(*added));
	int *left = arena_array(a, keyed->ncolumns, sizeof(*left));
	int *right = arena_array(a, keyed->ncolumns, sizeof(*right));
	struct join j = {
	    .first = t, .more = more, .left = left, .right = right};
	size_t nadded = 0;

	for (size_t i = 0; i < more->ncolumns; i++)
		if (find_column(t, more->names[i]) < 0)
			added[nadded++] = (int)i;
	for (size_t i = 0; i < keyed->ncolumns; i++) {
		if (!keys[i])
			continue;
		left[j.nkeys] = find_column(t, keyed->names[i]);
		right[j.nkeys] = find_column(more, keyed->names[i]);
		if (left[j.nkeys] < 0 || right[j.nkeys] < 0)
			return err_set(e,
			    "key \"%.*s\" is not in all templates",
			    SPAN_FMT(keyed->names[i]));
		j.nkeys++;
	}
	if (nadded == 0)
		return 0;
	buf_init(&j.key, LIMIT_BUF_BYTES);
	map_init(&j.rows, a);
	join_rows(&j, a, added, nadded);
	buf_release(&j.key);
	add_columns(t, more, a, added, nadded);
	return 0;
}

static bool
has_key(const struct show_table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (t->keys[i])
			return true;
	return false;
}

int
clitable_run(struct clitable_entry *entry, struct span text, struct arena *a,
    struct show_table *out, struct err *e)
{
	struct show_table all, keyed;

	if (textfsm_run(entry->templates[0], text, a, &all, e) != 0)
		return -1;
	keyed = all;
	for (size_t i = 1; i < entry->ntemplates; i++) {
		struct show_table more;

		if (textfsm_run(entry->templates[i], text, a, &more, e) != 0)
			return -1;
		if (!has_key(&keyed))
			keyed = more;
		if (extend(&all, &more, a, keyed.keys, &keyed, e) != 0)
			return -1;
	}
	*out = all;
	return 0;
}
