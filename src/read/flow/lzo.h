/*
 * LZO1X streams, unpacked (Linux, Documentation/staging/lzo.rst, bitstream
 * version 0).
 */
#ifndef TIDEMARK_READ_FLOW_LZO_H
#define TIDEMARK_READ_FLOW_LZO_H

#include "base/span.h"

/* Unpacks a stream up to its end mark into room of n bytes.  Returns how many
 * bytes came out, or -1: the stream is damaged, cut off, followed by other
 * bytes, or larger than the room.  What stands in room is then of no use. */
long lzo_unpack(struct span packed, char *room, size_t n);

#endif
