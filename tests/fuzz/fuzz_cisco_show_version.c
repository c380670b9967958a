/* The reader of the output of show version. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_cisco_show_version)
