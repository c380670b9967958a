/*
 * STIX patterns (STIX 2.1, section 9): a parser for the whole grammar, and
 * what a pattern means to a search: the values that can be looked for, and
 * what else must hold where one is found.
 *
 * Comparisons and observations are one tree.  Children of AND, OR and
 * FOLLOWEDBY are lists, so that a pattern with thousands of alternatives is
 * not deep.
 */
#ifndef TIDEMARK_INTEL_PATTERN_H
#define TIDEMARK_INTEL_PATTERN_H

#include "base/arena.h"
#include "intel/indicator.h"

enum pattern_op {
	PATTERN_EQ,
	PATTERN_NE,
	PATTERN_GT,
	PATTERN_LT,
	PATTERN_GE,
	PATTERN_LE,
	PATTERN_IN,
	PATTERN_LIKE,
	PATTERN_MATCHES,
	PATTERN_SUBSET,
	PATTERN_SUPERSET,
	PATTERN_EXISTS,
};

enum pattern_literal {
	LITERAL_STRING,
	LITERAL_INTEGER,
	LITERAL_FLOAT,
	LITERAL_BOOL,
	LITERAL_HEX,
	LITERAL_BINARY,
	LITERAL_TIME,
};

struct pattern_value {
	enum pattern_literal kind;
	struct span text; /* without quotes and escapes */
};

enum pattern_kind {
	/* Comparison expressions. */
	PATTERN_TEST,
	PATTERN_ALL, /* AND */
	PATTERN_ANY, /* OR */
	/* Observation expressions. */
	PATTERN_OBSERVATION, /* one child: what stands in the brackets */
	PATTERN_BOTH,	     /* AND */
	PATTERN_EITHER,	     /* OR */
	PATTERN_FOLLOWED,    /* FOLLOWEDBY */
	PATTERN_WITHIN,	     /* one child; seconds */
	PATTERN_REPEATS,     /* one child; times */
	PATTERN_BETWEEN,     /* one child; from, until */
};

#define PATTERN_NONE UINT32_MAX

struct pattern_node {
	enum pattern_kind kind;
	uint32_t first, next; /* child, sibling */
	uint32_t part;	      /* of OBSERVATION: counted from 0 */
	/* TEST: "network-traffic:dst_ref.value", steps joined by dots without
	 * quotes, indices as written. */
	struct span path;
	enum pattern_op op;
	bool negated;
	struct pattern_value *values;
	size_t nvalues;
	uint32_t column; /* 1-based, of the path */
	/* Qualifiers. */
	double seconds;
	uint64_t times;
	int64_t from, until;
};

struct pattern {
	struct span text;
	struct pattern_node *nodes;
	size_t n, cap;
	uint32_t root, parts;
	uint32_t observations[64]; /* nodes, by part */
	bool qualified; /* REPEATS or WITHIN somewhere */
};

struct pattern_error {
	uint32_t column; /* 1-based, in bytes */
	const char *text;
};

/*
 * Read a pattern; text is borrowed for as long as the pattern is used.
 * quoted_times: START and STOP take plain strings too (STIX 2.0).  NULL and *e
 * when it is none.
 */
struct pattern *pattern_read(struct arena *a, struct span text,
    bool quoted_times, struct pattern_error *e);

/* A value that a search can look for. */
struct pattern_anchor {
	enum indicator_type type;
	struct span value;
	bool below; /* LIKE '%.x' */
	uint32_t part;
	int64_t from, until; /* of START and STOP, or TIME_NONE */
};
typedef void pattern_anchor_fn(void *ctx, const struct pattern_anchor *x);

/*
 * The values to look for: of alternatives all, of what must hold together the
 * one that tells most.  whole: finding any one of them is all that the
 * pattern asks for.  lost: alternatives that no search can find.  False: there
 * is nothing to look for.
 */
bool pattern_anchors(const struct pattern *p, pattern_anchor_fn *fn, void *ctx,
    bool *whole, size_t *lost);

/* Which type of indicator a path's value is; -1: none that text shows. */
int pattern_path_type(struct span path, struct span value);

#endif
