/* The reader of lastlog. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_lastlog)
