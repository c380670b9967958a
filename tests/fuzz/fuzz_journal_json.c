/* The reader of the journal as JSON. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_journal_json)
