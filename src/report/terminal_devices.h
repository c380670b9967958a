#ifndef TIDEMARK_REPORT_TERMINAL_DEVICES_H
#define TIDEMARK_REPORT_TERMINAL_DEVICES_H

#include "report/terminal_paint.h"

/* The table of verdicts, the worst first. */
void terminal_devices(const struct painter *p);

/* What could not be judged for lack of evidence, and what to collect. */
void terminal_unjudged(const struct painter *p);

/* Devices whose image was verified as a file. */
void terminal_images(const struct painter *p);

#endif
