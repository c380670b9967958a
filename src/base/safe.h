/*
 * Evidence for human eyes.  Names, paths and lines come from whoever owned the
 * device: what could drive a terminal or turn text around (control bytes, C1
 * controls in 8 bits or in UTF-8, bidirectional overrides) and what is no
 * UTF-8 is shown as '?'.
 */
#ifndef TIDEMARK_BASE_SAFE_H
#define TIDEMARK_BASE_SAFE_H

#include <stdio.h>

#include "base/buf.h"
#include "base/span.h"

/* Length of the UTF-8 sequence at the start of s (Unicode 15, table 3-7); 0
 * when it is broken.  s is not empty. */
size_t utf8_len(struct span s);

/* Is all of it shown as it is? */
bool safe_shown(struct span s);

void safe_write(FILE *f, struct span s);
void safe_put(struct buf *b, struct span s);

#endif
