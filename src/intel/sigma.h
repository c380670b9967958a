/*
 * Sigma rules (Sigma specification 2.1, "Sigma Rules" and its appendix of
 * modifiers), read from YAML and compiled to what detect/rule.h evaluates.
 *
 * What of the specification holds here:
 * - Text is compared without regard to ASCII case unless "cased"; regular
 *   expressions are PCRE2 over bytes, case-sensitive unless "re|i".
 * - A field that a record holds several times matches when any of its values
 *   does.  A record never holds empty text, so '' means what null means.
 * - "neq" is the plain negation of its item: it holds where the field is
 *   absent.
 * - Keywords are searched in the raw line.  Where the record is a fact and no
 *   event, or has no raw line, also in the text of every field.
 * - Selections whose name starts with an underscore are not part of "them".
 * - "holds" is ours: a prefix that the field has holds the address or prefix
 *   given ("admits|holds: 192.0.2.7"), the other way round than cidr.
 * - The modifiers are contains, startswith, endswith, all, re (then i, m, s),
 *   cidr, holds, exists, lt, lte, gt, gte, cased and neq.  Any other, and
 *   correlations, filters and aggregations ("| count()"), are refused with a
 *   problem, never skipped.
 * - In a rule of our own (logsource product: tidemark) a name that is no field
 *   and a value that a field can never have are problems.  In a rule from
 *   elsewhere an item over an unknown field never matches.
 *
 * The optional section "tidemark:" of a rule carries what Sigma has no word
 * for: kind, confidence, advisory, confirmed, source, verify, fix, entity,
 * external, platforms, evidence, prefilter.
 */
#ifndef TIDEMARK_INTEL_SIGMA_H
#define TIDEMARK_INTEL_SIGMA_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "intel/check.h"
#include "record/record.h"

/* What one value of a selection asks of a field's text. */
enum pattern_op {
	PATTERN_PRESENT, /* the field is there */
	PATTERN_ABSENT,
	PATTERN_EQUAL,
	PATTERN_PREFIX,
	PATTERN_SUFFIX,
	PATTERN_CONTAINS,
	PATTERN_GLOB,
	PATTERN_REGEX,
	PATTERN_CIDR,
	PATTERN_HOLDS, /* a prefix in the field holds the address or prefix */
	PATTERN_LT,
	PATTERN_LTE,
	PATTERN_GT,
	PATTERN_GTE,
};

struct pattern {
	enum pattern_op op;
	bool cased;
	/*
	 * The literal text, in lower case unless cased.  GLOB: with every
	 * wildcard as the byte it was written as; marks then has as many
	 * bytes, each 0 (literal), '?' or '*'.  REGEX: the expression.
	 */
	struct span text, marks;
	size_t rare;  /* CONTAINS: offset of the byte least common in logs */
	bool numeric; /* number is what the text stands for */
	double number;
	struct prefix prefix; /* CIDR; EQUAL: the address, or family 0 */
	void *regex;	      /* pcre2_code *, owned by the rule set */
};

/* One item of a selection: a field and its values. */
#define FIELD_ANY 0xfffe   /* keywords */
#define FIELD_NEVER 0xfffd /* a field that no record here has */
struct rule_test {
	uint16_t field; /* enum field_id, FIELD_ANY or FIELD_NEVER */
	bool all;	/* all values must match, not any */
	struct pattern *patterns;
	size_t npatterns;
};

enum rule_op { RULE_AND, RULE_OR, RULE_NOT, RULE_TEST };

/* A rule's condition with its selections, as a tree.  AND and OR have their
 * cheap children first.  Nodes are shared where a selection is named twice. */
struct rule_node {
	enum rule_op op;
	uint32_t cost;		 /* rough work of an evaluation */
	uint32_t order;		 /* of making: breaks ties of cost */
	struct rule_node **kids; /* NOT: one */
	size_t nkids;
	struct rule_test *test; /* TEST */
};

#define FIELD_WORDS ((F_COUNT + 63) / 64)
struct field_set {
	uint64_t bits[FIELD_WORDS];
};

struct rule {
	struct check check;
	struct span path; /* of the file it stands in */
	uint32_t line;	  /* there */
	uint32_t index;	  /* in the rule set */

	uint64_t kinds;	       /* bit 1 << K: it speaks of records of kind K */
	bool unsupplied;       /* kinds is empty: nothing here can feed it */
	struct span logsource; /* as written, for people */
	struct span_list missing_fields; /* names no record here has */

	struct rule_node *root;
	uint32_t nnodes;	/* made so far, while it is read */
	struct field_set needs; /* fields without which it cannot match */

	struct span_list prefilter; /* the author's promise, lower case */
	uint16_t *entity;	    /* fields that tell its findings apart */
	size_t nentity;
	uint16_t external; /* field whose address must be foreign; F_NONE */
	struct span_list platforms;
	struct span_list evidence;
};

struct rule_list {
	const struct rule **v;
	size_t n;
};

struct ruleset {
	struct arena arena;
	struct rule **rules; /* in the order read; rules[i]->index is i */
	size_t n, cap;
	void **regexes; /* pcre2_code *, for release */
	size_t nregexes, capregexes;
	struct map ids;
	struct rule_list by_kind[K_COUNT]; /* after ruleset_seal */
};

/* A rule, or a file, that could not be taken.  Lives during the call. */
struct sigma_problem {
	struct span path;
	uint32_t line, column; /* 1-based; 0: the file as a whole */
	struct span text;
};
typedef void sigma_problem_fn(void *ctx, const struct sigma_problem *p);

int ruleset_init(struct ruleset *rs);
void ruleset_release(struct ruleset *rs);

/*
 * Add the rules of one file (several documents allowed).  path is for problems
 * and is kept.  Nothing is borrowed from either span.  A document with a
 * problem is left out, the others are taken; a text that is no YAML yields
 * none.  Returns the number of rules added.
 */
int ruleset_read(struct ruleset *rs, struct span yaml, struct span path,
    sigma_problem_fn *problem, void *ctx);

/* Build by_kind: for each record kind its rules, in order.  Once, after the
 * last ruleset_read. */
void ruleset_seal(struct ruleset *rs);

/* NULL when there is none. */
const struct rule *ruleset_find(const struct ruleset *rs, struct span id);

/* The number that a text stands for: decimal digits with an optional sign and
 * fraction, the whole text. */
bool pattern_number(struct span text, double *out);

static inline bool
field_set_has(const struct field_set *s, unsigned f)
{
	return s->bits[f / 64] >> (f % 64) & 1;
}
static inline void
field_set_add(struct field_set *s, unsigned f)
{
	s->bits[f / 64] |= UINT64_C(1) << (f % 64);
}

#endif
