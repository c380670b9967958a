/* The reader of configurations of Cisco NX-OS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_cisco_nx_os_config)
