/* The reader of configurations of Cisco IOS XR. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_cisco_ios_xr_config)
