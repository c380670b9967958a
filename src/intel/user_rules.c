#include "intel/user_rules.h"

#include <stdio.h>

void
user_rules_add(struct user_rules *u, struct span path, struct span text)
{
	u->v = arena_grow(u->arena, u->v, u->n, &u->cap, sizeof(*u->v));
	u->v[u->n++] = (struct user_text){
	    arena_copy(u->arena, path), arena_copy(u->arena, text), false};
}

struct trying {
	struct user_rules *u;
	struct ruleset *rules;
	sigma_problem_fn *problem;
	void *ctx;
};

static void
no_problem(void *ctx, const struct sigma_problem *p)
{
	(void)ctx;
	(void)p;
}

/* The last one puts all of them together. */
static void
step(void *ctx, size_t i)
{
	struct trying *t = ctx;

	if (i == t->u->n)
		ruleset_link(t->rules, no_problem, NULL);
	else
		ruleset_read(t->rules, t->u->v[i].text, t->u->v[i].path,
		    no_problem, NULL);
}

static void
refuse(struct trying *t, struct user_text *x, const char *how)
{
	char text[240];
	struct sigma_problem p = {.path = x->path};

	snprintf(text, sizeof(text),
	    "refused: the process that reads it first broke down (%s)", how);
	p.text = span_str(text);
	x->refused = true;
	t->problem(t->ctx, &p);
}

static void
refused(void *ctx, size_t i, const char *how)
{
	struct trying *t = ctx;

	if (i < t->u->n) {
		refuse(t, &t->u->v[i], how);
		return;
	}
	for (size_t k = 0; k < t->u->n; k++)
		if (!t->u->v[k].refused)
			refuse(t, &t->u->v[k], how);
}

void
user_rules_try(struct user_rules *u, struct ruleset *rules, trial_fn *fn,
    sigma_problem_fn *problem, void *ctx)
{
	struct trying t = {u, rules, problem, ctx};

	if (u->n > 0)
		fn(step, refused, u->n + 1, &t);
}
