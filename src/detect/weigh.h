/*
 * What a feed's indicator weighs in a record.  detect/role.h says what the
 * value did there; a feed's own confidence is the ceiling of it, and the words
 * say what is known of the traffic.
 */
#ifndef TIDEMARK_DETECT_WEIGH_H
#define TIDEMARK_DETECT_WEIGH_H

#include "detect/lookup.h"
#include "detect/role.h"

/* Does the value stand where its type counts?  A user name is one only where
 * the record names the user. */
bool weigh_counts(const struct record *r, const struct indicator *x);

/* Role, ceiling and words.  below: a name below the domain was met.  false:
 * the rest of the indicator's pattern is contradicted by the record. */
bool weigh(const struct record *r, const struct indicator *x, bool below,
    struct arena *a, struct role *out);

#endif
