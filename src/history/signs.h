/*
 * What the past showed, for the case of the newest state.
 */
#ifndef TIDEMARK_HISTORY_SIGNS_H
#define TIDEMARK_HISTORY_SIGNS_H

#include "history/history.h"

/* Gives c its past.  all: weaknesses and flaws that are gone too. */
void history_signs(const struct history *h, bool all, struct casefile *c);

/* A commit as reports show it; text in the arena. */
struct past_commit history_past_commit(
    const struct history *h, uint32_t commit, struct arena *a);

#endif
