/* The reader of configurations of Cisco IOS and IOS XE. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_cisco_ios_config)
