/*
 * Search before judging, for what is read as a whole: rules over the lines of
 * configurations that need some text which the source does not hold are not
 * tried on its lines at all.
 */
#ifndef TIDEMARK_DETECT_WHOLE_H
#define TIDEMARK_DETECT_WHOLE_H

#include "detect/rule.h"
#include "match/literal.h"

/* Made once in the parent; the automaton is built by the worker that first
 * needs it. */
struct whole {
	const struct rule_list *rules; /* over lines of configurations */
	struct literal *literals;      /* ids are places in rules */
	bool *searched;		       /* beside rules */
	size_t nsearched;
};

/* 0, or -1 when out of memory. */
int whole_init(struct whole *w, const struct ruleset *rs, struct arena *a);
void whole_release(struct whole *w);

/* Of one worker. */
struct whole_look {
	const struct whole *of;
	struct literal_scratch *scratch;
	bool *found;		   /* beside rules */
	struct rule_list possible; /* of the source at hand */
};

void whole_look_init(struct whole_look *l, const struct whole *w);
void whole_look_release(struct whole_look *l);

/*
 * The rules that some line of these bytes may meet, valid until the next call.
 * NULL: all of them, since a terminal left bytes that readers take away, or no
 * automaton could be built.
 */
const struct rule_list *whole_rules(struct whole_look *l, struct span bytes);

#endif
