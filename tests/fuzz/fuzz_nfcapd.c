/* The reader of nfdump's files. */
#include "fuzz/fuzz_blocks.h"

FUZZ_BLOCKS(reader_nfcapd)
