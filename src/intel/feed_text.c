/*
 * Advisories as text, Markdown or HTML.  Prose is full of names and numbers
 * that are no indicators, so only what an author marks is taken: defanged
 * domains, URLs and e-mail addresses; hashes; addresses that are defanged, or
 * public and not part of a longer number.  Everything else is passed over, and
 * counted where it looks like a name.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "intel/feed.h"
#include "intel/feed_value.h"

/* ---- HTML ---- */

static const struct {
	const char *name;
	char to;
} entities[] = {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'},
    {"nbsp;", ' '}, {"apos;", '\''}, {"#46;", '.'}, {"#x2e;", '.'},
    {"period;", '.'}, {"lbrack;", '['}, {"rbrack;", ']'}, {"lsqb;", '['},
    {"rsqb;", ']'}, {"#91;", '['}, {"#93;", ']'}, {"#58;", ':'},
    {"colon;", ':'}, {"#47;", '/'}, {"sol;", '/'}, {"commat;", '@'},
    {"#64;", '@'}, {"#39;", '\''}};

/* Bytes of the entity at the start of s ('&'), its byte; 0: none. */
static size_t
entity_at(struct span s, char *to)
{
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		if (span_starts_nocase(
			span_from(s, 1), span_str(entities[i].name))) {
			*to = entities[i].to;
			return 1 + strlen(entities[i].name);
		}
	return 0;
}

/* Bytes of the tag at the start of s; a script or style with what is in
 * it. */
static size_t
tag_length(struct span s)
{
	static const char *const whole[] = {"script", "style"};
	size_t end = span_find_byte(s, '>');

	if (end == SPAN_NONE)
		return s.n;
	if (span_starts(s, SPAN("<!--"))) {
		end = span_find(s, SPAN("-->"));
		return end == SPAN_NONE ? s.n : end + 3;
	}
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		struct span name = span_str(whole[i]), close;
		char text[16] = "</";
		size_t at;

		if (!span_starts_nocase(span_from(s, 1), name) ||
		    ascii_alnum((unsigned char)span_from(s, 1).p[name.n]))
			continue;
		memcpy(text + 2, whole[i], name.n + 1);
		close = span_str(text);
		at = span_find_nocase(s, close);
		return at == SPAN_NONE ? s.n : at;
	}
	return end + 1;
}

/* Does the tag stand inside words, as <b> does? */
static bool
inline_tag(struct span tag)
{
	static const char *const names[] = {"b", "i", "em", "strong", "span",
	    "a", "code", "u", "wbr", "font", "mark", "small", "sub", "sup"};
	struct span s = span_from(tag, 1);
	size_t n = 0;

	if (s.n > 0 && s.p[0] == '/')
		s = span_from(s, 1);
	while (n < s.n && ascii_alnum((unsigned char)s.p[n]))
		n++;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is_nocase(span_head(s, n), names[i]))
			return true;
	return false;
}

/* The text without its markup; lines stay lines. */
static struct span
html_text(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	while (s.n > 0) {
		size_t took = 0;
		char to = 0;

		if (s.p[0] == '<') {
			took = tag_length(s);
			if (!inline_tag(span_head(s, took)))
				to = ' ';
			for (size_t i = 0; i < took; i++)
				if (s.p[i] == '\n')
					p[n++] = '\n';
			if (to != 0 && (n == 0 || p[n - 1] != '\n'))
				p[n++] = to;
			s = span_from(s, took);
			continue;
		}
		if (s.p[0] == '&')
			took = entity_at(s, &to);
		p[n++] = took > 0 ? to : s.p[0];
		s = span_from(s, took > 0 ? took : 1);
	}
	return span_of(p, n);
}

/* ---- words ---- */

static bool
cuts(char c)
{
	return ascii_space((unsigned char)c) ||
	       (c != 0 && strchr("<>\"'`,;|\\*", c) != NULL);
}

/* Without marks of punctuation around; a bracket stays when its fellow is in
 * the word. */
static struct span
bare(struct span s)
{
	while (s.n > 0 && strchr("(\xe2-=", s.p[0]) != NULL)
		s = span_from(s, 1);
	while (s.n > 0 && (strchr(".:!?=", s.p[s.n - 1]) != NULL ||
			      (s.p[s.n - 1] == ')' &&
				  span_find_byte(s, '(') == SPAN_NONE)))
		s.n--;
	if (s.n > 1 && s.p[0] == '[' &&
	    span_find_byte(span_from(s, 1), '[') == SPAN_NONE &&
	    s.p[s.n - 1] == ']')
		s = span_sub(s, 1, s.n - 1);
	return s;
}

static bool
is_defanged(struct span word, struct span plain)
{
	return word.n != plain.n || memcmp(word.p, plain.p, plain.n) != 0;
}

static void
word_take(struct feed_read *r, struct arena *a, struct span word, uint64_t line)
{
	struct feed_item x = feed_item_new();
	struct feed_value v;
	struct span plain;

	if (word.n > 2 * LIMIT_INDICATOR_BYTES)
		return;
	word = bare(word);
	if (word.n < 7 || word.n > LIMIT_INDICATOR_BYTES)
		return;
	plain = feed_refang(a, word);
	while (plain.n > 0 && plain.p[plain.n - 1] == '.')
		plain.n--;
	if (feed_value_guess(a, plain, &v) != NULL || v.type == INDICATOR_ASN)
		return;
	if (!is_defanged(word, plain) &&
	    !(v.type == INDICATOR_HASH ||
		(v.type == INDICATOR_ADDRESS && addr_public(&v.prefix.addr)))) {
		r->counts->passed++;
		return;
	}
	x.type = v.type;
	x.value = plain;
	x.line = line;
	x.below = true;
	feed_put(r, &x);
}

static void
text_read(struct feed_read *r, struct span bytes)
{
	struct span line;
	uint64_t number = 0;
	bool html =
	    span_find_nocase(span_head(bytes, LIMIT_PROBE_BYTES),
		SPAN("<html")) != SPAN_NONE ||
	    span_starts_nocase(span_trim(bytes), SPAN("<!doctype html"));
	struct arena a;

	if (html)
		bytes = html_text(&r->scratch, bytes);
	arena_init(&a);
	while (span_line(&bytes, &line)) {
		number++;
		while (line.n > 0) {
			size_t n = 0;

			while (n < line.n && !cuts(line.p[n]))
				n++;
			word_take(r, &a, span_head(line, n), number);
			line = span_from(line, n + 1);
		}
		arena_reset(&a);
	}
	arena_release(&a);
	if (r->counts->loaded == 0)
		feed_refuse(r, 0, 0,
		    "the text holds no defanged name, hash or public address");
}

static unsigned
text_guess(struct span head, struct span path)
{
	static const char *const marks[] = {
	    "[.]", "(.)", "[dot]", "hxxp", "[:]", "\xef\xbc\x8e"};
	struct span s = span_trim(head);

	(void)path;
	if (span_starts_nocase(s, SPAN("<!doctype html")) ||
	    span_starts_nocase(s, SPAN("<html")))
		return 60;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (span_has(head, marks[i]))
			return 45;
	return 0;
}

const struct feed_format feed_text = {
    .name = "text",
    .title = "advisories as text or HTML",
    .guess = text_guess,
    .read = text_read,
};
