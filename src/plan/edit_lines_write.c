#include <stdlib.h>

#include "plan/edit_lines.h"

bool
edit_in_new_mode(const struct editor *e, uint32_t parent)
{
	for (; parent != NONE; parent = e->v[parent].parent)
		if (e->v[parent].added)
			return true;
	return false;
}

static void
write_added(const struct editor *e, uint32_t row, struct buf *out)
{
	if (e->v[row].gone)
		return;
	buf_fmt(out, "%*s", (int)e->v[row].column, "");
	buf_put(out, e->v[row].text);
	buf_byte(out, '\n');
	EACH_ROW(i, e, row)
	write_added(e, i, out);
}

static bool
is_comment(struct span line)
{
	line = span_trim(line);
	return line.n == 0 || line.p[0] == '!';
}

struct new_row {
	uint32_t line, row;
	unsigned column;
};

static int
new_order(const void *a, const void *b)
{
	const struct new_row *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	/* An inner mode ends before an outer one goes on. */
	if (x->column != y->column)
		return x->column > y->column ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* New rows that are not below new rows, by the line they come after. */
static struct new_row *
new_rows(const struct editor *e, size_t *n)
{
	struct new_row *v = arena_array(e->arena, e->n - e->old, sizeof(*v));

	*n = 0;
	for (uint32_t i = e->old; i < e->n; i++)
		if (!edit_in_new_mode(e, e->v[i].parent))
			v[(*n)++] =
			    (struct new_row){e->v[i].line, i, e->v[i].column};
	if (*n > 0)
		qsort(v, *n, sizeof(*v), new_order);
	return v;
}

void
edit_lines_write(const struct editor *e, struct buf *out)
{
	size_t n, at = 0;
	struct new_row *fresh = new_rows(e, &n);
	struct span rest = e->text, line;
	uint32_t number = 0, row = 0;
	bool gone = false;

	while (at < n && fresh[at].line == 0)
		write_added(e, fresh[at++].row, out);
	while (span_line(&rest, &line)) {
		number++;
		/* A text of several lines goes with the line it belongs to;
		 * what follows the last one is nobody's. */
		if (row > 0 && row == e->old)
			gone = false;
		while (row < e->old && e->v[row].line <= number)
			gone = e->v[row++].gone;
		if (!gone || is_comment(line)) {
			buf_put(out, line);
			buf_byte(out, '\n');
		}
		while (at < n && fresh[at].line == number)
			write_added(e, fresh[at++].row, out);
	}
}
