/*
 * What the files knowledge*.c share, and nobody else: knowledge being loaded.
 * knowledge.c finds the files, knowledge_take.c knows what each of them is.
 */
#ifndef TIDEMARK_INTEL_KNOWLEDGE_LOADER_H
#define TIDEMARK_INTEL_KNOWLEDGE_LOADER_H

#include <xxhash.h>

#include "intel/knowledge.h"
#include "intel/yara_set.h"

struct knowledge_loader {
	struct knowledge *k;
	const struct knowledge_options *options;
	knowledge_problem_fn *problem;
	void *ctx;
	XXH3_state_t *hash;
	struct yara_set *yara;
	struct user_rules *gather; /* files of users go there, or NULL */
	struct feed_options feeds;
	unsigned depth;
	bool quiet; /* problems are passed over */
};

/* Tell the caller of something that is wrong in a file; line and column 0: not
 * known. */
void loader_problem(struct knowledge_loader *l, struct span path, uint64_t line,
    uint64_t column, struct span text);
/* The same for rules; ctx is the loader. */
void loader_on_sigma(void *ctx, const struct sigma_problem *p);

typedef void loader_take_fn(
    struct knowledge_loader *l, struct span name, struct span text);

/* One file; name is below the data folder, its first folder says what it is.
 * The text need not outlive the call. */
loader_take_fn knowledge_take;
/* What must be read before any rule. */
loader_take_fn knowledge_take_logsources, knowledge_take_placeholders;

#endif
