/*
 * Text in UTF-16 (RFC 2781), as Windows tools write it: a byte order mark, then
 * units of two bytes.
 */
#ifndef TIDEMARK_BASE_UTF16_H
#define TIDEMARK_BASE_UTF16_H

#include "base/arena.h"

/* It begins with a byte order mark of UTF-16, and not of UTF-32. */
bool utf16_marked(struct span s);

/* Marked text as UTF-8, without the mark, in the arena.  What is no character
 * becomes U+FFFD; a last single byte is dropped. */
struct span utf16_read(struct arena *a, struct span s);

#endif
