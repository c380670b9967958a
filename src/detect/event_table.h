/*
 * Events for correlations: a worker gathers them for one source, beside the
 * sightings; the parent puts those of all sources together.
 */
#ifndef TIDEMARK_DETECT_EVENT_TABLE_H
#define TIDEMARK_DETECT_EVENT_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/cursor.h"
#include "detect/sighting.h"
#include "intel/sigma.h"

/* A plain rule that a correlation refers to met a record. */
struct table_event {
	uint32_t rule;
	int64_t time; /* TIME_NONE: it cannot be put in a window */
	struct span host, host_addr, external, peers; /* as of a sighting */
	struct span *values; /* beside the rule's gives; empty: absent */
	size_t nvalues;
	struct evidence at;
};

struct event_table {
	struct arena *arena;
	struct table_event *v;
	size_t n, cap;
	size_t text; /* bytes of lines kept */
	bool full;   /* a limit was reached: events were left out */
};

void event_table_init(struct event_table *t, struct arena *a);

/* Add one; everything is copied.  Beyond LIMIT_TASK_EVENTS it is dropped,
 * beyond LIMIT_EVENT_TEXT its line is. */
void event_table_add(struct event_table *t, const struct table_event *e);

/* What a record holds of a field that a correlation needs; empty: nothing.
 * In the arena or borrowed. */
struct span event_value(
    const struct record *r, const struct rule_given *g, struct arena *a);

void event_encode(struct buf *b, const struct table_event *e);
bool event_decode(struct cursor *c, struct arena *a, struct table_event *out);

#endif
