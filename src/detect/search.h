/*
 * Search before parsing: which lines of a block can matter to some rule or
 * indicator.  Every literal that a rule needs is in one automaton for each
 * class of formats; what it finds gets a second look, for whatever else the
 * rule needs, and only then is the line worth parsing.
 */
#ifndef TIDEMARK_DETECT_SEARCH_H
#define TIDEMARK_DETECT_SEARCH_H

#include "detect/lookup.h"
#include "detect/rule.h"
#include "intel/knowledge.h"
#include "match/literal.h"
#include "read/reader.h"

/* Ids of literals, beside the rules' indices in wanted. */
#define SPOT_NAME (UINT32_MAX - 2)
#define SPOT_TEXT (UINT32_MAX - 4) /* less its index in texts */

/* A text that says something of its line, whatever rules want. */
struct line_text {
	struct span text;
	unsigned bits; /* EV_SHOWN: what it shows of the line's device */
	uint64_t mark; /* kinds of which the line may yield a record */
};

/* A rule that is searched for. */
struct wanted {
	struct literal_needs needs;
	uint64_t kinds; /* of records that it speaks of */
};

/* Formats that share their kinds and marks share one search. */
struct search {
	const char *evidence;
	bool connections; /* its lines may tell of them */
	uint64_t kinds;
	const struct kind_marks *marks;
	bool by_port; /* its readers find ports in lines */
	const struct command_table *commands; /* borrowed */
	/* Ids of literals are indices of wanted, SPOT_TEXT less an index of
	 * texts, or SPOT_NAME.  A marked line is searched for the inner literals, those of
	 * rules that speak of marked kinds alone. */
	struct literal *literals, *inner;
	size_t nliterals, ninner, unsearchable;
	bool names; /* the names of indicators are among the literals */
	/* Kinds for which every marked line is read: some rule of them alone
	 * has no literal.  How many such rules there are. */
	uint64_t marked;
	size_t nmarked;
	struct wanted *wanted; /* each rule that is searched for */
	size_t nwanted, wanted_cap;
	/* Rules over flows that are found by the ports they ask for. */
	const struct rule **port_rules;
	size_t nport_rules, port_rules_cap;
	struct line_text *texts;
	size_t ntexts, texts_cap;
};

#define SEARCHES 16

/*
 * Made once in the parent, shared by the workers.  Up to LIMIT_LITERALS_LATER
 * literals of a class are compiled by the worker that first meets it.
 */
struct searches {
	struct arena arena;
	const struct lookup *lookup; /* borrowed */
	struct search v[SEARCHES];
	size_t n;
};

/* One for every class of line formats that a reader has. */
int searches_init(struct searches *all, const struct knowledge *k,
    const struct lookup *lookup, struct err *e);
void searches_release(struct searches *all);

/* The search for a reader's lines; NULL when it has no class of lines. */
const struct search *search_find(
    const struct searches *all, const struct reader *r);

/* A line shows of the device that it names what bits say (device/device.h,
 * EV_SHOWN). */
typedef void search_shown_fn(void *ctx, struct span line, unsigned bits);

/* A command in which nothing is abbreviated. */
#define PLAIN_COMMAND_BYTES 52
struct plain_command {
	const struct search *search; /* in whose lines */
	uint32_t n;
	char text[PLAIN_COMMAND_BYTES];
};

/* A worker's working memory. */
struct spot;
struct searcher {
	const struct searches *all;
	struct literal_scratch *literals[SEARCHES], *inner[SEARCHES];
	struct spot *spots; /* what was found in the block */
	size_t nspots, spots_cap;
	char *lowered; /* a line in lower case */
	size_t lowered_cap;
	struct buf full;	/* a line with its command in full */
	/* Commands seen of late, by hash: most are typed again and again. */
	struct plain_command *plain;
	search_shown_fn *shown; /* NULL: nobody asks */
	void *shown_ctx;
	/* Addresses whose connections matter, or NULL. */
	const struct addrset *watched;
	/* The reader of the source at hand, with its state, where it finds
	 * ports; and the sets of ports, by search. */
	const struct reader *reader;
	const void *state;
	struct port_asking *asking[SEARCHES];
	struct rule_scratch *rules;
};

/* rules: of the worker, borrowed. */
void searcher_init(struct searcher *s, const struct searches *all,
    struct rule_scratch *rules);
void searcher_release(struct searcher *s);

/* The source at hand; state: of the reader's open. */
void searcher_opened(
    struct searcher *s, const struct reader *reader, const void *state);

/*
 * Lines of a block of whole lines that can matter, in order, each once: the
 * offset of the first byte, the length without line end.  All lines when some
 * rule of the class cannot be searched for, no automaton can be built, or
 * search is NULL.
 */
typedef void search_line_fn(void *ctx, size_t offset, size_t length);
void search_lines(struct searcher *s, const struct search *search,
    struct span block, search_line_fn *fn, void *ctx);

#endif
