/*
 * A line of a terminal session as the terminal showed it.  Collectors write
 * down what a device sends: backspaces, carriage returns and escape sequences
 * with which pagers wipe out their prompts.
 */
#ifndef TIDEMARK_READ_CONFIG_TEXT_SCREEN_H
#define TIDEMARK_READ_CONFIG_TEXT_SCREEN_H

#include "base/arena.h"

/* Does the line hold control bytes that move the cursor, or NUL? */
bool text_has_control(struct span line);

/*
 * The line after its backspaces, carriage returns, cursor movements to the
 * left (ECMA-48 section 8.3.18) and other escapes, which are dropped; NUL
 * becomes a blank.  In the arena, no longer than the line.
 */
struct span text_screen(struct arena *a, struct span line);

#endif
