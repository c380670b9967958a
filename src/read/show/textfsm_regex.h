/*
 * Expressions in the syntax of Python's re module (3.11) carried over to
 * PCRE2.  A pattern is translated, not passed on: what the two read
 * differently is rewritten (\Z, \v, {,n}, [[ in sets, (?P=n), (?(n)..),
 * inline flags), what Python does not know is refused, names become numbers
 * since PCRE2 allows names of 32 bytes only.
 *
 * Matching is that of re.match: anchored at the start, free at the end.
 */
#ifndef TIDEMARK_READ_SHOW_TEXTFSM_REGEX_H
#define TIDEMARK_READ_SHOW_TEXTFSM_REGEX_H

#include "base/arena.h"
#include "base/err.h"

/* What a match can begin with, to spare most calls of the matcher: ASCII
 * bytes as bits. */
struct regex_lead {
	uint64_t at[2];	 /* the first byte */
	uint64_t ink[2]; /* the first byte that is no white space */
	bool empty;	 /* may match nothing at all */
	bool blank;	 /* may match white space only */
};

struct regex {
	void *code, *wide;   /* pcre2_code *; wide: Unicode, made at need */
	struct span pattern; /* in the syntax of PCRE2 */
	uint32_t options;
	bool ascii_only; /* (?a): classes are ASCII in wide text too */
	bool wide_only;	 /* speaks of characters that ASCII text lacks */
	bool jit;
	bool filtered; /* lead says something */
	struct regex_lead lead;
	struct span *names; /* by group, [0] unused; empty: no name */
	unsigned ngroups;   /* without group 0 */
	bool named;	    /* one of them has a name */
};

/* What a match needs; one for any number of expressions. */
struct regex_scratch {
	void *data, *limits, *stack;
	size_t *places; /* 2 for each group; SIZE_MAX: took no part */
};

int regex_scratch_init(
    struct regex_scratch *s, unsigned ngroups, struct err *e);
void regex_scratch_release(struct regex_scratch *s);

/* Translate only: *r can be asked for groups and compiled later.  Names and
 * pattern live in the arena.  -1: not an expression of Python's re. */
int regex_translate(
    struct arena *a, struct span python, struct regex *r, struct err *e);

/* Compile a translated expression now; regex_match does it at need. */
int regex_compile(struct regex *r, struct err *e);

/* Turn into machine code; must happen before a sandbox is entered. */
void regex_jit(struct regex *r);
void regex_release(struct regex *r);

/* What a line shows of itself before any expression is tried. */
struct regex_line {
	struct span text; /* valid UTF-8 */
	bool ascii;
	int at, ink; /* first byte, first that is no white space; -1: none */
};
struct regex_line regex_line_of(struct span text, bool ascii);

enum regex_result { REGEX_NO, REGEX_YES, REGEX_LIMIT };

/* REGEX_LIMIT: given up (LIMIT_TEXTFSM_MATCH, _DEPTH). */
enum regex_result regex_match(
    struct regex *r, struct regex_scratch *s, const struct regex_line *l);

/* False: the line cannot match.  Inline since nearly all end here. */
static inline bool
regex_may_match(const struct regex *r, const struct regex_line *l)
{
	const struct regex_lead *f = &r->lead;

	if (!r->filtered || !l->ascii)
		return true;
	if (!f->empty &&
	    (l->at < 0 || (f->at[l->at >> 6] >> (l->at & 63) & 1) == 0))
		return false;
	return f->blank ||
	       (l->ink >= 0 && (f->ink[l->ink >> 6] >> (l->ink & 63) & 1) != 0);
}

/* Text of a group of the last match; p is NULL when it took no part. */
static inline struct span
regex_group(
    const struct regex_scratch *s, const struct regex_line *l, unsigned group)
{
	size_t from = s->places[2 * group], to = s->places[2 * group + 1];

	if (from == SIZE_MAX || to < from || to > l->text.n)
		return (struct span){0};
	return span_of((l->text.p ? l->text.p : "") + from, to - from);
}

#endif
