/*
 * A reader turns bytes into records and diagnostics, nothing else: no
 * printing, no clock, no network, no files.  It is a pure function of what
 * stands in struct read_in, so it is golden-tested, fuzzed and sandboxed as it
 * is.  Each reader is one constant struct, listed in read/formats.def.
 *
 * Three shapes.  A WHOLE reader (a configuration, a show output) gets all bytes
 * at once.  A LINES reader (a log) gets one line at a time, and not every
 * line: the caller searches raw bytes first and hands over only lines that can
 * matter, of any chunk of the file, in order.  So a line must be readable from
 * itself plus the first bytes of the source (struct read_in.head).  A BLOCKS
 * reader (packets, binary flows) gets a stream of any length in pieces, from
 * first to last, keeps a state between them, and takes of each piece as many
 * bytes as make whole items.
 */
#ifndef TIDEMARK_READ_READER_H
#define TIDEMARK_READ_READER_H

#include "base/arena.h"
#include "base/diag.h"
#include "device/defaults.h"
#include "match/endpoints.h"
#include "record/record.h"

/* What identify shows a reader of a source. */
struct probe {
	struct span head; /* the first bytes, at most LIMIT_PROBE_BYTES */
	struct span path; /* as in the report; inner name last; may be "-" */
	uint64_t size;	  /* bytes in all; UINT64_MAX when not known */
	bool whole;	  /* head is the whole source */
};

/* 0 is "no"; 100 is certain.  Above 50 the content itself must speak for it.
 * A name alone gives at most 20. */
struct guess {
	int score;
	const char *reason; /* static text: the signature that was seen */
};

/* For time stamps that lack a year: the month, day and year at which the
 * first line of this chunk stands.  year 0: not known. */
struct clock_hint {
	int year, month, day;
	int zone; /* of stamps that name none: minutes east of UTC */
};

struct read_in {
	struct span bytes; /* WHOLE: all of it.  Others: unused */
	struct span head;  /* the source's first bytes, as in struct probe */
	struct span path;
	/* LINES: whole lines among which the one at hand lies, or empty.
	 * Where they end means nothing: what is read from them must be no
	 * more than an addition. */
	struct span around;
	struct clock_hint clock;
	/* What silence means; NULL: nothing is known of it. */
	const struct defaults *defaults;
	/* For derived text.  WHOLE: lives until the source is done.  LINES and
	 * BLOCKS: the arena given to open lives as long as the state; the one
	 * given to line or block is reset after each call. */
	struct arena *arena;
	/* An address for which configurations are asked what it may reach
	 * (record kind "reach", field "answer"), or NULL. */
	const struct addr *ask;
	/* Templates for the output of commands; NULL: none are at hand.  They
	 * are read at need, which changes nothing that a reader can see. */
	struct show_library *shows;
	/* Flows that no rule or indicator can match need not become records:
	 * what to look for (match/endpoints.h), or NULL: all of them. */
	const struct endpoints *wanted;
	/* Counts the items that made no record therefore, or NULL. */
	uint64_t *passed;
	/* Whose flows are told beside the records (read/flow/flow.h); NULL:
	 * nobody's.  Only for readers that say so (tells_flows). */
	const struct flow_watch *watch;
};

/* Where records and diagnostics go.  A record lives only during the call. */
struct emit {
	void (*record)(struct emit *e, const struct record *r);
	void (*diag)(struct emit *e, enum diag_code code, uint64_t line,
	    struct span detail);
};

/* For whoever wants neither, or records alone. */
struct emit emit_nothing(void);
struct emit emit_records(
    void (*record)(struct emit *e, const struct record *r));

/*
 * LINES readers may say which lines can yield records of some kinds: only
 * those that hold one of the marks.  A search then looks for the marks first,
 * and for what rules want of these kinds only in the lines that it finds.
 */
struct kind_mark {
	const char *text; /* ASCII, any case */
	uint64_t kinds;	  /* that lines which hold it may yield; 0: all */
};

struct kind_marks {
	uint64_t kinds;		       /* bit 1 << K */
	const struct kind_mark *marks; /* the last has no text */
	/* Of K_COMMAND: behind these texts stands the command, up to a tab or
	 * a quote; NULL-terminated, or NULL. */
	const char *const *before;
	/* Texts between the words of such a command, which are no part of it;
	 * NULL-terminated, or NULL. */
	const char *const *joints;
	/* Lines that tell of connections hold one of these before the
	 * addresses, as written; NULL-terminated.  NULL: none does.  With each
	 * of them stands one of the signs, which most headers lack. */
	const char *const *traffic;
	const char *traffic_signs;
};

/* Something stands so far in a block. */
typedef void reader_at_fn(void *ctx, size_t at);

/* May a record of kind flow, of a class of match/endpoints.h, have a field? */
typedef bool flow_field_fn(unsigned class, enum field_id f);

enum reader_shape { READER_WHOLE, READER_LINES, READER_BLOCKS };

struct reader {
	const char *name;    /* format word in reports: "cisco-ios-config" */
	const char *title;   /* "Cisco IOS and IOS XE configuration" */
	const char *evidence; /* evidence class for coverage: config, version,
			       * syslog, accounting, weblog, flow, text */
	enum reader_shape shape;
	struct guess (*guess)(const struct probe *p);

	/* WHOLE.  lines (may be NULL) is a LINES reader for the same bytes: what
	 * rules look for in its records is searched for as in a log.  read
	 * comes first. */
	const struct reader *lines;
	void (*read)(const struct read_in *in, struct emit *out);

	/*
	 * LINES.  open (may be NULL) makes the state from in->head, in
	 * in->arena; it must not change afterwards.  line gets one line
	 * without its line end; it emits zero or more records with the given
	 * line number and offset.  time (may be NULL) reads only the time
	 * parts of a line for the planning of years: false when the line has
	 * no time or one with a year of its own.
	 */
	void *(*open)(const struct read_in *in);
	void (*line)(void *state, const struct read_in *in, struct span line,
	    uint64_t number, uint64_t offset, struct emit *out);
	bool (*yearless)(struct span line, int *month, int *day);
	/* The device a line speaks of, cheaply, without parsing the rest; empty
	 * when the line does not say.  NULL: the format names no device. */
	struct span (*host)(struct span line);
	/* The time of the records of a line, without parsing the rest;
	 * TIME_NONE where only parsing tells.  NULL: it always takes that. */
	int64_t (*when)(const struct read_in *in, struct span line);
	const struct kind_marks *marks; /* or NULL */
	/* Lines that begin with "#" are headers, and a run of them that holds
	 * "#fields" in any case is the head of the lines behind it: open is
	 * called with it. */
	bool heads;
	/* Its lines are JSON, and line gets them without escapes that nobody
	 * needs (log/json_plain.h). */
	bool json;
	/* Where in a block of whole lines destination ports of the set stand,
	 * told without parsing, in any order.  A line of which nothing is told
	 * yields no record of kind flow with such a port.  state: of open.
	 * NULL: what rules about ports need is searched for as text. */
	void (*ports)(const void *state, struct span block,
	    struct port_set *set, reader_at_fn *fn, void *ctx);

	/* BLOCKS: it heeds read_in.watch. */
	bool tells_flows;
	/* BLOCKS: it heeds read_in.wanted; rules about fields that its flows
	 * cannot have cannot match.  NULL: it makes all its records. */
	flow_field_fn *flow_field;

	/*
	 * BLOCKS.  open (never NULL) makes the state; it may change, and may
	 * keep in->arena for what grows with it.  block gets the next bytes of
	 * the source and says how many of them it is done with; the rest comes
	 * again with more behind it.  offset: of bytes in the source.  0 asks
	 * for more bytes; once LIMIT_BLOCKS_ITEM are there, that ends the
	 * source as too large.  A reader that can make no sense of what follows
	 * says so and takes everything.  close (may be NULL) comes last, with
	 * the bytes that block left.
	 *
	 * Records are judged whole, not searched for: put what shows the
	 * event, with its addresses, into record.raw as one line of text.
	 */
	size_t (*block)(void *state, const struct read_in *in,
	    struct span bytes, uint64_t offset, struct emit *out);
	void (*close)(void *state, const struct read_in *in, struct span left,
	    struct emit *out);
};

/* All readers, NULL-terminated, in the order of formats.def. */
extern const struct reader *const readers[];

const struct reader *reader_find(struct span name);

#endif
