/*
 * Commands with names in braces, filled in from a device's own facts.
 *
 *	line vty {first} {last}
 *	 access-class {vty-list} in
 *
 * A name is, in this order: a field of the record that was sighted; "raw", the
 * record's line; "path", that line's whole path; a value of data/remedies/ that
 *the configuration shows; one that the operator gave.  What nobody knows is
 *shown as <name>, for the operator to fill in, and a sample stands for it while
 *the plan is checked. A text in <> that is written as such is the same thing.
 *
 * A line may begin (behind its indentation) with a condition, and is left out
 * where that does not hold: {?name} known, {!name} not known, {?name=value},
 * {?name^beginning} and their opposites with an exclamation mark.
 *
 * Where the record stands, in a configuration of lines: the line {at} is the
 * modes that lead to its line, {in} those and the line itself; lines indented
 * below are given in there.  In one of paths, {at words} is a path that ends in
 * these words (of which some may be in braces again), and the command is given
 * for each path of the configuration that does.
 *
 * A line that begins with "# " is no command but a word to whoever gives them.
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
	bool remark;	   /* no command: a sentence, not indented */
};

/* How far a command is indented, in blanks. */
static inline size_t
plan_indent(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == ' ')
		n++;
	return n;
}

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

/* A statement of the configuration. */
struct place {
	uint64_t line;
	unsigned depth;
	uint32_t parent;  /* place, or UINT32_MAX */
	struct span text; /* of a path: all its words */
};

/* What a configuration shows of the values of the book. */
struct plan_facts {
	const struct remedy_book *book;
	const struct remedy_platform *platform; /* may be NULL; set later */
	bool paths; /* the configuration is one of paths; set before records */
	struct place *places;
	size_t nplaces, places_cap;
	uint32_t open[LIMIT_TREE_DEPTH]; /* last place of each depth */
	struct given_list given;
	struct arena *arena;
	struct value_list {
		struct plan_line *v; /* texts; open is not used */
		size_t n, cap;
	} * values; /* beside book->values */
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
