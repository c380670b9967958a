/* The reader of configurations of FRRouting. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_frr_config)
