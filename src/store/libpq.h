/*
 * libpq, opened when a case lies in PostgreSQL and not before.  It brings a
 * dozen libraries of its own (LDAP, Kerberos, SASL), whose linking would be a
 * third of the start of every run.
 */
#ifndef TIDEMARK_STORE_LIBPQ_H
#define TIDEMARK_STORE_LIBPQ_H

#include <libpq-fe.h>

#include "base/err.h"

/* A function of the library is the member of its name. */
struct libpq {
#define LIBPQ(name) __typeof__(name) *name;
#include "store/libpq.def"
#undef LIBPQ
};

/* Fill *out.  -1: there is no such library here, or one without a function that
 * is called. */
int libpq_open(struct libpq *out, struct err *e);

#endif
