/*
 * The main job: walk, identify, read, detect in workers; gather in a case.
 */
#ifndef TIDEMARK_RUN_SCAN_H
#define TIDEMARK_RUN_SCAN_H

#include <stdio.h>

#include "case/casefile.h"
#include "run/worker.h"

struct scan_progress {
	uint64_t sources, bytes, done_bytes;
	bool walking;
};

/* A file that is scanned beside the paths, under a path that it had before. */
struct scan_more {
	struct span path;
	const char *open_path;
};

struct scan_options {
	struct worker_options worker;
	unsigned jobs, seconds;
	FILE *manifest;	    /* sha256sum -c lines, or NULL */
	FILE *custody;	    /* custody lines go there too, or NULL */
	void (*progress)(void *ctx, const struct scan_progress *p);
	FILE *text; /* where dump's output goes */
	/* WORKER_UNDERSTOOD: what came of each configuration; texts are lent. */
	void (*share)(
	    void *ctx, struct span path, const struct share *share);
	/* Called once for each source before it is read; fd is -1 for what
	 * cannot be read or is another name of one.  true: leave it out. */
	bool (*known)(void *ctx, struct span path, const char *open_path,
	    uint64_t size, int fd);
	void *known_ctx;
	/* Addresses of devices that other runs have shown. */
	const struct addr *addresses;
	size_t naddresses;
	const struct scan_more *more;
	size_t nmore;
	/* WORKER_HEARD: bodies of RESULT_VOICE and RESULT_CHANGED; lent. */
	void (*voice)(void *ctx, struct span path, bool changed,
	    struct cursor body);
	/* What records state, where the worker is asked for it: the body of
	 * RESULT_STATEMENT; lent. */
	void (*statement)(void *ctx, struct span path, struct cursor body);
	/* With worker.remedies: what would mend a finding of a source; texts
	 * are lent. */
	void (*remedy)(
	    void *ctx, struct span path, const struct remedy *remedy);
	void *ctx;
};

/*
 * Scan the paths into the case; the case is closed afterwards by the caller.
 * -1: the run itself failed (no worker could be started).
 */
int scan_run(const char *const *paths, size_t n, const struct scan_options *o,
    struct casefile *c, struct err *e);

#endif
