/*
 * YARA rules through libyara: compiled in the parent, run in the workers.
 * What a rule says about itself is in its meta section: id, title, why,
 * severity, confidence, advisory, technique, confirmed, source, verify.
 */
#ifndef TIDEMARK_INTEL_YARA_SET_H
#define TIDEMARK_INTEL_YARA_SET_H

#include "base/arena.h"
#include "base/err.h"
#include "intel/check.h"

struct YR_RULES;
struct yara_set;

typedef void yara_problem_fn(
    void *ctx, struct span path, uint64_t line, const char *text);

int yara_set_begin(struct yara_set **out, struct err *e);

/* Add a file.  One that does not compile is reported and left out. */
void yara_set_add(struct yara_set *s, struct span text, struct span path,
    yara_problem_fn *problem, void *ctx);

/* Add a text that is known to compile: one that is built in. */
void yara_set_keep(struct yara_set *s, struct span text);

/* Does a text compile on its own?  Its errors are told of. */
bool yara_text_compiles(struct span text, yara_problem_fn *problem, void *ctx);

/* Compile what was added; *rules is NULL when there is none.  Frees s. */
int yara_set_end(struct yara_set *s, struct arena *a, struct YR_RULES **rules,
    struct check **checks, struct span **names, size_t *n, struct err *e);
void yara_set_release(struct YR_RULES *rules);

/* Identifiers of the rules that match the bytes.  -1 when the scan itself
 * failed (time-out, too many matches). */
typedef void yara_match_fn(void *ctx, const char *identifier);
int yara_set_scan(struct YR_RULES *rules, struct span bytes,
    yara_match_fn *fn, void *ctx);

#endif
