/*
 * libgit2, opened when a repository is read and not before.  It brings a dozen
 * libraries of its own (SSH, Kerberos, TLS) for transports that are not used;
 * to link them would be a fifth of the start of every run.
 */
#ifndef TIDEMARK_HISTORY_LIBGIT_H
#define TIDEMARK_HISTORY_LIBGIT_H

#include <git2.h>

#include "base/err.h"

/* A function of the library is the member of its name. */
struct libgit {
#define LIBGIT(name) __typeof__(name) *name;
#include "history/libgit.def"
#undef LIBGIT
};

/* Fill *out.  -1: there is no library of the version whose header was built
 * with. */
int libgit_open(struct libgit *out, struct err *e);

#endif
