/*
 * Something tried where it can do no harm: in a process of its own that has
 * entered the sandbox, and that is replaced where it breaks down or takes
 * LIMIT_TASK_SECONDS for one step.
 */
#ifndef TIDEMARK_RUN_TRIAL_H
#define TIDEMARK_RUN_TRIAL_H

#include "intel/user_rules.h"

trial_fn trial_run;

#endif
