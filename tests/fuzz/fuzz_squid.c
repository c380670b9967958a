/* The reader of squid. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_squid)
