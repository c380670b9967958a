/*
 * What an indicator's presence in a record means.  The same address counts by
 * direction, role and time: let in by an access list that guards the VTY lines
 * it is a sign of compromise; denied at the edge it is a sighting.
 */
#ifndef TIDEMARK_DETECT_ROLE_H
#define TIDEMARK_DETECT_ROLE_H

#include "base/arena.h"
#include "intel/indicator.h"
#include "record/record.h"

struct role {
	struct span entity; /* what it did here: "let in by access list 20" */
	enum severity severity;
	enum confidence confidence;
	bool outside; /* the validity window, which lowers confidence */
};

/*
 * address: as it stands in the record, or empty when it stands only in the raw
 * text.  The validity window lowers confidence and is named in the entity.
 */
void role_of(const struct record *r, const struct indicator *x, struct arena *a,
    struct role *out);

/* Does the indicator count in this record at all?  Facts that give an address
 * no role, and lines that a better record tells of, are passed over.  flows:
 * the source gives a flow for whatever passed between two ends. */
bool role_counts(const struct record *r, const struct indicator *x, bool flows);

/* A configuration line is told by its fact when some fact of the same line
 * holds the address (access-list entry, server, tunnel): then the plain line
 * adds nothing. */
bool role_is_fact(const struct record *r);

/* Did something pass between two ends, neither of which tells of it? */
bool role_between_ends(const struct record *r);

#endif
