/*
 * What the files textfsm_python*.c share, and nobody else: a translation from
 * Python's re syntax to PCRE2's under way, what a match can begin with, and
 * single characters and sets.  Functions that return int: 0, or -1 with t->e.
 */
#ifndef TIDEMARK_READ_SHOW_TEXTFSM_PYTHON_H
#define TIDEMARK_READ_SHOW_TEXTFSM_PYTHON_H

#include "base/buf.h"
#include "base/limits.h"
#include "read/show/textfsm_regex.h"

struct translation {
	struct arena *arena;
	struct span s;
	size_t i;
	struct buf out;
	struct regex *r;
	size_t names_cap;
	unsigned depth;
	bool verbose; /* (?x) */
	bool vague;   /* lead cannot be told */
	bool stars;   /* the last group's body is "x*y*z*" */
	bool merge;   /* such groups may be merged */
	bool merged;
	bool referred; /* to a group, by number or name */
	struct err *e;
};

/* ---- the pattern ---- */

static inline bool
pattern_ended(const struct translation *t)
{
	return t->i >= t->s.n;
}

/* The byte "ahead" places on; 0 beyond the end. */
static inline char
pattern_peek(const struct translation *t, size_t ahead)
{
	return t->s.n - t->i > ahead ? t->s.p[t->i + ahead] : '\0';
}

static inline bool
pattern_take(struct translation *t, char c)
{
	if (pattern_ended(t) || pattern_peek(t, 0) != c)
		return false;
	t->i++;
	return true;
}

/* ---- what a match can begin with ---- */

/* One byte out of a set of ASCII bytes as bits; one byte. */
struct regex_lead lead_of(const uint64_t bits[2]);
struct regex_lead lead_byte(unsigned char c);
/* What one expression behind another, or either of two, can begin with. */
void lead_then(struct regex_lead *f, const struct regex_lead *next);
void lead_or(struct regex_lead *f, const struct regex_lead *other);

/* ---- characters ---- */

/* A byte that stands for itself, as PCRE2 wants it. */
void pattern_put_literal(struct translation *t, unsigned char c);
/* Behind "[": the set to its end. */
int pattern_set(struct translation *t, struct regex_lead *f);
/* Behind a backslash, outside sets. */
int pattern_escape(struct translation *t, struct regex_lead *f);

#endif
