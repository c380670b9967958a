#include "read/config/secret_hide.h"

/* A pair as it is read: what stands before the sign, and behind it. */
struct pair {
	struct span name;
	struct span lead; /* before the name */
	struct span rest;
	bool colon;  /* ':', not '=' */
	bool quoted; /* the name is */
	bool apart;  /* a blank stands before the sign */
	bool open;   /* an odd number of quotes stands before the sign */
};

static bool
is_quote(char c)
{
	return c == '"' || c == '\'';
}

static bool
is_name_byte(char c)
{
	return ascii_alnum((unsigned char)c) || c == '-' || c == '_' ||
	       c == '.';
}

/* The longest name that is looked at; and the longest value that is shown for
 * what it holds: a longer one is hidden, and so no byte is read often. */
#define NAME_MAX_BYTES 64
#define SHOWN_MAX_BYTES 128

static void
cut_value(struct hide *h, struct span v)
{
	if (v.n == 0)
		return; /* it is hidden already */
	h->pair_end = v.p + v.n;
	hide_cut(h, v);
}

/* The name that ends where the sign stands; empty when none does. */
static void
pair_name(struct pair *p, struct span before)
{
	size_t end, from;

	while (before.n > 0 && before.p[before.n - 1] == ' ' && !p->apart) {
		before.n--;
		p->apart = true;
	}
	if (before.n > 0 && is_quote(before.p[before.n - 1])) {
		p->quoted = true;
		before.n--;
		if (before.n > 0 && before.p[before.n - 1] == '\\')
			before.n--;
	}
	for (end = from = before.n; from > 0 && end - from < NAME_MAX_BYTES;)
		if (is_name_byte(before.p[from - 1]))
			from--;
		else
			break;
	p->name = span_sub(before, from, end);
	p->lead = span_head(before, from);
}

/* Up to the quote that closes; one behind a backslash does not, unless the
 * opening one was written so. */
static struct span
quoted_value(struct span s, char quote, bool escaped)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\') {
			if (escaped && i + 1 < s.n && s.p[i + 1] == quote)
				return span_head(s, i);
			i++;
		} else if (s.p[i] == quote) {
			return span_head(s, i);
		}
	}
	return s;
}

/* Does "&name=" start here?  Then a value in a URL ends. */
static bool
is_next_parameter(struct span s)
{
	size_t i = 1;

	while (i < s.n && is_name_byte(s.p[i]))
		i++;
	return i > 1 && i < s.n && s.p[i] == '=';
}

static bool
ends_bare(struct span s)
{
	char c = s.p[0];

	if (ascii_space((unsigned char)c) || is_quote(c))
		return true;
	if (c == '&')
		return is_next_parameter(s);
	return c == '<' && s.n > 1 &&
	       (s.p[1] == '/' || ascii_alpha((unsigned char)s.p[1]));
}

static struct span
bare_value(struct span s)
{
	size_t n = 0;

	if (span_starts(s, HIDE_SHOWN))
		return (struct span){0};
	while (n < s.n && !ends_bare(span_from(s, n)))
		n++;
	while (n > 0 && strchr(",;)]}\\", s.p[n - 1]) != NULL)
		n--;
	return span_head(s, n);
}

/* Communities of BGP are no secret: "Extended community: RT:1:1". */
static bool
is_bgp_community(const struct pair *p, struct span v)
{
	struct span lead = span_rtrim(p->lead);

	if (!span_ends_nocase(p->name, SPAN("community")) ||
	    v.n > SHOWN_MAX_BYTES)
		return false;
	return span_starts_nocase(p->name, SPAN("ext")) ||
	       span_starts_nocase(p->name, SPAN("large")) ||
	       span_ends_nocase(lead, SPAN("extended")) ||
	       span_ends_nocase(lead, SPAN("large")) || v.n == 0 ||
	       v.p[0] == '[' || span_find_byte(v, ':') != SPAN_NONE ||
	       hide_is_route_community(v);
}

/* A bare value that is none: a word of prose, or the name of a next pair. */
static bool
is_no_value(const struct pair *p, struct span v)
{
	static const char *const words[] = {"null", "true", "false", "none",
	    "yes", "no", "enabled", "disabled", "set", "unset", NULL};
	size_t sign = span_find_byte(v, '=');

	if (span_ends_nocase(p->name, SPAN("pwd")) && v.n > 0 && v.p[0] == '/')
		return true; /* a folder */
	if (!p->colon || v.n > SHOWN_MAX_BYTES)
		return false;
	/* "Invalid password : local database" */
	if (p->apart && span_ends_nocase(span_rtrim(p->lead), SPAN("invalid")))
		return true;
	return hide_is_prose(v) || hide_one_of(v, words) ||
	       (!p->quoted && sign != SPAN_NONE && sign > 0 && sign + 1 < v.n);
}

/* "password: 7 0822": the secret is the word behind the type. */
static struct span
behind_type(struct span v, struct span rest)
{
	struct span tail = span_from(rest, v.n), word;

	if (!hide_is_type(v) || tail.n == 0 || tail.p[0] != ' ')
		return v;
	word = span_word(&tail);
	return word.n > 0 && !hide_is_prose(word) ? word : v;
}

static void
cut_bare(struct hide *h, const struct pair *p, struct span rest)
{
	struct span v;

	if (rest.n > 0 && rest.p[0] == '{')
		return;
	v = rest.n > 0 && rest.p[0] == '[' ? span_until(&rest, ']')
					   : bare_value(rest);
	if (is_no_value(p, v))
		return;
	cut_value(h, behind_type(v, rest));
}

/* The value behind the sign, in quotes or bare. */
static void
pair_value(struct hide *h, const struct pair *p)
{
	struct span s = p->rest, v;
	size_t blanks = 0;
	bool escaped;

	if (p->colon || p->apart)
		while (blanks < s.n && ascii_blank((unsigned char)s.p[blanks]))
			blanks++;
	s = span_from(s, blanks);
	escaped = s.n > 1 && s.p[0] == '\\' && is_quote(s.p[1]);
	s = span_from(s, escaped);
	if (s.n > 0 && is_quote(s.p[0])) {
		/* It closes the text in which the name stands. */
		if (blanks == 0 && p->open && !p->quoted && !escaped &&
		    s.p[0] == '"')
			return;
		v = quoted_value(span_from(s, 1), s.p[0], escaped);
		if (!is_bgp_community(p, v))
			cut_value(h, v);
	} else if (!is_bgp_community(p, bare_value(s))) {
		cut_bare(h, p, s);
	}
}

/* Authorization: Bearer X.  What authenticates stands behind the scheme. */
static void
hide_authorization(struct hide *h, const struct pair *p)
{
	static const char *const schemes[] = {"basic", "bearer", "negotiate",
	    "ntlm", "digest", "token", "apikey", NULL};
	struct span s = p->rest, scheme;
	size_t n = 0;

	while (s.n > 0 && (s.p[0] == ' ' || is_quote(s.p[0]) || s.p[0] == '\\'))
		s = span_from(s, 1);
	scheme = span_head(s, 16);
	scheme = span_word(&scheme);
	s = span_from(s, scheme.n);
	if (!hide_one_of(scheme, schemes))
		return;
	while (s.n > 0 && s.p[0] == ' ')
		s = span_from(s, 1);
	if (span_is_nocase(scheme, "digest"))
		while (n < s.n && s.p[n] != '\t')
			n++;
	else
		while (n < s.n && !ends_bare(span_from(s, n)))
			n++;
	cut_value(h, span_head(s, n));
}

/* Too short to mean it unless "=" follows at once: "PW: neighbor 192.0.2.1" is
 * a wire. */
static bool
is_short_name(const struct pair *p)
{
	static const char *const names[] = {
	    "pw", "_pw", "tok", "psk", "pass", "passcode", NULL};

	return ((!p->colon && !p->apart) || p->quoted) &&
	       hide_one_of(p->name, names);
}

static void
hide_pair(struct hide *h, size_t sign, bool open)
{
	struct pair p = {.rest = span_from(h->line, sign + 1),
	    .colon = h->line.p[sign] == ':',
	    .open = open};

	pair_name(&p, span_head(h->line, sign));
	if (p.name.n == 0)
		return;
	if (span_ends_nocase(p.name, SPAN("authorization")))
		hide_authorization(h, &p);
	else if (hide_is_name(p.name, p.quoted) || is_short_name(&p))
		pair_value(h, &p);
}

/* <name ...>X</name> */
static void
hide_element(struct hide *h, size_t from)
{
	struct span s = span_from(h->line, from), name;
	uint64_t number;
	size_t n = 0, end;

	while (n < s.n && s.p[n] != '>' && s.p[n] != '<')
		n++;
	if (n == s.n || s.p[n] != '>' || n == 0 || s.p[0] == '/' ||
	    s.p[n - 1] == '/')
		return;
	name = span_head(s, n);
	name = span_word(&name);
	s = span_from(s, n + 1);
	end = span_find_byte(s, '<');
	if (end == SPAN_NONE && s.n > 0 && ascii_space((unsigned char)s.p[0]))
		return; /* a place in a syntax: "secret <password> level" */
	s = span_head(s, end);
	/* "<password-history-count>24<" is a setting. */
	if (hide_is_name(name, true) ||
	    (span_find_nocase(name, SPAN("password")) != SPAN_NONE &&
		!span_u64(s, &number)))
		hide_cut(h, s);
}

void
hide_pairs(struct hide *h)
{
	bool open = false;

	for (size_t i = 0; i < h->line.n; i++) {
		char c = h->line.p[i];

		if (c == '"' && (i == 0 || h->line.p[i - 1] != '\\'))
			open = !open;
		else if (c == '\n')
			open = false;
		else if (c == '<')
			hide_element(h, i + 1);
		else if ((c == ':' || c == '=') && h->line.p + i >= h->pair_end)
			hide_pair(h, i, open);
	}
}
