#include "read/flow/unpack.h"

#include <bzlib.h>
#include <limits.h>
#include <lz4.h>
#include <zstd.h>

#include "read/flow/lzo.h"

static long
unpack_bz2(struct span packed, char *room, size_t n)
{
	unsigned size = (unsigned)n;

	/* The library takes what it only reads as writable. */
	if (BZ2_bzBuffToBuffDecompress(room, &size, (char *)(uintptr_t)packed.p,
		(unsigned)packed.n, 0, 0) != BZ_OK)
		return -1;
	return (long)size;
}

static long
unpack_lz4(struct span packed, char *room, size_t n)
{
	int size = LZ4_decompress_safe(packed.p, room, (int)packed.n, (int)n);

	return size < 0 ? -1 : size;
}

static long
unpack_zstd(struct span packed, char *room, size_t n)
{
	size_t size = ZSTD_decompress(room, n, packed.p, packed.n);

	return ZSTD_isError(size) ? -1 : (long)size;
}

long
unpack_block(enum packing how, struct span packed, char *room, size_t n)
{
	if (packed.n == 0 || packed.n > INT_MAX || n > INT_MAX)
		return -1;
	switch (how) {
	case PACKING_LZO:
		return lzo_unpack(packed, room, n);
	case PACKING_BZ2:
		return unpack_bz2(packed, room, n);
	case PACKING_LZ4:
		return unpack_lz4(packed, room, n);
	case PACKING_ZSTD:
		return unpack_zstd(packed, room, n);
	default:
		return -1;
	}
}
