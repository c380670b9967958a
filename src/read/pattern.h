/*
 * A statement's form, in a small language of words, as the tables under
 * data/grammar write it:
 *
 *	word       that word
 *	wo*        a word that begins so
 *	a|b        one of these words
 *	*          any one word
 *	N          a number or a list of numbers: 10, 1-5,7, 65000.1
 *	A          an address or prefix, IPv4, IPv6 or MAC
 *	..         whatever follows
 *	(x y | z)  one of these rows
 *	[x | y]    one of them or nothing
 *	{x N | y}  any number of them, in any order
 *	\word      that word, whatever its signs mean otherwise
 *
 * It is compiled to steps that are followed all at once, so a match costs at
 * most words times steps, whatever the pattern or the statement.
 */
#ifndef TIDEMARK_READ_PATTERN_H
#define TIDEMARK_READ_PATTERN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"

enum pattern_op {
	OP_WORD,
	OP_STARTS,
	OP_ANY,
	OP_NUMBER,
	OP_ADDRESS,
	OP_REST,
	OP_SPLIT,
	OP_GO,
	OP_MATCH
};

struct pattern_step {
	uint8_t op;
	uint16_t to, or_to; /* SPLIT, GO */
	struct span word;   /* WORD, STARTS */
};

struct pattern {
	struct pattern_step *v;
	uint16_t n;
	bool vague; /* it may begin with any word */
};

/* The words of a statement. */
struct statement {
	struct span v[LIMIT_GRAMMAR_WORDS];
	unsigned n;
	unsigned loose; /* the first so many may be parts of one name */
	bool part;	/* it may end early, as "no ip address" does */
};

/* Compile; text is borrowed.  -1: no pattern, *e says why. */
int pattern_read(
    struct arena *a, struct span text, struct pattern *out, struct err *e);

/* Does it match the words from "from" to the end? */
bool pattern_match(
    const struct pattern *p, const struct statement *s, unsigned from);

/* What it matches from word "from" on: ends[i] is set when words [from, i) do.
 * ends has LIMIT_GRAMMAR_WORDS + 1 places.  Returns whether any does. */
bool pattern_prefixes(const struct pattern *p, const struct statement *s,
    unsigned from, bool *ends);

/* What a match can begin with: calls back with each word, or once with an
 * empty span when it may be any word or none. */
void pattern_first(const struct pattern *p,
    void (*word)(void *ctx, struct span word), void *ctx);

#endif
