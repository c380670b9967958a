/*
 * What is known of a flaw, for people: explain CVE-2023-20198.
 */
#ifndef TIDEMARK_CLI_EXPLAIN_FLAW_H
#define TIDEMARK_CLI_EXPLAIN_FLAW_H

#include "intel/knowledge.h"

/* Urgency, feature, exposure, ranges, behind what explain says of any check. */
void explain_flaw(const struct knowledge *k, const struct vulnerability *v);

#endif
