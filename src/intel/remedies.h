/*
 * How commands are given on a platform, read from data/remedies/.  What mends
 * a finding stands with its check (intel/fix.h); here is what all of them need:
 *
 *   platforms   words of version order
 *   source, confirmed   of the facts below
 *   family      how configurations are edited: lines, paths or blocks
 *   comment     what begins a comment in a command file
 *   collect     commands that save what an intruder may wipe, before anything
 *               is changed
 *   contain     sentences: what to do at once where an intruder looks to be in
 *   evict       sentences: what else it takes to get him out
 *   before      commands that undo a change by themselves if access is lost
 *   kept        commands that call these off
 *   restarts    true: what they do in the end is a restart, which wipes what
 *               an intruder left in memory
 *   enter, leave  commands around a change
 *   after       commands that keep the change; data says when to give them
 *   rollback    commands that take a change back as a whole; without them a
 *               plan has the lines that take back each step
 *   control     commands of a fix that only end or commit; a plan has leave
 *   indicator   a fix for a line that names an indicator
 *   single      statements of which there is one: the words that name it, "*"
 *               for any word, "=" for one that must be the same, "!word" where
 *               that must not come next, ">" at the start: only inside a mode;
 *               a new one takes the place of the old one; of paths: words of
 *               which the path has one value
 *   samples     what stands for a name when a plan is checked, where that
 *               depends on the platform: a new secret as it is stored there
 *
 * and, in a document of its own, values for the names in braces of a fix:
 *
 *   values:
 *     name        the name
 *     means       what it is, for people
 *     sample      what stands for it when a plan is checked and nobody knows
 *     kind        of the record to take it from, and then
 *     is          fields with the value they must have
 *     take        a fix's text with fields of that record in braces
 *     each        true: there may be several, and the command and what is
 *                 indented below it are given for each
 */
#ifndef TIDEMARK_INTEL_REMEDIES_H
#define TIDEMARK_INTEL_REMEDIES_H

#include "intel/check.h"
#include "intel/yaml.h"
#include "record/record.h"

struct remedy_sample {
	struct span name, text;
};

struct remedy_platform {
	struct span_list platforms;
	struct remedy_sample *samples;
	size_t nsamples;
	struct span family, comment;
	struct span_list collect, contain, evict, before, kept, enter, leave,
	    after, rollback, control, single;
	struct span_list indicator; /* templates, see intel/fix.h */
	bool restarts;
};

struct remedy_test {
	enum field_id field;
	struct span value;
};

struct remedy_value {
	struct span name, means, sample;
	int kind; /* enum record_kind, or -1: nothing to take it from */
	struct remedy_test *is;
	size_t nis;
	struct span take;
	bool each;
};

struct remedy_book {
	struct remedy_platform *v;
	size_t n, cap;
	struct remedy_value *values;
	size_t nvalues, values_cap;
};

/* Add what a file says.  -1 with *e filled: nothing of it was taken. */
int remedies_read(struct arena *a, struct span yaml, struct remedy_book *b,
    struct yaml_error *e);

/* What stands for a name on a platform (may be NULL) when a plan is checked. */
struct span remedies_sample(const struct remedy_book *b,
    const struct remedy_platform *p, struct span name);

/* NULL: nothing is known of the platform. */
const struct remedy_platform *remedies_for(
    const struct remedy_book *b, struct span platform);

/* The lines of a fix without those that only end or commit; p may be NULL. */
struct span_list remedies_lines(
    const struct remedy_platform *p, struct span_list all, struct arena *a);

/* SIZE_MAX when there is no such value. */
size_t remedies_value(const struct remedy_book *b, struct span name);

#endif
