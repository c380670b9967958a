/*
 * How soon a flaw must be mended, by data/bod2604.yaml: CISA Binding
 * Operational Directive 26-04 asks whether the flaw is in the catalogue of
 * known exploited ones, whether the asset is publicly exposed, whether
 * exploitation can be automated, and whether its impact is partial or total.
 * CISA publishes three of the four; the exposure comes from the evidence.
 *
 *     title:
 *     rows:
 *       - {kev: yes, exposed: no, automatable: no, impact: total,
 *          timeline: 14 days}
 *
 * All sixteen rows must be there.
 */
#ifndef TIDEMARK_INTEL_DEADLINE_H
#define TIDEMARK_INTEL_DEADLINE_H

#include "base/arena.h"
#include "intel/vulnerability.h"
#include "intel/yaml.h"

#define DEADLINE_ROWS 16

struct deadline_table {
	struct span title;
	/* By bits: 8 in KEV, 4 exposed, 2 automatable, 1 total impact.  Empty:
	 * no table was read. */
	struct span timelines[DEADLINE_ROWS];
};

int deadline_read(struct arena *a, struct span yaml, struct deadline_table *out,
    struct yaml_error *e);

/* Both arms of exposure; publicly says which of them counts.  What CISA does
 * not say of a flaw is taken at its worst. */
struct deadline {
	struct span exposed, hidden; /* timelines; empty: no table */
	enum vuln_said publicly;     /* VULN_UNSAID: both arms count */
	bool guessed;		     /* something was not said */
};

void deadline_find(const struct deadline_table *t, const struct vuln_score *s,
    enum vuln_said publicly, struct deadline *out);

#endif
