#include "fuzz/fuzz_update.h"

FUZZ_UPDATE(update_kev)
