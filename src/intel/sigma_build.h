/*
 * Inside the reader of Sigma rules: the state that its parts share while one
 * document becomes one rule.  Nobody else includes this.
 *
 *   sigma.c            the rule set; a document from end to end
 *   sigma_about.c      what a rule says of itself: title, level, tags, tidemark
 *   sigma_source.c     logsource to record kinds, field names to fields
 *   sigma_detection.c  selections and their items
 *   sigma_modifier.c   the key of an item: field and modifiers
 *   sigma_condition.c  the condition
 *   sigma_pattern.c    one value of an item
 *   sigma_value.c      values under modifiers that change them
 *   sigma_documents.c  documents of a file: collections, kinds of documents
 *   sigma_correlation.c  a correlation rule
 *   sigma_legacy.c     an aggregation of Sigma 1 as a correlation
 *   sigma_link.c       filters and references, once everything is read
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
	bool bad;      /* a problem was reported: the rule is left out */
	bool native;   /* logsource product: tidemark */
	bool where;    /* names are those of records, whoever wrote the rule */
	bool filter;   /* a filter: its logsource may name any kind */
	unsigned copy; /* the id came from a global document, so many times */
	size_t used;   /* nodes and patterns, against LIMIT_RULE_NODES */
	size_t capmissing;

	struct selection *selections;
	size_t nselections;

	/* An aggregation of Sigma 1 stands behind the condition. */
	const struct yaml_node *timeframe;
	struct legacy *legacy;
	const struct yaml_node *novel; /* of the rule at hand, or NULL */
};

enum transform {
	TRANSFORM_WINDASH,
	TRANSFORM_BASE64,
	TRANSFORM_BASE64OFFSET,
	TRANSFORM_UTF16LE,
	TRANSFORM_UTF16BE,
	TRANSFORM_UTF16,
};

/* A field key with its modifiers. */
#define MODIFIER_CHAIN 8
struct modifiers {
	uint16_t field;	    /* enum field_id or FIELD_ */
	struct span name;   /* of a FIELD_PAIR, for good */
	enum pattern_op op; /* EQUAL: none of those that set it */
	bool exists;	    /* the value says present or absent */
	bool all, cased, neq, expand, fieldref;
	bool implied; /* contains, for keywords */
	bool re_i, re_m, re_s;
	enum time_part part;
	uint8_t chain[MODIFIER_CHAIN]; /* enum transform, in order */
	size_t nchain;
};

/* Patterns under construction. */
struct patterns {
	struct pattern *v;
	size_t n, cap;
};

/* Text of a value under construction: bytes and, for each, 0 (literal), '*',
 * '?' or '-' (any of five dashes). */
struct draft {
	char *text, *marks;
	size_t n;
};

/* A filter waits for all rules. */
struct sigma_filter {
	struct span path;
	uint32_t line, column;
	struct span product, category, service;
	struct span_list rules; /* empty: any */
	bool suppresses;	/* root holds: no match; else it must hold */
	struct rule *rule;	/* carries the tree */
};

/*
 * Report a problem at a node, "offset" bytes into its text, and mark the rule
 * as bad.  Returns NULL, for callers that return a pointer.
 */
void *sigma_fail(struct sigma *s, const struct yaml_node *at, size_t offset,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same where no node is at hand: the rule is not marked. */
void sigma_report(
    const struct sigma *s, uint32_t line, uint32_t column, const char *text);

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
 * The field of a name at offset 0 of a key: enum field_id, or one of FIELD_.
 * For a native rule a name that is no field is a problem; for any other it
 * joins missing_fields.
 */
uint16_t sigma_field(
    struct sigma *s, const struct yaml_node *key, struct span name);

/* Give a rule its tree, within what its logsource allows. */
void sigma_root(struct sigma *s, struct rule *r, struct rule_node *root);

/* Reads all selections, then the condition, into rule->root and needs. */
void sigma_detection(struct sigma *s, const struct yaml_node *doc);
struct rule_node *sigma_condition(
    struct sigma *s, const struct yaml_node *condition);

/* "field|modifier|modifier"; *name is the field's part of the key.  False after
 * a problem. */
bool sigma_key(struct sigma *s, const struct yaml_node *key,
    struct modifiers *m, struct span *name);

/* Add the patterns of one value; several where a modifier makes several of it.
 * False after a problem. */
bool sigma_patterns(struct sigma *s, const struct modifiers *m,
    const struct yaml_node *value, struct patterns *out);

/* A value's bytes, wildcards and escapes told apart. */
struct draft draft_of(struct arena *a, struct span value);
void draft_put(struct draft *d, char c, char mark);

/* Values that a value becomes under the modifiers that change it; at is for
 * problems.  False after a problem. */
bool sigma_transform(struct sigma *s, const struct yaml_node *at,
    const struct modifiers *m, struct draft in, struct draft **out, size_t *n);

/* A value with its placeholders replaced, one text for each combination.
 * Placeholders without values join rule->waits_for; then there may be none. */
bool sigma_expand(struct sigma *s, const struct yaml_node *at,
    struct span value, struct span_list *out);

/* A selection, whatever its form; NULL after a problem. */
struct rule_node *sigma_selection(
    struct sigma *s, const struct yaml_node *body);

/* "novel" of the section "tidemark:", and whether the rule can have it; c NULL:
 * a plain rule. */
void sigma_novel(struct sigma *s, const struct yaml_node *node);
void sigma_novel_check(struct sigma *s, const struct correlation *c);

/* "5m" and the like in microseconds; false when it is none. */
bool sigma_timespan(struct span text, int64_t *out);

/* Selections and condition of a map; keys in "but" are passed over. */
struct rule_node *sigma_body(
    struct sigma *s, const struct yaml_node *body, const char *but);

/* Add a rule to the set, unless its id is taken. */
bool sigma_add(struct sigma *s, const struct yaml_node *doc, struct rule *r);

/* Documents that are no plain rules. */
void sigma_correlation(struct sigma *s, const struct yaml_node *doc);
void sigma_filter_read(struct sigma *s, const struct yaml_node *doc);

/* Behind "|" in a condition: "count() by x > 5".  left is the condition. */
struct legacy;
bool sigma_legacy(struct sigma *s, const struct yaml_node *at, size_t offset,
    struct span text, struct rule_node *left);
/* The rule with its aggregation becomes a correlation and rules it sees. */
bool sigma_legacy_add(struct sigma *s, const struct yaml_node *doc);

/* Bounds of a correlation's condition, except the keys named in "but". */
bool sigma_bound(struct sigma *s, const struct yaml_node *at, struct span word,
    double number, struct correlation *c);

/* A wildcard pattern without escapes, as in "1 of x*", over a name. */
bool sigma_name_fits(struct span pattern, struct span name);

#endif
