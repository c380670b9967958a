/*
 * Values under modifiers that change them (Sigma specification 2.1, appendix of
 * modifiers, sections "String Modifiers" and "Specific Modifiers"; Sigma
 * rules, sections "Escaping" and "Placeholders").
 */
#include "intel/sigma_build.h"

#include "base/limits.h"

void
draft_put(struct draft *d, char c, char mark)
{
	/* Several stars in a row mean one. */
	if (mark == '*' && d->n > 0 && d->marks[d->n - 1] == '*')
		return;
	d->text[d->n] = c;
	d->marks[d->n++] = mark;
}

static struct draft
draft_room(struct arena *a, size_t n)
{
	struct draft d = {arena_alloc(a, n + 1), arena_alloc(a, n + 1), 0};

	return d;
}

/* A backslash takes away the meaning of *, ? and another backslash, and is
 * itself before anything else. */
struct draft
draft_of(struct arena *a, struct span value)
{
	struct draft d = draft_room(a, value.n);

	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		char next = i + 1 < value.n ? value.p[i + 1] : '\0';

		if (c == '\\' && (next == '*' || next == '?' || next == '\\')) {
			draft_put(&d, next, 0);
			i++;
		} else {
			draft_put(&d, c, c == '*' || c == '?' ? c : 0);
		}
	}
	return d;
}

/* The dashes: '-', '/', and in UTF-8 the en dash, the em dash and the
 * horizontal bar (U+2013, U+2014, U+2015). */
static size_t
dash_at(struct span s)
{
	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '/'))
		return 1;
	if (span_starts(s, SPAN("\xe2\x80\x93")) ||
	    span_starts(s, SPAN("\xe2\x80\x94")) ||
	    span_starts(s, SPAN("\xe2\x80\x95")))
		return 3;
	return 0;
}

static struct draft
windash(struct arena *a, struct draft in)
{
	struct draft d = draft_room(a, in.n);

	for (size_t i = 0; i < in.n; i++) {
		size_t n = in.marks[i] != 0
			       ? 0
			       : dash_at(span_of(in.text + i, in.n - i));

		if (n == 0) {
			draft_put(&d, in.text[i], in.marks[i]);
			continue;
		}
		draft_put(&d, '-', '-');
		i += n - 1;
	}
	return d;
}

/* The code point that starts at *i (RFC 3629 section 3); a byte that starts
 * none stands for itself. */
static uint32_t
code_point(struct span s, size_t *i)
{
	unsigned char c = (unsigned char)s.p[(*i)++];
	unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	uint32_t u = more > 0 ? c & (0x3fu >> more) : c;

	if (more > s.n - *i)
		return c;
	for (unsigned k = 0; k < more; k++)
		u = u << 6 | ((unsigned char)s.p[(*i)++] & 0x3f);
	return u;
}

static void
unit_put(struct draft *d, uint32_t unit, bool big)
{
	char low = (char)(unit & 0xff), high = (char)(unit >> 8 & 0xff);

	draft_put(d, big ? high : low, 0);
	draft_put(d, big ? low : high, 0);
}

/* UTF-16 (RFC 2781 section 2); wildcards stay what they are. */
static struct draft
utf16(struct arena *a, struct draft in, bool big, bool mark)
{
	struct draft d = draft_room(a, in.n * 2 + 2);
	struct span s = span_of(in.text, in.n);

	if (mark)
		unit_put(&d, 0xfeff, big);
	for (size_t i = 0; i < in.n;) {
		uint32_t u;

		if (in.marks[i] != 0) {
			draft_put(&d, in.text[i], in.marks[i]);
			i++;
			continue;
		}
		u = code_point(s, &i);
		if (u < 0x10000) {
			unit_put(&d, u, big);
		} else {
			unit_put(
			    &d, 0xd800 + ((u - 0x10000) >> 10 & 0x3ff), big);
			unit_put(&d, 0xdc00 + (u & 0x3ff), big);
		}
	}
	return d;
}

static char
base64_digit(unsigned v)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";

	return digits[v & 63];
}

/* RFC 4648 section 4, of "skip" unknown bytes and the text; only digits that
 * the text alone decides, or all with padding. */
static struct draft
base64(struct arena *a, struct draft in, size_t skip, bool whole)
{
	size_t n = in.n + skip;
	size_t from = (skip * 8 + 5) / 6, to = n * 8 / 6;
	struct draft d = draft_room(a, n / 3 * 4 + 8);

	if (whole)
		to = (n * 8 + 5) / 6;
	for (size_t i = from; i < to; i++) {
		size_t bit = i * 6, byte = bit / 8;
		unsigned v = 0;

		for (size_t k = byte; k < byte + 2; k++)
			v = v << 8 | (k >= skip && k < n
					     ? (unsigned char)in.text[k - skip]
					     : 0);
		draft_put(&d, base64_digit(v >> (10 - bit % 8)), 0);
	}
	for (size_t i = to; whole && i % 4 != 0; i++)
		draft_put(&d, '=', 0);
	return d;
}

static bool
has_marks(const struct draft *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->marks[i] != 0)
			return true;
	return false;
}

/* Where in UTF-16 or Base64 any of several dashes may stand, each is its own
 * text. */
static bool
dashes_settle(
    struct sigma *s, const struct yaml_node *at, struct draft **v, size_t *n)
{
	static const char *const dashes[] = {
	    "-", "/", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95"};
	struct draft in = (*v)[0];
	size_t count = 0, all = 1;

	for (size_t i = 0; i < in.n; i++)
		if (in.marks[i] == '-') {
			count++;
			all *= 5;
			if (count > 4 || !sigma_room(s, at, all)) {
				sigma_fail(s, at, 0,
				    "more than 4 dashes under an encoding");
				return false;
			}
		}
	*v = arena_array(s->arena, all, sizeof(**v));
	*n = all;
	for (size_t k = 0; k < all; k++) {
		struct draft *d = &(*v)[k];
		size_t rest = k;

		*d = draft_room(s->arena, in.n + 2 * count);
		for (size_t i = 0; i < in.n; i++) {
			if (in.marks[i] != '-') {
				draft_put(d, in.text[i], in.marks[i]);
				continue;
			}
			for (const char *p = dashes[rest % 5]; *p; p++)
				draft_put(d, *p, 0);
			rest /= 5;
		}
	}
	return true;
}

static bool
base64_all(struct sigma *s, const struct yaml_node *at, bool offsets,
    struct draft **v, size_t *n)
{
	size_t each = offsets ? 3 : 1;
	struct draft *out = arena_array(s->arena, *n * each, sizeof(*out));

	for (size_t i = 0; i < *n; i++) {
		if (has_marks(&(*v)[i])) {
			sigma_fail(s, at, 0,
			    "a value with wildcards cannot be encoded");
			return false;
		}
		for (size_t k = 0; k < each; k++)
			out[i * each + k] =
			    base64(s->arena, (*v)[i], k, !offsets);
	}
	*v = out;
	*n *= each;
	return true;
}

bool
sigma_transform(struct sigma *s, const struct yaml_node *at,
    const struct modifiers *m, struct draft in, struct draft **out, size_t *n)
{
	struct draft *v = arena_alloc(s->arena, sizeof(*v));
	size_t count = 1;

	v[0] = in;
	for (size_t i = 0; i < m->nchain; i++) {
		enum transform t = (enum transform)m->chain[i];

		if (t != TRANSFORM_WINDASH && count == 1 &&
		    !dashes_settle(s, at, &v, &count))
			return false;
		if (t == TRANSFORM_BASE64 || t == TRANSFORM_BASE64OFFSET) {
			if (!base64_all(
				s, at, t == TRANSFORM_BASE64OFFSET, &v, &count))
				return false;
			continue;
		}
		for (size_t k = 0; k < count; k++)
			v[k] =
			    t == TRANSFORM_WINDASH
				? windash(s->arena, v[k])
				: utf16(s->arena, v[k], t == TRANSFORM_UTF16BE,
				      t == TRANSFORM_UTF16);
	}
	*out = v;
	*n = count;
	return true;
}

bool
sigma_timespan(struct span text, int64_t *out)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {
	    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
	uint64_t v;

	if (text.n < 2 || !span_u64(span_head(text, text.n - 1), &v) || v == 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (text.p[text.n - 1] == units[i].letter &&
		    v <= (uint64_t)(LIMIT_TIMESPAN_DAYS * INT64_C(86400) /
				    units[i].seconds)) {
			*out = (int64_t)v * units[i].seconds * TIME_SECOND;
			return true;
		}
	return false;
}

/* ---- placeholders ---- */

/* Texts under construction: each combination of what stands for the
 * placeholders so far. */
struct expansion {
	struct sigma *s;
	const struct yaml_node *at;
	struct span_list texts;
	bool waits; /* some placeholder has no value */
};

static bool
append(struct expansion *x, const struct span *values, size_t n)
{
	struct sigma *s = x->s;
	struct span_list out = {0};

	if (!sigma_room(s, x->at, x->texts.n * n))
		return false;
	out.v = arena_array(s->arena, x->texts.n * n, sizeof(*out.v));
	for (size_t i = 0; i < x->texts.n; i++)
		for (size_t k = 0; k < n; k++)
			out.v[out.n++] = arena_fmt(s->arena, "%.*s%.*s",
			    SPAN_FMT(x->texts.v[i]), SPAN_FMT(values[k]));
	x->texts = out;
	return true;
}

static void
waits_add(struct sigma *s, struct span name)
{
	struct span_list *w = &s->rule->waits_for;
	struct span *v;

	for (size_t i = 0; i < w->n; i++)
		if (span_eq(w->v[i], name))
			return;
	v = arena_array(s->arena, w->n + 1, sizeof(*v));
	if (w->n > 0)
		memcpy(v, w->v, w->n * sizeof(*v));
	v[w->n] = arena_copy(s->arena, name);
	w->v = v;
	w->n++;
}

static bool
placeholder(struct expansion *x, struct span name)
{
	struct ruleset *rs = x->s->rs;
	uint32_t i = map_get(&rs->placeholders, name);

	if (i == MAP_NONE) {
		waits_add(x->s, name);
		x->waits = true;
		return true;
	}
	return append(x, rs->values[i].v, rs->values[i].n);
}

/* The name between percent signs at the start; empty when there is none. */
static struct span
name_at(struct span s)
{
	size_t n = 1;

	while (n < s.n && (ascii_alnum((unsigned char)s.p[n]) ||
			      s.p[n] == '_' || s.p[n] == '-' || s.p[n] == '.'))
		n++;
	if (n == 1 || n >= s.n || s.p[n] != '%')
		return (struct span){0};
	return span_sub(s, 1, n);
}

bool
sigma_expand(struct sigma *s, const struct yaml_node *at, struct span value,
    struct span_list *out)
{
	struct span empty = {0};
	struct expansion x = {.s = s, .at = at};
	bool any = false;

	x.texts = (struct span_list){&empty, 1};
	while (value.n > 0) {
		size_t n = 1;
		struct span name = {0}, literal;

		if (value.p[0] == '%')
			name = name_at(value);
		if (name.n > 0) {
			any = true;
			if (!placeholder(&x, name))
				return false;
			value = span_from(value, name.n + 2);
			continue;
		}
		if (span_starts(value, SPAN("\\%"))) {
			literal = SPAN("%");
			n = 2;
		} else {
			while (n < value.n && value.p[n] != '%' &&
			       value.p[n] != '\\')
				n++;
			literal = span_head(value, n);
		}
		if (!append(&x, &literal, 1))
			return false;
		value = span_from(value, n);
	}
	if (!any)
		sigma_fail(s, at, 0, "expected a placeholder, as in %%name%%");
	*out = x.waits ? (struct span_list){0} : x.texts;
	return any;
}
