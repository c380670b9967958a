/* The reader of configurations of Huawei VRP. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_huawei_vrp_config)
