/* The reader of nx os accounting. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_nx_os_accounting)
