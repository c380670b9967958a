#include "intel/stix_lex.h"

#include "base/timestamp.h"

static void
wrong(struct token *t, const char *text)
{
	t->kind = TOKEN_WRONG;
	t->error = text;
}

/* White space and comments: slash-star and slash-slash. */
static size_t
blanks(struct span s)
{
	size_t n = 0;

	for (;;) {
		struct span rest = span_from(s, n);
		size_t end;

		if (rest.n > 0 && ascii_space((unsigned char)rest.p[0])) {
			n++;
		} else if (span_starts(rest, SPAN("\xc2\xa0"))) {
			n += 2;
		} else if (span_starts(rest, SPAN("/*"))) {
			end = span_find(span_from(rest, 2), SPAN("*/"));
			if (end == SPAN_NONE)
				return n;
			n += end + 4;
		} else if (span_starts(rest, SPAN("//"))) {
			end = span_find_byte(rest, '\n');
			n += end == SPAN_NONE ? rest.n : end + 1;
		} else {
			return n;
		}
	}
}

/* From the quote to behind its fellow; 0: it has none, or a backslash stands
 * before something else than a quote or a backslash. */
static size_t
quoted_length(struct span s)
{
	size_t i = 1;

	while (i < s.n && s.p[i] != '\'') {
		if (s.p[i] != '\\')
			i++;
		else if (i + 1 < s.n &&
			 (s.p[i + 1] == '\'' || s.p[i + 1] == '\\'))
			i += 2;
		else
			return 0;
	}
	return i < s.n ? i + 1 : 0;
}

static struct span
without_escapes(struct arena *a, struct span s)
{
	char *p;
	size_t n = 0;

	if (span_find_byte(s, '\\') == SPAN_NONE)
		return s;
	p = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		i += s.p[i] == '\\' && i + 1 < s.n;
		p[n++] = s.p[i];
	}
	return span_of(p, n);
}

static bool
hex_pairs(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = ascii_lower((unsigned char)s.p[i]);

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return s.n % 2 == 0;
}

static bool
base64(struct span s)
{
	size_t pad = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '=')
			pad++;
		else if (pad > 0 || !(ascii_alnum(c) || c == '+' || c == '/'))
			return false;
	}
	return s.n % 4 == 0 && pad <= 2;
}

/* STIX 2.1 section 9.2: RFC 3339 in UTC, with the letter Z. */
static bool
utc_time(struct span s)
{
	int64_t t;
	bool zoned;

	return s.n >= 20 && s.p[10] == 'T' && s.p[s.n - 1] == 'Z' &&
	       span_find_byte(s, ',') == SPAN_NONE &&
	       time_read_iso(s, &t, &zoned) == s.n && t != TIME_NONE;
}

static void
lex_quoted(struct arena *a, struct span s, char prefix, struct token *t)
{
	size_t skip = prefix != 0, n = quoted_length(span_from(s, skip));
	struct span inner;

	if (n == 0) {
		wrong(t, "a string that does not end, or a backslash before "
			 "something else than ' or \\");
		return;
	}
	inner = span_sub(s, skip + 1, skip + n - 1);
	t->kind = TOKEN_LITERAL;
	t->text = span_head(s, skip + n);
	t->value.text = without_escapes(a, inner);
	t->value.kind = LITERAL_STRING;
	if (prefix == 'h') {
		t->value.kind = LITERAL_HEX;
		if (!hex_pairs(inner))
			wrong(t, "h'' holds something else than pairs of hex "
				 "digits");
	} else if (prefix == 'b') {
		t->value.kind = LITERAL_BINARY;
		if (!base64(inner))
			wrong(t, "b'' holds no base64");
	} else if (prefix == 't') {
		t->value.kind = LITERAL_TIME;
		if (!utc_time(inner))
			wrong(t, "t'' holds no time as 2025-01-31T10:00:00Z");
	}
}

static void
lex_number(struct span s, struct token *t)
{
	size_t n = s.p[0] == '-' || s.p[0] == '+', digits = n;
	bool whole;

	while (n < s.n && ascii_digit((unsigned char)s.p[n]))
		n++;
	whole = n > digits;
	t->kind = TOKEN_LITERAL;
	t->value.kind = LITERAL_INTEGER;
	if (n + 1 < s.n && s.p[n] == '.' &&
	    ascii_digit((unsigned char)s.p[n + 1])) {
		n++;
		while (n < s.n && ascii_digit((unsigned char)s.p[n]))
			n++;
		t->value.kind = LITERAL_FLOAT;
	} else if (!whole) {
		wrong(t, "a sign without a number");
		return;
	} else if (s.p[digits] == '0' && n - digits > 1) {
		wrong(t, "a number with a zero in front");
		return;
	}
	if (n < s.n && (ascii_alpha((unsigned char)s.p[n]) || s.p[n] == '_')) {
		wrong(t, "a number that goes on with letters");
		return;
	}
	t->text = t->value.text = span_head(s, n);
	if (s.p[0] == '+')
		t->value.text = span_from(t->value.text, 1);
}

static void
lex_word(struct span s, struct token *t)
{
	size_t n = 0;
	bool hyphen = false;

	while (n < s.n && (ascii_alnum((unsigned char)s.p[n]) ||
			      s.p[n] == '_' || s.p[n] == '-')) {
		hyphen |= s.p[n] == '-';
		n++;
	}
	t->kind = hyphen ? TOKEN_HYPHENATED : TOKEN_WORD;
	t->text = span_head(s, n);
	if (span_is(t->text, "true") || span_is(t->text, "false")) {
		t->kind = TOKEN_LITERAL;
		t->value = (struct stix_value){LITERAL_BOOL, span_head(s, n)};
	}
}

static void
lex_compare(struct span s, struct token *t)
{
	static const struct {
		const char *text;
		enum stix_op op;
	} marks[] = {{"==", STIX_EQ}, {"=", STIX_EQ}, {"!=", STIX_NE},
	    {"<>", STIX_NE}, {"<=", STIX_LE}, {"<", STIX_LT}, {">=", STIX_GE},
	    {">", STIX_GT}};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (span_starts(s, span_str(marks[i].text))) {
			t->kind = TOKEN_COMPARE;
			t->op = marks[i].op;
			t->text = span_head(s, strlen(marks[i].text));
			return;
		}
	wrong(t, "a character that no pattern has here");
}

void
stix_lex(struct arena *a, struct span text, size_t *at, struct token *t)
{
	struct span s;
	unsigned char c;

	*at += blanks(span_from(text, *at));
	s = span_from(text, *at);
	*t = (struct token){.column = (uint32_t)*at + 1};
	if (s.n == 0)
		return;
	c = (unsigned char)s.p[0];
	if (c == '\'')
		lex_quoted(a, s, 0, t);
	else if ((c == 'h' || c == 'b' || c == 't') && s.n > 1 &&
		 s.p[1] == '\'')
		lex_quoted(a, s, (char)c, t);
	else if (ascii_alpha(c) || c == '_')
		lex_word(s, t);
	else if (ascii_digit(c) || c == '-' || c == '+' ||
		 (c == '.' && s.n > 1 && ascii_digit((unsigned char)s.p[1])))
		lex_number(s, t);
	else if (strchr("[](),.:*", c) != NULL && c != 0) {
		t->kind = TOKEN_MARK;
		t->text = span_head(s, 1);
	} else
		lex_compare(s, t);
	*at += t->text.n;
}
