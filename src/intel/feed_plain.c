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

/* "0.0.0.0 name" blocks the name. */
static struct span
hosts_line(struct span s)
{
	struct span first = span_word(&s), name = span_word(&s);

	if ((span_is(first, "0.0.0.0") || span_is(first, "127.0.0.1") ||
		span_is(first, "::1") || span_is(first, "::")) &&
	    feed_is_domain(name))
		return name;
	return (struct span){0};
}

/* The value of a line without its comment; "||name^" stands for a name. */
static struct span
value_of(struct span s)
{
	struct span name = hosts_line(s), rest = s;

	if (name.n > 0)
		return name;
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

static void
plain_read(struct feed_read *r, struct span bytes)
{
	struct feed_item bare = feed_item_new(), x;
	struct span line, s;

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
		x.value = value_of(s);
		x.note = comment_of(line, s);
		if (!feed_put_guess(r, &x))
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
		struct span s = without_comment(line), v;
		struct feed_value out;
		struct prefix parts[LIMIT_RANGE_PREFIXES];

		if (s.n == 0)
			continue;
		lines++;
		v = feed_refang(&a, value_of(s));
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
