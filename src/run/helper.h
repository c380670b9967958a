/*
 * A process of our own, with a socket to it: the workers, and what stands
 * beside them.  It enters its sandbox itself.
 */
#ifndef TIDEMARK_RUN_HELPER_H
#define TIDEMARK_RUN_HELPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Fork; run is called in the new process and must not return to its caller's
 * business: the process ends after it.  Nothing of the parent's but standard
 * error and the socket stays open there. */
int helper_start(pid_t *pid, int *sock, void (*run)(void *ctx, int sock),
    void *ctx, struct err *e);

/* More of what it sends, behind what the buffer holds, at most so much; waits
 * for so many seconds.  Returns how much came, 0: no more will.  -1: nothing
 * came in time, or the buffer is full; the reason in *e. */
ssize_t helper_read(
    int sock, struct buf *in, size_t most, unsigned seconds, struct err *e);

/* The process is at its end, or is to be: collects it, clears *pid, and
 * returns -1 with the way it ended in *e. */
int helper_died(pid_t *pid, const char *who, struct err *e);

/* End it, whatever it does; as helper_died. */
int helper_kill(pid_t *pid, const char *who, struct err *e);

/* Wait for a process to end; its status as waitpid(2) has it. */
int helper_collect(pid_t *pid);

#endif
