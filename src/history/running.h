/*
 * The state of a run over a repository; shared by the files that do it.
 */
#ifndef TIDEMARK_HISTORY_RUNNING_H
#define TIDEMARK_HISTORY_RUNNING_H

#include "base/limits.h"
#include "history/reading.h"
#include "history/taking.h"
#include "run/scan_state.h"

/* A task: some blobs, and what has been said of the one at hand. */
struct batch {
	uint32_t blobs[LIMIT_HISTORY_BATCH];
	uint32_t n;
	uint32_t ended; /* members that are done */
	bool begun;	/* member number ended is at hand */
	struct buf said;
};

struct running {
	struct history *h;
	const struct history_options *o;
	struct casefile *c;
	struct reading line, blobs;
	bool line_ended, broken;
	struct taking_state *taking;
	/* Blobs to read, in the order they came; those that are asked for
	 * again stand in again. */
	size_t next_blob;
	uint32_t *again;
	size_t nagain, again_cap;
	struct batch **batches; /* by task */
	size_t nbatches, batches_cap;
	/* The newest states: their results go into the case. */
	bool newest;
	uint32_t *files; /* that are there at the end */
	size_t nfiles, next_file;
	struct scan scan;
	struct planned job;
	struct buf payload, index;
	struct err *e;
};

/* One more message of the line; false: it is at its end, or broken off. */
bool line_more(struct running *r);

/* Workers over all blobs that are wanted, as the line tells of them; or, with
 * newest, over the newest states of files. */
int workers_run(struct running *r, struct worker_options *worker);

#endif
