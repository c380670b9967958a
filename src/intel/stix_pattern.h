/*
 * STIX patterns (STIX 2.1, section 9): a parser for the whole grammar, and
 * what a pattern means to a search: the values that can be looked for, and
 * what else must hold where one is found.
 *
 * Comparisons and observations are one tree.  Children of AND, OR and
 * FOLLOWEDBY are lists, so that a pattern with thousands of alternatives is
 * not deep.
 */
#ifndef TIDEMARK_INTEL_STIX_PATTERN_H
#define TIDEMARK_INTEL_STIX_PATTERN_H

#include "base/arena.h"
#include "intel/indicator.h"

enum stix_op {
	STIX_EQ,
	STIX_NE,
	STIX_GT,
	STIX_LT,
	STIX_GE,
	STIX_LE,
	STIX_IN,
	STIX_LIKE,
	STIX_MATCHES,
	STIX_SUBSET,
	STIX_SUPERSET,
	STIX_EXISTS,
};

enum stix_literal {
	LITERAL_STRING,
	LITERAL_INTEGER,
	LITERAL_FLOAT,
	LITERAL_BOOL,
	LITERAL_HEX,
	LITERAL_BINARY,
	LITERAL_TIME,
};

struct stix_value {
	enum stix_literal kind;
	struct span text; /* without quotes and escapes */
};

enum stix_kind {
	/* Comparison expressions. */
	STIX_TEST,
	STIX_ALL, /* AND */
	STIX_ANY, /* OR */
	/* Observation expressions. */
	STIX_OBSERVATION, /* one child: what stands in the brackets */
	STIX_BOTH,	  /* AND */
	STIX_EITHER,	  /* OR */
	STIX_FOLLOWED,	  /* FOLLOWEDBY */
	STIX_WITHIN,	  /* one child; seconds */
	STIX_REPEATS,	  /* one child; times */
	STIX_BETWEEN,	  /* one child; from, until */
};

#define STIX_NONE UINT32_MAX

struct stix_node {
	enum stix_kind kind;
	uint32_t first, next; /* child, sibling */
	uint32_t part;	      /* of OBSERVATION: counted from 0 */
	/* TEST: "network-traffic:dst_ref.value", steps joined by dots without
	 * quotes, indices as written. */
	struct span path;
	enum stix_op op;
	bool negated;
	struct stix_value *values;
	size_t nvalues;
	uint32_t column; /* 1-based, of the path */
	/* Qualifiers. */
	double seconds;
	uint64_t times;
	int64_t from, until;
};

struct stix_pattern {
	struct span text;
	struct stix_node *nodes;
	size_t n, cap;
	uint32_t root, parts;
	uint32_t observations[64]; /* nodes, by part */
	bool qualified;		   /* REPEATS or WITHIN somewhere */
};

struct stix_error {
	uint32_t column; /* 1-based, in bytes */
	const char *text;
};

/*
 * Read a pattern; text is borrowed for as long as the pattern is used.
 * quoted_times: START and STOP take plain strings too (STIX 2.0).  NULL and *e
 * when it is none.
 */
struct stix_pattern *stix_read(
    struct arena *a, struct span text, bool quoted_times, struct stix_error *e);

/* A value that a search can look for. */
struct stix_anchor {
	enum indicator_type type;
	struct span value;
	bool below; /* LIKE '%.x' */
	bool part_only; /* the pattern asks for more than the value */
	uint32_t part;
	int64_t from, until; /* of START and STOP, or TIME_NONE */
};
typedef void stix_anchor_fn(void *ctx, const struct stix_anchor *x);

/*
 * The values to look for: of alternatives all, of what must hold together the
 * one that tells most.  whole: finding any one of them is all that the
 * pattern asks for.  lost: alternatives that no search can find.  False: there
 * is nothing to look for.  Values may lie in the arena.
 */
bool stix_anchors(struct arena *a, const struct stix_pattern *p,
    stix_anchor_fn *fn, void *ctx, bool *whole, size_t *lost);

/* Which type of indicator a path's value is; -1: none that text shows. */
int stix_path_type(struct span path, struct span value);

#endif
