/*
 * Passwords, hashes, communities and keys in configuration lines: what
 * type they are, whether they are weak, and how to show a line without them.
 */
#ifndef TIDEMARK_READ_CONFIG_CISCO_SECRET_H
#define TIDEMARK_READ_CONFIG_CISCO_SECRET_H

#include "base/arena.h"

struct secret {
	struct span type; /* "0", "5", ...; "0" where the line has no digit */
	struct span text;
};

/*
 * rest: what stands behind the word password, secret, key or community.
 * Reads an optional type digit and the secret; clear text goes to the end of
 * the line, anything else is one word.  False when there is none.
 */
bool secret_read(struct span rest, struct secret *out);

/* Type 7 to clear text, in the arena; empty when it is no such text. */
struct span secret_decode7(struct arena *a, struct span s);

/* Junos' $9$ to clear text, in the arena; empty when it is no such text.  The
 * cipher has no key: it is a substitution that is published (the Perl module
 * Crypt::Juniper). */
struct span secret_decode9(struct arena *a, struct span s);

/* Is the stored form turned back into the secret without any key of the
 * operator's: Cisco's type 7, Junos' $9$; hash2 of SR OS and cipher of
 * VRP, which a device of the kind turns back (recalled)?  Clear text has no
 * other form. */
bool secret_reversible(const struct secret *s);

/* The secret in clear where the stored form gives it away; otherwise empty. */
struct span secret_clear(struct arena *a, const struct secret *s);

/* Is it what somebody put where the secret stood ("<removed>", "*****")? */
bool secret_is_removed(struct span s);

/* Why a secret is weak, as field "weak" has it: "same-as-name", "default",
 * "empty"; NULL when nothing is known against it.  user may be empty. */
const char *secret_weak(
    struct arena *a, struct span user, const struct secret *s);

/*
 * The line with every secret replaced by "<redacted>"; type digits stay.  For
 * any line of text: a configuration line of Cisco, Junos, PAN-OS (also in XML),
 * FortiOS, SR OS or VRP, a logged or accounted command, a script's action, a URL with a
 * password, an option of a shell's program, a header of HTTP, a member of JSON
 * or an element of XML.  Clear text may hold blanks, so it is cut up to the end
 * of the command.  The line itself is returned when there is nothing to hide,
 * otherwise a copy in the arena.
 */
struct span secret_redact(struct arena *a, struct span line);

#endif
