/* The reader of configurations of SonicWall SonicOS. */
#include "fuzz/fuzz_reader.h"

FUZZ_READER(reader_sonicos_config)
