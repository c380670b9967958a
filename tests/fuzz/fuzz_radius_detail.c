/* The reader of radius detail. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_radius_detail)
