/*
 * Events of monitors and collectors whose values have names: Zeek's columns,
 * members of JSON (nested ones as "outer.inner"), headers of CSV.  The names
 * of Zeek, Suricata, the Elastic Common Schema and common exports are known;
 * what the event is follows from what it has.
 */
#ifndef TIDEMARK_READ_LOG_NAMED_VALUES_H
#define TIDEMARK_READ_LOG_NAMED_VALUES_H

#include "read/log/eve_flow.h"
#include "read/reader.h"

struct named_event {
	const struct read_in *in;
	struct record r;
	struct span line; /* what verbatim fields must stand in */
	bool json;	  /* values may stand escaped in it */
	struct span type; /* what the source says it is, or empty */
	unsigned known;	  /* values that had a meaning */
	bool bad_time;	  /* one was no time */
	struct eve_flow flow;
};

void named_begin(struct named_event *e, const struct read_in *in,
    struct span line, uint64_t number, uint64_t offset);

/* One value.  Nothing happens for names that mean nothing here. */
void named_put(struct named_event *e, struct span name, struct span value);

/* Settles the kind and emits; K_TEXT with the line when nothing was known. */
void named_emit(struct named_event *e, struct emit *out);

/* Does the name mean something?  For guesses. */
bool named_known(struct span name);

/* The names that stand for a field, in turn: an empty one ends them. */
struct span named_of(enum field_id field, unsigned i);

/* Seconds, milliseconds or a date. */
bool named_time(struct span s, int64_t *out);

#endif
