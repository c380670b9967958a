/*
 * The timeline in the report for people: what weighs, or all of it.  Nothing
 * when there is nothing to show.
 */
#ifndef TIDEMARK_REPORT_TERMINAL_TIMELINE_H
#define TIDEMARK_REPORT_TERMINAL_TIMELINE_H

#include "report/report.h"

void terminal_timeline(
    FILE *f, const struct casefile *c, const struct report_options *o);

#endif
