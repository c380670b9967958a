/*
 * The built-in knowledge, for targets that judge what they read.
 */
#ifndef TIDEMARK_TESTS_FUZZ_KNOWLEDGE_H
#define TIDEMARK_TESTS_FUZZ_KNOWLEDGE_H

#include <stdlib.h>

#include "device/device.h"
#include "intel/knowledge.h"

/* Loaded once, in the first call. */
static inline const struct knowledge *
knowing(void)
{
	static struct knowledge k;
	static bool loaded;
	struct knowledge_options o = {.evidence_word = evidence_class};
	struct err e;

	if (!loaded && knowledge_load(&o, &k, NULL, NULL, &e) != 0)
		abort();
	loaded = true;
	return &k;
}

#endif
