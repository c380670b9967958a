/* The reader of records of auditd. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_audit_log)
