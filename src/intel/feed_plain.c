/*
 * Plain lists: a value a line, with comments; lists in the form of a hosts
 * file or of an ad blocker's rules.
 */
#include "base/limits.h"
#include "intel/feed.h"
#include "intel/feed_value.h"

/* Without a comment: # and ; at the start or behind a blank, // at the
 * start. */
static struct span
without_comment(struct span s)
{
	s = span_trim(s);
	if (span_starts(s, SPAN("//")) || span_starts(s, SPAN("!")))
		return span_head(s, 0);
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] == '#' || s.p[i] == ';') &&
		    (i == 0 || ascii_blank((unsigned char)s.p[i - 1])))
			return span_rtrim(span_head(s, i));
	return s;
}

static struct span
comment_of(struct span line, struct span value)
{
	struct span s = span_trim(line);

	s = span_from(s, value.n);
	while (s.n > 0 && strchr("#; \t", s.p[0]) != NULL)
		s = span_from(s, 1);
	return s;
}

/* ---- hosts files ---- */

/* "0.0.0.0 name name": the names behind such an address are blocked, or are
 * the host's own. */
static bool
is_sink(struct span s)
{
	static const char *const sinks[] = {
	    "0.0.0.0", "127.0.0.1", "::1", "::", "0", "255.255.255.255"};

	for (size_t i = 0; i < sizeof(sinks) / sizeof(sinks[0]); i++)
		if (span_is(s, sinks[i]))
			return true;
	return span_starts_nocase(s, SPAN("fe80:")) ||
	       span_starts_nocase(s, SPAN("ff0"));
}

static bool
is_own_name(struct span s)
{
	return !feed_is_domain(s) ||
	       span_ends_nocase(s, SPAN(".localdomain")) ||
	       span_ends_nocase(s, SPAN(".local"));
}

/* The names of such a line; false: it is none. */
static bool
hosts_line(struct span s, struct span *names)
{
	struct span first = span_word(&s);

	*names = span_trim(s);
	return is_sink(first) && names->n > 0;
}

static bool
hosts_value(struct span names)
{
	struct span name;

	while ((name = span_word(&names)).n > 0)
		if (!is_own_name(name))
			return true;
	return false;
}

static void
hosts_take(struct feed_read *r, const struct feed_item *of, struct span names)
{
	struct span name;

	while ((name = span_word(&names)).n > 0) {
		struct feed_item x = *of;

		x.value = name;
		if (is_own_name(name) || !feed_put_guess(r, &x))
			r->counts->passed++;
	}
}

/* ---- rules of ad blockers, lists of ranges ---- */

/* What such a list says beside names: sections, exceptions, what to hide. */
static bool
is_ad_rule(struct span s)
{
	return span_starts(s, SPAN("@@")) || span_has(s, "##") ||
	       span_has(s, "#@#") || span_has(s, "#?#") ||
	       (span_starts(s, SPAN("[")) && span_has(s, "Ad")) ||
	       (span_starts(s, SPAN("||")) &&
		   span_find_byte(span_head(s, span_find_byte(s, '^')), '/') !=
		       SPAN_NONE);
}

/* Octets may have zeros in front there: "203.000.113.007". */
static struct span
range_plain(struct arena *a, struct span s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool starts = n == 0 || !ascii_digit((unsigned char)p[n - 1]);

		if (ascii_blank((unsigned char)s.p[i]))
			continue;
		if (starts && s.p[i] == '0' && i + 1 < s.n &&
		    ascii_digit((unsigned char)s.p[i + 1]))
			continue;
		p[n++] = s.p[i];
	}
	return span_of(p, n);
}

/* "Some name:192.0.2.0-192.0.2.255", "192.000.002.000 - 192.000.002.255 , 100 ,
 * Some name". */
static bool
range_line(
    struct arena *a, struct span s, struct span *range, struct span *note)
{
	struct prefix parts[LIMIT_RANGE_PREFIXES];
	size_t colon = span_rfind_byte(s, ':'), comma = span_find_byte(s, ',');

	if (comma != SPAN_NONE) {
		*range = range_plain(a, span_head(s, comma));
		*note = span_trim(span_from(s, span_rfind_byte(s, ',') + 1));
		if (feed_range(*range, parts) > 0)
			return true;
	}
	if (colon == SPAN_NONE)
		return false;
	*range = range_plain(a, span_from(s, colon + 1));
	*note = span_trim(span_head(s, colon));
	return feed_range(*range, parts) > 0;
}

/* ---- Base64 ---- */

/* Datasets of Suricata hold texts in Base64 (RFC 4648, section 4), some with a
 * number behind. */
static struct span
unpacked(struct arena *a, struct span s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				     "nopqrstuvwxyz0123456789+/";
	char *p;
	size_t n = 0;
	uint32_t bits = 0;

	s = span_head(s, span_find_byte(s, ','));
	if (s.n < 8 || s.n % 4 != 0)
		return (struct span){0};
	p = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++) {
		const char *at = memchr(digits, s.p[i], 64);
		bool pad = s.p[i] == '=' && i + 2 >= s.n;

		if (at == NULL && !pad)
			return (struct span){0};
		bits = bits << 6 | (at != NULL ? (uint32_t)(at - digits) : 0);
		if (i % 4 == 3)
			for (int k = 16; k >= 0; k -= 8)
				p[n++] = (char)(bits >> k & 0xff);
	}
	n -= s.p[s.n - 1] == '=';
	n -= s.p[s.n - 2] == '=';
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] < ' ' || (unsigned char)p[i] > '~')
			return (struct span){0};
	return span_of(p, n);
}

/* ---- values ---- */

/* The value of a line without its comment; "||name^" stands for a name. */
static struct span
value_of(struct span s)
{
	struct span rest = s;

	if (span_starts(s, SPAN("||"))) {
		s = span_from(s, 2);
		return span_head(s, span_find_byte(s, '^'));
	}
	if (span_find(s, SPAN(" - ")) != SPAN_NONE)
		return s;
	if (s.n > 1 && (s.p[0] == '"' || s.p[0] == '\''))
		return span_sub(s, 1, s.n - (s.p[s.n - 1] == s.p[0]));
	s = span_word(&rest);
	if (s.n > 1 && s.p[s.n - 1] == ',')
		s.n--;
	return s;
}

/* Forms that are no value as they stand. */
static bool
odd_take(struct feed_read *r, struct feed_item *x, struct span s)
{
	struct span value, note;

	if (range_line(&r->scratch, s, &value, &note)) {
		x->value = value;
		x->note = note;
		return feed_put_guess(r, x);
	}
	x->value = unpacked(&r->scratch, s);
	if (x->value.n > 0 && feed_put_guess(r, x))
		return true;
	x->value = value_of(s);
	return false;
}

static void
plain_read(struct feed_read *r, struct span bytes)
{
	struct feed_item bare = feed_item_new(), x;
	struct span line, s, names;

	bare.below = true;
	while (span_line(&bytes, &line)) {
		bare.line++;
		bare.value = line;
		if (feed_put_bare(r, &bare))
			continue;
		x = bare;
		s = without_comment(line);
		if (s.n == 0)
			continue;
		x.note = comment_of(line, s);
		if (hosts_line(s, &names)) {
			hosts_take(r, &x, names);
			continue;
		}
		if (is_ad_rule(s)) {
			r->counts->passed++;
			continue;
		}
		x.value = value_of(s);
		if (!feed_put_guess(r, &x) && !odd_take(r, &x, s))
			feed_refuse(r, x.line, 0,
			    "\"%.*s\": no address, domain, URL, hash or "
			    "e-mail address",
			    SPAN_FMT(span_head(x.value, 80)));
	}
}

static unsigned
plain_guess(struct span head, struct span path)
{
	struct span line;
	struct arena a;
	size_t lines = 0, good = 0;

	(void)path;
	arena_init(&a);
	while (lines < 100 && span_line(&head, &line)) {
		struct span s = without_comment(line), v, names, note;
		struct feed_value out;
		struct prefix parts[LIMIT_RANGE_PREFIXES];

		if (s.n == 0)
			continue;
		lines++;
		if (hosts_line(s, &names) || is_ad_rule(s)) {
			good += hosts_line(s, &names) && hosts_value(names);
			lines -= !hosts_line(s, &names) || !hosts_value(names);
			continue;
		}
		if (range_line(&a, s, &v, &note)) {
			good++;
			continue;
		}
		v = feed_refang(&a, value_of(s));
		if (feed_value_guess(&a, v, &out) != NULL &&
		    unpacked(&a, s).n > 0)
			v = unpacked(&a, s);
		good += feed_value_guess(&a, v, &out) == NULL ||
			feed_range(v, parts) > 0;
	}
	arena_release(&a);
	return lines > 0 && good * 10 >= lines * 8 ? 70
	       : lines > 0 && good * 2 >= lines	   ? 40
						   : 0;
}

const struct feed_format feed_plain = {
    .name = "plain",
    .title = "plain list, a value a line",
    .guess = plain_guess,
    .read = plain_read,
};
