/*
 * A pattern of a rule against one value, by what the value means: a number, a
 * time, an address.  detect/rule.c compares texts.
 */
#ifndef TIDEMARK_DETECT_COMPARE_H
#define TIDEMARK_DETECT_COMPARE_H

#include "intel/sigma.h"

/* p->op is one of the orders, or PATTERN_SAME.  False where there is no number
 * in v. */
bool compare_number(const struct pattern *p, const struct value *v);

/* The same for a part of a time in UTC; of a value that is none, or holds none
 * as ISO 8601, no part is so. */
bool compare_moment(enum time_part part, const struct pattern *p, int64_t time);
bool compare_part(
    enum time_part part, const struct pattern *p, const struct value *v);

/* PATTERN_CIDR: v lies within the pattern's prefix.  PATTERN_HOLDS: it holds
 * that. */
bool compare_prefix(const struct pattern *p, const struct value *v);

/* PATTERN_EQUAL where the text may differ: the same number or address may be
 * written in several ways.  Of a pattern, and of another value. */
bool compare_equal(const struct pattern *p, const struct value *v);
bool compare_same(const struct value *a, const struct value *b);

#endif
