/* The reader pan-os-log. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_panos_log)
