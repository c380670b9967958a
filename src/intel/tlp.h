/*
 * Words of the Traffic Light Protocol and the identifiers that STIX 2.1 gives
 * their marking definitions (section 7.2.1.4), which producers refer to without
 * sending them.
 */
#ifndef TIDEMARK_INTEL_TLP_H
#define TIDEMARK_INTEL_TLP_H

#include "base/span.h"

/* "marking-definition--..." of "amber"; NULL: no such word.  There is none of
 * amber+strict: red is the next stricter one. */
const char *tlp_marking(struct span word);

/* The word of an identifier; empty: it is none of these. */
struct span tlp_word(struct span marking);

#endif
