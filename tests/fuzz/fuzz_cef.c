/* The reader cef. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_cef)
