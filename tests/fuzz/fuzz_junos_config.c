/* The reader of configurations of Juniper Junos. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_junos_config)
