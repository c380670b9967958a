/*
 * Internet addresses and prefixes.  An IPv4 address is kept as itself; an
 * IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) becomes IPv4, so both
 * spellings compare equal.
 */
#ifndef TIDEMARK_BASE_ADDR_H
#define TIDEMARK_BASE_ADDR_H

#include "base/span.h"

struct addr {
	uint8_t family;	   /* 4, 6, or 0: none */
	uint8_t bytes[16]; /* network order; IPv4 in the first four */
};

struct prefix {
	struct addr addr; /* host bits are zero */
	uint8_t bits;	  /* 0..32 or 0..128 */
};

/* The whole span is an address: dotted quad (no leading zeros beyond one
 * digit's worth, each 0..255) or any RFC 4291 section 2.2 IPv6 form, a zone
 * (%eth0) allowed and dropped. */
bool addr_read(struct span s, struct addr *out);

/* "a.b.c.d/n", "h::/n", or a bare address (full length). */
bool prefix_read(struct span s, struct prefix *out);

/* From an address and a netmask (255.255.255.0); false for a mask with
 * holes. */
bool prefix_of_mask(struct addr a, struct addr mask, struct prefix *out);
struct prefix prefix_of(struct addr a, unsigned bits);

bool prefix_holds(const struct prefix *p, const struct addr *a);

/*
 * The IPv4 address inside an IPv6 address, where its prefix says that one is:
 * 6to4 (2002::/16, RFC 3056 section 2), the client of Teredo (2001::/32, RFC
 * 4380 section 4), NAT64 (64:ff9b::/96, RFC 6052 section 2.1; 64:ff9b:1::/96,
 * RFC 8215), IPv4-compatible (::/96, RFC 4291 section 2.5.5.1; ::/104, with ::
 * and ::1, is not).
 */
bool addr_embedded(const struct addr *a, struct addr *out);

bool addr_eq(const struct addr *a, const struct addr *b);
int addr_cmp(const struct addr *a, const struct addr *b);

/* Host order of an IPv4 address. */
uint32_t addr_v4(const struct addr *a);
struct addr addr_from_v4(uint32_t host_order);

/*
 * True for addresses that can stand for a host on the public Internet: not
 * private, loopback, link-local, multicast, shared (RFC 6598) or reserved
 * (IANA special-purpose registries, RFC 6890).  Documentation prefixes (RFC
 * 5737, RFC 3849) count as public: no device carries them, and examples and
 * sanitised evidence use them in place of public addresses.
 */
bool addr_public(const struct addr *a);

/* Canonical text (RFC 5952 for IPv6).  out has ADDR_TEXT bytes. */
#define ADDR_TEXT 48
const char *addr_write(const struct addr *a, char out[ADDR_TEXT]);

/* The same of a prefix, "a.b.c.d/n"; a single address as itself.  Returns the
 * length. */
#define PREFIX_TEXT (ADDR_TEXT + 4)
size_t prefix_write(const struct prefix *p, char out[PREFIX_TEXT]);

#endif
