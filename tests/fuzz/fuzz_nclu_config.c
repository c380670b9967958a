/* The reader of NCLU commands of Cumulus Linux. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_nclu_config)
