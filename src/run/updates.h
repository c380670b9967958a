/*
 * Knowledge about flaws is read like evidence and like feeds: each file by a
 * process of its own that has entered the sandbox and holds nothing but the
 * file's bytes.  It sends words (intel/update_wire.h), which the store checks.
 * One that dies, asks for a forbidden call, sends nonsense or is silent for
 * LIMIT_TASK_SECONDS costs the rest of its file, and that is told.
 */
#ifndef TIDEMARK_RUN_UPDATES_H
#define TIDEMARK_RUN_UPDATES_H

#include "intel/update_store.h"

update_take_fn updates_take;

#endif
