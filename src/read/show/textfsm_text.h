/*
 * Lines as TextFSM sees them: cut wherever Python's str.splitlines cuts, and
 * always valid UTF-8.
 */
#ifndef TIDEMARK_READ_SHOW_TEXTFSM_TEXT_H
#define TIDEMARK_READ_SHOW_TEXTFSM_TEXT_H

#include "base/arena.h"

/* Take a line; false at the end.  *ascii: it has ASCII bytes only.  Bytes that
 * are no UTF-8 become U+FFFD in a copy in the arena; any other line points
 * into *rest. */
bool text_line(
    struct span *rest, struct arena *a, struct span *line, bool *ascii);

#endif
