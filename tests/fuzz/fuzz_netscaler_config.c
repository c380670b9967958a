/* The reader of configurations of Citrix NetScaler. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_netscaler_config)
