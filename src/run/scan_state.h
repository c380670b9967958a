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
	bool waits; /* for the second pass */
};

struct chunk {
	bool settled; /* done or lost */
	bool lost;
	enum diag_code why; /* lost; result is the detail */
	struct span result; /* malloc'd; waits for the chunks before */
	uint64_t lines;
	/* Headers inside a log hold for the lines behind: hashes of that which
	 * it was read under and of the last in it, as it told when it was read
	 * first, and where they stand; at 0 it has none. */
	uint64_t under, under_at, head, head_at;
	bool told; /* or lost: nothing more will be */
};

/* What the chunks of a source have in common. */
struct gather {
	struct map hosts; /* -> index in the row's hosts */
	struct sighting_table sightings;
};

/* A large source that is read in chunks: they are taken in their order, since
 * line numbers follow from the chunks before.  After a lost one there are
 * none. */
struct large {
	uint32_t found;
	uint32_t row; /* index in the case's sources */
	struct span format, evidence, magic, why;
	struct span years; /* of all of it: years_put */
	struct chunk *chunks;
	uint32_t chunk_bytes, nchunks, next, left;
	uint64_t front;	      /* NULs that no chunk reads as text */
	uint64_t lines;	      /* of the chunks taken */
	unsigned char *parts; /* hashes of leaves, as digest_join takes them */
	size_t nparts;	      /* bytes that chunks have told */
	/* The header that holds behind the first so many chunks. */
	uint64_t head, head_at;
	uint32_t headed;
	bool lost, some;
	struct gather gather;
	struct source_hashes hashes;
	struct span hashed; /* result of the hash task, malloc'd */
	/* What stood at the path when the source was planned: another file may
	 * stand there by now. */
	struct source_opened opened;
};

enum job_kind { JOB_SOURCE, JOB_CHUNK, JOB_HASH };

struct planned {
	enum job_kind kind;
	uint32_t found; /* SOURCE */
	uint32_t large, chunk;
	uint32_t open; /* SOURCE: see take_sources */
	bool waits;    /* SOURCE: something in it is read in another pass */
	/* SOURCE of more than a chunk: its descriptor is kept until it is done
	 * with; -1: it is not. */
	struct source_opened opened;
};

struct scan {
	const struct scan_options *o;
	enum worker_pass pass;
	struct casefile *c;
	struct arena arena;
	struct arena scratch; /* until the next message */
	struct arena lists;   /* of sources, until a result is taken */
	/* Values of facts in the case (tight.c); where it was not set up,
	 * none are shared. */
	struct map shared;
	struct value **shared_values;
	size_t shared_cap;
	struct map files; /* device and inode -> found */
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

/* The next task's id; and the beginning of its payload in s->payload. */
uint32_t job_new(struct scan *s, struct planned p);
void payload_begin(struct scan *s, enum task_type type, const struct found *f,
    const struct source_opened *o);

/* The body of the first message of a type. */
bool result_find(
    struct span result, enum result_type type, struct cursor *body);

/*
 * Large sources (large.c): what a worker planned, the next chunk or hash task
 * (false: none waits), what came of one, and one that came to nothing.
 */
void large_plan(struct scan *s, struct planned *job, struct cursor plan,
    struct span result);
bool large_next(struct scan *s, struct task *t);
void large_done(struct scan *s, const struct planned *job, struct span result);
void large_lost(struct scan *s, const struct planned *job, enum diag_code why,
    const char *detail);

/* A source that was read for some time: did it change?  Closes what was
 * opened; nothing is said of a row that is NULL. */
void source_leave(struct scan *s, struct source *row, struct source_opened *o);

/* Take messages about the sources they name into the case.  job->open: the
 * source at hand has no end yet, its index + 1; 0: there is none.  job->waits
 * is set where a source is left to the other pass. */
void take_sources(struct scan *s, struct span result, struct planned *job);

/* The lists of a row, which grew in s->lists, move into the case. */
void row_tighten(struct scan *s, struct source *row);

/* A fact that owns its text in the case, and may share its values with others:
 * they are not to be changed. */
void fact_take(struct scan *s, const struct record *r, struct fact *out);

/* The source *open never came to its end. */
void take_unfinished(
    struct scan *s, uint32_t *open, enum diag_code why, struct span detail);

/* Take a chunk; those before have been taken. */
/* What put_hashes wrote. */
struct source_hashes take_hashes(struct scan *s, struct cursor *c);
void take_chunk(struct scan *s, struct large *l, struct span result);

/* Between and after the passes of a run: rows of sources that waited go. */
void rows_settle(struct casefile *c);

/* The addresses that configurations give interfaces, in this run or another;
 * NULL: there are none. */
struct addrset *watched_addresses(
    const struct casefile *c, const struct scan_options *o);

/* The source has more of something than is kept: said once. */
void take_limit(struct scan *s, struct source *row, struct span detail);

/* Manifest and custody lines of all sources. */
int write_custody(struct scan *s, struct err *e);

#endif
