/*
 * Failures of the program: cannot open, disk full, broken knowledge.  A
 * function that can fail returns -1 and fills the caller's struct err.
 * Trouble with input is not a failure: see base/diag.h.
 */
#ifndef TIDEMARK_BASE_ERR_H
#define TIDEMARK_BASE_ERR_H

#include <stdarg.h>

struct err {
	char text[512]; /* one line, no trailing newline */
};

/* Fill *e (may be NULL) and return -1, so that callers can return it. */
int err_set(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with ": " and the text of errno at the end. */
int err_sys(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A broken invariant: says where, then aborts, in every build. */
#define ASSERT(cond)                                                         \
	((cond) ? (void)0 : assert_failed(#cond, __FILE__, __LINE__))
void assert_failed(const char *cond, const char *file, int line)
    __attribute__((noreturn));

#endif
