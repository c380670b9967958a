/*
 * Characters, escapes and sets of Python's re, and which bytes they stand for.
 */
#include "read/show/textfsm_python.h"

#include <string.h>

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

struct regex_lead
lead_of(const uint64_t bits[2])
{
	return (struct regex_lead){
	    .at = {bits[0], bits[1]},
	    .ink = {bits[0] & ~whites[0], bits[1] & ~whites[1]},
	    .blank = (bits[0] & whites[0]) != 0,
	};
}

struct regex_lead
lead_byte(unsigned char c)
{
	uint64_t bits[2] = {0, 0};

	bit_set(bits, c);
	return lead_of(bits);
}

void
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

void
lead_or(struct regex_lead *f, const struct regex_lead *other)
{
	for (int k = 0; k < 2; k++) {
		f->at[k] |= other->at[k];
		f->ink[k] |= other->ink[k];
	}
	f->empty = f->empty || other->empty;
	f->blank = f->blank || other->blank;
}

void
pattern_put_literal(struct translation *t, unsigned char c)
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
		int d = pattern_ended(t) ? -1 : hex_value(pattern_peek(t, 0));

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
		char c = pattern_peek(t, 0);

		if (pattern_ended(t) || c < '0' || c > '7')
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
	char e = pattern_peek(t, 0);
	const char *at = e == '\0' ? NULL : strchr(letters, e);

	if (pattern_ended(t))
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
	if (ascii_digit((unsigned char)e) && e < '4' &&
	    pattern_peek(t, 1) >= '0' && pattern_peek(t, 1) < '8' &&
	    pattern_peek(t, 2) >= '0' && pattern_peek(t, 2) < '8') {
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
		pattern_put_literal(t, (unsigned char)c);
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

	if (!pattern_take(t, '\\')) {
		*c = (unsigned char)pattern_peek(t, 0);
		t->i++;
		t->r->wide_only = t->r->wide_only || *c >= 0x80;
		pattern_put_literal(t, (unsigned char)*c);
		return 1;
	}
	r = take_character(t, true, c);
	if (r < 0)
		return -1;
	if (r > 0) {
		put_character(t, *c);
		return 1;
	}
	e = pattern_peek(t, 0);
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

int
pattern_set(struct translation *t, struct regex_lead *f)
{
	uint64_t bits[2] = {0, 0};
	bool negated, first = true;

	buf_byte(&t->out, '[');
	negated = pattern_take(t, '^');
	if (negated)
		buf_byte(&t->out, '^');
	while (first || pattern_peek(t, 0) != ']') {
		uint32_t c = 0;
		int r;

		if (pattern_ended(t))
			return err_set(t->e, "unterminated set");
		first = false;
		r = set_member(t, bits, &c);
		if (r < 0)
			return -1;
		if (r > 0 && c < 0x80)
			bit_set(bits, (unsigned char)c);
		if (pattern_peek(t, 0) == '-' && pattern_peek(t, 1) != ']') {
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

int
pattern_escape(struct translation *t, struct regex_lead *f)
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
	e = pattern_peek(t, 0);
	if (ascii_digit((unsigned char)e)) {
		uint32_t n = (uint32_t)(e - '0');

		t->i++;
		if (ascii_digit((unsigned char)pattern_peek(t, 0)))
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
