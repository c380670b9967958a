/*
 * The scheduler: hands tasks to sandboxed worker processes and gathers their
 * results.  It knows nothing of evidence.  Workers are forked after all
 * knowledge is compiled and share it.  A worker that crashes, hangs past its
 * time or asks for a forbidden call loses exactly the task it was at; tasks
 * that were waiting behind it are given to others.
 */
#ifndef TIDEMARK_RUN_SCHED_H
#define TIDEMARK_RUN_SCHED_H

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"

struct task {
	uint32_t id;	     /* the caller's */
	int fd;		     /* read-only, or -1; the scheduler closes it */
	struct span payload; /* at most SCHED_PAYLOAD bytes; borrowed until the
			      * next call of next() */
	int back;	     /* set by the scheduler, for sched_part */
};

#define SCHED_PAYLOAD (16u << 10)

struct sched {
	/* In each worker, once, before the sandbox closes. */
	void *(*worker_start)(void *ctx);
	/* In the worker, sandboxed: do the task, write the result to out.
	 * The descriptor is closed afterwards by the scheduler.  A result
	 * that passes the ceiling of out costs the task. */
	void (*work)(void *worker, const struct task *t, struct buf *out);

	/* In the parent.  next: the next task, false when there is none at
	 * the moment (done and lost may make new ones). */
	bool (*next)(void *ctx, struct task *out);
	void (*done)(void *ctx, uint32_t id, struct span result);
	/* A part of the result of a task that goes on, as sched_part sent it;
	 * may be empty. */
	void (*part)(void *ctx, uint32_t id, struct span result);
	void (*lost)(
	    void *ctx, uint32_t id, enum diag_code why, const char *detail);
	/* Called a few times a second; may be NULL. */
	void (*tick)(void *ctx);

	void *ctx;	  /* for the parent's functions */
	void *worker_ctx; /* for worker_start */
	unsigned jobs;	  /* 1..LIMIT_JOBS */
	unsigned seconds; /* that a task may be silent */
};

/* Runs until next() has no more and all tasks have ended.  -1: no worker
 * could be started at all. */
int sched_run(const struct sched *s, struct err *e);

/* In the worker, within work: hand over what out holds so far and empty it.
 * The task's time begins anew. */
void sched_part(const struct task *t, struct buf *out);

#endif
