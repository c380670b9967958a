/*
 * How bytes are packed, told from the first of them, never from a name.
 */
#ifndef TIDEMARK_SOURCE_PACKING_H
#define TIDEMARK_SOURCE_PACKING_H

#include "base/span.h"

enum packing {
	PACK_NONE,
	PACK_TAR,
	PACK_ZIP,
	PACK_7Z,
	PACK_GZIP,
	PACK_BZIP2,
	PACK_XZ,
	PACK_ZSTD
};

/* Bytes of a head with which packing_of says all it can. */
#define PACKING_HEAD 512

/* head: the first bytes of a source, at best PACKING_HEAD or more. */
enum packing packing_of(struct span head);

#endif
