/*
 * Finds the addresses of a set in raw text, at close to memory speed: vector
 * instructions find the places where dots or colons stand as in an address,
 * a vector parse and the set's bitmap drop nearly all of them, and what
 * remains is read exactly.
 *
 * What counts as an address in text:
 *
 * - IPv4: four decimal octets, 0..255, no leading zeros.  It stands alone: no
 *   letter or digit touches it, and no dot that joins it to a further letter
 *   or digit ("1.10.0.0.1", "10.0.0.1.5" and "a.10.0.0.1" hold no 10.0.0.1;
 *   "10.0.0.1." at the end of a sentence does).
 * - IPv6: any form of RFC 4291 section 2.2, in upper or lower case.  It stands
 *   alone in the same sense; one colon before or behind it is punctuation, and
 *   a word joined by it is not part of it ("inside:2001:db8::1",
 *   "2001:db8::1: down").
 * - An IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) is its IPv4
 *   address, reported with its whole spelling.  So is an IPv6 address that
 *   holds an IPv4 address otherwise (addr_embedded), where the set has no
 *   prefix of it.  A quad that is the tail of another IPv6 address is not an
 *   address of its own.
 * - A percent escape (RFC 3986 section 2.1) or \n, \r, \t in front is no
 *   letter or digit ("%2F10.0.0.1", "%2010.0.0.1").
 */
#ifndef TIDEMARK_MATCH_ADDRFIND_H
#define TIDEMARK_MATCH_ADDRFIND_H

#include "match/addrset.h"

/* An address stands at text[offset, offset + length); id is the set's. */
typedef void addrfind_fn(void *ctx, size_t offset, size_t length, uint32_t id);

/*
 * Report every address of the sealed set in the text, in ascending order of
 * offset; they do not overlap.  The text holds whole lines: what crosses its
 * ends is not seen.  Nothing outside it is read, nothing is allocated.
 */
void addrfind_scan(
    const struct addrset *set, struct span text, addrfind_fn *fn, void *ctx);

#endif
