/*
 * The state of a scan in the parent; shared by the files of the scheduler's
 * caller.
 */
#ifndef TIDEMARK_RUN_SCAN_STATE_H
#define TIDEMARK_RUN_SCAN_STATE_H

#include "run/result.h"
#include "run/scan.h"
#include "source/walk.h"

/* A source that the walk found. */
struct found {
	struct span path;
	const char *open_path;
	uint64_t size;
	int64_t mtime;
	enum source_kind kind;
	bool follow;
	dev_t dev;
	ino_t ino;
};

/* A large source that is read in chunks: results wait until all are there,
 * since line numbers follow from the chunks before. */
struct large {
	uint32_t found;
	struct span format, evidence, magic, why;
	uint32_t nchunks, left;
	struct clock_hint *clocks;
	struct span *results;  /* of each chunk, malloc'd */
	uint64_t *lines;       /* of each chunk; UINT64_MAX: lost */
	struct span sha256, xxh3;
	uint64_t bytes;
	struct source *row;    /* while committing */
	struct diag *diags;
	size_t ndiags, cap;
};

enum job_kind { JOB_SOURCE, JOB_CHUNK, JOB_HASH };

struct planned {
	enum job_kind kind;
	uint32_t found; /* SOURCE */
	uint32_t large, chunk;
};

struct scan {
	const struct scan_options *o;
	struct casefile *c;
	struct arena arena;
	struct arena scratch; /* until the next message */
	struct found *found;
	size_t nfound, found_cap, next_found;
	struct large *large;
	size_t nlarge, large_cap;
	struct planned *jobs; /* by task id */
	size_t njobs, jobs_cap;
	uint32_t *ready; /* chunk and hash jobs that wait */
	size_t nready, ready_cap, next_ready;
	struct buf payload;
	struct scan_progress progress;
	struct err *e;
	bool manifest_failed;
};

/* Take the messages of a result into the case: into row, or into the sources
 * that the result names itself when row is NULL.  base is added to line
 * numbers.  Messages of other types go to special (may be NULL). */
typedef void result_special_fn(struct scan *s, enum result_type type,
    struct cursor body, void *ctx);
void take_result(struct scan *s, struct span result, struct source *row,
    uint64_t base, result_special_fn *special, void *ctx);

/* Manifest and custody lines of all sources. */
int write_custody(struct scan *s, struct err *e);

#endif
