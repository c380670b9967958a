#include "plan/template.h"

#include "read/config/cisco_secret.h"

#define BYTES 4096 /* of one command */
#define USED 16	   /* values in one command that are known one by one */

/* Whose names are looked up. */
struct filling {
	struct plan_facts *f;
	const struct fact *record;
	size_t each; /* value that is bound, or SIZE_MAX */
	const struct plan_line *bound;
	int shift; /* columns by which a block moves, under {at} and {in} */
	/* Values of the line at hand that come from the evidence. */
	struct span used[USED];
	bool hidden[USED];
	unsigned nused;
	bool again; /* the line is filled anew, with some hidden */
};

/* One name's text. */
struct known {
	struct span real, shown;
	bool open;
};

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
	return span_is(name, "raw")
		   ? SPAN("<the line that was found>")
		   : arena_fmt(x->f->arena, "<%.*s>", SPAN_FMT(name));
}

static uint32_t
place_of(const struct filling *x)
{
	const struct place *v = x->f->places;
	size_t lo = 0, hi = x->f->nplaces;

	if (x->record == NULL || x->record->line == 0)
		return UINT32_MAX;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].line < x->record->line)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->f->nplaces && v[lo].line == x->record->line
		   ? (uint32_t)lo
		   : UINT32_MAX;
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
	} else if (span_is(name, "path") && x->f->paths) {
		uint32_t at = place_of(x);

		if (at != UINT32_MAX)
			text = x->f->places[at].text;
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

/* A value from the evidence: is it to be hidden in this line? */
static bool
is_hidden(struct filling *x, struct span value)
{
	unsigned i = x->nused++;

	if (i >= USED)
		return true;
	if (!x->again) {
		x->used[i] = value;
		x->hidden[i] = false;
	}
	return x->hidden[i];
}

static void
fill_name(struct filling *x, struct span name, bool literal, struct buf *real,
    struct buf *shown, bool *open)
{
	struct known k;

	/* <name> asks the operator, whatever the device knows. */
	if (!literal &&
	    (from_record(x, name, &k) || from_values(x, name, &k))) {
		if (!k.open && is_hidden(x, k.shown)) {
			k.shown = span_is(name, "raw")
				      ? secret_redact(x->f->arena, k.real)
				      : placeholder(x, name);
			k.open = true;
		}
	} else if (!from_operator(x, name, &k)) {
		k = (struct known){
		    remedies_sample(x->f->book, x->f->platform, name),
		    placeholder(x, name), true};
	}
	buf_put(real, k.real);
	buf_put(shown, k.shown);
	*open |= k.open;
}

/* Text with names into both forms. */
static void
fill_text(struct filling *x, struct span text, struct buf *real,
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
		fill_name(
		    x, span_sub(text, 1, end), close == '>', real, shown, open);
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
		bool wanted = line->p[1] == '?', known;
		struct known k;
		char test = '=';

		if (end == SPAN_NONE)
			return false;
		if (span_find_byte(want, '^') != SPAN_NONE)
			test = '^';
		name = span_until(&want, test);
		known = look_up(x, name, &k);
		if (known && want.n > 0)
			known = test == '^' ? span_starts(k.real, want)
					    : span_eq(k.real, want);
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

static size_t
times_in(struct span s, struct span what)
{
	size_t n = 0, at;

	while (what.n > 0 && (at = span_find(s, what)) != SPAN_NONE) {
		s = span_from(s, at + what.n);
		n++;
	}
	return n;
}

/* Which values does the redactor take for secrets where they stand?  A name
 * that the operator fills in is none. */
static bool
hide_values(struct filling *x, struct span shown)
{
	struct span clean = secret_redact(x->f->arena, shown);
	bool any = false;

	for (unsigned i = 0; i < x->nused && i < USED; i++) {
		x->hidden[i] =
		    times_in(clean, x->used[i]) < times_in(shown, x->used[i]);
		any |= x->hidden[i];
	}
	return any;
}

static void
fill_line(struct filling *x, struct span line, struct plan_lines *out)
{
	size_t indent = indent_of_line(line);
	struct span text = span_from(line, indent);
	struct arena *a = x->f->arena;
	struct plan_line c = {0};
	struct buf real, shown;

	if (!holds(x, &text) || x->f->commands >= LIMIT_PLAN_COMMANDS)
		return;
	x->f->commands++;
	c.remark = span_starts(text, SPAN("# "));
	if (c.remark)
		text = span_from(text, 2);
	indent = c.remark ? 0 : (size_t)((int)indent + x->shift);
	buf_init(&real, BYTES);
	buf_init(&shown, BYTES);
	x->again = false;
	for (unsigned round = 0; round < 2; round++) {
		x->nused = 0;
		buf_reset(&real);
		buf_reset(&shown);
		buf_fmt(&real, "%*s", (int)indent, "");
		buf_fmt(&shown, "%*s", (int)indent, "");
		fill_text(x, text, &real, &shown, &c.open);
		x->again = hide_values(x, buf_span(&shown));
		if (!x->again)
			break;
	}
	c.real = arena_copy(a, buf_span(&real));
	c.shown = arena_copy(a, buf_span(&shown));
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

/* ---- where the record stands ---- */

/* The mode lines that lead to a place; returns how many. */
static int
put_modes(struct filling *x, uint32_t place, struct plan_lines *out)
{
	struct arena *a = x->f->arena;
	struct plan_line c = {0};
	int depth;

	if (place == UINT32_MAX)
		return 0;
	depth = put_modes(x, x->f->places[place].parent, out);
	c.real = arena_fmt(
	    a, "%*s%.*s", depth, "", SPAN_FMT(x->f->places[place].text));
	c.shown = arena_copy(a, secret_redact(a, c.real));
	c.open =
	    !is_plain(x->f->places[place].text) || !span_eq(c.shown, c.real);
	if (c.open)
		c.shown = arena_fmt(a, "%*s<mode>", depth, "");
	out->v = arena_grow(a, out->v, out->n, &out->cap, sizeof(c));
	out->v[out->n++] = c;
	return depth + 1;
}

/* Takes {at} and {in} off; false: the record stands nowhere. */
static bool
enter(struct filling *x, const struct span **lines, size_t *n,
    struct plan_lines *out)
{
	struct span first = **lines;
	uint32_t place;
	bool in;

	x->shift = 0;
	if (!holds(x, &first))
		return !span_is(first, "{at}") && !span_is(first, "{in}");
	in = span_is(first, "{in}");
	if (!in && !span_is(first, "{at}"))
		return true;
	place = place_of(x);
	if (place == UINT32_MAX)
		return false;
	x->shift =
	    put_modes(x, in ? place : x->f->places[place].parent, out) - 1;
	(*lines)++;
	(*n)--;
	return true;
}

/* Position behind the brace that closes the one at from; SPAN_NONE. */
static size_t
brace_end(struct span s, size_t from)
{
	int depth = 0;

	for (size_t i = from; i < s.n; i++) {
		depth += s.p[i] == '{' ? 1 : s.p[i] == '}' ? -1 : 0;
		if (depth == 0)
			return i + 1;
	}
	return SPAN_NONE;
}

/* The front of a path up to where the words stand in it; empty: they do
 * not. */
static struct span
front_of(struct span path, struct span words)
{
	for (size_t at = 0; at + words.n <= path.n; at++) {
		bool starts = at == 0 || path.p[at - 1] == ' ';
		bool ends =
		    at + words.n == path.n || path.p[at + words.n] == ' ';

		if (starts && ends && span_starts(span_from(path, at), words))
			return span_head(path, at + words.n);
	}
	return (struct span){0};
}

static bool
is_listed(const struct span *v, size_t n, struct span s)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(v[i], s))
			return true;
	return false;
}

/* In the last command, a path is shown without what is secret in it. */
static void
hide_front(struct filling *x, struct span front, struct span shown,
    struct plan_lines *out)
{
	struct arena *a = x->f->arena;
	struct span set = arena_fmt(a, "set %.*s", SPAN_FMT(shown)), clean;
	struct plan_line *c = &out->v[out->n - 1];
	size_t at = span_find(c->shown, front);

	clean = span_from(secret_redact(a, set), strlen("set "));
	if (at == SPAN_NONE || span_eq(clean, front))
		return;
	c->shown = arena_fmt(a, "%.*s%.*s%.*s", (int)at, c->shown.p,
	    SPAN_FMT(clean), SPAN_FMT(span_from(c->shown, at + front.n)));
	c->open = true;
}

/* A line with {at words}, for each path that ends in them. */
static bool
fill_fronts(struct filling *x, struct span line, size_t at, bool groups,
    struct plan_lines *out)
{
	size_t end = brace_end(line, at), n = 0;
	struct span fronts[LIMIT_PLAN_VALUES], words, said;
	struct buf real, shown;
	bool open = false;

	if (end == SPAN_NONE)
		return false;
	buf_init(&real, BYTES);
	buf_init(&shown, BYTES);
	x->nused = 0;
	fill_text(x, span_sub(line, at + strlen("{at "), end - 1), &real,
	    &shown, &open);
	words = arena_copy(x->f->arena, buf_span(&real));
	said = arena_copy(x->f->arena, buf_span(&shown));
	buf_release(&real);
	buf_release(&shown);
	for (size_t i = 0; i < x->f->nplaces && n < LIMIT_PLAN_VALUES; i++) {
		struct span front = front_of(x->f->places[i].text, words);
		size_t before = out->n;

		if (front.n == 0 || !is_plain(front) ||
		    span_starts(front, SPAN("groups ")) != groups ||
		    is_listed(fronts, n, front))
			continue;
		fronts[n++] = front;
		fill_line(x,
		    arena_fmt(x->f->arena, "%.*s%.*s%.*s", (int)at, line.p,
			SPAN_FMT(front), SPAN_FMT(span_from(line, end))),
		    out);
		if (out->n > before)
			hide_front(x, front,
			    arena_fmt(x->f->arena, "%.*s%.*s",
				(int)(front.n - words.n), front.p,
				SPAN_FMT(said)),
			    out);
	}
	return n > 0;
}

/* In a group it is for all who apply that: only where it stands nowhere
 * else. */
static void
fill_paths(
    struct filling *x, struct span line, size_t at, struct plan_lines *out)
{
	if (!fill_fronts(x, line, at, false, out))
		fill_fronts(x, line, at, true, out);
}

static void
fill_block(struct filling *x, const struct span *lines, size_t n,
    struct plan_lines *out)
{
	size_t before = out->n;

	if (!enter(x, &lines, &n, out))
		return;
	for (size_t i = 0; i < n; i++) {
		size_t at = span_find(lines[i], SPAN("{at "));

		if (at != SPAN_NONE)
			fill_paths(x, lines[i], at, out);
		else
			fill_line(x, lines[i], out);
	}
	x->shift = 0;
	if (out->n > before && is_repeat(out, out->n - before))
		out->n = before;
}

void
template_fill(struct plan_facts *f, const struct span_list *lines,
    const struct fact *record, struct plan_lines *out)
{
	struct filling x = {.f = f, .record = record, .each = SIZE_MAX};

	for (size_t at = 0, n; at < lines->n; at += n) {
		for (n = 1;
		     at + n < lines->n && indent_of_line(lines->v[at + n]) > 0;)
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
