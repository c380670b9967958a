#ifndef TIDEMARK_REPORT_TERMINAL_INDICATORS_H
#define TIDEMARK_REPORT_TERMINAL_INDICATORS_H

#include "report/terminal_paint.h"

/* The indicators that were met, each with when and where; nothing where none
 * was. */
void terminal_indicators(const struct painter *p);

#endif
