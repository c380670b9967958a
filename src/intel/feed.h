/*
 * Feeds: files of indicators in public formats.  Each format is one file
 * feed_NAME.c and one line in feeds.def.  A feed is as untrusted as evidence:
 * everything has a limit, nothing is dropped without a word, values are
 * brought to one form before they are believed.
 *
 * A format's reader calls feed_put for each indicator and feed_refuse for each
 * item it cannot take; feed.c does the rest.
 */
#ifndef TIDEMARK_INTEL_FEED_H
#define TIDEMARK_INTEL_FEED_H

#include "intel/indicator.h"
#include "intel/warninglist.h"

struct yara_set;

/* An item that could not be taken.  line and column are 1-based, 0: none. */
typedef void feed_problem_fn(void *ctx, struct span path, uint64_t line,
    uint64_t column, struct span text);

struct feed_options {
	feed_problem_fn *problem;
	void *ctx;
	uint64_t tell; /* problems of a feed to tell one by one */
	int64_t now;   /* to count what has expired; TIME_NONE: do not */
	struct yara_set *yara;	       /* takes YARA rules, or NULL */
	struct warninglists *warnings; /* takes warninglists, or NULL */
};

/* What a reader says of one indicator; all borrowed, zero: not said. */
struct feed_item {
	enum indicator_type type;
	struct span value; /* as written; defanged forms are understood */
	struct span id, title, source, note, confirmed, tlp, phase;
	int64_t from, until; /* TIME_NONE: open */
	int confidence;	     /* 0..100, -1: not said */
	bool revoked;
	bool below; /* DOMAIN: names below it count too */
	const struct stix_pattern *pattern;
	uint32_t part;
	uint64_t line;
};

struct feed_read {
	struct indicator_list *list;
	struct arena *arena;  /* of the list */
	struct arena scratch; /* until the feed's end */
	struct arena work;    /* until the next value */
	struct span by;	      /* the last indicator's check.source */
	struct indicator_feed *feed;
	uint32_t number; /* of the feed; INDICATOR_NO_FEED: built in */
	const struct feed_options *o;
	uint64_t told; /* problems that were reported one by one */
	struct fix *verify;
	size_t nverify;
};

struct feed_format {
	const char *name; /* as shown: "stix-2", "csv", ... */
	const char *title;
	/* 0..100: how surely the bytes are this; the head of a file is
	 * enough. */
	unsigned (*guess)(struct span head, struct span path);
	void (*read)(struct feed_read *r, struct span bytes);
};

extern const struct feed_format *const feed_formats[]; /* ends in NULL */

/* The format of a file, or NULL: no feed. */
const struct feed_format *feed_identify(struct span bytes, struct span path);

/* Read one feed file's bytes into the list. */
void feed_take(struct indicator_list *l, struct span bytes, struct span path,
    const struct feed_options *o);
/* The same for a file that is built in: its format is the program's CSV. */
void feed_take_built_in(struct indicator_list *l, struct span csv,
    struct span path, const struct feed_options *o);

/* After the last feed: mark what a warninglist names. */
void feed_suppress(struct indicator_list *l, const struct warninglists *w);

/* An item with nothing said. */
struct feed_item feed_item_new(void);

/* Check the value, bring it to its form, add it.  What is no value of its type
 * is refused with x->line. */
void feed_put(struct feed_read *r, const struct feed_item *x);

/* The value says what it is: type is found from it.  False: it is none;
 * nothing was said. */
bool feed_put_guess(struct feed_read *r, struct feed_item *x);

/* A YARA rule among the indicators: it joins the YARA set. */
void feed_put_yara(struct feed_read *r, uint64_t line, struct span rule);

void feed_refuse(struct feed_read *r, uint64_t line, uint64_t column,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* A date ("2025-01-31") or time, RFC 3339; end: of a window, so that a date
 * means its last moment.  Seconds since 1970 are taken too.  TIME_NONE. */
int64_t feed_time(struct span s, bool end);

/* Type by the words that feeds use for it ("ip-dst", "FileHash-SHA256",
 * "domain-name", ...); -1: unknown.  *below: the word means names below a
 * domain too. */
int feed_type(struct span word);

#endif
