/*
 * A shared library that is opened when it is asked for: one whose own libraries
 * would make the start of every run slower, for what few runs need.
 */
#ifndef TIDEMARK_BASE_LIBRARY_H
#define TIDEMARK_BASE_LIBRARY_H

#include <stddef.h>

#include "base/err.h"

/* A function, and where in a struct the pointer to it stands: the member of its
 * name. */
struct library_function {
	const char *name;
	size_t at;
};

#define LIBRARY_FUNCTION(of, member) .name = #member, .at = offsetof(of, member)

/*
 * Open a library by its soname and fill the struct *out.  -1: there is none
 * here, or it lacks a function; *out is not to be used then.  Once opened it
 * stays: such libraries do not bear being closed.
 */
int library_open(const char *soname, const struct library_function *v, size_t n,
    void *out, struct err *e);

#endif
