/*
 * What the prompts of many platforms have in common: the name of the device
 * between a node and a mode, and a byte that ends it.  How they differ is in
 * the readers that look for them.
 */
#ifndef TIDEMARK_READ_PROMPT_PARTS_H
#define TIDEMARK_READ_PROMPT_PARTS_H

#include "base/span.h"

/* Is it a host name (RFC 1123 section 2.1), or one with underscores? */
bool prompt_is_name(struct span s);

/* Where a line's first '#' or '>' stands, or with shell its first '$' too;
 * SPAN_NONE: there is no prompt. */
size_t prompt_end(struct span line, bool shell);

/* Without "RP/0/RSP0/CPU0:" in front, the node of IOS XR; *node (may be NULL)
 * tells whether it stood there. */
struct span prompt_without_node(struct span prompt, bool *node);

#endif
