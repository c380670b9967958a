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

/* Stands where a cell, a paragraph, an item of a list ends within a line. */
#define SEGMENT '\v'

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
				to = SEGMENT;
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
has_marks(struct span s)
{
	static const char *const marks[] = {
	    "[.]", "(.)", "[dot]", "hxxp", "[:]", "\xef\xbc\x8e"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (span_has(s, marks[i]))
			return true;
	return false;
}

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

/* ---- numbers that are no addresses ---- */

struct text {
	struct feed_read *r;
	struct arena a; /* until the line's end */
	bool defangs;	/* the author marks what is meant */
	uint64_t line;
	/* Of the segment at hand, up to the word at hand. */
	unsigned words;	   /* of prose, in the whole of it */
	bool says_address; /* in the whole of it */
	bool versions;
	struct span before; /* the word before */
	/* Hex digits at the end of a segment, that may go on in the next. */
	char hex[64];
	size_t nhex, wanted; /* wanted: digits that the label asks for, or 0 */
	uint64_t hex_line;
};

static bool
one_of(struct span word, const char *const *v, size_t n)
{
	while (word.n > 0 && !ascii_alnum((unsigned char)word.p[word.n - 1]))
		word.n--;
	for (size_t i = 0; i < n; i++)
		if (span_is_nocase(word, v[i]))
			return true;
	return false;
}
#define ONE_OF(word, list) one_of(word, list, sizeof(list) / sizeof(*(list)))

/* After them quads are releases, wherever they stand in the sentence. */
static const char *const version_words[] = {"version", "versions", "release",
    "releases", "firmware", "oid", "section", "sections", "build", "builds"};
/* Right before a quad. */
static const char *const product_words[] = {"v", "ver", "before", "prior",
    "ios", "xe", "ios-xe", "xr", "ios-xr", "nx-os", "asa", "ftd", "junos",
    "fortios", "pan-os", "openssl", "kernel", "chrome", "firefox"};
static const char *const address_words[] = {"ip", "ips", "ipv4", "address",
    "addresses", "host", "hosts", "server", "servers", "c2", "ioc", "iocs",
    "traffic", "connection", "connections"};

static bool
is_prose(struct span word)
{
	size_t n = 0;

	while (n < word.n && ascii_alpha((unsigned char)word.p[n]))
		n++;
	return n >= 3 && n + 1 >= word.n;
}

/* An address that nobody marked as one: public, and not a release or the like
 * by the words around. */
static bool
means_address(const struct text *t, const struct addr *a)
{
	if (!addr_public(a) || ONE_OF(t->before, product_words))
		return false;
	if (t->says_address)
		return true;
	return !t->versions && !(t->defangs && t->words >= 3);
}

/* ---- values ---- */

static void
value_put(
    struct text *t, struct feed_value *v, struct span plain, uint64_t line)
{
	struct feed_item x = feed_item_new();

	x.type = v->type;
	x.value = plain;
	x.line = line;
	x.below = true;
	feed_put(t->r, &x);
}

static bool
range_put(struct text *t, struct span plain)
{
	struct prefix parts[LIMIT_RANGE_PREFIXES];
	struct feed_value v = {.type = INDICATOR_ADDRESS};

	if (feed_range(plain, parts) == 0)
		return false;
	value_put(t, &v, plain, t->line);
	return true;
}

static void
word_take(struct text *t, struct span word, uint64_t line)
{
	struct feed_value v;
	struct span plain;
	bool defanged;

	if (word.n > 2 * LIMIT_INDICATOR_BYTES)
		return;
	word = bare(word);
	if (word.n < 7 || word.n > LIMIT_INDICATOR_BYTES)
		return;
	plain = feed_refang(&t->a, word);
	while (plain.n > 0 && plain.p[plain.n - 1] == '.')
		plain.n--;
	defanged = is_defanged(word, plain);
	if (defanged && range_put(t, plain))
		return;
	if (feed_value_guess(&t->a, plain, &v) != NULL ||
	    v.type == INDICATOR_ASN)
		return;
	if (!defanged && !(v.type == INDICATOR_HASH ||
			     (v.type == INDICATOR_ADDRESS &&
				 means_address(t, &v.prefix.addr)))) {
		t->r->counts->passed++;
		return;
	}
	value_put(t, &v, plain, line);
}

/* ---- hashes that a page breaks ---- */

static bool
is_hash_length(size_t n)
{
	return n == 32 || n == 40 || n == 64;
}

static void
hex_flush(struct text *t)
{
	/* It may be of another kind than the label's. */
	if (is_hash_length(t->nhex))
		word_take(t, span_of(t->hex, t->nhex), t->hex_line);
	else if (t->nhex > 0 && t->wanted > 0)
		feed_refuse(t->r, t->hex_line, 0,
		    "\"%.*s\": %zu of the %zu digits of such a hash",
		    SPAN_FMT(span_of(t->hex, t->nhex)), t->nhex, t->wanted);
	t->nhex = 0;
}

static size_t
wanted_digits(struct span segment)
{
	static const struct {
		const char *label;
		size_t digits;
	} labels[] = {{"sha256", 64}, {"sha-256", 64}, {"sha1", 40},
	    {"sha-1", 40}, {"md5", 32}};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (span_find_nocase(segment, span_str(labels[i].label)) !=
		    SPAN_NONE)
			return labels[i].digits;
	return 0;
}

/* The last word of a segment: does a hash go on behind it? */
static bool
hex_begins(struct text *t, struct span word, struct span segment)
{
	size_t wanted = wanted_digits(segment);

	if (word.n < 16 || word.n >= sizeof(t->hex) || !feed_is_hex(word) ||
	    (wanted > 0 ? word.n >= wanted : is_hash_length(word.n)))
		return false;
	memcpy(t->hex, word.p, word.n);
	t->nhex = word.n;
	t->wanted = wanted;
	t->hex_line = t->line;
	return true;
}

/* The first word of a segment behind one that ended in the middle of a hash;
 * true: it is the rest of that. */
static bool
hex_goes_on(struct text *t, struct span word, bool alone)
{
	size_t n = t->nhex + word.n;
	bool fits = n <= sizeof(t->hex) && feed_is_hex(word) &&
		    (t->wanted > 0 ? n <= t->wanted : !is_hash_length(word.n));
	bool whole = t->wanted > 0 ? n == t->wanted : is_hash_length(n);

	/* A word of prose may begin with such letters. */
	if (!fits || (!whole && !alone)) {
		hex_flush(t);
		return false;
	}
	memcpy(t->hex + t->nhex, word.p, word.n);
	t->nhex = n;
	if (whole)
		hex_flush(t);
	return true;
}

/* ---- lines ---- */

static struct span
word_next(struct span *s)
{
	size_t n = 0;
	struct span word;

	while (n < s->n && !cuts(s->p[n]))
		n++;
	word = span_head(*s, n);
	*s = span_from(*s, n + 1);
	return word;
}

static void
segment_look(struct text *t, struct span s)
{
	t->words = 0;
	t->says_address = t->versions = false;
	t->before = (struct span){0};
	while (s.n > 0) {
		struct span word = word_next(&s);

		t->words += is_prose(word);
		/* Beside one that is marked others may stand bare. */
		t->says_address |=
		    ONE_OF(word, address_words) || has_marks(word);
	}
}

static void
segment_take(struct text *t, struct span s)
{
	struct span all = s;
	bool first = true;

	segment_look(t, s);
	while (s.n > 0) {
		struct span word = word_next(&s);

		if (word.n == 0)
			continue;
		if (first && t->nhex > 0 &&
		    hex_goes_on(t, word, span_trim(s).n == 0))
			continue;
		first = false;
		if (span_trim(s).n == 0 && hex_begins(t, word, all))
			break;
		word_take(t, word, t->line);
		t->versions |= ONE_OF(word, version_words);
		t->before = word;
	}
}

/* A page's layout may put blanks around marks: "192.0.2 [.] 1". */
static struct span
without_gaps(struct arena *a, struct span s)
{
	struct span mark = SPAN("[.]");
	char *p;
	size_t n = 0;

	if (span_find(s, SPAN(" [.]")) == SPAN_NONE &&
	    span_find(s, SPAN("[.] ")) == SPAN_NONE)
		return s;
	p = arena_alloc(a, s.n + 1);
	while (s.n > 0) {
		if (!span_starts(s, mark)) {
			p[n++] = s.p[0];
			s = span_from(s, 1);
			continue;
		}
		while (n > 0 && p[n - 1] == ' ')
			n--;
		memcpy(p + n, mark.p, mark.n);
		n += mark.n;
		s = span_trim(span_from(s, mark.n));
	}
	return span_of(p, n);
}

static void
line_take(struct text *t, struct span line)
{
	line = without_gaps(&t->a, line);
	while (line.n > 0) {
		size_t n = 0;

		while (n < line.n && line.p[n] != SEGMENT && line.p[n] != '|')
			n++;
		segment_take(t, span_head(line, n));
		line = span_from(line, n + 1);
	}
}

static void
text_read(struct feed_read *r, struct span bytes)
{
	struct text t = {.r = r};
	struct span line;
	bool html =
	    span_find_nocase(span_head(bytes, LIMIT_PROBE_BYTES),
		SPAN("<html")) != SPAN_NONE ||
	    span_starts_nocase(span_trim(bytes), SPAN("<!doctype html"));

	if (html)
		bytes = html_text(&r->scratch, bytes);
	t.defangs = has_marks(bytes);
	arena_init(&t.a);
	while (span_line(&bytes, &line)) {
		t.line++;
		line_take(&t, line);
		arena_reset(&t.a);
	}
	hex_flush(&t);
	arena_release(&t.a);
	if (r->counts->loaded == 0)
		feed_refuse(r, 0, 0,
		    "the text holds no defanged name, hash or public address");
}

static unsigned
text_guess(struct span head, struct span path)
{
	struct span s = span_trim(head);

	(void)path;
	if (span_starts_nocase(s, SPAN("<!doctype html")) ||
	    span_starts_nocase(s, SPAN("<html")))
		return 60;
	return has_marks(head) ? 45 : 0;
}

const struct feed_format feed_text = {
    .name = "text",
    .title = "advisories as text or HTML",
    .guess = text_guess,
    .read = text_read,
};
