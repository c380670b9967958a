/* The reader of captured NetFlow and IPFIX packets. */
#include "fuzz/fuzz_blocks.h"

FUZZ_BLOCKS(reader_flow_capture)
