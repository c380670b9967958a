/*
 * Does the rest of a STIX pattern hold in a record where one of its values was
 * found?  Three answers: a record that does not tell is no contradiction.
 */
#ifndef TIDEMARK_DETECT_MEETS_H
#define TIDEMARK_DETECT_MEETS_H

#include "intel/stix_pattern.h"
#include "record/record.h"

enum meets { MEETS_NO, MEETS_UNKNOWN, MEETS_YES };

/*
 * One observation of the pattern (STIX 2.1 section 9.4) against a record in
 * which the indicator's value stands.
 */
enum meets meets_part(const struct stix_pattern *p, uint32_t part,
    const struct indicator *found, const struct record *r);

#endif
