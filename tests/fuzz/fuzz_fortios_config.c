/* The reader of configurations of Fortinet FortiOS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_fortios_config)
