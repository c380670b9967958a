/*
 * JSON of records: read whole, each at most LIMIT_FEED_ELEMENT, nested at most
 * LIMIT_FEED_DEPTH.
 */
#ifndef TIDEMARK_INTEL_UPDATE_JSON_H
#define TIDEMARK_INTEL_UPDATE_JSON_H

#include <jansson.h>

#include "intel/update.h"

/* NULL after a refusal. */
json_t *update_json_read(struct update_read *r, struct span s);

/* Visit the elements of the list under a key of the top object, or the top
 * list, or else the one top value; r->line is set for each, r->scratch and
 * r->cve are emptied after it. */
typedef void update_json_fn(struct update_read *r, const json_t *v);
void update_json_each(struct update_read *r, struct span bytes, const char *key,
    update_json_fn *fn);

/* The member that is a string, without blanks at its ends; empty otherwise. */
struct span update_json_text(const json_t *object, const char *key);

/* A base score of a CVSS object of any version; 0: none. */
double update_json_score(const json_t *cvss);

#endif
