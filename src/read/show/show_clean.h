/*
 * What a terminal recorded, as the screen showed it: without escape sequences
 * (ECMA-48 section 5.4), carriage returns, the questions of pagers and what
 * backspaces wiped out.  Lines keep their numbers.
 */
#ifndef TIDEMARK_READ_SHOW_SHOW_CLEAN_H
#define TIDEMARK_READ_SHOW_SHOW_CLEAN_H

#include "base/arena.h"

/* The text itself where there is nothing to clean, or a copy in the arena with
 * as many line feeds. */
struct span show_clean(struct arena *a, struct span text);

#endif
