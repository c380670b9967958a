/*
 * A grammar as it lies in memory; shared by the file that reads tables and the
 * one that follows them.
 */
#ifndef TIDEMARK_READ_GRAMMAR_TABLE_H
#define TIDEMARK_READ_GRAMMAR_TABLE_H

#include "base/map.h"
#include "read/grammar.h"
#include "read/pattern.h"

#define GRAMMAR_NONE UINT32_MAX

/* Patterns by what they can begin with. */
struct grammar_link {
	uint32_t item, next;
};

struct grammar_index {
	struct map words; /* -> link */
	uint32_t any;	  /* link: may begin with any word */
};

struct grammar_entry {
	struct pattern pattern;
	struct span area;
};

/* The statements of one mode or of several. */
struct grammar_body {
	struct grammar_index index; /* of entries */
};

/* A mode: patterns of the lines it stands under, outermost first. */
struct grammar_mode {
	struct pattern *parts;
	unsigned nparts;
	uint32_t body;
	struct span area;
};

struct grammar_words {
	struct span v[LIMIT_GRAMMAR_LIST];
	unsigned n;
};

struct grammar {
	bool by_words; /* shape */
	bool blanks;
	struct pattern under[LIMIT_GRAMMAR_LIST];
	unsigned nunder;
	struct grammar_words before, always, verbs, open, whole, drop;
	struct grammar_entry *entries;
	size_t nentries, entries_cap;
	struct grammar_body *bodies;
	size_t nbodies, bodies_cap;
	struct grammar_mode *modes;
	size_t nmodes, modes_cap;
	struct grammar_link *links;
	size_t nlinks, links_cap;
	struct grammar_index heads; /* modes, by their first part */
	uint32_t top;		    /* body of the mode without lines */
};

bool grammar_has_word(const struct grammar_words *list, struct span word);

/* The two runs of links that hold what may begin with the word; turn is 0 and
 * 1. */
uint32_t grammar_first(
    const struct grammar_index *index, struct span word, unsigned turn);

#endif
