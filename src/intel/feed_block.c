/*
 * Block lists as network tools take them: filters of nfdump ("or ip
 * 192.0.2.1"), access lists of Cisco IOS ("deny ip host 192.0.2.1 any") and
 * routes to nowhere, prefix lists of Junos ("set policy-options prefix-list
 * NAME 192.0.2.0/24"), sets of ipset and nftables, rules of iptables that drop,
 * names that dnsmasq, Unbound and response policy zones keep from being
 * resolved.  What an entry permits, and every other line, is passed over.
 */
#include "base/limits.h"
#include "intel/feed.h"
#include "intel/feed_value.h"

#define WORDS 16

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

/* "ip route ADDRESS MASK Null0". */
static bool
null_route(struct feed_read *r, const struct words *w, struct span *out)
{
	struct addr a, m;
	struct prefix p;
	char text[PREFIX_TEXT];

	if (!word_is(w, 0, "ip") || !word_is(w, 1, "route") ||
	    !word_is(w, 4, "Null0") || !addr_read(w->v[2], &a) ||
	    !addr_read(w->v[3], &m) || !prefix_of_mask(a, m, &p))
		return false;
	*out = arena_copy(&r->scratch, span_of(text, prefix_write(&p, text)));
	return true;
}

/* "add SET VALUE ..." */
static bool
ipset_line(const struct words *w, struct span *out)
{
	if (!word_is(w, 0, "add") || w->n < 3)
		return false;
	*out = w->v[2];
	return true;
}

/* "-A CHAIN -s VALUE -j DROP" */
static bool
iptables_line(const struct words *w, struct span *out)
{
	bool drops = false, found = false;

	if (!word_is(w, 0, "-A") && !word_is(w, 0, "-I"))
		return false;
	for (size_t i = 1; i + 1 < w->n; i++) {
		drops |=
		    word_is(w, i, "-j") &&
		    (word_is(w, i + 1, "DROP") || word_is(w, i + 1, "REJECT"));
		if (found || word_is(w, i - 1, "!") ||
		    (!word_is(w, i, "-s") && !word_is(w, i, "-d")))
			continue;
		*out = w->v[i + 1];
		found = true;
	}
	return drops && found;
}

static bool
address_line(struct feed_read *r, const struct words *w, struct span *out)
{
	struct prefix p, parts[LIMIT_RANGE_PREFIXES];

	return (nfdump_line(w, out) || cisco_line(r, w, out) ||
		   null_route(r, w, out) || junos_line(w, out) ||
		   ipset_line(w, out) || iptables_line(w, out)) &&
	       (prefix_read(*out, &p) || feed_range(*out, parts) > 0);
}

/* ---- names ---- */

/* "address=/NAME/0.0.0.0", "server=/NAME/" */
static bool
dnsmasq_line(struct span line, struct span *out)
{
	line = span_trim(line);
	if (!span_starts(line, SPAN("address=/")) &&
	    !span_starts(line, SPAN("server=/")) &&
	    !span_starts(line, SPAN("local=/")))
		return false;
	(void)span_until(&line, '/');
	*out = span_until(&line, '/');
	/* One that is asked elsewhere is not blocked. */
	return line.n == 0 || span_is(line, "0.0.0.0") || span_is(line, "::") ||
	       span_is(line, "127.0.0.1") || span_is(line, "#");
}

/* local-zone: "NAME" always_nxdomain */
static bool
unbound_line(const struct words *w, struct span *out)
{
	if (!word_is(w, 0, "local-zone:") || w->n < 3 ||
	    word_is(w, 2, "transparent"))
		return false;
	*out = w->v[1];
	if (out->n > 2 && out->p[0] == '"')
		*out = span_sub(*out, 1, out->n - 1);
	return true;
}

/* "NAME CNAME .", with a time and a class between. */
static bool
zone_line(const struct words *w, struct span *out)
{
	size_t i = 1;

	while (i < 4 && i < w->n && !word_is(w, i, "CNAME"))
		i++;
	if (w->n != i + 2 || !word_is(w, i, "CNAME") ||
	    !(word_is(w, i + 1, ".") || word_is(w, i + 1, "*.") ||
		word_is(w, i + 1, "rpz-drop.")))
		return false;
	*out = w->v[0];
	return true;
}

/* "32.1.2.0.192.rpz-ip" is 192.0.2.1/32. */
static bool
zone_address(struct feed_read *r, struct span name, struct span *out)
{
	struct span parts[5], rest = name;
	size_t n = 0;
	struct prefix p;

	if (!span_ends(name, SPAN(".rpz-ip")))
		return false;
	rest.n -= strlen(".rpz-ip");
	while (n < 5 && rest.n > 0)
		parts[n++] = span_until(&rest, '.');
	if (n != 5 || rest.n > 0)
		return false;
	*out = arena_fmt(&r->scratch, "%.*s.%.*s.%.*s.%.*s/%.*s",
	    SPAN_FMT(parts[4]), SPAN_FMT(parts[3]), SPAN_FMT(parts[2]),
	    SPAN_FMT(parts[1]), SPAN_FMT(parts[0]));
	return prefix_read(*out, &p);
}

static bool
name_line(struct span line, const struct words *w, struct span *out)
{
	return dnsmasq_line(line, out) || unbound_line(w, out) ||
	       zone_line(w, out);
}

/* The indicator that a line blocks; its type and value are filled in. */
static bool
block_line(struct feed_read *r, struct span line, struct feed_item *x)
{
	struct words w;
	struct span name;

	words_cut(&w, line);
	x->type = INDICATOR_ADDRESS;
	if (address_line(r, &w, &x->value))
		return true;
	if (!name_line(line, &w, &name))
		return false;
	if (zone_address(r, name, &x->value))
		return true;
	x->below = !zone_line(&w, &name) || span_starts(name, SPAN("*."));
	while (span_ends(name, SPAN(".")))
		name.n--;
	x->type = INDICATOR_DOMAIN;
	x->value = name;
	name = span_from(name, span_starts(name, SPAN("*.")) ? 2 : 0);
	return feed_is_domain(name);
}

/* ---- sets of nftables ---- */

struct nft {
	bool in; /* between the braces of a set's elements */
};

/* "elements = { A, B," and what follows, up to the brace. */
static bool
nft_line(struct feed_read *r, struct nft *n, struct span line, uint64_t number,
    size_t *found)
{
	size_t open = span_find_byte(line, '{');
	struct span s = line;

	if (!n->in) {
		if (open == SPAN_NONE ||
		    !span_has(span_head(line, open), "elements"))
			return false;
		n->in = true;
		s = span_from(line, open + 1);
	}
	if (span_find_byte(s, '}') != SPAN_NONE) {
		n->in = false;
		s = span_head(s, span_find_byte(s, '}'));
	}
	while (s.n > 0) {
		struct span item = span_until(&s, ',');
		struct feed_item x = feed_item_new();

		x.value = span_word(&item);
		x.line = number;
		x.type = INDICATOR_ADDRESS;
		if (x.value.n == 0)
			continue;
		++*found;
		if (r->counts != NULL)
			feed_put(r, &x);
	}
	return true;
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
	struct span line;
	struct nft nft = {false};
	uint64_t number = 0;
	size_t found = 0;

	while (span_line(&bytes, &line)) {
		struct feed_item x = feed_item_new();

		number++;
		if (nft_line(r, &nft, line, number, &found))
			continue;
		if (block_line(r, line, &x)) {
			x.line = number;
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
	struct nft nft = {false};
	struct span line;
	size_t lines = 0, good = 0;

	(void)path;
	arena_init(&r.scratch);
	while (lines < 100 && span_line(&head, &line)) {
		struct feed_item x = feed_item_new();

		lines += span_trim(line).n > 0;
		if (!nft_line(&r, &nft, line, 0, &good))
			good += block_line(&r, line, &x);
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
