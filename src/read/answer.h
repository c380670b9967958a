/* A record of kind "reach" as a line for people: may the address come in. */
#ifndef TIDEMARK_READ_ANSWER_H
#define TIDEMARK_READ_ANSWER_H

#include "base/buf.h"
#include "record/record.h"

/* "PATH:LINE: DEVICE: SERVICE: ANSWER: LIST: PATH:LINE: ENTRY", bytes that a
 * terminal could take amiss replaced, secrets hidden. */
void answer_write(struct buf *b, const struct record *r, struct span path,
    struct span device);

/* The configuration describes no service that could be asked. */
void answer_none(struct buf *b, struct span path, struct span device);

#endif
