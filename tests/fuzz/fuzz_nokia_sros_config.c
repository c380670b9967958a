/* The reader of configurations of Nokia SR OS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_nokia_sros_config)
