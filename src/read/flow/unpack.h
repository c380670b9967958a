/*
 * The compressions of nfdump's files (nfdump's nffile.h): LZO1X, bzip2, LZ4
 * blocks without a frame, zstd frames.  LZO is there when the program was
 * built with make LZO=1 (docs/decisions/0018-flow-compressions.md).
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

/* Why nothing of this compression can be unpacked, or NULL: it can. */
const char *unpack_lacks(enum packing how);

/* Unpacks a whole block into room of n bytes.  Returns its size, or -1 when it
 * is damaged or larger than the room.  how is not PACKING_NONE and lacks
 * nothing. */
long unpack_block(enum packing how, struct span packed, char *room, size_t n);

#endif
