/* The reader of configurations of F5 BIG-IP. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_f5_config)
