/* The reader of nfdump's files. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_nfcapd)
