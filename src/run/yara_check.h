/*
 * Users' YARA rules are compiled where nothing but their text is at hand: in a
 * process of its own that has entered the sandbox.  A text on which it dies, or
 * that takes LIMIT_TASK_SECONDS, is refused and told of; the others go on in a
 * new one.
 */
#ifndef TIDEMARK_RUN_YARA_CHECK_H
#define TIDEMARK_RUN_YARA_CHECK_H

#include "intel/yara_set.h"

yara_describe_fn yara_check;

/* The same with another function in that process, for tests: whatever it does,
 * yara_check must bear. */
void yara_check_with(yara_describe_fn *fn, const struct span *texts, size_t n,
    yara_say_fn *say, void *ctx);

#endif
