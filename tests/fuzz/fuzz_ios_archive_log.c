/* The reader of ios archive log. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_ios_archive_log)
