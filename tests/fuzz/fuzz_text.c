/* The reader of text of no known form. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_text)
