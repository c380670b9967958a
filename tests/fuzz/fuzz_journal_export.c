/* The reader of the journal's export form. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_journal_export)
