/*
 * Commands with names in braces, filled in from a device's own facts.
 *
 *	line vty {first} {last}
 *	 access-class {vty-list} in
 *
 * A name is, in this order: a field of the record that met the rule; "raw",
 * the record's line; a value of data/remedies/ that the configuration shows;
 * one that the operator gave.  What nobody knows is shown as <name>, for the
 * operator to fill in, and a sample stands for it while the plan is checked.
 * A text in <> that is written as such is the same thing.
 *
 * A line may begin (behind its indentation) with a condition, and is left out
 * where that does not hold: {?name} known, {!name} not known, {?name=value}
 * and {!name=value}.
 *
 * Names and lines come from the evidence.  What would not be taken as plain
 * words by a device is not put into a command that somebody pastes: then the
 * name stands there.  Secrets are filled in for the check, never for people.
 */
#ifndef TIDEMARK_PLAN_TEMPLATE_H
#define TIDEMARK_PLAN_TEMPLATE_H

#include "base/arena.h"
#include "base/limits.h"
#include "intel/remedies.h"
#include "record/codec.h"

struct plan_line {
	struct span real;  /* for the check; with indentation */
	struct span shown; /* for people */
	bool open;	   /* something in it is left to the operator */
};

struct plan_lines {
	struct plan_line *v;
	size_t n, cap;
};

/* NAME=TEXT, as the operator gave it. */
struct given {
	struct span name, text;
};

struct given_list {
	const struct given *v;
	size_t n;
};

/* What a configuration shows of the values of the book. */
struct plan_facts {
	const struct remedy_book *book;
	struct given_list given;
	struct arena *arena;
	struct value_list {
		struct plan_line *v; /* texts; open is not used */
		size_t n, cap;
	} *values; /* beside book->values */
	size_t commands;
};

void plan_facts_init(struct plan_facts *f, struct arena *a,
    const struct remedy_book *book, struct given_list given);

/* Take what a record tells of the values; texts are copied. */
void plan_facts_take(struct plan_facts *f, const struct record *r);

/*
 * Append the commands of a template for the record (NULL: none) to *out,
 * without repeating a block that stands there.  Beyond LIMIT_PLAN_COMMANDS of
 * one configuration nothing is appended.
 */
void template_fill(struct plan_facts *f, const struct span_list *lines,
    const struct fact *record, struct plan_lines *out);

#endif
