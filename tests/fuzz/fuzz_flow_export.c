/* The reader of raw NetFlow and IPFIX packets. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_flow_export)
