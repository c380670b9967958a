/*
 * Rules over records: does this record do what the rule speaks of?
 *
 * The rules are read and compiled by intel/sigma.h in the parent; workers
 * share them read-only.  A worker owns one struct rule_scratch, made before it
 * gives up its rights: matching allocates nothing and asks the system for
 * nothing.
 */
#ifndef TIDEMARK_DETECT_RULE_H
#define TIDEMARK_DETECT_RULE_H

#include "intel/sigma.h"

struct rule_scratch {
	/* PCRE2: match data, match context, stack of compiled code. */
	void *match, *limits, *stack;
	/* Regular expressions that were given up at a limit: the record did
	 * not match as far as anyone looked. */
	uint64_t gave_up;

	/* About the record at hand. */
	const struct record *record;
	struct field_set present;
	struct field_set several; /* fields put more than once */
	uint8_t first[F_COUNT];	  /* place of a present field's first value */
	/* Values in lower case, made when first asked for; the last two are
	 * the raw line and the pair at hand. */
	bool folded_set[LIMIT_RECORD_FIELDS + 2];
	struct span folded[LIMIT_RECORD_FIELDS + 2];
	char *fold; /* room for all of them */
	size_t fold_used;
};

/* Returns -1 with *e filled when there is no memory. */
int rule_scratch_init(struct rule_scratch *s, struct err *e);
void rule_scratch_release(struct rule_scratch *s);

/* Does the rule hold for the record?  The record's kind is not looked at.  A
 * correlation never does. */
bool rule_match(
    const struct rule *r, const struct record *rec, struct rule_scratch *s);

/* All rules of the record's kind that hold, in an order that depends on the set
 * and the record alone; the set is sealed.  Cheaper than so many calls of
 * rule_match. */
typedef void rule_hit_fn(void *ctx, const struct rule *r);
void ruleset_match(const struct ruleset *rs, const struct record *rec,
    struct rule_scratch *s, rule_hit_fn *hit, void *ctx);

/* The same for the rules of a list, whatever their kinds. */
void rules_match(const struct rule_list *list, const struct record *rec,
    struct rule_scratch *s, rule_hit_fn *hit, void *ctx);

/*
 * Search before parsing.  A need is a set of byte strings, in lower case and
 * without repeats, of which at least one stands (without regard to ASCII case)
 * in the raw line of every record that the rule can match.  A rule may have
 * several needs, which must all be met: the first is the one to search for
 * (the rarest, as far as can be told), the others are for a second look at the
 * lines that were found.
 */
struct literal_need {
	struct span *v;
	size_t n;
	bool promised; /* by the rule's author (prefilter), not proven */
};

struct literal_needs {
	struct literal_need *v;
	size_t n;
};

/* A literal shorter than this stands in too many lines to be worth it. */
#define RULE_LITERAL_MIN 3

/*
 * False when no need is known: then every line has to be parsed.  Texts live
 * in the arena.  Only fields whose text stands verbatim in the raw line count
 * (field_verbatim), and keywords where all kinds of the rule are events; of a
 * decoded path the text or a percent sign stands there.
 */
bool rule_literals(
    const struct rule *r, struct literal_needs *out, struct arena *a);

#endif
