/* The reader of configurations of MikroTik RouterOS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_routeros_config)
