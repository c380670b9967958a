/*
 * Users' Sigma rules are compiled in the parent, since all workers share them.
 * Before that they are compiled where nothing else is at stake: a text on which
 * that breaks down is refused and never compiled here.
 */
#ifndef TIDEMARK_INTEL_USER_RULES_H
#define TIDEMARK_INTEL_USER_RULES_H

#include "intel/sigma.h"

/*
 * Does step for 0 to n - 1, in a process that can do no harm.  refused is told
 * of each at which that broke down, with the way; the others are done after it.
 * What step does to memory is lost.
 */
typedef void trial_step_fn(void *ctx, size_t i);
typedef void trial_refused_fn(void *ctx, size_t i, const char *how);
typedef void trial_fn(
    trial_step_fn *step, trial_refused_fn *refused, size_t n, void *ctx);

struct user_text {
	struct span path, text;
	bool refused;
};
struct user_rules {
	struct arena *arena;
	struct user_text *v;
	size_t n, cap;
};

void user_rules_add(struct user_rules *u, struct span path, struct span text);

/* Marks those that are refused, and tells why.  rules: as they stand before the
 * texts; unchanged. */
void user_rules_try(struct user_rules *u, struct ruleset *rules, trial_fn *fn,
    sigma_problem_fn *problem, void *ctx);

#endif
