/*
 * The words of an update file between the process that reads it and the one
 * that keeps them: the size, then the word, its line and its cells.
 */
#ifndef TIDEMARK_INTEL_UPDATE_WIRE_H
#define TIDEMARK_INTEL_UPDATE_WIRE_H

#include "base/buf.h"
#include "intel/update.h"

void update_wire_put(struct buf *out, const struct update_said *s);

/* Say the whole words at the head of the bytes.  Returns how many bytes they
 * have; SIZE_MAX: what came is no word. */
size_t update_wire_take(struct span bytes, update_say_fn *say, void *ctx);

#endif
