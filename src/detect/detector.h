/*
 * What the detector is made of, for detect.c and values.c only.
 */
#ifndef TIDEMARK_DETECT_DETECTOR_H
#define TIDEMARK_DETECT_DETECTOR_H

#include "detect/asks.h"
#include "detect/detect.h"
#include "detect/flow_search.h"
#include "detect/lookup.h"
#include "detect/search.h"
#include "detect/whole.h"
#include "detect/yara_look.h"
#include "record/codec.h"

struct detect {
	const struct knowledge *knowledge;
	struct lookup lookup;
	struct arena arena;
	struct map settings; /* that vulnerability tests ask for */
	struct map hashes;   /* lower-case hex -> index of indicator */
	struct searches searches;
	struct whole whole;
};

struct waiting {
	struct fact line;
	uint64_t offset;
	uint32_t indicator;
	bool below;
};

/* Readers of flows have so many flow_field. */
#define DETECTOR_FLOWS 2

struct detector {
	const struct detect *d;
	struct detector_options options;
	struct arena arena;    /* sightings, until the next source */
	struct arena scratch;  /* until the next record */
	struct span raw, text; /* of it: the last detector_text */
	struct rule_scratch rules;
	struct searcher searcher;
	struct sighting_table table;
	struct event_table events;
	const struct search *search; /* of the source at hand, or NULL */
	/* A configuration line with an address waits until all facts are known:
	 * a fact of the same line tells more than the line. */
	struct map fact_lines;
	struct waiting *waiting;
	size_t nwaiting, waiting_cap;
	detector_meet_fn *meet; /* or NULL */
	void *meet_ctx;
	bool no_value; /* of an indicator in the whole source */
	bool flows;    /* the source has a flow for each conversation */
	/* Made when the first flows come, for each flow_field of a reader. */
	struct detector_flows {
		flow_field_fn *has;
		struct endpoints of;
	} *flows_of[DETECTOR_FLOWS];
	uint64_t *services;	     /* so are these */
	struct whole_look look;
	struct yara_look yara;
	detector_feature_fn *feature; /* or NULL */
	void *feature_ctx;
	struct map told; /* rules that told a feature of the device at hand */
};

/* A record under the eyes of what walks rules and values. */
struct at_record {
	struct detector *t;
	const struct record *r;
};

/* Forget what was made for the record before. */
void detector_scratch_reset(struct detector *t);

/* A record shows what a check looks for. */
void detector_sight(struct detector *t, const struct record *r, uint32_t check,
    struct span entity, struct span external, enum severity severity,
    enum confidence confidence);

/* Look for indicators in a record. */
void values_record(struct detector *t, const struct record *r);

#endif
