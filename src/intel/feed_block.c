/*
 * Block lists as network tools take them: filters of nfdump ("or ip
 * 192.0.2.1"), access lists of Cisco IOS ("deny ip host 192.0.2.1 any"), prefix
 * lists of Junos ("set policy-options prefix-list NAME 192.0.2.0/24").  What an
 * entry permits, and every other line, is passed over.
 */
#include "base/limits.h"
#include "intel/feed.h"

#define WORDS 8

struct words {
	struct span v[WORDS];
	size_t n;
};

static void
words_cut(struct words *w, struct span line)
{
	struct span s;

	w->n = 0;
	while (w->n < WORDS && (s = span_word(&line)).n > 0)
		w->v[w->n++] = s;
}

static bool
word_is(const struct words *w, size_t i, const char *text)
{
	return i < w->n && span_is_nocase(w->v[i], text);
}

/* "ip ADDRESS", "net PREFIX", with "src", "dst", "host", "or" in front. */
static bool
nfdump_line(const struct words *w, struct span *out)
{
	size_t i = 0;

	while (word_is(w, i, "or") || word_is(w, i, "src") ||
	       word_is(w, i, "dst") || word_is(w, i, "("))
		i++;
	if (!word_is(w, i, "ip") && !word_is(w, i, "net") &&
	    !word_is(w, i, "host"))
		return false;
	if (i + 1 >= w->n || (i + 2 < w->n && !word_is(w, i + 2, ")")))
		return false;
	*out = w->v[i + 1];
	return true;
}

/* An address with a wildcard mask as a prefix. */
static bool
with_wildcard(
    struct feed_read *r, struct span addr, struct span mask, struct span *out)
{
	struct addr a, m;
	struct prefix p;
	char text[ADDR_TEXT];

	if (!addr_read(addr, &a) || !addr_read(mask, &m) || a.family != 4 ||
	    m.family != 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		m.bytes[i] = (uint8_t)~m.bytes[i];
	if (!prefix_of_mask(a, m, &p))
		return false;
	*out =
	    arena_fmt(&r->scratch, "%s/%u", addr_write(&p.addr, text), p.bits);
	return true;
}

/* One end of an entry at word i: "host A", "A WILDCARD", "A/N"; "any" names
 * nobody. */
static bool
cisco_end_of(struct feed_read *r, const struct words *w, size_t i,
    struct span *out, size_t *next)
{
	struct prefix p;

	*next = i + 2;
	if (i >= w->n || word_is(w, i, "any"))
		return false;
	if (word_is(w, i, "host") && i + 1 < w->n) {
		*out = w->v[i + 1];
		return true;
	}
	if (span_find_byte(w->v[i], '/') != SPAN_NONE &&
	    prefix_read(w->v[i], &p)) {
		*next = i + 1;
		*out = w->v[i];
		return true;
	}
	if (i + 1 < w->n && with_wildcard(r, w->v[i], w->v[i + 1], out))
		return true;
	*out = w->v[i];
	return i + 1 == w->n;
}

static bool
cisco_line(struct feed_read *r, const struct words *w, struct span *out)
{
	size_t i = 0, next;

	while (i < w->n && i < 3 && !word_is(w, i, "deny"))
		i++;
	if (!word_is(w, i, "deny"))
		return false;
	/* "deny ip ..." of an extended list, "deny A" of a standard one. */
	i++;
	if (word_is(w, i, "ip") || word_is(w, i, "ipv6") ||
	    word_is(w, i, "tcp") || word_is(w, i, "udp"))
		i++;
	if (cisco_end_of(r, w, i, out, &next))
		return true;
	return word_is(w, i, "any") && cisco_end_of(r, w, i + 1, out, &next);
}

static bool
junos_line(const struct words *w, struct span *out)
{
	if (!word_is(w, 0, "set") || !word_is(w, 1, "policy-options") ||
	    !word_is(w, 2, "prefix-list") || w->n != 5)
		return false;
	*out = w->v[4];
	return true;
}

static bool
block_line(struct feed_read *r, struct span line, struct span *out)
{
	struct words w;
	struct prefix p;

	words_cut(&w, line);
	return (nfdump_line(&w, out) || cisco_line(r, &w, out) ||
		   junos_line(&w, out)) &&
	       prefix_read(*out, &p);
}

/* An entry that blocks somebody, in a way that is not read here: a wildcard
 * mask with holes, a group of objects. */
static bool
block_lost(struct span line)
{
	struct words w;
	struct addr a;
	bool denies = false;

	words_cut(&w, line);
	for (size_t i = 0; i < w.n; i++) {
		denies = denies || word_is(&w, i, "deny");
		if (denies &&
		    (addr_read(w.v[i], &a) || word_is(&w, i, "object-group")))
			return true;
	}
	return false;
}

static void
block_read(struct feed_read *r, struct span bytes)
{
	struct span line, value;
	uint64_t number = 0;

	while (span_line(&bytes, &line)) {
		struct feed_item x = feed_item_new();

		number++;
		if (block_line(r, line, &value)) {
			x.line = number;
			x.type = INDICATOR_ADDRESS;
			x.value = value;
			feed_put(r, &x);
		} else if (block_lost(line)) {
			feed_refuse(r, number, 0,
			    "\"%.*s\": whom this entry blocks is no prefix",
			    SPAN_FMT(span_head(span_trim(line), 80)));
		} else {
			r->counts->passed += span_trim(line).n > 0;
		}
	}
}

static unsigned
block_guess(struct span head, struct span path)
{
	struct feed_read r = {0};
	struct span line, value;
	size_t lines = 0, good = 0;

	(void)path;
	arena_init(&r.scratch);
	while (lines < 100 && span_line(&head, &line)) {
		lines += span_trim(line).n > 0;
		good += block_line(&r, line, &value);
	}
	arena_release(&r.scratch);
	/* What joins a short list to an interface takes some lines too. */
	return good > 0 && good * 4 >= lines ? 85 : 0;
}

const struct feed_format feed_block = {
    .name = "block-list",
    .title = "nfdump filters and access lists that block",
    .guess = block_guess,
    .read = block_read,
};
