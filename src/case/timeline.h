/*
 * The timeline: every dated thing that matters, of all devices, in one order.
 * Logins, changes, captures and the like are moments that workers send of the
 * lines they parse (data/timeline.yaml says which); findings give their first
 * and last sighting; logs give when a device was heard first and last, and
 * its longest silence where a finding speaks of it.
 *
 * Times are UTC.  Where a line was received by somebody who stamped it, his
 * stamp counts, since one collector has one clock; how far off the device's own
 * clock was is told beside it.
 */
#ifndef TIDEMARK_CASE_TIMELINE_H
#define TIDEMARK_CASE_TIMELINE_H

#include "intel/moment.h"

/* How far a time is to be believed. */
enum timeline_clock {
	CLOCK_STATED,  /* the evidence states the zone, or the epoch */
	CLOCK_ASSUMED, /* its source leaves out zone or year: see its notes */
};

struct timeline_event {
	int64_t time; /* never TIME_NONE */
	enum timeline_kind kind;
	enum timeline_clock clock;
	/* Seconds by which the device's own clock was ahead of the receiver's
	 * (negative: behind); 0: by less than a minute, or not known. */
	int64_t clock_off;
	uint32_t device;   /* index in the fleet, or DEVICE_NONE */
	uint32_t finding;  /* index in the findings, or TIMELINE_NONE */
	uint32_t source;   /* index in the sources, or TIMELINE_NONE */
	uint64_t line;	   /* 0: none */
	uint64_t offset;   /* UINT64_MAX: none */
	struct span actor; /* account, or empty */
	struct span peer;  /* address on the other side, or empty */
	struct span text;  /* the line without its secrets, or a title */
};

#define TIMELINE_NONE UINT32_MAX

/* A moment as a worker sends it, of one source. */
struct source_moment {
	int64_t time;
	enum timeline_kind kind;
	int64_t clock_off;
	uint64_t line, offset;
	struct span host, host_addr; /* what the record says of its device */
	struct span actor, peer, text;
};

struct timeline {
	struct timeline_event *v; /* by time, then device, source, line */
	size_t n;
	uint64_t dropped; /* moments beyond a limit */
};

/* "stated", "assumed". */
const char *timeline_clock_name(enum timeline_clock c);

#endif
