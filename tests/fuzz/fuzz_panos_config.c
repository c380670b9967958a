/* The reader of configurations of Palo Alto PAN-OS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_panos_config)
