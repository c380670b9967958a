/*
 * What a configuration is, by how its lines start: each sign counts once, and
 * the weightiest gives the reason.  What else speaks for or against a format
 * is the reader's.
 */
#ifndef TIDEMARK_READ_CONFIG_LINE_SIGNS_H
#define TIDEMARK_READ_CONFIG_LINE_SIGNS_H

#include "base/span.h"

struct line_sign {
	const char *text; /* what the line starts with; not empty */
	int weight;
	const char *reason; /* NULL: the text */
};

struct line_score {
	int score;	    /* sum of the weights */
	int best;	    /* the greatest of them */
	const char *reason; /* of that one; NULL at first */
};

/* Count the signs v[0..n) that the line shows for the first time; seen has a
 * bit for each, so n is 64 at most. */
void line_signs_count(struct line_score *score, const struct line_sign *v,
    size_t n, uint64_t *seen, struct span line);

#endif
