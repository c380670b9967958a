/* The reader of flow tables. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_flow_table)
