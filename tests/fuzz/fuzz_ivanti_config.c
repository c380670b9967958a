/* The reader of configurations of Ivanti Connect Secure. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_ivanti_config)
