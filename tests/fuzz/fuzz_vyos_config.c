/* The reader of configurations of VyOS and EdgeOS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_vyos_config)
