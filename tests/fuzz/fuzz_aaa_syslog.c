/* The reader of what AAA servers send by syslog. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_aaa_syslog)
