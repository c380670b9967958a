/*
 * YARA over files: the built-in rules as the parent compiled them, users' as a
 * worker compiles them in its sandbox when the first file asks.
 */
#ifndef TIDEMARK_DETECT_YARA_LOOK_H
#define TIDEMARK_DETECT_YARA_LOOK_H

#include "intel/yara_set.h"

struct yara_look {
	const struct yara_known *known;
	struct YR_RULES *users;
	bool tried;
};

/* Zeroed is none; known is borrowed. */
void yara_look_release(struct yara_look *l);

/* rule: index in known->checks. */
typedef void yara_look_fn(void *ctx, size_t rule);

/* false: the scan had to be given up, or users' rules cannot be compiled. */
bool yara_look_scan(
    struct yara_look *l, struct span bytes, yara_look_fn *fn, void *ctx);

#endif
