#ifndef TIDEMARK_REPORT_TERMINAL_FLAWS_H
#define TIDEMARK_REPORT_TERMINAL_FLAWS_H

#include "report/report.h"

/* The section of known exploited flaws; nothing where there is none. */
void terminal_flaws(
    FILE *f, const struct casefile *c, const struct report_options *o);

#endif
