/*
 * What statements a platform's configuration can hold, as the tables under
 * data/grammar say: one file a reader, named like it.  A table tells by its
 * words alone whether a statement is one that the platform knows; it says
 * nothing of its meaning.  Only "dump --understood" looks at it.
 *
 * A file is lines; "#" in the first column begins a comment.
 *
 *	shape lines           a statement is a line; modes are lines above it
 *	shape words           a statement is a path of words; modes are paths
 *	include NAME          the file data/grammar/NAME, in this place
 *	before no default     words that may stand before any statement, which
 *	                      may then end early
 *	always exit end       statements of one word that any mode has
 *	verbs set unset       words:  that a statement may begin with and that
 *	                      are no part of its path.  Lines that begin with
 *	                      none of them (of "open" and "verbs") are no
 *	                      statement
 *	open config edit end  other words that a line may begin with
 *	whole set             statements behind these verbs hold their path
 *	drop member           words that are no part of a path
 *	under vdom *          paths below it are as those at the top
 *	blanks                names in paths may have blanks
 *
 *	[] system             a mode at the top, and what area it belongs to
 *	hostname *            a statement (read/pattern.h)
 *	[router bgp * > vrf * ; router ospf *] routing
 *	                      modes under modes, and several with the same
 *	                      statements
 *	= logging             the area of the statements that follow
 *
 * The lines of a mode itself are statements too, but for those given as ".."
 * or "*" alone, which must be statements of the mode that they stand in.
 */
#ifndef TIDEMARK_READ_GRAMMAR_H
#define TIDEMARK_READ_GRAMMAR_H

#include "base/arena.h"
#include "base/err.h"
#include "record/record.h"

struct grammar;

/* Where "include" finds a file; false: there is none. */
struct grammar_files {
	bool (*find)(void *ctx, struct span name, struct span *text);
	void *ctx;
};

/* In the arena; name's text and the texts of its includes are borrowed.
 * NULL: there is none or it is broken, *e says where. */
struct grammar *grammar_read(struct arena *a, struct span name,
    const struct grammar_files *files, struct err *e);

/* One configuration's way through a grammar. */
struct grammar_walk;
struct grammar_walk *grammar_walk_new(struct arena *a, const struct grammar *g);

/*
 * Is the next statement known?  r is its K_CONFIG record.  *area (may be NULL)
 * becomes the area it belongs to, empty when unknown.
 */
bool grammar_knows(
    struct grammar_walk *w, const struct record *r, struct span *area);

/* Does the statement's text hold its whole path, so that its parent says
 * nothing more? */
bool grammar_whole(const struct grammar *g, struct span text);

/* Does it begin with one of the verbs? */
bool grammar_verb(const struct grammar *g, struct span text);

/* Is the line, that no statement covers, of a form that none needs? */
bool grammar_passes(const struct grammar *g, struct span line);

#endif
