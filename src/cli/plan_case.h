/*
 * A kept case, and what would mend what is in it.  A case keeps what readers
 * told and not the text of configurations, so remedies are tried on the files
 * themselves, where these still hold what the case read in them.
 */
#ifndef TIDEMARK_CLI_PLAN_CASE_H
#define TIDEMARK_CLI_PLAN_CASE_H

#include "plan/plan.h"
#include "run/scan.h"

/* The "remedy" of a scan whose ctx is a struct remedy_set: what workers tried
 * on copies of configurations goes there. */
void plan_case_remedy(void *set, struct span path, const struct remedy *r);

/*
 * Everything in the case into c, which is empty and gets closed; remedies for
 * its configurations into the set, with those that could not be read again.
 * o: a scan that tries remedies and puts them into the same set.  now: as for
 * casebook_load.
 */
int plan_case_load(const char *place, const struct scan_options *o, int64_t now,
    struct casefile *c, struct remedy_set *set, struct err *e);

/* The same for a case that is in c already, and closed. */
int plan_case_try(const char *place, const struct scan_options *o,
    struct casefile *c, struct remedy_set *set, struct err *e);

#endif
