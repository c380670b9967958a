/* The reader of configurations of Arista EOS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_arista_eos_config)
