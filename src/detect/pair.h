/*
 * key=value in a line, as firewalls and audit daemons write it.  A value in
 * double quotes ends at the next one; any other ends before white space or a
 * comma.
 */
#ifndef TIDEMARK_DETECT_PAIR_H
#define TIDEMARK_DETECT_PAIR_H

#include "base/span.h"

/* The first value of a key in the line; false when it has none or an empty
 * one.  Keys are compared with case; a key starts at the line's start or behind
 * a byte that is no letter, digit, '_', '-' or '.'. */
bool pair_find(struct span line, struct span key, struct span *value);

#endif
