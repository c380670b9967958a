#include "plan/template.h"

#include "read/config/cisco_secret.h"

#define BYTES 4096 /* of one command */

/* Whose names are looked up. */
struct filling {
	struct plan_facts *f;
	const struct fact *record;
	size_t each; /* value that is bound, or SIZE_MAX */
	const struct plan_line *bound;
};

/* One name's text. */
struct known {
	struct span real, shown;
	bool open;
};

void
plan_facts_init(struct plan_facts *f, struct arena *a,
    const struct remedy_book *book, struct given_list given)
{
	*f = (struct plan_facts){.book = book, .given = given, .arena = a};
	f->values = arena_array(a, book->nvalues, sizeof(*f->values));
}

/* Plain words to any device, whatever its shell. */
static bool
is_plain(struct span s)
{
	static const char others[] = " ._:/@+=,#%~()-";

	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alnum((unsigned char)s.p[i]) &&
		    memchr(others, s.p[i], sizeof(others) - 1) == NULL)
			return false;
	return s.n > 0 && s.n <= LIMIT_EVIDENCE_TEXT;
}

static struct span
placeholder(const struct filling *x, struct span name)
{
	return arena_fmt(x->f->arena, "<%.*s>", SPAN_FMT(name));
}

static struct span
sample_of(const struct filling *x, struct span name)
{
	size_t i = remedies_value(x->f->book, name);

	return i == SIZE_MAX ? SPAN("SAMPLE") : x->f->book->values[i].sample;
}

static bool
from_record(const struct filling *x, struct span name, struct known *out)
{
	int field = field_find(name);
	struct span text = {0};
	bool secret = false;

	if (x->record == NULL)
		return false;
	if (span_is(name, "raw")) {
		text = x->record->raw;
	} else if (field >= 0) {
		text = fact_text(x->record, (enum field_id)field);
		secret = field_type((enum field_id)field) == FT_SECRET;
	}
	if (text.n == 0)
		return false;
	*out = (struct known){text, text, secret || !is_plain(text)};
	if (out->open)
		out->shown = placeholder(x, name);
	return true;
}

static bool
from_values(const struct filling *x, struct span name, struct known *out)
{
	size_t i = remedies_value(x->f->book, name);
	const struct plan_line *c = NULL;

	if (i == SIZE_MAX)
		return false;
	if (i == x->each)
		c = x->bound;
	else if (x->f->values[i].n > 0)
		c = &x->f->values[i].v[0];
	if (c == NULL)
		return false;
	*out = (struct known){c->real, c->shown, c->open};
	return true;
}

static bool
from_operator(const struct filling *x, struct span name, struct known *out)
{
	for (size_t i = 0; i < x->f->given.n; i++)
		if (span_eq(x->f->given.v[i].name, name)) {
			out->real = out->shown = x->f->given.v[i].text;
			out->open = false;
			return true;
		}
	return false;
}

static bool
look_up(const struct filling *x, struct span name, struct known *out)
{
	return from_record(x, name, out) || from_values(x, name, out) ||
	    from_operator(x, name, out);
}

static void
fill_name(const struct filling *x, struct span name, bool literal,
    struct buf *real, struct buf *shown, bool *open)
{
	struct known k;

	/* <name> asks the operator, whatever the device knows. */
	if (literal ? !from_operator(x, name, &k) : !look_up(x, name, &k))
		k = (struct known){
		    sample_of(x, name), placeholder(x, name), true};
	buf_put(real, k.real);
	buf_put(shown, k.shown);
	*open |= k.open;
}

/* Text with names into both forms. */
static void
fill_text(const struct filling *x, struct span text, struct buf *real,
    struct buf *shown, bool *open)
{
	while (text.n > 0) {
		char close = text.p[0] == '{' ? '}' : '>';
		size_t end = SPAN_NONE;

		if (text.p[0] == '{' || text.p[0] == '<')
			end = span_find_byte(text, close);
		if (end == SPAN_NONE) {
			buf_byte(real, text.p[0]);
			buf_byte(shown, text.p[0]);
			text = span_from(text, 1);
			continue;
		}
		fill_name(x, span_sub(text, 1, end), close == '>', real, shown,
		    open);
		text = span_from(text, end + 1);
	}
}

/* Takes conditions off *line; false: one does not hold. */
static bool
holds(const struct filling *x, struct span *line)
{
	while (line->n > 1 && line->p[0] == '{' &&
	    (line->p[1] == '?' || line->p[1] == '!')) {
		size_t end = span_find_byte(*line, '}');
		struct span want = span_sub(*line, 2, end), name;
		bool wanted = line->p[1] == '?', known, valued;
		struct known k;

		if (end == SPAN_NONE)
			return false;
		valued = span_find_byte(want, '=') != SPAN_NONE;
		name = span_until(&want, '=');
		known = look_up(x, name, &k);
		if (known && valued)
			known = span_eq(k.real, want);
		if (known != wanted)
			return false;
		*line = span_from(*line, end + 1);
	}
	return true;
}

static size_t
indent_of_line(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == ' ')
		n++;
	return n;
}

static void
fill_line(const struct filling *x, struct span line, struct plan_lines *out)
{
	size_t indent = indent_of_line(line);
	struct span text = span_from(line, indent);
	struct arena *a = x->f->arena;
	struct plan_line c = {0};
	struct buf real, shown;

	if (!holds(x, &text) || x->f->commands >= LIMIT_PLAN_COMMANDS)
		return;
	x->f->commands++;
	buf_init(&real, BYTES);
	buf_init(&shown, BYTES);
	buf_put(&real, span_head(line, indent));
	buf_put(&shown, span_head(line, indent));
	fill_text(x, text, &real, &shown, &c.open);
	c.real = arena_copy(a, buf_span(&real));
	c.shown = arena_copy(a, secret_redact(a, buf_span(&shown)));
	c.open |= !span_eq(c.shown, buf_span(&shown));
	buf_release(&real);
	buf_release(&shown);
	out->v = arena_grow(a, out->v, out->n, &out->cap, sizeof(c));
	out->v[out->n++] = c;
}

/* The value that a block is given for, each of it; SIZE_MAX: none. */
static size_t
each_of(const struct filling *x, const struct span *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct span rest = lines[i];

		while (rest.n > 0) {
			size_t v;

			(void)span_until(&rest, '{');
			v = remedies_value(x->f->book, span_until(&rest, '}'));
			if (v != SIZE_MAX && x->f->book->values[v].each &&
			    x->f->values[v].n > 0)
				return v;
		}
	}
	return SIZE_MAX;
}

/* Do the last n commands stand before already? */
static bool
is_repeat(const struct plan_lines *l, size_t n)
{
	size_t last = l->n - n;

	for (size_t at = 0; at + n <= last; at++) {
		size_t same = 0;

		while (same < n &&
		    span_eq(l->v[at + same].real, l->v[last + same].real))
			same++;
		if (same == n)
			return true;
	}
	return false;
}

static void
fill_block(struct filling *x, const struct span *lines, size_t n,
    struct plan_lines *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < n; i++)
		fill_line(x, lines[i], out);
	if (out->n > before && is_repeat(out, out->n - before))
		out->n = before;
}

void
template_fill(struct plan_facts *f, const struct span_list *lines,
    const struct fact *record, struct plan_lines *out)
{
	struct filling x = {.f = f, .record = record, .each = SIZE_MAX};

	for (size_t at = 0, n; at < lines->n; at += n) {
		for (n = 1; at + n < lines->n &&
		     indent_of_line(lines->v[at + n]) > 0;)
			n++;
		x.each = each_of(&x, &lines->v[at], n);
		if (x.each == SIZE_MAX) {
			fill_block(&x, &lines->v[at], n, out);
			continue;
		}
		for (size_t i = 0; i < f->values[x.each].n; i++) {
			x.bound = &f->values[x.each].v[i];
			fill_block(&x, &lines->v[at], n, out);
		}
	}
}

/* ---- values of the device ---- */

static bool
is_meant(const struct remedy_value *v, const struct record *r)
{
	if (v->kind != (int)r->kind)
		return false;
	for (size_t i = 0; i < v->nis; i++) {
		bool met = v->is[i].value.n == 0 &&
		    record_get(r, v->is[i].field) == NULL;

		for (unsigned k = 0; k < r->nvalues && !met; k++)
			met = r->values[k].field == v->is[i].field &&
			    span_eq(r->values[k].text, v->is[i].value);
		if (!met)
			return false;
	}
	return true;
}

/* Where a field is missing, it is not the value that was meant. */
static bool
has_fields(const struct remedy_value *v, const struct record *r)
{
	struct span rest = v->take;

	while (span_find_byte(rest, '{') != SPAN_NONE) {
		struct span name;
		int f;

		(void)span_until(&rest, '{');
		name = span_until(&rest, '}');
		f = field_find(name);
		if (span_is(name, "raw") ? r->raw.n == 0
					 : f < 0 ||
			    record_get(r, (enum field_id)f) == NULL)
			return false;
	}
	return true;
}

static void
value_take(struct plan_facts *f, size_t at, const struct record *r)
{
	struct value_list *l = &f->values[at];
	struct plan_lines one = {0};
	struct plan_facts scratch = *f;
	struct filling x = {.f = &scratch, .each = SIZE_MAX};
	struct fact fact;

	if (l->n >= LIMIT_PLAN_VALUES || !has_fields(&f->book->values[at], r))
		return;
	fact_of(r, f->arena, &fact);
	x.record = &fact;
	scratch.commands = 0;
	fill_line(&x, f->book->values[at].take, &one);
	if (one.n == 0)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (span_eq(l->v[i].real, one.v[0].real))
			return;
	l->v = arena_grow(f->arena, l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n++] = one.v[0];
}

void
plan_facts_take(struct plan_facts *f, const struct record *r)
{
	for (size_t i = 0; i < f->book->nvalues; i++)
		if (is_meant(&f->book->values[i], r))
			value_take(f, i, r);
}
