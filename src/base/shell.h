/*
 * Words of commands that people paste into a shell.  What evidence names may
 * hold anything; a word stays one word and nothing in it is carried out.
 */
#ifndef TIDEMARK_BASE_SHELL_H
#define TIDEMARK_BASE_SHELL_H

#include "base/buf.h"

/*
 * s as one word: as it is where nothing in it means anything to a shell, else
 * in single quotes (POSIX.1-2017, XCU 2.2.2).  What could not be shown as it is
 * (base/safe.h) is written in dollar-single-quotes (POSIX.1-2024, XCU 2.2.4;
 * bash, zsh, ksh and busybox have them), so that the command survives a report.
 */
void shell_put(struct buf *b, struct span s);

#endif
