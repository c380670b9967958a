/*
 * A process of our own beside the workers, with a socket to it.  It enters its
 * sandbox itself.
 */
#ifndef TIDEMARK_RUN_HELPER_H
#define TIDEMARK_RUN_HELPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/span.h"

/* Fork; run is called in the new process and must not return to its caller's
 * business: the process ends after it.  Nothing of the parent's but standard
 * error and the socket stays open there. */
int helper_start(pid_t *pid, int *sock, void (*run)(void *ctx, int sock),
    void *ctx, struct err *e);

/* Send bytes, and with them a descriptor (-1: none).  false: nobody is there
 * any more. */
bool helper_send(int sock, struct span bytes, int fd);

/* The socket of the process is at its end: collects it, clears *pid, and
 * returns -1 with the way it ended in *e. */
int helper_died(pid_t *pid, const char *who, struct err *e);

#endif
