/* The reader of Zeek connection logs in columns. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_zeek_tsv)
