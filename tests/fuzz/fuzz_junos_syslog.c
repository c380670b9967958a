/* The reader of Junos syslog. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_junos_syslog)
