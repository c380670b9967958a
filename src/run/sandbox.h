/*
 * What a worker gives up before it touches the first byte of evidence:
 * Landlock (where the kernel has it) takes every path, a seccomp filter every
 * system call except reading and writing what is already open, memory, and a
 * thread (source/ahead.h), for which all of this holds as well.  A forbidden
 * call ends the process with SIGSYS, whichever thread makes it.
 */
#ifndef TIDEMARK_RUN_SANDBOX_H
#define TIDEMARK_RUN_SANDBOX_H

#include "base/err.h"

/* What is in force after sandbox_enter, for the report. */
enum sandbox_part { SANDBOX_SECCOMP = 1, SANDBOX_LANDLOCK = 2 };

/*
 * Enter.  Returns the parts in force (a mask), or -1: a worker that cannot
 * have its seccomp filter must not go on.
 */
int sandbox_enter(struct err *e);

/*
 * The same for a process that must open files itself: those at and below path,
 * for reading only.  Without Landlock the file system may be read elsewhere
 * too; never written.  A call that is not allowed fails with EPERM.
 */
int sandbox_enter_reading(const char *path, struct err *e);

/* In a new process, before sandbox_enter: standard input and output become
 * nothing, and nothing but standard error and one descriptor stays open. */
void sandbox_keep(int fd);

/* Whether this kernel offers Landlock, without entering anything. */
int sandbox_has_landlock(void);

#endif
