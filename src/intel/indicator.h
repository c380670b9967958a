/*
 * Indicators: what an advisory or a feed says an intruder used.  For now the
 * program's own CSV form: type,value,id,valid_from,valid_until,source,
 * confirmed,note.  Types: ipv4, ipv6, cidr, sha256, sha1, md5.
 */
#ifndef TIDEMARK_INTEL_INDICATOR_H
#define TIDEMARK_INTEL_INDICATOR_H

#include "base/addr.h"
#include "base/arena.h"
#include "intel/check.h"

enum indicator_type { INDICATOR_ADDRESS, INDICATOR_HASH };

struct indicator {
	struct check check;
	enum indicator_type type;
	struct prefix prefix; /* ADDRESS */
	struct span value;    /* canonical text; hashes in lower case */
	int64_t from, until;  /* validity, TIME_NONE: open */
};

struct indicator_list {
	struct arena *arena;
	struct indicator *v;
	size_t n, cap;
};

/* A line that could not be taken; line is 1-based. */
typedef void indicator_problem_fn(
    void *ctx, struct span path, uint64_t line, const char *text);

/* Add a CSV file's indicators.  Returns how many were added. */
size_t indicator_read_csv(struct indicator_list *l, struct span csv,
    struct span path, indicator_problem_fn *problem, void *ctx);

#endif
