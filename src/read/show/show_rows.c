#include "read/show/show_rows.h"

#include "base/buf.h"

/* Goes through clean text and original side by side: both have the same line
 * feeds. */
struct walker {
	const struct show_place *p;
	size_t clean, original; /* starts of the line at hand */
	uint64_t line;
};

static size_t
next_line(struct span s, size_t at)
{
	size_t nl = span_find_byte(span_from(s, at), '\n');

	return nl == SPAN_NONE ? s.n : at + nl + 1;
}

/* To the line that holds byte "place" of the clean text. */
static void
walk_to(struct walker *w, size_t place)
{
	if (place < w->clean)
		*w = (struct walker){.p = w->p, .line = w->p->line};
	for (;;) {
		size_t next = next_line(w->p->clean, w->clean);

		if (next > place || next == w->p->clean.n)
			break;
		w->clean = next;
		w->original = next_line(w->p->original, w->original);
		w->line++;
	}
}

static struct span
raw_line(const struct walker *w)
{
	struct span s = span_from(w->p->original, w->original);

	return span_rtrim(span_head(s, span_find_byte(s, '\n')));
}

static int
column_of(const struct show_table *t, struct span name)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		if (span_eq_nocase(t->names[i], name))
			return (int)i;
	return -1;
}

/* "[2001:db8::1]", "192.0.2.1/24": the address. */
static struct span
bare_address(struct span s)
{
	s = span_trim(s);
	if (span_starts(s, SPAN("[")))
		s = span_from(s, 1);
	s = span_head(s, span_find_byte(s, ']'));
	s = span_head(s, span_find_byte(s, '%'));
	return span_head(s, span_find_byte(s, '/'));
}

static void
put_text(struct record *r, enum field_id f, struct span text)
{
	struct prefix p;

	text = span_head(span_trim(text), LIMIT_FIELD_BYTES);
	switch (field_type(f)) {
	case FT_IP:
		record_put_ip(r, f, bare_address(text));
		break;
	case FT_PREFIX:
		if (prefix_read(text, &p))
			record_put_prefix(r, f, &p, text);
		break;
	case FT_NUMBER:
		record_put_number(r, f, text);
		break;
	case FT_BOOL:
		record_put_bool(r, f, text.n > 0);
		break;
	default:
		record_put(r, f, text);
	}
}

static void
put_cell(struct record *r, enum field_id f, const struct show_cell *c)
{
	if (c->kind == CELL_TEXT)
		put_text(r, f, c->text);
	for (size_t i = 0; c->kind == CELL_LIST && i < c->n; i++)
		if (c->items[i].kind == CELL_TEXT)
			put_text(r, f, c->items[i].text);
}

static bool
cell_says(const struct show_cell *c, const struct show_when *w)
{
	if (c->kind == CELL_LIST)
		return c->n > 0 && w->is.p == NULL;
	if (w->is.p == NULL)
		return c->text.n > 0;
	return span_eq_nocase(c->text, w->is);
}

/* A map with its values' places in the table. */
struct bound {
	const struct show_map *map;
	int *when, *puts; /* -1: the table has no such column */
};

static struct bound
bind(const struct show_map *m, const struct show_table *t, struct arena *a)
{
	struct bound b = {m, arena_array(a, m->nwhen, sizeof(int)),
	    arena_array(a, m->nputs, sizeof(int))};

	for (size_t i = 0; i < m->nwhen; i++)
		b.when[i] = column_of(t, m->when[i].value);
	for (size_t i = 0; i < m->nputs; i++)
		b.puts[i] =
		    m->puts[i].fixed ? -1 : column_of(t, m->puts[i].text);
	return b;
}

static bool
applies(const struct bound *b, const struct show_cell *row)
{
	for (size_t i = 0; i < b->map->nwhen; i++)
		if (b->when[i] < 0 ||
		    !cell_says(&row[b->when[i]], &b->map->when[i]))
			return false;
	return true;
}

static void
begin(struct record *r, enum record_kind kind, const struct walker *w)
{
	record_init(r, kind, w->line, w->p->offset + w->original, raw_line(w));
	r->host = w->p->host;
}

/* An address of the other end that any host on the Internet may have.  Which
 * are the operator's own, one output does not tell. */
static void
put_scope(struct record *r, enum field_id of, enum field_id scope)
{
	const struct value *v = record_get(r, of);

	if (v != NULL)
		record_put_str(r, scope,
		    addr_public(&v->u.prefix.addr) ? "public" : "private");
}

static void
emit_bound(const struct bound *b, const struct show_cell *row,
    const struct walker *w, struct emit *out)
{
	struct record r;

	begin(&r, b->map->kind, w);
	for (size_t i = 0; i < b->map->nputs; i++) {
		const struct show_put *put = &b->map->puts[i];

		if (put->fixed)
			put_text(&r, put->field, put->text);
		else if (b->puts[i] >= 0)
			put_cell(&r, put->field, &row[b->puts[i]]);
	}
	if (r.nvalues == 0)
		return;
	if (b->map->kind == K_TUNNEL || b->map->kind == K_MIRROR)
		put_scope(&r, F_DST_IP, F_DST_SCOPE);
	if (b->map->kind == K_AAA_SERVER)
		put_scope(&r, F_SERVER_IP, F_SERVER_SCOPE);
	if (b->map->kind == K_DEVICE && record_get(&r, F_HOSTNAME) == NULL)
		record_put(&r, F_HOSTNAME, w->p->host);
	if (b->map->kind != K_DEVICE)
		record_put_str(&r, F_ORIGIN, "observed");
	out->record(out, &r);
}

/* No map: the values as they are. */
static void
emit_plain(const struct show_table *t, const struct show_cell *row,
    const struct walker *w, struct arena *a, struct emit *out)
{
	struct record r;

	begin(&r, K_SHOW, w);
	record_put(&r, F_COMMAND, w->p->command);
	for (size_t i = 0; i < t->ncolumns; i++)
		if (row[i].kind == CELL_TEXT && row[i].text.n > 0)
			record_put(&r, F_VALUE,
			    arena_fmt(a, "%.*s=%.*s", SPAN_FMT(t->names[i]),
				SPAN_FMT(span_head(
				    row[i].text, LIMIT_EVIDENCE_TEXT))));
	out->record(out, &r);
}

void
show_rows(const struct show_place *p, const struct show_maps *maps,
    const struct show_table *t, struct arena *a, struct emit *out)
{
	struct walker w = {.p = p, .line = p->line};
	struct bound *bound = arena_array(a, maps->n, sizeof(*bound));

	for (size_t i = 0; i < maps->n; i++)
		bound[i] = bind(&maps->v[i], t, a);
	for (size_t i = 0; i < t->nrows; i++) {
		walk_to(&w, t->places[i]);
		for (size_t k = 0; k < maps->n; k++)
			if (applies(&bound[k], t->rows[i]))
				emit_bound(&bound[k], t->rows[i], &w, out);
		if (maps->n == 0)
			emit_plain(t, t->rows[i], &w, a, out);
	}
}
