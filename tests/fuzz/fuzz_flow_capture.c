/* The reader of captured NetFlow and IPFIX packets. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_flow_capture)
