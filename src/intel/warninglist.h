/*
 * Warninglists: values that are no indicators whatever a feed says, since
 * everyone uses them: public resolvers, content networks, private space.  They
 * come as MISP warninglists among the feeds, and data/warninglists/ holds a
 * few (list,value columns).  They speak to feeds only: what is built in comes
 * from an advisory and is not taken back by a list.
 *
 * An address is named by a prefix that holds all of it; a domain by itself or,
 * where the list is one of host names, by a name above it; a string by itself.
 * A URL is named by nothing but its own text: a bad file may lie at a good
 * site.
 */
#ifndef TIDEMARK_INTEL_WARNINGLIST_H
#define TIDEMARK_INTEL_WARNINGLIST_H

#include "base/arena.h"
#include "base/map.h"
#include "intel/indicator.h"

struct addrset;

struct warning_entry {
	uint32_t list;
	uint8_t bits;
	bool above; /* names below it count */
};

struct warninglists {
	struct arena arena;
	struct span *names;
	size_t n, cap;
	struct warning_entry *entries;
	size_t nentries, entries_cap;
	struct addrset *addresses; /* ids: entries */
	struct map words;	   /* lower case -> entry */
	bool sealed;
};

void warninglists_init(struct warninglists *w);
void warninglists_release(struct warninglists *w);

/* A new list; what is added next belongs to it. */
void warninglists_begin(struct warninglists *w, struct span name);
/* An address, prefix, name or other value.  above: a host name, which stands
 * for the names below it too. */
void warninglists_add(struct warninglists *w, struct span value, bool above);
void warninglists_seal(struct warninglists *w);

/* The list's CSV form: list,value; lines of # are comments.  Returns entries.
 */
size_t warninglists_read_csv(struct warninglists *w, struct span csv);

/* The name of the first list that names the indicator, or empty. */
struct span warninglists_find(
    const struct warninglists *w, const struct indicator *x);

#endif
