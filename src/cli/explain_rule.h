/*
 * A rule in words: which records feed it, and what it looks for.
 */
#ifndef TIDEMARK_CLI_EXPLAIN_RULE_H
#define TIDEMARK_CLI_EXPLAIN_RULE_H

#include "intel/sigma.h"

/* Lines on standard output. */
void explain_rule_text(const struct ruleset *rs, const struct rule *r);

/* "product tidemark, category command" of "tidemark/command/"; a text without
 * slashes stays. */
#define LOGSOURCE_WORDS 224
struct span logsource_words(struct span logsource, char out[LOGSOURCE_WORDS]);

#endif
