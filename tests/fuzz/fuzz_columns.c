/* The reader columns. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_columns)
