/* The reader of syslog of any origin. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_syslog)
