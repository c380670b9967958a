/*
 * Waivers: findings that somebody has accepted.  A file holds a list,
 *
 *	- finding: 6f1c02d94b7aa310    the finding's fingerprint
 *	  owner: noc@example.net       who answers for it
 *	  reason: lab switch, no route to anything
 *	  expires: 2027-01-31          the last day on which it holds, UTC
 *
 * and nothing may be left out.  An accepted finding stays in every report,
 * marked, and moves neither verdict nor exit status; the coverage matrix still
 * shows its hit.  A waiver that has expired changes nothing but is told of.
 */
#ifndef TIDEMARK_CASE_WAIVER_H
#define TIDEMARK_CASE_WAIVER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

struct waiver {
	struct span finding, owner, reason, expires;
	int64_t until; /* exclusive */
	int64_t made;  /* when it was decided; TIME_NONE: a file says it */
	uint32_t line; /* in the file */
	bool expired;
	bool rejected; /* it was looked at and is not so; expires may be empty */
	bool met; /* some finding has this fingerprint */
};

struct waivers {
	struct waiver *v;
	size_t n;
};

/* Reads the text of a file.  now: microseconds since 1970, decides what has
 * expired.  -1: *e names line and column of what is wrong; nothing of such a
 * file counts. */
int waivers_read(struct arena *a, struct span text, int64_t now,
    struct waivers *out, struct err *e);

/* What was decided and when: "accepted on 2026-01-31 until ", which expires
 * belongs behind, or "rejected on 2026-01-31, with no end". */
#define WAIVER_TEXT 64
const char *waiver_text(const struct waiver *v, char out[WAIVER_TEXT]);

#endif
