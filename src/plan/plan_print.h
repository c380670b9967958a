/*
 * What the outputs of a plan have in common.
 */
#ifndef TIDEMARK_PLAN_PLAN_PRINT_H
#define TIDEMARK_PLAN_PLAN_PRINT_H

#include "plan/plan.h"

/*
 * Calls put for each command, in order, without repeating the line of a mode
 * that is still open.  fill: something in its block is left to the operator,
 * so none of the block can be given as it is.
 */
typedef void command_put_fn(void *ctx, const struct plan_line *c, bool fill);
void commands_each(const struct plan_lines *l, command_put_fn *put, void *ctx);

/* Is the change undone by itself?  Not by a restart where an intruder looks to
 * be in. */
bool plan_guarded(const struct plan_device *d);

/* "now: exposed; with these commands: affected, feature off (no ip http
 * server)"; nothing where no way around a flaw was tried. */
void plan_answer_text(const struct plan_step *s, struct buf *out);

/* "upgrade to 17.9.4a (same line): mends all 3 flaws that the device is
 * exposed to"; nothing without flaws. */
void plan_upgrade_text(const struct plan_upgrade *u, struct buf *out);

#endif
