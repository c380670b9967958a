/*
 * Since when a finding stood, by the commits of a repository, as text for
 * people.
 */
#ifndef TIDEMARK_REPORT_PAST_H
#define TIDEMARK_REPORT_PAST_H

#include <stdio.h>

#include "case/past.h"

/* The last rows of states, each of two or three lines behind so many blanks;
 * most: of them, 0 for all that are kept. */
void past_write(
    FILE *f, const struct finding_past *p, size_t most, size_t indent);

/* "for 3 days", as dates of commits tell it; "for a time that its dates do not
 * tell". */
struct buf;
void past_length(struct buf *b, const struct past_span *s);

#endif
