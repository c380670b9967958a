/*
 * Access lists of IOS and its relatives as filters: entries, object groups,
 * port groups.  Nothing is read before it is asked for, so that long lists that
 * guard no service cost nothing.
 */
#ifndef TIDEMARK_READ_CONFIG_CISCO_FILTER_H
#define TIDEMARK_READ_CONFIG_CISCO_FILTER_H

#include "device/filter.h"
#include "read/config/cisco_ios_facts.h"

/* What differs between the platforms. */
struct cisco_filter_rules {
	bool netmask; /* entries have netmasks, not wildcards (ASA) */
	/* Answer of a list that is used and not defined, or that has no
	 * entries; FILTER_UNKNOWN with the reason in why. */
	enum filter_verdict undefined;
	const char *why;
};

/*
 * IOS: an undefined list lets everything pass, and so does one without
 * entries (Cisco, "IP Access List Overview"; the implicit deny starts with the
 * first entry).  Confirmed: official.
 */
extern const struct cisco_filter_rules cisco_filter_ios;
/*
 * NX-OS: an undefined list counts as empty, and an empty one lets everything
 * pass (Nexus 9000 security configuration guide, guidelines for IP ACLs).
 * Confirmed: official, said of interfaces.
 */
extern const struct cisco_filter_rules cisco_filter_nx_os;
/*
 * IOS XR: an undefined list is as if none were applied; the implicit deny
 * needs one entry (IOS XR, "Applying Access Lists").  Confirmed: official.
 */
extern const struct cisco_filter_rules cisco_filter_ios_xr;
/* EOS: no public statement was found. */
extern const struct cisco_filter_rules cisco_filter_eos;
/* ASA refuses to apply a list that does not exist; a file with one was cut. */
extern const struct cisco_filter_rules cisco_filter_asa;

struct cisco_filters;

struct cisco_filters *cisco_filters_new(
    struct ios *x, const struct cisco_filter_rules *rules);

/* The list of that name and family (4 or 6), never NULL. */
const struct filter *cisco_filter(
    struct cisco_filters *c, unsigned family, struct span name);

/* The same list as packets from the Internet meet it: they are not addressed to
 * private addresses of the device (RFC 1918 section 3, RFC 4193 section 1). */
const struct filter *cisco_filter_outside(
    struct cisco_filters *c, unsigned family, struct span name);

/* Is there one of that name and family? */
bool cisco_filter_has(
    const struct cisco_filters *c, unsigned family, struct span name);

/*
 * The same list as a class of a policy matches by it: what it permits is in
 * the class.  For a class that drops, this one turns round: it denies what is
 * in the class for sure, and permits all else.
 */
const struct filter *cisco_filter_dropped(
    struct cisco_filters *c, unsigned family, struct span name);

#endif
