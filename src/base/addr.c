#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool
v4_read(struct span s, uint8_t out[4])
{
	for (int i = 0; i < 4; i++) {
		unsigned v = 0;
		size_t n = 0;

		while (n < s.n && n < 4 && ascii_digit((unsigned char)s.p[n]))
			v = v * 10 + (unsigned)(s.p[n++] - '0');
		if (n == 0 || n > 3 || v > 255 || (n > 1 && s.p[0] == '0'))
			return false;
		out[i] = (uint8_t)v;
		s = span_from(s, n);
		if (i < 3) {
			if (s.n == 0 || s.p[0] != '.')
				return false;
			s = span_from(s, 1);
		}
	}
	return s.n == 0;
}

bool
addr_read(struct span s, struct addr *out)
{
	struct addr a = {0};
	char text[64];
	size_t zone;

	if (s.n >= 7 && s.n <= 15 && v4_read(s, a.bytes)) {
		a.family = 4;
		*out = a;
		return true;
	}
	zone = span_find_byte(s, '%');
	if (zone != SPAN_NONE)
		s = span_head(s, zone);
	if (s.n < 2 || s.n >= sizeof(text) ||
	    span_find_byte(s, ':') == SPAN_NONE)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (strlen(text) != s.n || inet_pton(AF_INET6, text, a.bytes) != 1)
		return false;
	a.family = 6;
	static const uint8_t mapped[12] = {
	    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	if (memcmp(a.bytes, mapped, 12) == 0) {
		memmove(a.bytes, a.bytes + 12, 4);
		memset(a.bytes + 4, 0, 12);
		a.family = 4;
	}
	*out = a;
	return true;
}

struct prefix
prefix_of(struct addr a, unsigned bits)
{
	unsigned size = a.family == 4 ? 32 : 128;
	struct prefix p = {a, (uint8_t)(bits < size ? bits : size)};

	for (unsigned i = 0; i < size / 8; i++) {
		unsigned from = i * 8;

		if (p.bits >= from + 8)
			continue;
		unsigned keep = p.bits > from ? p.bits - from : 0;
		p.addr.bytes[i] &= (uint8_t)(0xff00u >> keep);
	}
	return p;
}

bool
addr_embedded(const struct addr *a, struct addr *out)
{
	static const struct {
		uint8_t bytes[12];
		uint8_t n, at; /* bytes of the prefix, where IPv4 begins */
		uint8_t mask;  /* of its bytes */
	} forms[] = {
	    {{0x20, 0x02}, 2, 2, 0},
	    {{0x20, 0x01}, 4, 12, 0xff},
	    {{0, 0x64, 0xff, 0x9b}, 12, 12, 0},
	    {{0, 0x64, 0xff, 0x9b, 0, 1}, 12, 12, 0},
	    {{0}, 12, 12, 0},
	};
	struct addr b = {.family = 4};

	for (size_t i = 0; a->family == 6 && i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (memcmp(a->bytes, forms[i].bytes, forms[i].n) != 0)
			continue;
		for (size_t k = 0; k < 4; k++)
			b.bytes[k] = a->bytes[forms[i].at + k] ^ forms[i].mask;
		if (b.bytes[0] == 0)
			return false;
		*out = b;
		return true;
	}
	return false;
}

/* The length of a prefix of IPv4 in its mapped form counts from the left of
 * all 128 bits. */
static bool
bits_read(struct span s, const struct addr *a, bool mapped, uint64_t *out)
{
	uint64_t bits;

	if (!span_u64(s, &bits) || (mapped && bits < 96))
		return false;
	*out = mapped ? bits - 96 : bits;
	return *out <= (a->family == 4 ? 32u : 128u);
}

bool
prefix_read(struct span s, struct prefix *out)
{
	size_t slash = span_find_byte(s, '/');
	struct addr a;
	uint64_t bits = 128;

	if (!addr_read(span_head(s, slash), &a))
		return false;
	if (slash != SPAN_NONE &&
	    !bits_read(span_from(s, slash + 1), &a,
		a.family == 4 && span_find_byte(s, ':') != SPAN_NONE, &bits))
		return false;
	*out = prefix_of(a, (unsigned)bits);
	return true;
}

bool
prefix_of_mask(struct addr a, struct addr mask, struct prefix *out)
{
	uint32_t m = addr_v4(&mask), holes = ~m;

	if (a.family != 4 || mask.family != 4 || (holes & (holes + 1)) != 0)
		return false;
	*out = prefix_of(a, m == 0 ? 0 : 32u - (unsigned)__builtin_popcount(holes));
	return true;
}

bool
prefix_holds(const struct prefix *p, const struct addr *a)
{
	if (p->addr.family != a->family || a->family == 0)
		return false;
	struct prefix q = prefix_of(*a, p->bits);

	return memcmp(q.addr.bytes, p->addr.bytes, 16) == 0;
}

bool
addr_eq(const struct addr *a, const struct addr *b)
{
	return addr_cmp(a, b) == 0;
}

int
addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, 16);
}

uint32_t
addr_v4(const struct addr *a)
{
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
	    (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

struct addr
addr_from_v4(uint32_t v)
{
	return (struct addr){.family = 4,
	    .bytes = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
		(uint8_t)(v >> 8), (uint8_t)v}};
}

bool
addr_public(const struct addr *a)
{
	static const struct {
		uint32_t net;
		uint8_t bits;
	} special[] = {{0x00000000, 8}, {0x0a000000, 8}, {0x64400000, 10},
	    {0x7f000000, 8}, {0xa9fe0000, 16}, {0xac100000, 12},
	    {0xc0000000, 24}, {0xc0586300, 24}, {0xc0a80000, 16},
	    {0xc6120000, 15}, {0xe0000000, 3}};

	if (a->family == 6) {
		/* 2000::/3 is what IANA hands out; within it 2001::/23 is
		 * special. */
		if ((a->bytes[0] & 0xe0) != 0x20)
			return false;
		if (a->bytes[0] == 0x20 && a->bytes[1] == 0x01)
			return (a->bytes[2] & 0xfe) != 0;
		return true;
	}
	if (a->family != 4)
		return false;
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if ((addr_v4(a) ^ special[i].net) >> (32 - special[i].bits) ==
		    0)
			return false;
	return true;
}

/* Decimal, 0..255; returns how many digits. */
static size_t
byte_write(unsigned v, char *out)
{
	size_t n = 0;

	if (v >= 100)
		out[n++] = (char)('0' + v / 100);
	if (v >= 10)
		out[n++] = (char)('0' + v / 10 % 10);
	out[n++] = (char)('0' + v % 10);
	return n;
}

static size_t
text_write(const struct addr *a, char out[ADDR_TEXT])
{
	size_t n = 0;

	out[0] = '\0';
	if (a->family == 6) {
		inet_ntop(AF_INET6, a->bytes, out, ADDR_TEXT);
		return strlen(out);
	}
	if (a->family != 4)
		return 0;
	for (int i = 0; i < 4; i++) {
		if (i > 0)
			out[n++] = '.';
		n += byte_write(a->bytes[i], out + n);
	}
	out[n] = '\0';
	return n;
}

const char *
addr_write(const struct addr *a, char out[ADDR_TEXT])
{
	text_write(a, out);
	return out;
}

size_t
prefix_write(const struct prefix *p, char out[PREFIX_TEXT])
{
	size_t n = text_write(&p->addr, out);

	if (p->bits < (p->addr.family == 4 ? 32 : 128)) {
		out[n++] = '/';
		n += byte_write(p->bits, out + n);
		out[n] = '\0';
	}
	return n;
}
