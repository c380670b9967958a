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

/* A literal of rule "id" that ends at a byte. */
struct whole_hit {
	size_t end;
	uint32_t id;
};

/* Of one worker. */
struct whole_look {
	const struct whole *of;
	struct literal_scratch *scratch;
	struct rule_list always;    /* rules that nothing can be sought of */
	struct rule_list candidate; /* of the line at hand */
	/* Of the source at hand, by end. */
	struct span bytes;
	struct whole_hit *hits;
	size_t nhits;
	bool useless; /* too many hits: every rule is tried */
};

void whole_look_init(struct whole_look *l, const struct whole *w);
void whole_look_release(struct whole_look *l);

/*
 * Search a source; it must outlive the questions about its lines.  Nothing is
 * known of it when a terminal left bytes that readers take away, or when no
 * automaton could be built.
 */
void whole_search(struct whole_look *l, struct span bytes);

/* No source is at hand. */
void whole_forget(struct whole_look *l);

/*
 * The rules that a line can meet, valid until the next call.  NULL: all of
 * them, since the line is no part of the source that was searched.
 */
const struct rule_list *whole_rules(struct whole_look *l, struct span line);

#endif
