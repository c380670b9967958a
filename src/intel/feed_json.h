/*
 * JSON feeds: a list's elements are cut out by their brackets and then read
 * one by one (by jansson), so that a feed of any length takes the memory of
 * one element, and each has a line.
 */
#ifndef TIDEMARK_INTEL_FEED_JSON_H
#define TIDEMARK_INTEL_FEED_JSON_H

#include <jansson.h>

#include "intel/feed.h"

/* Bytes of the value at the start of s, white space in front included; 0: it
 * does not end, or is nested deeper than LIMIT_FEED_DEPTH.  Nothing else is
 * checked. */
size_t feed_json_skip(struct span s);

/* The value of a member of the object at the start of s; empty: none. */
struct span feed_json_member(struct span object, const char *key);

/* The elements of the list at the start of a span. */
struct feed_json_list {
	struct span rest;
	uint64_t line; /* of rest's first byte */
	bool broken;   /* it does not end */
};
/* whole: the file, so that lines count from its start; false: no list. */
bool feed_json_list(
    struct span whole, struct span list, struct feed_json_list *out);
bool feed_json_next(
    struct feed_json_list *l, struct span *element, uint64_t *line);

/* Read one value; what is no JSON is refused with its place.  NULL then. */
json_t *feed_json_read(struct feed_read *r, struct span s, uint64_t line);

/* A member that is a string; empty otherwise.  Good as long as the object. */
struct span feed_json_text(const json_t *object, const char *key);
bool feed_json_true(const json_t *object, const char *key);
/* A number, or a string of one; less: no such member. */
int64_t feed_json_number(const json_t *object, const char *key, int64_t less);

/* Before the first feed is read in a process that may open nothing: seeds the
 * hashes of objects. */
void feed_json_prepare(void);

#endif
