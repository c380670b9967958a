/*
 * Which hosts a log names, and in how many lines: every line is looked at, so
 * this is kept cheap.  Where a line has the same shape up to the host as the
 * line before (the same time stamp form), and the word there is a host that
 * the reader has already told of, the reader is not asked again.
 */
#ifndef TIDEMARK_RUN_HOSTS_H
#define TIDEMARK_RUN_HOSTS_H

#include "base/arena.h"
#include "base/map.h"
#include "base/text32.h"
#include "case/heard.h"
#include "read/reader.h"
#include "run/seconds.h"

struct host_count {
	struct text32 key; /* made of the name */
	struct heard heard;
	struct span host;
	unsigned shown; /* what lines show of it: EV_SHOWN */
};

/* The time at which a line was written; TIME_NONE: it does not say. */
typedef int64_t host_time_fn(void *ctx, struct span line);

/* A set of the cache in front of the map. */
#define HOST_WAYS 4

struct host_set {
	uint32_t tag[HOST_WAYS];  /* a part of the hash */
	uint32_t next[HOST_WAYS]; /* the host's place and one; 0: none */
};

/* A line of the block at hand, and its host. */
struct host_line {
	const char *p;
	uint32_t host; /* MAP_NONE: it was not seen quickly */
};

/* As many of a block are kept: all, where lines are not very short. */
#define HOST_LINES 4096

#define HOST_SETS 2048
#define HOST_SET_SHIFT (64 - 11)
#define HOST_SHAPE SECONDS_STAMP

struct hosts {
	struct arena *arena;
	struct map index;
	struct host_count *v;
	size_t n, cap;	  /* at most LIMIT_LOG_HOSTS */
	uint64_t unnamed; /* lines of hosts beyond that */
	unsigned shown;	  /* by lines that name no host */
	size_t offset;	  /* of the host in lines of the shape; 0: none yet */
	char shape[HOST_SHAPE];
	struct host_set *sets;	/* HOST_SETS */
	uint64_t lines;		/* so far */
	bool tasks;		/* its lines are accounting records */
	int64_t clock;		/* at the line at hand, as far as known */
	struct seconds seconds; /* of a line whose time was read */
	bool misled;		/* by stamps: they are not used */
	/* Of the last block, in their order; told: the last that was shown. */
	struct host_line *block;
	size_t nblock, told;
};

void hosts_init(struct hosts *h, struct arena *a);

/* What comes is no source's beginning. */
void hosts_go_on(struct hosts *h);

/* Count the host of every line of a block of whole lines, and the lines, which
 * are returned.  time is asked of the
 * first lines of a source, then of a few; between these a line has its stamp's
 * time or, where that cannot be told, the last one known.  NULL: no times are
 * wanted. */
uint64_t hosts_block(struct hosts *h, const struct reader *r, struct span block,
    host_time_fn *time, void *ctx);

/* A line of the last block shows something of its host. */
void hosts_shown(
    struct hosts *h, const struct reader *r, struct span line, unsigned bits);

#endif
