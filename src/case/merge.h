/*
 * Inside the case: how sightings and episodes become findings; shared by
 * findings.c and correlations.c.
 */
#ifndef TIDEMARK_CASE_MERGE_H
#define TIDEMARK_CASE_MERGE_H

#include "case/casefile.h"

struct case_merge {
	struct casefile *c;
	struct map index;
	struct map groups; /* check and device -> entities so far */
};

/* The finding that a sighting belongs to, made when there is none; NULL beyond
 * a limit.  Of the sighting check, entity, severity and confidence count. */
struct finding *case_finding(
    struct case_merge *m, const struct sighting *x, uint32_t device);

/* The device that a record speaks of, as far as it says, or its source's. */
uint32_t case_device(struct casefile *c, struct source *s, struct span host,
    struct span host_addr, struct span peers);

/* Is the address whose the rule wants it to be?  Empty: it asks for none. */
bool case_whose(const struct casefile *c, uint32_t check, uint32_t device,
    struct span address);

/* Does the rule speak of the device's platform, as far as that is known? */
bool case_platform_fits(const struct casefile *c, uint32_t check, uint32_t d);

#endif
