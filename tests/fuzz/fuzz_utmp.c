/* The reader of wtmp, btmp, utmp. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_utmp)
