#include "read/config/cisco_ios_facts.h"

/* family, bits, address */
struct own_key {
	char bytes[18];
};

static struct span
own_key(struct own_key *k, const struct addr *a, unsigned bits)
{
	struct prefix p = prefix_of(*a, bits);

	k->bytes[0] = (char)a->family;
	k->bytes[1] = (char)bits;
	memcpy(k->bytes + 2, p.addr.bytes, 16);
	return span_of(k->bytes, a->family == 4 ? 6 : 18);
}

void
scope_init(struct ios_scope *s, struct arena *a)
{
	*s = (struct ios_scope){0};
	map_init(&s->own, a);
}

void
scope_add(struct ios_scope *s, const struct prefix *p)
{
	struct own_key k;

	if (p->bits == 0 || p->addr.family == 0)
		return;
	map_add(&s->own, own_key(&k, &p->addr, p->bits), 0);
	if (p->addr.family == 4)
		s->lengths4 |= 1ull << p->bits;
	else
		s->lengths6[p->bits / 64] |= 1ull << p->bits % 64;
}

static bool
length_present(const struct ios_scope *s, unsigned family, unsigned bits)
{
	uint64_t set = family == 4 ? s->lengths4 : s->lengths6[bits / 64];

	return set >> bits % 64 & 1;
}

static bool
is_own(const struct ios_scope *s, const struct prefix *p)
{
	struct own_key k;

	for (unsigned bits = p->bits; bits > 0; bits--)
		if (length_present(s, p->addr.family, bits) &&
		    map_get(&s->own, own_key(&k, &p->addr, bits)) != MAP_NONE)
			return true;
	return false;
}

const char *
scope_of(const struct ios_scope *s, const struct prefix *p)
{
	if (p->bits == 0)
		return "any";
	if (is_own(s, p))
		return "own";
	/* A block wider than any special one holds public addresses. */
	if (p->addr.family == 4 && p->bits < 8 &&
	    !(p->bits >= 4 && addr_v4(&p->addr) >= 0xe0000000u))
		return "public";
	return addr_public(&p->addr) ? "public" : "private";
}

const char *
scope_of_text(const struct ios_scope *s, struct span addr)
{
	struct addr a;
	struct prefix p;

	if (!addr_read(addr, &a))
		return NULL;
	p = prefix_of(a, 128);
	return scope_of(s, &p);
}

bool
prefix_of_wildcard(struct addr a, struct addr wild, struct prefix *out)
{
	if (a.family != 4 || wild.family != 4)
		return false;
	for (unsigned i = 0; i < 4; i++)
		wild.bytes[i] = (uint8_t)~wild.bytes[i];
	return prefix_of_mask(a, wild, out);
}

bool
prefix_of_words(struct span addr, struct span mask, struct prefix *out)
{
	struct addr a, m;

	return addr_read(addr, &a) && addr_read(mask, &m) &&
	       prefix_of_mask(a, m, out);
}

static size_t
put_decimal(char *out, unsigned v)
{
	size_t n = v >= 100 ? 3 : v >= 10 ? 2 : 1;

	for (size_t i = n; i > 0; i--, v /= 10)
		out[i - 1] = (char)('0' + v % 10);
	return n;
}

/* IPv4 is written by hand: long access lists and route tables are made of
 * these. */
struct span
prefix_text(struct arena *a, const struct prefix *p)
{
	char text[ADDR_TEXT];
	size_t n = 0;

	if (p->addr.family != 4)
		return arena_fmt(
		    a, "%s/%u", addr_write(&p->addr, text), p->bits);
	for (unsigned i = 0; i < 4; i++) {
		n += put_decimal(text + n, p->addr.bytes[i]);
		text[n++] = i < 3 ? '.' : '/';
	}
	n += put_decimal(text + n, p->bits);
	return arena_copy(a, span_of(text, n));
}
