/*
 * What the files of the terminal's report share: colours and columns.  Text of
 * the evidence goes through safe_write (base/safe.h) everywhere.
 */
#ifndef TIDEMARK_REPORT_TERMINAL_PAINT_H
#define TIDEMARK_REPORT_TERMINAL_PAINT_H

#include "report/report.h"

/* Devices named one by one in a list, unless all are asked for. */
#define TERM_DEVICES 30

struct painter {
	FILE *f;
	const struct casefile *c;
	const struct report_options *o;
};

/* A control sequence (ECMA-48 SGR), or nothing where there is no colour. */
const char *term_code(const struct painter *p, const char *code);
const char *term_verdict(const struct painter *p, enum verdict v);

void term_spaces(FILE *f, size_t n);

/* Cut to the width or filled up to it, and two blanks. */
void term_column(FILE *f, struct span s, size_t width);

/* A label and the text, or each text on a line of its own; nothing where there
 * is none. */
void term_labelled(const struct painter *p, const char *label, struct span s);
void term_lines(const struct painter *p, const char *label, struct span_list l);

#endif
