/* The reader of configurations of Cisco ASA and FTD. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_cisco_asa_config)
