/*
 * Which settings of a device somebody asks for when all evidence is joined:
 * only these are kept.
 */
#ifndef TIDEMARK_DETECT_ASKS_H
#define TIDEMARK_DETECT_ASKS_H

#include "intel/knowledge.h"

/* Names of settings that tests of vulnerabilities, prerequisites, ... name. */
void asks_list(const struct knowledge *k, struct map *settings);

#endif
