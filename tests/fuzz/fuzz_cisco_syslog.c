/* The reader of syslog of Cisco devices. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_cisco_syslog)
