/* The reader of TACACS+ accounting. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_tacplus_accounting)
