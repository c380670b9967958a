#ifndef TIDEMARK_REPORT_TERMINAL_FINDINGS_H
#define TIDEMARK_REPORT_TERMINAL_FINDINGS_H

#include "report/terminal_paint.h"

/* Findings by device, those of the worst device first, then those that belong
 * to none. */
void terminal_findings(const struct painter *p);

#endif
