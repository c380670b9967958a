/*
 * The detectors, over records: rules, indicators, YARA.  (Vulnerabilities need
 * all evidence of a device and are tested by the case.)
 *
 * Search before parsing: every literal that a rule needs and every address of
 * an indicator is searched in raw bytes first, and only lines that can matter
 * are parsed.
 */
#ifndef TIDEMARK_DETECT_DETECT_H
#define TIDEMARK_DETECT_DETECT_H

#include "detect/event_table.h"
#include "detect/search.h"
#include "detect/sighting.h"

/* Compiled once in the parent, shared by the workers. */
struct detect;

int detect_new(const struct knowledge *k, struct detect **out, struct err *e);
void detect_free(struct detect *d);

/* How the rules of an evidence class are searched for. */
struct detect_shape {
	size_t literals; /* that stand for rules */
	size_t every;	 /* rules that need every line parsed */
	size_t marked;	 /* rules that need every command, flow or request */
};
struct detect_shape detect_shape(const struct detect *d, struct span evidence);

struct detector_options {
	bool show_secrets;
};

/* One worker's detector; made before the sandbox closes. */
struct detector;
int detector_new(const struct detect *d, const struct detector_options *o,
    struct detector **out, struct err *e);
void detector_free(struct detector *t);

/* Begin a source: forget the sightings of the last one. */
void detector_begin(struct detector *t, const struct reader *reader);

/* The state that the reader's open made for the source, before its lines. */
void detector_opened(
    struct detector *t, const struct reader *reader, const void *state);

/* All bytes of a source that is read as a whole: when no value of an
 * indicator stands in them, its records need not be searched one by one. */
void detector_bytes(struct detector *t, struct span bytes);

/* Rules and indicators over one record. */
void detector_record(struct detector *t, const struct record *r);

/* What rules and indicators look for among the flows of a reader that has
 * flow_field; flows without it need no record. */
const struct endpoints *detector_endpoints(
    struct detector *t, const struct reader *reader);

/* A bit for each port that rules over flow patterns name: ENDPOINT_WORDS. */
const uint64_t *detector_services(struct detector *t);

/* Addresses whose connections matter whatever rules want: lines that may tell of
 * one are parsed.  NULL: none.  Sealed, borrowed. */
void detector_watch(struct detector *t, const struct addrset *addresses);

/*
 * Which lines of a block of whole lines can matter, in order, each once:
 * fn gets the offset of the line's first byte, its length without line end.
 * When some rule of this format cannot be searched for, that is every line.
 */
void detector_lines(struct detector *t, struct span block, search_line_fn *fn,
    void *ctx);

/* From now on detector_lines tells fn what lines show of their devices. */
void detector_on_shown(
    struct detector *t, search_shown_fn *fn, void *ctx);

/* Values of indicators in bytes that nobody parses.  offset: of bytes in
 * the source.  lines: give line numbers, counted from line (1-based). */
void detector_raw(struct detector *t, struct span bytes, uint64_t offset,
    uint64_t line);

/* YARA over the bytes of a file.  false: the scan had to be given up. */
bool detector_yara(struct detector *t, struct span bytes);

/*
 * From now on fn is told of the features that rules of data/features find, rule by
 * rule once: in a source, or in what a recording of sessions holds of one device.
 * at borrows from the detector until the next record.
 */
struct detector_feature {
	struct span name;
	bool off;
	uint64_t line;
	struct span text; /* without secrets */
	const struct span_list *platforms; /* it speaks of; none: all */
};
typedef void detector_feature_fn(
    void *ctx, const struct detector_feature *f);
void detector_on_feature(
    struct detector *t, detector_feature_fn *fn, void *ctx);

/* From now on fn is told of each sighting as it is made, with its record.
 * NULL: nobody is. */
typedef void detector_meet_fn(void *ctx, uint32_t check,
    const struct record *r, struct span entity);
void detector_on_meet(struct detector *t, detector_meet_fn *fn, void *ctx);

/* Does some vulnerability test or prerequisite ask for this setting? */
bool detector_asks_for(const struct detector *t, struct span setting);

/* The source is done: what had to wait for all of its records is settled. */
void detector_end(struct detector *t);

/* What has been seen since detector_begin. */
const struct sighting_table *detector_sightings(const struct detector *t);

/* The same for events that correlations need. */
const struct event_table *detector_events(const struct detector *t);

/* Evidence text: secrets replaced unless they are to be shown. */
struct span detector_text(struct detector *t, struct span raw);

#endif
