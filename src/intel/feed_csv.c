/*
 * Tables: RFC 4180 with comma, semicolon, bar or tab between the cells.  The
 * columns are found by their names, or without a header by what stands in
 * them.
 */
#include "base/limits.h"
#include "base/timestamp.h"
#include "intel/feed_cells.h"
#include "intel/feed_value.h"

struct row {
	struct span cells[LIMIT_FEED_COLUMNS];
	size_t n;
	uint64_t line;
};

struct table {
	char separator;
	enum feed_role roles[LIMIT_FEED_COLUMNS];
	enum indicator_type types[LIMIT_FEED_COLUMNS];
	size_t columns;
};

/* Bytes of a quoted cell from its first quote to behind the last; 0: it is not
 * closed within a sensible length. */
static size_t
quoted_length(struct span s)
{
	size_t i = 1;

	s = span_head(s, LIMIT_LINE_BYTES);
	while (i < s.n) {
		if (s.p[i] != '"')
			i++;
		else if (i + 1 < s.n && s.p[i + 1] == '"')
			i += 2;
		else
			return i + 1;
	}
	return 0;
}

/* Doubled quotes inside become one. */
static struct span
unquoted(struct arena *a, struct span s)
{
	char *p;
	size_t n = 0;

	if (span_find_byte(s, '"') == SPAN_NONE)
		return s;
	p = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		p[n++] = s.p[i];
		i += s.p[i] == '"';
	}
	return span_of(p, n);
}

static struct span
cell_take(struct span *rest, char separator, struct arena *a, uint64_t *line)
{
	struct span s = *rest, cell;
	size_t n = 0, quoted;

	while (n < s.n && ascii_blank((unsigned char)s.p[n]) &&
	       s.p[n] != separator)
		n++;
	s = span_from(s, n);
	quoted = s.n > 0 && s.p[0] == '"' ? quoted_length(s) : 0;
	for (size_t i = 0; i < quoted; i++)
		*line += s.p[i] == '\n';
	for (n = quoted; n < s.n && s.p[n] != separator && s.p[n] != '\n'; n++)
		;
	cell = quoted > 0 ? unquoted(a, span_sub(s, 1, quoted - 1))
			  : span_head(s, n);
	*rest = span_from(s, n);
	return span_trim(cell);
}

/* One row; quotes may hold separators and line ends.  false at the end. */
static bool
row_read(struct span *rest, char separator, uint64_t *line, struct arena *a,
    struct row *row)
{
	if (rest->n == 0)
		return false;
	row->n = 0;
	row->line = ++*line;
	for (;;) {
		struct span cell = cell_take(rest, separator, a, line);

		if (row->n < LIMIT_FEED_COLUMNS)
			row->cells[row->n++] = cell;
		if (rest->n == 0)
			return true;
		char c = rest->p[0];

		*rest = span_from(*rest, 1);
		if (c == '\n')
			return true;
	}
}

static bool
row_blank(const struct row *row)
{
	return row->n == 0 || (row->n == 1 && row->cells[0].n == 0);
}

/* "sep=;" in front is for Excel. */
static bool
row_comment(const struct row *row)
{
	return row->n > 0 && row->cells[0].n > 0 &&
	       (row->cells[0].p[0] == '#' ||
		   (row->line == 1 &&
		       span_starts_nocase(row->cells[0], SPAN("sep="))));
}

/* ---- columns ---- */

/* Beside a range, an address of mail is that of its owner's desk for abuse. */
static bool
has_range(const struct table *t)
{
	bool start = false, end = false;

	for (size_t i = 0; i < t->columns; i++) {
		start |= t->roles[i] == ROLE_START;
		end |= t->roles[i] == ROLE_END;
	}
	return start && end;
}

/* Beside another value, a network's number says where that is hosted.  false:
 * there is no value. */
static bool
header_settle(struct table *t)
{
	size_t others = 0, all = 0;
	bool range = has_range(t);

	for (size_t i = 0; i < t->columns; i++) {
		bool typed = t->roles[i] == ROLE_TYPED;

		if (range && typed && t->types[i] == INDICATOR_EMAIL)
			t->roles[i] = ROLE_NONE;
		all += typed || t->roles[i] == ROLE_VALUE || range;
		others += range || t->roles[i] == ROLE_VALUE ||
			  (typed && t->types[i] != INDICATOR_ASN);
	}
	for (size_t i = 0; others > 0 && i < t->columns; i++)
		if (t->roles[i] == ROLE_TYPED && t->types[i] == INDICATOR_ASN)
			t->roles[i] = ROLE_NONE;
	return all > 0;
}

static bool
row_dotted(const struct row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (span_find_byte(row->cells[i], '.') != SPAN_NONE &&
		    feed_column_type(row->cells[i]) >= 0)
			return true;
	return false;
}

/* A row that holds a value is no header, whatever its other cells say: they may
 * say the value's type.  Where names of columns have dots they look like
 * domains. */
static bool
row_values(const struct row *row, struct arena *a)
{
	bool dotted = row_dotted(row);

	for (size_t i = 0; i < row->n; i++) {
		struct feed_value v;
		struct span s = feed_refang(a, row->cells[i]);

		if (feed_value_guess(a, s, &v) == NULL &&
		    feed_column_type(s) < 0 && feed_role_of(s) == ROLE_NONE &&
		    !(dotted && v.type == INDICATOR_DOMAIN))
			return true;
	}
	return false;
}

/* Columns by their names.  false: this is no header.  In files of Zeek the
 * first cell of the header is no column. */
static bool
header_take(struct table *t, const struct row *row, struct arena *a)
{
	size_t from = row->n > 0 && span_is(row->cells[0], "#fields") ? 1 : 0;

	if (row_values(row, a))
		return false;
	t->columns = row->n - from;
	for (size_t i = 0; i < t->columns; i++) {
		struct span name = row->cells[from + i];
		int type;

		/* A comment that is the header: "# first_seen,dst_ip". */
		while (name.n > 0 && (name.p[0] == '#' || name.p[0] == ' ' ||
					 name.p[0] == '"'))
			name = span_from(name, 1);
		type = feed_column_type(name);
		t->roles[i] = feed_role_of(name);
		if (type >= 0 && t->roles[i] == ROLE_NONE) {
			t->roles[i] = ROLE_TYPED;
			t->types[i] = (enum indicator_type)type;
		}
	}
	return header_settle(t);
}

/* Columns by what stands in a row. */
static bool
row_take(struct table *t, const struct row *row, struct arena *a)
{
	bool values = false;

	t->columns = row->n;
	for (size_t i = 0; i < row->n; i++) {
		struct feed_value v;
		struct span s = feed_refang(a, row->cells[i]);

		t->roles[i] = ROLE_NONE;
		if (feed_type(s) >= 0)
			t->roles[i] = ROLE_TYPE;
		else if (feed_value_guess(a, s, &v) == NULL)
			t->roles[i] = ROLE_VALUE;
		values |= t->roles[i] == ROLE_VALUE;
	}
	return values;
}

/* How often the mark stands outside quotes; *quoted: a cell goes on in the
 * next line. */
static size_t
marks_count(struct span line, char mark, bool *quoted)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"')
			*quoted = !*quoted;
		else
			n += !*quoted && line.p[i] == mark;
	}
	return n;
}

/* Cuts by this mark in most rows, or 0 where some rows have none. */
static size_t
mark_cuts(struct span rest, char mark)
{
	size_t rows = 0, with = 0, most = 0, n = 0;
	bool quoted = false;
	struct span line;

	while (rows < 50 && span_line(&rest, &line)) {
		if (!quoted && (line.n == 0 || line.p[0] == '#'))
			continue;
		n += marks_count(line, mark, &quoted);
		if (quoted)
			continue;
		rows++;
		with += n > 0;
		most = n > most ? n : most;
		n = 0;
	}
	return with > 0 && with * 10 >= rows * 9 ? most : 0;
}

/* The separator that cuts most. */
static char
separator_find(struct span head, size_t *cells)
{
	static const char marks[] = {'\t', ',', ';', '|'};
	size_t best = 0;
	char mark = 0;

	for (size_t m = 0; m < sizeof(marks); m++) {
		size_t n = mark_cuts(head, marks[m]);

		if (n > best) {
			best = n;
			mark = marks[m];
		}
	}
	*cells = best + 1;
	return mark;
}

/* ---- reading ---- */

static size_t
range_put(struct feed_read *r, const struct table *t, const struct row *row,
    struct feed_item *x)
{
	struct span start = {0}, end = {0};
	size_t n = row->n < t->columns ? row->n : t->columns;

	for (size_t i = 0; i < n; i++) {
		if (t->roles[i] == ROLE_START && start.n == 0)
			start = row->cells[i];
		else if (t->roles[i] == ROLE_END && end.n == 0)
			end = row->cells[i];
	}
	if (start.n == 0 || end.n == 0)
		return 0;
	x->type = INDICATOR_ADDRESS;
	x->value =
	    arena_fmt(&r->scratch, "%.*s-%.*s", SPAN_FMT(start), SPAN_FMT(end));
	feed_put(r, x);
	return 1;
}

static void
row_put(struct feed_read *r, const struct table *t, const struct row *row)
{
	struct feed_item x = feed_item_new();
	struct span word = {0};
	size_t put = 0, n = row->n < t->columns ? row->n : t->columns;

	x.line = row->line;
	x.below = true;
	for (size_t i = 0; i < n; i++) {
		feed_meta_take(r, t->roles[i], row->cells[i], &x);
		if (t->roles[i] == ROLE_TYPE && word.n == 0)
			word = row->cells[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (row->cells[i].n == 0 || span_is(row->cells[i], "-"))
			continue;
		if (t->roles[i] == ROLE_VALUE) {
			feed_cell_put(r, &x, row->cells[i], word);
			put++;
		} else if (t->roles[i] == ROLE_TYPED) {
			x.type = t->types[i];
			x.value = row->cells[i];
			feed_put(r, &x);
			put++;
		}
	}
	put += range_put(r, t, row, &x);
	if (put == 0)
		feed_refuse(r, row->line, 0, "the row has no value");
}

static void
csv_read(struct feed_read *r, struct span bytes)
{
	struct table t = {0}, noted = {0};
	struct row row;
	size_t cells;
	uint64_t line = 0;
	bool ready = false, by_comment = false;

	t.separator =
	    separator_find(span_head(bytes, LIMIT_PROBE_BYTES), &cells);
	if (t.separator == 0)
		t.separator = ',';
	while (row_read(&bytes, t.separator, &line, &r->scratch, &row)) {
		if (row_blank(&row))
			continue;
		if (row_comment(&row)) {
			by_comment |= !ready && row.n > 1 &&
				      header_take(&noted, &row, &r->scratch);
			continue;
		}
		if (!ready && header_take(&t, &row, &r->scratch)) {
			ready = true;
			continue;
		}
		if (!ready) {
			char mark = t.separator;

			ready = true;
			if (by_comment && noted.columns == row.n)
				t = noted;
			else if (!row_take(&t, &row, &r->scratch))
				ready = false;
			t.separator = mark;
		}
		if (ready)
			row_put(r, &t, &row);
		else
			feed_refuse(r, row.line, 0,
			    "no column names and no value in the row");
	}
}

static unsigned
csv_guess(struct span head, struct span path)
{
	struct table t = {0};
	struct row row;
	struct arena a;
	size_t cells, rows = 0;
	uint64_t line = 0;
	unsigned score = 0;

	if (head.n == 0 || head.p[0] == '{' || head.p[0] == '[' ||
	    head.p[0] == '<')
		return 0;
	t.separator = separator_find(head, &cells);
	if (t.separator == 0)
		return 0;
	arena_init(&a);
	while (score == 0 && rows < 20 &&
	       row_read(&head, t.separator, &line, &a, &row)) {
		if (row_blank(&row) || (row_comment(&row) && row.n < 2))
			continue;
		rows++;
		if (row.n < 2)
			continue;
		if (header_take(&t, &row, &a))
			score = 80;
		else if (!row_comment(&row) && row_take(&t, &row, &a))
			score = 60;
	}
	arena_release(&a);
	if (score > 0 && (span_ends_nocase(path, SPAN(".csv")) ||
			     span_ends_nocase(path, SPAN(".tsv"))))
		score += 15;
	return score;
}

const struct feed_format feed_csv = {
    .name = "csv",
    .title = "CSV or TSV with any columns",
    .guess = csv_guess,
    .read = csv_read,
};
