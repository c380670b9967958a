/* The reader json-lines. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_json_lines)
