/* The reader of raw NetFlow and IPFIX packets. */
#include "fuzz/fuzz_blocks.h"

FUZZ_BLOCKS(reader_flow_export)
