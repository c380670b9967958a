/* The reader of Zeek connection logs in JSON. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_zeek_json)
