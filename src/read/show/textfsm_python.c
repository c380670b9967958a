/*
 * Longer than most files: one grammar, one recursion.
 *
 * From Python's re syntax to PCRE2's: a recursive descent over the pattern
 * that writes the translation as it goes and gathers, bottom-up, what a match
 * can begin with.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/buf.h"
#include "base/limits.h"
#include "read/show/textfsm_regex.h"

struct translation {
	struct arena *arena;
	struct span s;
	size_t i;
	struct buf out;
	struct regex *r;
	size_t names_cap;
	unsigned depth;
	bool verbose; /* (?x) */
	bool vague;   /* lead cannot be told */
	bool stars;   /* the last group's body is "x*y*z*" */
	bool merge;   /* such groups may be merged */
	bool merged;
	bool referred; /* to a group, by number or name */
	struct err *e;
};

static const struct regex_lead lead_nothing = {.empty = true, .blank = true};

static bool
ended(const struct translation *t)
{
	return t->i >= t->s.n;
}

/* The byte "ahead" places on; 0 beyond the end. */
static char
peek(const struct translation *t, size_t ahead)
{
	return t->s.n - t->i > ahead ? t->s.p[t->i + ahead] : '\0';
}

static bool
take(struct translation *t, char c)
{
	if (ended(t) || peek(t, 0) != c)
		return false;
	t->i++;
	return true;
}

static void
bit_set(uint64_t bits[2], unsigned char c)
{
	if (c < 0x80)
		bits[c >> 6] |= UINT64_C(1) << (c & 63);
}

/* ASCII bytes of \d, \w and \s. */
static const uint64_t decimal[2] = {0x03ff000000000000, 0};
static const uint64_t words[2] = {0x03ff000000000000, 0x07fffffe87fffffe};
static const uint64_t whites[2] = {0x00000001f0003e00, 0};

static void
bits_escape(uint64_t bits[2], char letter)
{
	char lower = (char)ascii_lower((unsigned char)letter);
	const uint64_t *of = lower == 'd'   ? decimal
			     : lower == 'w' ? words
					    : whites;

	for (int k = 0; k < 2; k++)
		bits[k] |= letter == lower ? of[k] : ~of[k];
}

/* One byte out of a set. */
static struct regex_lead
lead_of(const uint64_t bits[2])
{
	return (struct regex_lead){
	    .at = {bits[0], bits[1]},
	    .ink = {bits[0] & ~whites[0], bits[1] & ~whites[1]},
	    .blank = (bits[0] & whites[0]) != 0,
	};
}

static struct regex_lead
lead_byte(unsigned char c)
{
	uint64_t bits[2] = {0, 0};

	bit_set(bits, c);
	return lead_of(bits);
}

static void
lead_then(struct regex_lead *f, const struct regex_lead *next)
{
	for (int k = 0; k < 2; k++) {
		if (f->empty)
			f->at[k] |= next->at[k];
		if (f->blank)
			f->ink[k] |= next->ink[k];
	}
	f->empty = f->empty && next->empty;
	f->blank = f->blank && next->blank;
}

static void
lead_or(struct regex_lead *f, const struct regex_lead *other)
{
	for (int k = 0; k < 2; k++) {
		f->at[k] |= other->at[k];
		f->ink[k] |= other->ink[k];
	}
	f->empty = f->empty || other->empty;
	f->blank = f->blank || other->blank;
}

/* A byte that stands for itself, as PCRE2 wants it. */
static void
put_literal(struct translation *t, unsigned char c)
{
	if (c < 0x80 && !ascii_alnum(c) && c > 0x20 && c != 0x7f)
		buf_byte(&t->out, '\\');
	if (c < 0x20 || c == 0x7f)
		buf_fmt(&t->out, "\\x{%x}", c);
	else
		buf_byte(&t->out, (char)c);
}

static int
hex_value(char c)
{
	if (ascii_digit((unsigned char)c))
		return c - '0';
	c = (char)ascii_lower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xhh, \uhhhh, \Uhhhhhhhh: exactly so many digits. */
static int
take_hex(struct translation *t, unsigned digits, uint32_t *out)
{
	uint32_t v = 0;

	for (unsigned k = 0; k < digits; k++) {
		int d = ended(t) ? -1 : hex_value(peek(t, 0));

		if (d < 0)
			return err_set(t->e, "incomplete escape");
		v = v << 4 | (uint32_t)d;
		t->i++;
	}
	if (v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return err_set(t->e, "bad character escape");
	*out = v;
	return 0;
}

static uint32_t
take_octal(struct translation *t, unsigned most)
{
	uint32_t v = 0;

	for (unsigned k = 0; k < most; k++) {
		char c = peek(t, 0);

		if (ended(t) || c < '0' || c > '7')
			break;
		v = v << 3 | (uint32_t)(c - '0');
		t->i++;
	}
	return v;
}

/*
 * An escape that is one character, behind its backslash: 1 and *c, 0 when it
 * is something else (nothing taken), -1.
 */
static int
take_character(struct translation *t, bool in_set, uint32_t *c)
{
	static const char letters[] = "afnrtv";
	static const char values[] = "\a\f\n\r\t\v";
	char e = peek(t, 0);
	const char *at = e == '\0' ? NULL : strchr(letters, e);

	if (ended(t))
		return err_set(t->e, "backslash at the end");
	if (at != NULL || (in_set && e == 'b')) {
		*c = at == NULL ? '\b' : (uint32_t)values[at - letters];
		t->i++;
		return 1;
	}
	if (e == 'x' || e == 'u' || e == 'U') {
		t->i++;
		return take_hex(t,
			   e == 'x'   ? 2
			   : e == 'u' ? 4
				      : 8,
			   c) != 0
			   ? -1
			   : 1;
	}
	if (e == '0' || (in_set && ascii_digit((unsigned char)e))) {
		*c = take_octal(t, 3);
		return 1;
	}
	if (ascii_digit((unsigned char)e) && e < '4' && peek(t, 1) >= '0' &&
	    peek(t, 1) < '8' && peek(t, 2) >= '0' && peek(t, 2) < '8') {
		*c = take_octal(t, 3);
		return 1;
	}
	if (ascii_alnum((unsigned char)e))
		return 0;
	*c = (unsigned char)e;
	t->i++;
	return 1;
}

static void
put_character(struct translation *t, uint32_t c)
{
	if (c < 0x80)
		put_literal(t, (unsigned char)c);
	else
		buf_fmt(&t->out, "\\x{%x}", c);
	if (c >= 0x80)
		t->r->wide_only = true;
}

/* One member of a set: 1 and *c for a character, 0 for a class like \d. */
static int
set_member(struct translation *t, uint64_t bits[2], uint32_t *c)
{
	char e;
	int r;

	if (!take(t, '\\')) {
		*c = (unsigned char)peek(t, 0);
		t->i++;
		t->r->wide_only = t->r->wide_only || *c >= 0x80;
		put_literal(t, (unsigned char)*c);
		return 1;
	}
	r = take_character(t, true, c);
	if (r < 0)
		return -1;
	if (r > 0) {
		put_character(t, *c);
		return 1;
	}
	e = peek(t, 0);
	if (strchr("dDsSwW", e) == NULL)
		return err_set(t->e, "bad escape \\%c in a set", e);
	t->i++;
	buf_fmt(&t->out, "\\%c", e);
	bits_escape(bits, e);
	return 0;
}

static int
set_range(struct translation *t, uint64_t bits[2], uint32_t from)
{
	uint32_t to;
	int r;

	t->i++;
	buf_byte(&t->out, '-');
	r = set_member(t, bits, &to);
	if (r <= 0)
		return r < 0 ? -1 : err_set(t->e, "bad range in a set");
	if (to < from)
		return err_set(t->e, "bad range in a set");
	for (uint32_t c = from; c <= to && c < 0x80; c++)
		bit_set(bits, (unsigned char)c);
	return 0;
}

/* Behind "[". */
static int
set(struct translation *t, struct regex_lead *f)
{
	uint64_t bits[2] = {0, 0};
	bool negated, first = true;

	buf_byte(&t->out, '[');
	negated = take(t, '^');
	if (negated)
		buf_byte(&t->out, '^');
	while (first || peek(t, 0) != ']') {
		uint32_t c = 0;
		int r;

		if (ended(t))
			return err_set(t->e, "unterminated set");
		first = false;
		r = set_member(t, bits, &c);
		if (r < 0)
			return -1;
		if (r > 0 && c < 0x80)
			bit_set(bits, (unsigned char)c);
		if (peek(t, 0) == '-' && peek(t, 1) != ']') {
			if (r == 0)
				return err_set(t->e, "bad range in a set");
			if (set_range(t, bits, c) != 0)
				return -1;
		}
	}
	t->i++;
	buf_byte(&t->out, ']');
	if (negated)
		bits[0] = ~bits[0], bits[1] = ~bits[1];
	*f = lead_of(bits);
	return 0;
}

/* Behind a backslash, outside sets. */
static int
escape(struct translation *t, struct regex_lead *f)
{
	uint64_t bits[2] = {0, 0};
	uint32_t c = 0;
	int r = take_character(t, false, &c);
	char e;

	if (r != 0) {
		if (r < 0)
			return -1;
		put_character(t, c);
		*f = lead_byte(c < 0x80 ? (unsigned char)c : 0x80);
		return 0;
	}
	e = peek(t, 0);
	if (ascii_digit((unsigned char)e)) {
		uint32_t n = (uint32_t)(e - '0');

		t->i++;
		if (ascii_digit((unsigned char)peek(t, 0)))
			n = n * 10 + (uint32_t)(t->s.p[t->i++] - '0');
		if (n > t->r->ngroups)
			return err_set(t->e, "invalid group reference %u", n);
		buf_fmt(&t->out, "\\g{%u}", n);
		t->vague = t->referred = true;
		return 0;
	}
	t->i++;
	if (strchr("bBA", e) != NULL) {
		buf_fmt(&t->out, "\\%c", e);
	} else if (e == 'Z') {
		buf_puts(&t->out, "\\z");
	} else if (strchr("dDsSwW", e) != NULL) {
		buf_fmt(&t->out, "\\%c", e);
		bits_escape(bits, e);
		*f = lead_of(bits);
	} else {
		return err_set(t->e, "bad escape \\%c", e);
	}
	return 0;
}

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
	if (!take(t, ')'))
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

	while (!ended(t) && peek(t, 0) != end) {
		unsigned char c = (unsigned char)peek(t, 0);

		if (!ascii_alnum(c) && c != '_' && c < 0x80)
			break;
		t->i++;
	}
	*name = span_sub(t->s, from, t->i);
	if (!take(t, end) || name->n == 0)
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

	if (take(t, '<')) {
		if (take_name(t, '>', &name) != 0)
			return -1;
		if (ascii_digit((unsigned char)name.p[0]))
			return err_set(t->e, "bad group name");
		if (group_number(t, name) != 0)
			return err_set(t->e, "group \"%.*s\" stands twice",
			    SPAN_FMT(name));
		return capture(t, name, f);
	}
	if (!take(t, '='))
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
		char c = peek(t, 0);

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
	if (take(t, ':')) {
		buf_fmt(&t->out, "(?%s%s%s:", on, noff > 0 ? "-" : "", off);
		if (body(t, f) != 0)
			return -1;
		t->verbose = verbose;
		return 0;
	}
	if (minus || !take(t, ')'))
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
	if (take(t, 'P'))
		return named(t, f);
	if (take(t, '>')) {
		buf_puts(&t->out, "(?>");
		return body(t, f);
	}
	if (take(t, '='))
		return around(t, "(?=");
	if (take(t, '!'))
		return around(t, "(?!");
	if (take(t, '('))
		return condition(t, f);
	if (take(t, '<')) {
		if (take(t, '='))
			return around(t, "(?<=");
		if (take(t, '!'))
			return around(t, "(?<!");
		return err_set(t->e, "unknown extension ?<");
	}
	if (take(t, '#')) {
		while (!ended(t) && peek(t, 0) != ')')
			t->i++;
		return take(t, ')') ? 0 : err_set(t->e, "missing )");
	}
	return flags(t, f);
}

/* Behind "(". */
static int
group(struct translation *t, struct regex_lead *f)
{
	if (peek(t, 0) == '*')
		return err_set(t->e, "nothing to repeat");
	if (!take(t, '?'))
		return capture(t, (struct span){0}, f);
	if (take(t, ':')) {
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
	char c = peek(t, 0);

	if (c == '*' || c == '+' || c == '?') {
		t->i++;
		buf_byte(&t->out, c);
		none = c != '+';
	} else if (c != '{' || !take_braces(t, &none)) {
		return;
	}
	if (none)
		f->empty = f->blank = true;
	if (take(t, '?'))
		buf_byte(&t->out, '?');
	else if (take(t, '+'))
		buf_byte(&t->out, '+');
}

/* A character beyond ASCII, whole, so that a quantifier takes all of it. */
static void
wide_character(struct translation *t)
{
	t->r->wide_only = true;
	buf_puts(&t->out, "(?:");
	do {
		buf_byte(&t->out, peek(t, 0));
		t->i++;
	} while (((unsigned char)peek(t, 0) & 0xc0) == 0x80);
	buf_byte(&t->out, ')');
}

/* One item without its quantifier. */
static int
item(struct translation *t, struct regex_lead *f)
{
	static const uint64_t all[2] = {~(UINT64_C(1) << '\n'), UINT64_MAX};
	unsigned char c = (unsigned char)peek(t, 0);

	*f = lead_nothing;
	if (c >= 0x80) {
		wide_character(t);
		*f = lead_byte(c);
		return 0;
	}
	t->i++;
	switch (c) {
	case '\\':
		return escape(t, f);
	case '[':
		return set(t, f);
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
		put_literal(t, c);
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
	if (ascii_space((unsigned char)peek(t, 0))) {
		t->i++;
		return true;
	}
	if (peek(t, 0) != '#')
		return false;
	while (!ended(t) && peek(t, 0) != '\n')
		t->i++;
	return true;
}

/* An item that takes one byte, written from "from", with "*" behind it. */
static bool
is_star(const struct translation *t, size_t from, const struct regex_lead *one)
{
	struct span written = span_from(buf_span(&t->out), from);

	return !one->empty && peek(t, 0) == '*' && peek(t, 1) != '?' &&
	       peek(t, 1) != '+' && written.n > 0 && written.p[0] != '(' &&
	       written.p[0] != '.' && !span_starts(written, SPAN("[^"));
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
	       (peek(t, 0) == '*' || peek(t, 0) == '+') && peek(t, 1) != '?' &&
	       peek(t, 1) != '+' && !buf_full(&t->out);
}

static int
sequence(struct translation *t, struct regex_lead *f)
{
	bool stars = true, any = false;

	*f = lead_nothing;
	while (!ended(t) && peek(t, 0) != '|' && peek(t, 0) != ')') {
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
	while (take(t, '|')) {
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
	if (result == 0 && !ended(t))
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
