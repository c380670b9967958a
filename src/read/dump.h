/*
 * Records as JSON lines: what a reader understood, for people and for golden
 * tests.
 */
#ifndef TIDEMARK_READ_DUMP_H
#define TIDEMARK_READ_DUMP_H

#include "base/buf.h"
#include "record/record.h"

/* One line, with its line end.  Secrets are replaced unless shown. */
void record_dump(struct buf *b, const struct record *r, struct span path,
    bool show_secrets);

#endif
