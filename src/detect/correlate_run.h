/*
 * Inside the evaluation of correlations: the state that its files share.
 *
 *   correlate.c         what goes in, by group, and what comes out
 *   correlate_window.c  the conditions over the signals of one group
 *   correlate_novel.c   what is new in one group
 */
#ifndef TIDEMARK_DETECT_CORRELATE_RUN_H
#define TIDEMARK_DETECT_CORRELATE_RUN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "detect/correlate.h"

/* Events that make up an episode. */
struct trail {
	uint32_t v[LIMIT_EPISODE_EVENTS];
	size_t n;
	uint64_t count;
};

/* A rule held: a plain one at an event, a correlation at the event that
 * completed it. */
struct signal {
	uint32_t event; /* index */
	uint32_t ref;	/* by which the correlation at hand knows it */
	uint32_t group, value;
	int64_t time;
	double number;	     /* the value as a number */
	bool goes_on;	     /* of an episode that began before */
	struct trail *trail; /* NULL: the event itself */
};

struct signals {
	struct signal *v;
	size_t n, cap;
};

struct run {
	const struct event *events;
	struct signals *streams; /* by rule */
	struct arena arena;	 /* streams */
	struct arena scratch;	 /* the correlation at hand */
	struct buf key;
	correlate_fn *fn;
	void *ctx;

	/* The correlation at hand, its signals by group. */
	const struct rule *rule;
	struct signals in;
	size_t *from; /* of each group in the signals, and the end */
	struct map groups, values;
	uint32_t ngroups, nvalues, group;
	uint32_t *counts; /* by value or reference; all 0 between windows */

	int64_t *heard; /* NOVEL: times of all its signals, in order */
	size_t nheard;
	uint64_t before; /* NOVEL: as in struct episode */
	int64_t since;

	struct trail *open; /* the episode, or NULL */
	uint32_t last;	    /* event of its last signal */
};

/* What is new in a group. */
void novel_run(struct run *r, const struct novelty *n, size_t from, size_t to);

/* All signals [from, to) of a group. */
void group_run(struct run *r, size_t from, size_t to);

/* The condition holds at a signal: the episode, to which what makes it up is
 * added.  episode_take adds the signals [from, to). */
struct trail *episode_at(struct run *r, const struct signal *s);
void episode_take(struct run *r, struct trail *t, size_t from, size_t to);
void episode_close(struct run *r);

#endif
