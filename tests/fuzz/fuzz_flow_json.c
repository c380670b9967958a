/* The reader of flow logs as JSON. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_flow_json)
