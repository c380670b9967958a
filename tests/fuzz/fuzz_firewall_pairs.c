/* The reader firewall-pairs. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_firewall_pairs)
