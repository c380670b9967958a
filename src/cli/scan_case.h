/*
 * What commands do with a kept case, beside store/casebook.h: which knowledge
 * it was made with, and what the exit status says of it.
 */
#ifndef TIDEMARK_CLI_SCAN_CASE_H
#define TIDEMARK_CLI_SCAN_CASE_H

#include "cli/knowing.h"
#include "run/scan.h"
#include "store/casebook.h"

/* A scan into a case. */
struct scan_case {
	struct casebook book;
	struct arena arena;
	struct span options;
};

/* All that decides how a run reads a source, in one word; options: its
 * knowing_text. */
struct span case_reading(const struct scan_options *o,
    const struct knowledge *k, struct span options, struct arena *a);
struct span case_reading(const struct scan_options *o,
    const struct knowledge *k, struct span options, struct arena *a);

/* Before a case is opened for writing. */
void case_signals(void);

/* Opens the case and lets the scan ask it what need not be read.  all: read
 * everything. */
int scan_case_begin(struct scan_case *x, const char *place,
    const struct knowing *knowing, const struct knowledge *k, bool all,
    struct scan_options *o, struct err *e);
void scan_case_release(struct scan_case *x);

/* Adds c, before it is closed, and fills whole. */
int scan_case_end(struct scan_case *x, const struct casefile *c,
    const struct casebook_run *run, struct casefile *whole, struct err *e);

/* Tells standard error what came of the scan's sources. */
void scan_case_told(const struct scan_case *x, const struct casefile *whole);

/*
 * The stamp of a case's last run, texts in the arena; unless the user chose
 * another, the knowledge is that of the run.  Returns 0, or EXIT_FAILED, of
 * which was told.
 */
int case_stamp(const char *place, struct knowing *k, struct arena *a,
    struct casebook_stamp *stamp);

/* Tells standard error where what ("plan", "report") is made with other
 * knowledge than the case's last run. */
void case_knowledge_told(const struct casebook_stamp *stamp,
    const struct knowledge *k, const char *what);

/* Whether evidence was lost, so that no verdict is the last word. */
bool casefile_lost(const struct casefile *c);

/* The exit status that a closed casefile calls for. */
int casefile_status(const struct casefile *c, enum verdict fail_on);

#endif
