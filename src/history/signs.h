/*
 * What the past showed, for the case of the newest state.
 */
#ifndef TIDEMARK_HISTORY_SIGNS_H
#define TIDEMARK_HISTORY_SIGNS_H

#include "history/history.h"

/* Gives c its past: signs, then facts. */
void history_signs(const struct history *h, const struct history_options *o,
    struct casefile *c);

/* Reads the logs of o->with: who was heard when, into c->past.  -1: the run
 * itself failed. */
int history_with(
    const struct history_options *o, struct casefile *c, struct err *e);

/* Facts of c->past, after history_with. */
void history_facts(const struct history *h, const struct history_options *o,
    const struct history_spans *spans, struct casefile *c);

/* A row of states as reports show it; text in the arena. */
struct past_span history_past_span(
    const struct history *h, const struct history_span *s, struct arena *a);

/* The state of a file at a commit as a source of c, made when it is new: its
 * path, FILE@COMMIT. */
struct span history_source(const struct history *h, struct casefile *c,
    uint32_t file, uint32_t commit);

/* A commit as reports show it; text in the arena. */
struct past_commit history_past_commit(
    const struct history *h, uint32_t commit, struct arena *a);

#endif
