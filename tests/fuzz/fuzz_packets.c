/* The reader of packet captures, with all protocols in them. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_packets)
