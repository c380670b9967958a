/*
 * The compressions of nfdump's files (nfdump's nffile.h): LZO1X, bzip2, LZ4
 * blocks without a frame, zstd frames.
 */
#ifndef TIDEMARK_READ_FLOW_UNPACK_H
#define TIDEMARK_READ_FLOW_UNPACK_H

#include "base/span.h"

enum packing {
	PACKING_NONE,
	PACKING_LZO,
	PACKING_BZ2,
	PACKING_LZ4,
	PACKING_ZSTD,
	PACKING_COUNT
};

/* Unpacks a whole block into room of n bytes.  Returns its size, or -1 when it
 * is damaged or larger than the room.  how is not PACKING_NONE. */
long unpack_block(enum packing how, struct span packed, char *room, size_t n);

#endif
