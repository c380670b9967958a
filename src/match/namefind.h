/*
 * Finds the names of a set in raw text.
 *
 * A name stands alone: no letter, digit, '-' or '_' touches it, no dot joins
 * it to a further word ("notevil.example", "evil.example.net" and
 * "x.evil.example" hold no evil.example; "evil.example." at the end of a
 * sentence does).  With NAME_BELOW a word joined in front counts too.  A
 * percent escape (RFC 3986 section 2.1) or \n, \r, \t in front is no part of
 * a word.  A hash of 32, 40 or 64 hex digits stands between bytes that are no
 * letter or digit.
 */
#ifndef TIDEMARK_MATCH_NAMEFIND_H
#define TIDEMARK_MATCH_NAMEFIND_H

#include "match/nameset.h"

/* A name stands at text[offset, offset + length); below: it was joined in
 * front by a dot (NAME_BELOW), offset is that of the name itself. */
typedef void namefind_fn(
    void *ctx, size_t offset, size_t length, uint32_t id, bool below);

/*
 * Report every name of the sealed set, in ascending order of the last byte of
 * a word.  The text holds whole lines: what crosses its ends is not seen.
 * Nothing outside it is read, nothing is allocated.
 */
void namefind_scan(
    const struct nameset *set, struct span text, namefind_fn *fn, void *ctx);

#endif
