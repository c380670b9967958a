/*
 * Sigma (specification 2.1: rules, the appendix of modifiers, correlation
 * rules, filters), read from YAML and compiled to what detect/rule.h and
 * detect/correlate.h evaluate.
 *
 * Where the specification leaves room, this holds here:
 * - Text is compared without regard to ASCII case unless "cased"; regular
 *   expressions are PCRE2 over bytes, case-sensitive unless "re|i".
 * - A field that a record holds several times matches when any of its values
 *   does.  A record never holds empty text, so '' means what null means.
 * - "neq" is the plain negation of its item: it holds where the field is
 *   absent.  "fieldref" never holds where one of the two fields is absent.
 * - "windash": each dash of the value stands for any of the five.  Encodings
 *   (base64, base64offset, wide, utf16, utf16le, utf16be) apply in the order
 *   written and stand before contains, startswith and endswith.
 * - Time parts are those of UTC; weeks are those of ISO 8601.  The field is one
 *   that holds a time, or "time": when the event happened.
 * - "expand" takes values from placeholder files.  A rule with a placeholder
 *   that has none is loaded and listed (waits_for), and never matches.
 * - Keywords are searched in the raw line.  Where the record is a fact and no
 *   event, or has no raw line, also in the text of every field.
 * - Selections whose name starts with an underscore are not part of "them".
 * - "holds" is ours: a prefix that the field has holds the address or prefix
 *   given ("admits|holds: 192.0.2.7"), the other way round than cidr.
 * - A filter whose condition negates something says what is kept, as pySigma
 *   has it; one without negation says what is suppressed, as the example of
 *   the specification has it.
 * - Rules that a correlation of the same file refers to make no findings of
 *   their own unless it says "generate: true"; rules of other files stay as
 *   they are: a correlation takes no detection away.
 * - Documents with "action: global", "reset" and "repeat", and conditions with
 *   an aggregation ("| count() by x > 5", "| near y") of Sigma 1 are read; the
 *   latter become correlations.
 * - What the engine cannot do is a problem with line and column; the rule is
 *   left out.
 * - In a rule of our own (logsource product: tidemark) a name that is no field
 *   and a value that a field can never have are problems.  In a rule from
 *   elsewhere an item over an unknown field never matches.
 *
 * - "novel" (in "tidemark:" of a correlation) is ours: it takes the place of the
 *   condition's bounds and of the timespan.  With value_count, the rule holds
 *   at an event whose field has a value that no event before of the same group
 *   had, where the group goes back by "after" (a timespan), has had "events"
 *   events before, and "values" values at most.  With event_count and
 *   "silence", it holds at an event that comes so long after the group's one
 *   before, while other groups went on.
 *
 * The optional section "tidemark:" of a rule carries what Sigma has no word
 * for: kind, confidence, advisory, confirmed, source, verify, fix, entity,
 * external, self, router (whose address a field must hold), platforms,
 * evidence, prefilter, novel, feature, state.
 *
 * A rule with a feature makes no finding: where it holds, the device has that
 * feature (record kind "feature"), "enabled" or, by state, "disabled".
 */
#ifndef TIDEMARK_INTEL_SIGMA_H
#define TIDEMARK_INTEL_SIGMA_H

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "intel/check.h"
#include "intel/logsource.h"
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
	PATTERN_SAME,  /* the same number */
	PATTERN_FIELD, /* compared with another field of the record */
};

struct pattern {
	enum pattern_op op;
	bool cased;
	/*
	 * The literal text, in lower case unless cased.  GLOB: with every
	 * wildcard as the byte it was written as; marks then has as many
	 * bytes, each 0 (literal), '?', '*' or '-' (any of five dashes).
	 * REGEX: the expression.
	 */
	struct span text, marks;
	size_t rare;  /* CONTAINS: offset of the byte least common in logs */
	bool numeric; /* number is what the text stands for */
	double number;
	struct prefix prefix; /* CIDR; EQUAL: the address, or family 0 */
	uint16_t other;	      /* FIELD: that field */
	enum pattern_op how;  /* FIELD: EQUAL, PREFIX, SUFFIX, CONTAINS */
	void *regex;	      /* pcre2_code *, owned by the rule set */
};

/* Parts of a time that a test may ask for. */
enum time_part {
	PART_NONE,
	PART_MINUTE,
	PART_HOUR,
	PART_DAY,
	PART_WEEK,
	PART_MONTH,
	PART_YEAR,
};

/* One item of a selection: a field and its values. */
struct rule_test {
	uint16_t field;	 /* enum field_id, or one of FIELD_ */
	struct span key; /* PAIR */
	enum time_part part;
	bool all; /* all values must match, not any */
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

/* A field of an event that a correlation needs. */
struct rule_given {
	uint16_t field;	 /* enum field_id, FIELD_PAIR, FIELD_TIME */
	struct span key; /* PAIR */
};

struct correlation;

/* What makes an event new, see above.  Times in microseconds; 0: not asked. */
struct novelty {
	int64_t after, silence;
	uint64_t events, values;
};

/* Whose address the field must hold that a rule names. */
enum whose {
	WHOSE_FOREIGN, /* nobody's of the operator */
	WHOSE_SELF,    /* the device's own */
	WHOSE_ROUTER,  /* another known device's */
};

struct rule {
	struct check check;
	struct span name, uuid; /* as the rule states them; may be empty */
	struct span_list tags;
	struct span path; /* of the file it stands in */
	uint32_t line;	  /* there */
	uint32_t index;	  /* in the rule set */

	uint64_t kinds;	       /* bit 1 << K: it speaks of records of kind K */
	bool unsupplied;       /* kinds is empty: nothing here can feed it */
	bool off;	       /* not selected: makes no findings */
	bool silent;	       /* only correlations see it */
	struct span logsource; /* as written, for people */
	struct span product, category, service; /* the same in parts */
	const struct logsource *source;		/* that fits, or NULL */
	struct span_list waits_for;	 /* placeholders without a value */
	struct correlation *correlation; /* then root is NULL */
	struct rule_given *gives;	 /* to correlations, by event */
	size_t ngives, capgives;
	bool feeds;			 /* some correlation refers to it */
	struct span_list missing_fields; /* names no record here has */

	struct rule_node *root;
	uint32_t nnodes;	/* made so far, while it is read */
	struct field_set needs; /* fields without which it cannot match */

	struct span_list prefilter; /* the author's promise, lower case */
	uint16_t *entity;	    /* fields that tell its findings apart */
	size_t nentity;
	uint16_t external; /* field whose address is asked for; F_NONE */
	enum whose whose;  /* it must be */
	const struct novelty *novel; /* of a correlation, or NULL */
	struct span_list platforms;
	struct span_list evidence;
	struct span feature; /* that it tells of; empty: none */
	bool feature_off;    /* it tells that the feature is off */
};

struct rule_list {
	const struct rule **v;
	size_t n, cap;
};

/* The rules of a list by the value that they want a field to have. */
#define RULE_KEY_BYTES 64
struct rule_index {
	uint16_t field;		/* F_COUNT: there is no such field */
	struct map values;	/* value in lower case -> place in of */
	struct rule_list *of;	/* rules that want this value */
	struct rule_list rest;	/* rules that want none */
};

/* Lists keep the order; the arena keeps the index. */
void rule_index_build(
    struct rule_index *x, const struct rule_list *list, struct arena *a);

/* The text as the index has it; it has at most RULE_KEY_BYTES. */
struct span rule_key_fold(struct span text, char into[RULE_KEY_BYTES]);

struct ruleset {
	struct arena arena;
	struct rule **rules; /* in the order read; rules[i]->index is i */
	size_t n, cap;
	void **regexes; /* pcre2_code *, for release */
	size_t nregexes, capregexes;
	struct map ids;	 /* check ids */
	struct map refs; /* names and ids as correlations refer to them */
	struct logsource_table sources;
	struct map placeholders; /* -> values */
	struct span_list *values;
	size_t nvalues, capvalues;
	struct sigma_filter *filters; /* until sealed */
	size_t nfilters, capfilters;
	/* What was read, for people. */
	size_t nfiles;	 /* of YAML */
	size_t nnorules; /* of these, files in which nothing is a rule */
	/* After ruleset_seal. */
	struct rule_list by_kind[K_COUNT];
	struct rule_index index[K_COUNT]; /* of by_kind */
};

/* ---- correlations ---- */

enum correlation_type {
	CORRELATION_EVENT_COUNT,
	CORRELATION_VALUE_COUNT,
	CORRELATION_VALUE_SUM,
	CORRELATION_VALUE_AVG,
	CORRELATION_VALUE_PERCENTILE,
	CORRELATION_VALUE_MEDIAN,
	CORRELATION_TEMPORAL,
	CORRELATION_TEMPORAL_ORDERED,
};

/* What the count, or the value, is compared with: all must hold. */
struct correlation_bound {
	enum {
		BOUND_GT,
		BOUND_GTE,
		BOUND_LT,
		BOUND_LTE,
		BOUND_EQ,
		BOUND_NEQ
	} op;
	double number;
};

/* Where events that come through one reference have the values of the keys:
 * an index into the rule's gives, or one of SLOT_.  The value that is counted
 * comes last. */
#define SLOT_ABSENT UINT16_MAX
#define SLOT_DEVICE (UINT16_MAX - 1)
struct correlation_feed {
	uint32_t ref;  /* index into refs */
	uint32_t rule; /* that the events are of */
	uint16_t *slots;
};

struct correlation_ref {
	struct span name;
	uint32_t line, column;
	struct rule *rule; /* after ruleset_link */
};

struct correlation_alias {
	struct span alias, rule, field;
};

struct correlation {
	enum correlation_type type;
	struct correlation_ref *refs;
	size_t nrefs;
	struct span_list keys; /* group-by, as written */
	struct span field;     /* that is counted, or empty */
	struct correlation_alias *aliases;
	size_t naliases;
	int64_t timespan; /* microseconds; 0: all of the evidence */
	struct correlation_bound bounds[8];
	size_t nbounds;
	double percentile; /* of VALUE_PERCENTILE; < 0: the share of a value */
	/* TEMPORAL: a condition over the references; their indices are the
	 * fields of its tests.  NULL: all of them. */
	struct rule_node *expression;
	bool generate;
	unsigned depth; /* after ruleset_link: above those it refers to */
	struct correlation_feed *feeds;
	size_t nfeeds, capfeeds;
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

/* Values for placeholders: a mapping from names (without percent signs) to a
 * value or a list of values, each with wildcards as in rules.  Before the rules
 * that use them. */
void ruleset_placeholders(struct ruleset *rs, struct span yaml,
    struct span path, sigma_problem_fn *problem, void *ctx);

/* Logsources, see intel/logsource.h.  Before the rules; what was read last
 * counts first. */
void ruleset_logsources(struct ruleset *rs, struct span yaml, struct span path,
    sigma_problem_fn *problem, void *ctx);

/*
 * After the last rule, once: apply filters, resolve what correlations refer to,
 * then build by_kind: for each record kind its rules, in order.  A correlation
 * with a problem stays in the set and is unsupplied.  Call it again after
 * changing "off".
 */
void ruleset_link(struct ruleset *rs, sigma_problem_fn *problem, void *ctx);
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
