/* The reader of flow tables. */
#include "fuzz/fuzz_blocks.h"

FUZZ_BLOCKS(reader_flow_table)
