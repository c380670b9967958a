/*
 * STIX patterns between processes.  Decoding believes nothing: what it returns
 * is a tree such as stix_read makes.
 */
#ifndef TIDEMARK_INTEL_STIX_CODEC_H
#define TIDEMARK_INTEL_STIX_CODEC_H

#include "base/buf.h"
#include "base/cursor.h"
#include "intel/stix_pattern.h"

void stix_encode(struct buf *b, const struct stix_pattern *p);

/* To the cursor's end; NULL: it is no pattern. */
struct stix_pattern *stix_decode(struct arena *a, struct cursor *c);

#endif
