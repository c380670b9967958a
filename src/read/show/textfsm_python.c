/*
 * From Python's re syntax to PCRE2's: a recursive descent over the pattern
 * that writes the translation as it goes and gathers, bottom-up, what a match
 * can begin with.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "read/show/textfsm_python.h"

static const struct regex_lead lead_nothing = {.empty = true, .blank = true};

static int alternatives(struct translation *t, struct regex_lead *f);

/* A group's body and its closing parenthesis. */
static int
body(struct translation *t, struct regex_lead *f)
{
	if (++t->depth > LIMIT_TEXTFSM_NESTING)
		return err_set(t->e, "groups nest too deeply");
	if (alternatives(t, f) != 0)
		return -1;
	t->depth--;
	if (!pattern_take(t, ')'))
		return err_set(t->e, "missing )");
	buf_byte(&t->out, ')');
	return 0;
}

static int
capture(struct translation *t, struct span name, struct regex_lead *f)
{
	struct regex *r = t->r;

	if (r->ngroups >= LIMIT_TEXTFSM_GROUPS)
		return err_set(t->e, "too many groups");
	r->ngroups++;
	r->names = arena_grow(
	    t->arena, r->names, r->ngroups, &t->names_cap, sizeof(*r->names));
	r->names[r->ngroups] = name;
	r->named = r->named || name.n > 0;
	buf_byte(&t->out, '(');
	if (body(t, f) != 0)
		return -1;
	t->stars = t->stars && name.n == 0;
	return 0;
}

/* An identifier up to "end", which is taken too. */
static int
take_name(struct translation *t, char end, struct span *name)
{
	size_t from = t->i;

	while (!pattern_ended(t) && pattern_peek(t, 0) != end) {
		unsigned char c = (unsigned char)pattern_peek(t, 0);

		if (!ascii_alnum(c) && c != '_' && c < 0x80)
			break;
		t->i++;
	}
	*name = span_sub(t->s, from, t->i);
	if (!pattern_take(t, end) || name->n == 0)
		return err_set(t->e, "bad group name");
	return 0;
}

/* Number of a group that has been opened, by name or number; 0: none. */
static unsigned
group_number(const struct translation *t, struct span name)
{
	uint64_t n;

	if (span_u64(name, &n))
		return n <= t->r->ngroups ? (unsigned)n : 0;
	for (unsigned g = 1; g <= t->r->ngroups; g++)
		if (span_eq(t->r->names[g], name))
			return g;
	return 0;
}

/* Behind "(?P". */
static int
named(struct translation *t, struct regex_lead *f)
{
	struct span name;

	if (pattern_take(t, '<')) {
		if (take_name(t, '>', &name) != 0)
			return -1;
		if (ascii_digit((unsigned char)name.p[0]))
			return err_set(t->e, "bad group name");
		if (group_number(t, name) != 0)
			return err_set(t->e, "group \"%.*s\" stands twice",
			    SPAN_FMT(name));
		return capture(t, name, f);
	}
	if (!pattern_take(t, '='))
		return err_set(t->e, "unknown extension ?P");
	if (take_name(t, ')', &name) != 0)
		return -1;
	if (group_number(t, name) == 0)
		return err_set(t->e, "unknown group \"%.*s\"", SPAN_FMT(name));
	buf_fmt(&t->out, "\\g{%u}", group_number(t, name));
	t->vague = t->referred = true;
	return 0;
}

/* Behind "(?(": a condition on a group. */
static int
condition(struct translation *t, struct regex_lead *f)
{
	struct span name;
	unsigned n;

	if (take_name(t, ')', &name) != 0)
		return -1;
	n = group_number(t, name);
	if (n == 0)
		return err_set(t->e, "unknown group \"%.*s\"", SPAN_FMT(name));
	buf_fmt(&t->out, "(?(%u)", n);
	t->vague = t->referred = true;
	return body(t, f);
}

/* Behind "(?": flags for all, "(?i)", or for a group, "(?i-s:...)". */
static int
flags(struct translation *t, struct regex_lead *f)
{
	char on[8], off[8];
	size_t non = 0, noff = 0;
	bool minus = false, verbose = t->verbose;

	for (;; t->i++) {
		char c = pattern_peek(t, 0);

		if (c == '-' && !minus) {
			minus = true;
			continue;
		}
		if (c == '\0' || strchr("aimsux", c) == NULL)
			break;
		if (c == 'a' && !minus)
			t->r->ascii_only = true;
		else if (c == 'x')
			t->verbose = !minus;
		else if (strchr("ims", c) != NULL && non < 7 && noff < 7)
			*(minus ? &off[noff++] : &on[non++]) = c;
		if (c == 'i' || c == 'm')
			t->vague = true;
	}
	on[non] = off[noff] = '\0';
	if (pattern_take(t, ':')) {
		buf_fmt(&t->out, "(?%s%s%s:", on, noff > 0 ? "-" : "", off);
		if (body(t, f) != 0)
			return -1;
		t->verbose = verbose;
		return 0;
	}
	if (minus || !pattern_take(t, ')'))
		return err_set(t->e, "unknown extension in (?");
	for (size_t k = 0; k < non; k++)
		t->r->options |= on[k] == 'i'	? PCRE2_CASELESS
				 : on[k] == 'm' ? PCRE2_MULTILINE
						: PCRE2_DOTALL;
	return 0;
}

static int
around(struct translation *t, const char *open)
{
	struct regex_lead inside;

	buf_puts(&t->out, open);
	return body(t, &inside);
}

/* Behind "(?", when it is none of the groups that merging knows. */
static int
extension(struct translation *t, struct regex_lead *f)
{
	if (pattern_take(t, 'P'))
		return named(t, f);
	if (pattern_take(t, '>')) {
		buf_puts(&t->out, "(?>");
		return body(t, f);
	}
	if (pattern_take(t, '='))
		return around(t, "(?=");
	if (pattern_take(t, '!'))
		return around(t, "(?!");
	if (pattern_take(t, '('))
		return condition(t, f);
	if (pattern_take(t, '<')) {
		if (pattern_take(t, '='))
			return around(t, "(?<=");
		if (pattern_take(t, '!'))
			return around(t, "(?<!");
		return err_set(t->e, "unknown extension ?<");
	}
	if (pattern_take(t, '#')) {
		while (!pattern_ended(t) && pattern_peek(t, 0) != ')')
			t->i++;
		return pattern_take(t, ')') ? 0 : err_set(t->e, "missing )");
	}
	return flags(t, f);
}

/* Behind "(". */
static int
group(struct translation *t, struct regex_lead *f)
{
	if (pattern_peek(t, 0) == '*')
		return err_set(t->e, "nothing to repeat");
	if (!pattern_take(t, '?'))
		return capture(t, (struct span){0}, f);
	if (pattern_take(t, ':')) {
		buf_puts(&t->out, "(?:");
		return body(t, f);
	}
	if (extension(t, f) != 0)
		return -1;
	t->stars = false;
	return 0;
}

/* "{" as a quantifier: true, taken, with its least count. */
static bool
take_braces(struct translation *t, bool *none)
{
	size_t i = t->i + 1, lo = i, hi;

	while (i < t->s.n && ascii_digit((unsigned char)t->s.p[i]))
		i++;
	hi = i;
	if (i < t->s.n && t->s.p[i] == ',') {
		i++;
		while (i < t->s.n && ascii_digit((unsigned char)t->s.p[i]))
			i++;
	}
	if (i >= t->s.n || t->s.p[i] != '}' || i == lo)
		return false;
	*none = true;
	for (size_t k = lo; k < hi; k++)
		if (t->s.p[k] != '0')
			*none = false;
	buf_byte(&t->out, '{');
	if (hi == lo)
		buf_byte(&t->out, '0');
	buf_put(&t->out, span_sub(t->s, lo, i + 1));
	t->i = i + 1;
	return true;
}

static void
quantifier(struct translation *t, struct regex_lead *f)
{
	bool none = false;
	char c = pattern_peek(t, 0);

	if (c == '*' || c == '+' || c == '?') {
		t->i++;
		buf_byte(&t->out, c);
		none = c != '+';
	} else if (c != '{' || !take_braces(t, &none)) {
		return;
	}
	if (none)
		f->empty = f->blank = true;
	if (pattern_take(t, '?'))
		buf_byte(&t->out, '?');
	else if (pattern_take(t, '+'))
		buf_byte(&t->out, '+');
}

/* A character beyond ASCII, whole, so that a quantifier takes all of it. */
static void
wide_character(struct translation *t)
{
	t->r->wide_only = true;
	buf_puts(&t->out, "(?:");
	do {
		buf_byte(&t->out, pattern_peek(t, 0));
		t->i++;
	} while (((unsigned char)pattern_peek(t, 0) & 0xc0) == 0x80);
	buf_byte(&t->out, ')');
}

/* One item without its quantifier. */
static int
item(struct translation *t, struct regex_lead *f)
{
	static const uint64_t all[2] = {~(UINT64_C(1) << '\n'), UINT64_MAX};
	unsigned char c = (unsigned char)pattern_peek(t, 0);

	*f = lead_nothing;
	if (c >= 0x80) {
		wide_character(t);
		*f = lead_byte(c);
		return 0;
	}
	t->i++;
	switch (c) {
	case '\\':
		return pattern_escape(t, f);
	case '[':
		return pattern_set(t, f);
	case '(':
		return group(t, f);
	case '.':
		*f = lead_of(all);
		buf_byte(&t->out, '.');
		return 0;
	case '^':
	case '$':
		buf_byte(&t->out, (char)c);
		return 0;
	case '*':
	case '+':
	case '?':
		return err_set(t->e, "nothing to repeat");
	default:
		pattern_put_literal(t, c);
		*f = lead_byte(c);
		return 0;
	}
}

/* (?x): white space and comments between items mean nothing. */
static bool
skip_verbose(struct translation *t)
{
	if (!t->verbose)
		return false;
	if (ascii_space((unsigned char)pattern_peek(t, 0))) {
		t->i++;
		return true;
	}
	if (pattern_peek(t, 0) != '#')
		return false;
	while (!pattern_ended(t) && pattern_peek(t, 0) != '\n')
		t->i++;
	return true;
}

/* An item that takes one byte, written from "from", with "*" behind it. */
static bool
is_star(const struct translation *t, size_t from, const struct regex_lead *one)
{
	struct span written = span_from(buf_span(&t->out), from);

	return !one->empty && pattern_peek(t, 0) == '*' &&
	       pattern_peek(t, 1) != '?' && pattern_peek(t, 1) != '+' &&
	       written.n > 0 && written.p[0] != '(' && written.p[0] != '.' &&
	       !span_starts(written, SPAN("[^"));
}

/*
 * The group written from "from", "(x*y*)", with "*" or "+" to come, becomes
 * "([xy]*)": the same match, but found without trying every way to cut a run
 * into pieces, of which there are 2 to the power of its length.
 */
static void
merge_group(struct translation *t, size_t from)
{
	struct span s = span_from(buf_span(&t->out), from);
	size_t open = span_starts(s, SPAN("(?:")) ? 3 : 1;
	struct span in = arena_copy(t->arena, span_sub(s, open, s.n - 1));
	bool inside = false;

	t->out.n = from + open;
	buf_byte(&t->out, '[');
	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '\\' && i + 1 < in.n) {
			buf_put(&t->out, span_sub(in, i, i + 2));
			i++;
		} else if (in.p[i] == '[' || in.p[i] == ']') {
			inside = in.p[i] == '[';
		} else if (in.p[i] != '*' || inside) {
			buf_byte(&t->out, in.p[i]);
		}
	}
	buf_puts(&t->out, "]*)");
	t->merged = true;
	t->i++;
}

static bool
can_merge(const struct translation *t)
{
	return t->merge && t->stars &&
	       (pattern_peek(t, 0) == '*' || pattern_peek(t, 0) == '+') &&
	       pattern_peek(t, 1) != '?' && pattern_peek(t, 1) != '+' &&
	       !buf_full(&t->out);
}

static int
sequence(struct translation *t, struct regex_lead *f)
{
	bool stars = true, any = false;

	*f = lead_nothing;
	while (!pattern_ended(t) && pattern_peek(t, 0) != '|' &&
	       pattern_peek(t, 0) != ')') {
		size_t from = t->out.n;
		struct regex_lead one;

		if (skip_verbose(t))
			continue;
		t->stars = false;
		if (item(t, &one) != 0)
			return -1;
		any = true;
		stars = stars && is_star(t, from, &one);
		if (can_merge(t))
			merge_group(t, from);
		else
			quantifier(t, &one);
		lead_then(f, &one);
	}
	t->stars = stars && any;
	return 0;
}

static int
alternatives(struct translation *t, struct regex_lead *f)
{
	if (sequence(t, f) != 0)
		return -1;
	while (pattern_take(t, '|')) {
		struct regex_lead other;

		buf_byte(&t->out, '|');
		if (sequence(t, &other) != 0)
			return -1;
		t->stars = false;
		lead_or(f, &other);
	}
	return 0;
}

static int
translate(struct translation *t, struct span python, struct err *e)
{
	int result;

	*t->r = (struct regex){0};
	t->s = python;
	t->i = 0;
	t->names_cap = 0;
	buf_reset(&t->out);
	t->r->names =
	    arena_grow(t->arena, NULL, 0, &t->names_cap, sizeof(*t->r->names));
	result = alternatives(t, &t->r->lead);
	if (result == 0 && !pattern_ended(t))
		result = err_set(e, "unbalanced parenthesis");
	if (result == 0 && buf_full(&t->out))
		result = err_set(e, "the expression is too long");
	return result;
}

int
regex_translate(
    struct arena *a, struct span python, struct regex *r, struct err *e)
{
	struct translation t = {.arena = a, .r = r, .merge = true, .e = e};
	int result;

	buf_init(&t.out, LIMIT_TEXTFSM_EXPRESSION);
	result = translate(&t, python, e);
	/* What a merged group holds is not what a reference expects. */
	if (result == 0 && t.merged && t.referred) {
		t.merge = t.verbose = false;
		result = translate(&t, python, e);
	}
	r->pattern = arena_copy(a, buf_span(&t.out));
	r->filtered = !t.vague && !(r->lead.empty && r->lead.blank);
	buf_release(&t.out);
	return result;
}
