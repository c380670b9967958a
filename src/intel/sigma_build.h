/*
 * Inside the reader of Sigma rules: the state that its parts share while one
 * document becomes one rule.  Nobody else includes this.
 *
 *   sigma.c            the rule set; a document from end to end
 *   sigma_about.c      what a rule says of itself: title, level, tags, tidemark
 *   sigma_source.c     logsource to record kinds, field names to fields
 *   sigma_detection.c  selections and their items
 *   sigma_condition.c  the condition
 *   sigma_pattern.c    one value of an item
 */
#ifndef TIDEMARK_INTEL_SIGMA_BUILD_H
#define TIDEMARK_INTEL_SIGMA_BUILD_H

#include "intel/sigma.h"
#include "intel/yaml.h"

struct selection {
	struct span name;
	struct rule_node *node;
};

struct sigma {
	struct ruleset *rs;
	struct arena *arena; /* of the rule set */
	struct span path;
	sigma_problem_fn *problem;
	void *ctx;

	struct rule *rule;
	bool bad;    /* a problem was reported: the rule is left out */
	bool native; /* logsource product: tidemark */
	size_t used; /* nodes and patterns, against LIMIT_RULE_NODES */
	size_t capmissing;

	struct selection *selections;
	size_t nselections;
};

/* Modifiers of a field key. */
struct modifiers {
	enum pattern_op op;	       /* EQUAL: none of those that set it */
	bool exists;		       /* the value says present or absent */
	bool all, cased, neq, implied; /* implied: contains, for keywords */
	bool re_i, re_m, re_s;
};

/*
 * Report a problem at a node, "offset" bytes into its text, and mark the rule
 * as bad.  Returns NULL, for callers that return a pointer.
 */
void *sigma_fail(struct sigma *s, const struct yaml_node *at, size_t offset,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Count n more nodes or patterns; false, with a problem, beyond the limit. */
bool sigma_room(struct sigma *s, const struct yaml_node *at, size_t n);

struct rule_node *sigma_node(struct sigma *s, enum rule_op op, size_t nkids);
/* Set a node's cost from its parts and put cheap children first. */
void sigma_settle(struct rule_node *n);

/* Fill the rule's check and extras from the document. */
void sigma_about(struct sigma *s, const struct yaml_node *doc);

/* Texts of a list (or of one scalar), copied; problems for other shapes. */
struct span_list sigma_texts(struct sigma *s, const struct yaml_node *node);

void sigma_logsource(struct sigma *s, const struct yaml_node *doc);

/*
 * The field of a name at offset 0 of a key: enum field_id, or FIELD_NEVER.
 * For a native rule a name that is no field is a problem; for any other it
 * joins missing_fields.
 */
uint16_t sigma_field(
    struct sigma *s, const struct yaml_node *key, struct span name);

/* Reads all selections, then the condition, into rule->root and needs. */
void sigma_detection(struct sigma *s, const struct yaml_node *doc);
struct rule_node *sigma_condition(
    struct sigma *s, const struct yaml_node *condition);

/* One value; field is what it is compared with.  False after a problem. */
bool sigma_pattern(struct sigma *s, const struct modifiers *m, uint16_t field,
    const struct yaml_node *value, struct pattern *out);

/* A wildcard pattern without escapes, as in "1 of x*", over a name. */
bool sigma_name_fits(struct span pattern, struct span name);

#endif
