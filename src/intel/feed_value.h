/*
 * Values of indicators in one form, whatever a feed writes: defanged,
 * full-width, in capitals, with a scheme, with colons in a hash.
 */
#ifndef TIDEMARK_INTEL_FEED_VALUE_H
#define TIDEMARK_INTEL_FEED_VALUE_H

#include "intel/indicator.h"

struct feed_value {
	enum indicator_type type;
	struct prefix prefix; /* ADDRESS */
	struct span text;     /* in the arena */
	bool below;	      /* written as *.x or .x */
};

/*
 * Take defanging off: [.] (.) {.} [dot] (dot) "[:]" [@] [at], hxxp, full-width
 * forms (U+FF01 to U+FF5E, U+3002), soft white space around.
 */
struct span feed_refang(struct arena *a, struct span s);

/* Bring a value to its form.  NULL, or why it is no value of the type. */
const char *feed_value_read(struct arena *a, enum indicator_type t,
    struct span s, struct feed_value *out);

/* What a bare value is: address, prefix, hash, URL, domain, e-mail.  NULL, or
 * why it is none. */
const char *feed_value_guess(
    struct arena *a, struct span s, struct feed_value *out);

/* The same for what nearly all values are, a single IPv4 address or a name of
 * ASCII, nothing around it and nothing to take off: in a moment.  false: it is
 * something else, or nothing. */
bool feed_value_bare(struct arena *a, struct span s, struct feed_value *out);

/* "192.0.2.1-192.0.2.9" as prefixes, at most LIMIT_RANGE_PREFIXES; 0: it is no
 * range. */
size_t feed_range(struct span s, struct prefix *out);

/* Nothing but hex digits? */
bool feed_is_hex(struct span s);

/* Could it be a domain name (RFC 1123 labels, the last not all digits)? */
bool feed_is_domain(struct span s);

#endif
