/*
 * The history for people: what stood for a while and is gone first, then what
 * is still there, since when.
 */
#ifndef TIDEMARK_HISTORY_REPORT_H
#define TIDEMARK_HISTORY_REPORT_H

#include "history/history.h"
#include "report/report.h"

/* c: closed.  -1 only when the stream failed. */
int history_report(FILE *f, const struct history *h, const struct casefile *c,
    const struct report_options *o, struct err *e);

#endif
