/* The reader of web access logs. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_web_access)
