/*
 * Evidence in Markdown (CommonMark 0.31), where it cannot become markup: in
 * running text every character that could be is escaped (section 2.4), lines of
 * evidence and commands stand in indented code (section 4.4), which nothing
 * inside can end.  What drives a terminal or turns text around is gone.
 */
#ifndef TIDEMARK_REPORT_MARKDOWN_PUT_H
#define TIDEMARK_REPORT_MARKDOWN_PUT_H

#include <stdio.h>

#include "base/buf.h"
#include "base/span.h"

/* Running text; room: an initialised buffer, for the function's use. */
void markdown_put(FILE *f, struct buf *room, struct span s);

/* Lines as they are, in a block of code of their own. */
void markdown_code(FILE *f, const struct span *v, size_t n);

#endif
