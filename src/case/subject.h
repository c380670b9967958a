/*
 * A device as vulnerability tests see it: its releases, hardware, settings and
 * features, each with the fact that states it.
 */
#ifndef TIDEMARK_CASE_SUBJECT_H
#define TIDEMARK_CASE_SUBJECT_H

#include "case/casefile.h"

struct subject {
	struct vuln_device d;
	uint32_t device;
	/* Beside d.releases and d.settings. */
	const struct device_fact **releases, **settings;
	const struct device_fact *whole; /* what shows a whole configuration */
};

/* Arrays live in the arena; texts are those of the case. */
void subject_of(const struct casefile *c, uint32_t device, struct arena *a,
    struct subject *out);

/* Who can get at the flaw.  why lives in the arena; *at is NULL where no
 * single fact says it. */
enum opening opening_of(const struct casefile *c, const struct subject *x,
    const struct vulnerability *v, struct arena *a, struct span *why,
    const struct device_fact **at);

#endif
